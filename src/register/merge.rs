//! The register's files merged by what they say: as git's merge driver, and where a proposal is merged.

use std::fs;
use std::str::from_utf8;

use crate::error::{Error, Result};
use crate::files::RegisterPath;
use crate::files::merge::{Merged, Versions, is_toml, merge};
use crate::files::read::LARGEST_FILE;
use crate::ledger::ThreeWay;
use crate::ledger::merge_file::merge_lines;

pub use crate::ledger::merge_file::ThreeFiles;

/// How a file was merged.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Driven {
    /// Key by key, or line by line where that is all there is, without a conflict.
    Clean,
    /// Two judgements that contradict each other: the cautious one is in the file, and marked.
    Contested,
    /// Left to people: one side stands, and both are in the file's marks.
    Unsettled,
    /// A conflict line by line, with git's markers: a side is no TOML.
    ByLines,
}

/// Merges three files and leaves the result in place of ours. `path` is where it will be in the register.
///
/// What comes out is TOML, if both sides are. Where one is not, or the register has no such file, lines decide: what would
/// no longer be TOML is a conflict, and the file may hold git's markers.
pub fn drive(path: &str, files: ThreeFiles) -> Result<Driven> {
    let read = |path| fs::read(path).map_err(Error::io("read", path));
    let [base, ours, theirs] = [read(files.base)?, read(files.ours)?, read(files.theirs)?];
    let (text, driven) = match by_keys(path, [&base, &ours, &theirs]) {
        Merged::Agreed(text) => (text, Driven::Clean),
        Merged::Contested(text) => (text, Driven::Contested),
        Merged::Unsettled(text) => (text, Driven::Unsettled),
        Merged::Unreadable => {
            let is_clean = merge_lines(files)?;
            let is_sound = !reads(&ours) || !reads(&theirs) || reads(&read(files.ours)?);
            return Ok(if is_clean && is_sound { Driven::Clean } else { Driven::ByLines });
        }
    };
    fs::write(files.ours, text).map_err(Error::io("write", files.ours))?;
    Ok(driven)
}

/// What becomes of a file that a proposal and its base both changed. What the driver would mark for people is a conflict.
pub(super) fn three_way(path: &str, versions: [&[u8]; 3]) -> ThreeWay {
    match by_keys(path, versions) {
        Merged::Agreed(text) => ThreeWay::Text(text.into_bytes()),
        Merged::Contested(_) | Merged::Unsettled(_) => ThreeWay::Conflict,
        Merged::Unreadable => ThreeWay::ByLines,
    }
}

fn by_keys(path: &str, [base, ours, theirs]: [&[u8]; 3]) -> Merged {
    let file = RegisterPath::of(path).ok().flatten().filter(RegisterPath::is_read);
    match (file, text(base), text(ours), text(theirs)) {
        (Some(file), Some(base), Some(ours), Some(theirs)) => merge(&file, Versions { base, ours, theirs }),
        _ => Merged::Unreadable,
    }
}

fn reads(bytes: &[u8]) -> bool {
    text(bytes).is_some_and(is_toml)
}

fn text(bytes: &[u8]) -> Option<&str> {
    from_utf8(bytes).ok().filter(|text| text.len() as u64 <= LARGEST_FILE)
}
