//! git's own merge of three texts, line by line, with markers where they conflict.

use std::path::Path;

use super::git::Git;
use crate::error::{Error, Result};

/// The files git hands to a merge driver (gitattributes(5)).
#[derive(Clone, Copy, Debug)]
pub struct ThreeFiles<'p> {
    pub base: &'p Path,
    /// The result goes here, too.
    pub ours: &'p Path,
    pub theirs: &'p Path,
    /// How long a conflict marker is.
    pub marker_size: usize,
}

/// Merges by lines, as git does without a driver; whether nothing conflicts.
pub fn merge_lines(ThreeFiles { base, ours, theirs, marker_size }: ThreeFiles) -> Result<bool> {
    let size = format!("--marker-size={marker_size}");
    let labels = ["-L", "ours", "-L", "base", "-L", "theirs", "--"].map(|word| word.as_ref());
    let files = [ours, base, theirs].map(Path::as_os_str);
    let arguments = [size.as_ref()].into_iter().chain(labels).chain(files);
    let answer = Git::at(Path::new("."))?.plumbing("merge-file", arguments).ask()?;
    match answer.code {
        Some(0) => Ok(true),
        // The number of conflicts; what is above is an error.
        Some(1..=127) => Ok(false),
        _ => Err(Error::Git { command: "merge-file".to_owned(), output: answer.said }),
    }
}
