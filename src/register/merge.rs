//! git's merge driver for the register's files.

use std::fs;

use crate::error::{Error, Result};
use crate::files::RegisterPath;
use crate::files::merge::{Merged, Versions, merge};
use crate::files::read::LARGEST_FILE;
use crate::ledger::merge_file::merge_lines;

pub use crate::ledger::merge_file::ThreeFiles;

/// How a file was merged.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Driven {
    /// Key by key, or line by line where that is all there is, without a conflict.
    Clean,
    /// Two judgements that contradict each other: the cautious one is in the file, and marked.
    Contested,
    /// Line by line, with markers in the file.
    Markers,
}

/// Merges three files and leaves the result in place of ours. `path` is where it will be in the register.
pub fn drive(path: &str, files: ThreeFiles) -> Result<Driven> {
    let merged = match RegisterPath::of(path) {
        Ok(Some(file)) if file.is_read() => merged(&file, files)?,
        _ => Merged::Unsettled,
    };
    let (text, driven) = match merged {
        Merged::Agreed(text) => (text, Driven::Clean),
        Merged::Contested(text) => (text, Driven::Contested),
        Merged::Unsettled => {
            return merge_lines(files).map(|is_clean| if is_clean { Driven::Clean } else { Driven::Markers });
        }
    };
    fs::write(files.ours, text).map_err(Error::io("write", files.ours))?;
    Ok(driven)
}

fn merged(file: &RegisterPath, files: ThreeFiles) -> Result<Merged> {
    let text = |path| -> Result<Option<String>> {
        let bytes = fs::read(path).map_err(Error::io("read", path))?;
        let is_read = bytes.len() as u64 <= LARGEST_FILE;
        Ok(is_read.then(|| String::from_utf8(bytes).ok()).flatten())
    };
    Ok(match (text(files.base)?, text(files.ours)?, text(files.theirs)?) {
        (Some(base), Some(ours), Some(theirs)) => {
            merge(file, Versions { base: &base, ours: &ours, theirs: &theirs })
        }
        _ => Merged::Unsettled,
    })
}
