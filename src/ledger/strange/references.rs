//! Refs and their logs, looked at before they are read: one, or all of them where all are listed.

use std::path::{Component, Path};

use super::{LARGEST_TEXT_BYTES, Look, folders, refuse_other, text};
use crate::error::Result;

/// As far as git goes.
const LONGEST_CHAIN: usize = 5;

/// In the order in which git looks for a ref by its short name (gitrevisions(7)).
const SHORTENED: [(&str, &str); 6] = [
    ("", ""),
    ("refs/", ""),
    ("refs/tags/", ""),
    ("refs/heads/", ""),
    ("refs/remotes/", ""),
    ("refs/remotes/", "/HEAD"),
];

/// Refuses the repository where one of its refs, or one of their logs, is no file.
pub fn refuse_references(git_dir: &Path) -> Result<()> {
    for folder in folders(git_dir) {
        Look::new().below(&folder.join("logs"), u64::MAX, 0)?;
        let mut refs = Look { targets: Some(Vec::new()), ..Look::new() };
        refs.below(&folder.join("refs"), LARGEST_TEXT_BYTES, 0)?;
        refs.targets.iter().flatten().try_for_each(|target| refuse_resolved(git_dir, target))?;
    }
    Ok(())
}

/// The same for one ref by its full name. What cannot be one is not looked at.
pub fn refuse_reference(git_dir: &Path, name: &str) -> Result<()> {
    if !Path::new(name).components().all(|part| matches!(part, Component::Normal(_))) {
        return Ok(());
    }
    for folder in folders(git_dir) {
        refuse_other(&folder.join(name), LARGEST_TEXT_BYTES)?;
        refuse_other(&folder.join("logs").join(name), u64::MAX)?;
    }
    Ok(())
}

/// The same for one ref and those that it stands for.
pub fn refuse_resolved(git_dir: &Path, name: &str) -> Result<()> {
    let mut name = name.to_owned();
    for _ in 0..=LONGEST_CHAIN {
        refuse_reference(git_dir, &name)?;
        match folders(git_dir).iter().find_map(|folder| target(&folder.join(&name))) {
            Some(target) => name = target,
            None => break,
        }
    }
    Ok(())
}

/// The same for those that are read to find what a person named.
pub fn refuse_revision(git_dir: &Path, revision: &str) -> Result<()> {
    // `@{-1}` and `:/words` are looked for everywhere.
    match revision.split(['^', '~', ':', '@']).next() {
        None | Some("") => refuse_references(git_dir),
        Some(name) => SHORTENED
            .iter()
            .try_for_each(|(before, behind)| refuse_resolved(git_dir, &format!("{before}{name}{behind}"))),
    }
}

/// The name of the ref that a symbolic one stands for.
pub fn target(file: &Path) -> Option<String> {
    Some(text(file)?.strip_prefix("ref:")?.trim().to_owned())
}
