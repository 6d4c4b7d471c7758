//! The person's own editor, for a text that is long. A repository's settings have no say in which one that is.

use std::env;
use std::fs;
use std::io::Write;
use std::process::Command;

use crate::error::{Error, Result};

/// A text as the person left it in their editor, which gets the terminal: `$VISUAL`, else `$EDITOR`, else `vi`, with its
/// arguments, run by the shell as git runs it.
pub fn edit(text: &str) -> Result<String> {
    let named = ["VISUAL", "EDITOR"].into_iter().filter_map(|name| env::var(name).ok());
    let editor = named.into_iter().find(|editor| !editor.trim().is_empty()).unwrap_or("vi".to_owned());
    let file = tempfile::Builder::new().prefix("countersign-").suffix(".md").tempfile();
    let mut file = file.map_err(Error::io("write in", env::temp_dir()))?;
    let path = file.path().to_owned();
    writeln!(file, "{text}").and_then(|()| file.flush()).map_err(Error::io("write", &path))?;
    let line = format!("{editor} \"$@\"");
    let status = Command::new("sh").args(["-c", &line, &editor]).arg(&path).status();
    match status {
        Ok(status) if status.success() => {}
        Ok(status) => return Err(Error::Editor { editor, detail: status.to_string() }),
        Err(error) => return Err(Error::Editor { editor, detail: error.to_string() }),
    }
    // By its path: an editor may well put another file in its place.
    let edited = fs::read_to_string(&path).map_err(Error::io("read", &path))?;
    Ok(edited.trim_end().to_owned())
}
