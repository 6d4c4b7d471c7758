//! Git's own files, where a stranger put something else in their place.
//!
//! A folder that was unpacked from an archive can have a pipe where git keeps `HEAD`, a device where it keeps its
//! configuration, and gigabytes where it keeps a line. git and libgit2 open them all the same: they wait at a pipe for
//! ever, and read all of what is large. So what they read by themselves is looked at before they begin, and so is
//! [what a configuration leads to](named). Refs, of which there may be very many, are looked at
//! [when they are wanted](references).

mod named;
mod references;

use std::fs::{self, DirEntry, File};
use std::io::{ErrorKind, Read};
use std::path::{Path, PathBuf};

use super::loose;
use super::tree::DEPTH_LIMIT;
use crate::error::{Error, Result};

pub(super) use references::{refuse_reference, refuse_references, refuse_revision};
use references::{refuse_resolved, target};

/// In a git folder, and read whole.
const TEXTS: [&str; 15] = [
    "HEAD",
    "config",
    "config.worktree",
    "commondir",
    "gitdir",
    "shallow",
    "FETCH_HEAD",
    "ORIG_HEAD",
    "MERGE_HEAD",
    "MERGE_MSG",
    "CHERRY_PICK_HEAD",
    "REVERT_HEAD",
    "BISECT_LOG",
    "COMMIT_EDITMSG",
    "reftable/tables.list",
];
/// The same, but long where there is much.
const FILES: [(&str, u64); 2] = [("index", u64::MAX), ("packed-refs", LARGEST_REFS_BYTES)];
/// What the names of those begin with that hold most of a split index.
const SHARED_INDEX: &[u8] = b"sharedindex.";
/// Folders of texts, and of files of any size.
const FOLDERS: [(&str, u64); 5] = [
    ("info", LARGEST_TEXT_BYTES),
    ("branches", LARGEST_TEXT_BYTES),
    ("remotes", LARGEST_TEXT_BYTES),
    ("worktrees", u64::MAX),
    ("reftable", u64::MAX),
];
/// Read by git in any folder of a work tree, and no file of a register.
pub(super) const RULES: [&str; 3] = [".gitattributes", ".gitignore", ".gitmodules"];

/// More than git or a person writes there.
const LARGEST_TEXT_BYTES: u64 = 16 * 1024 * 1024;
/// Some 800,000 refs. All of it is in memory where refs are read.
const LARGEST_REFS_BYTES: u64 = 64 * 1024 * 1024;
/// More than git leaves before it packs.
const MOST_ENTRIES: usize = 200_000;
/// More links to folders than anybody shares folders by. Two that lead back make folders without end.
const MOST_LINKS: usize = 200;

/// Refuses the repository around `path` where one of its files is none. That there is a repository is not said.
pub(super) fn refuse(path: &Path) -> Result<()> {
    match git_folder(path) {
        Some((top, git_dir)) => refuse_in(&top, &git_dir),
        None => Ok(()),
    }
}

fn refuse_in(top: &Path, git_dir: &Path) -> Result<()> {
    let mut look = Look::new();
    let folders = folders(git_dir);
    for folder in &folders {
        TEXTS.iter().try_for_each(|name| refuse_other(&folder.join(name), LARGEST_TEXT_BYTES))?;
        FILES.iter().try_for_each(|(name, largest)| refuse_other(&folder.join(name), *largest))?;
        let entries = look.entries(folder)?.into_iter();
        let shared = entries.filter(|entry| entry.file_name().as_encoded_bytes().starts_with(SHARED_INDEX));
        shared.into_iter().try_for_each(|entry| refuse_other(&entry.path(), u64::MAX))?;
        FOLDERS.iter().try_for_each(|(name, largest)| look.below(&folder.join(name), *largest, 0))?;
    }
    named::refuse(top, &folders)?;
    refuse_resolved(git_dir, "HEAD")?;
    for objects in folders.last().into_iter().flat_map(|common_dir| loose::folders(common_dir)) {
        refuse_other(&objects.join("info/alternates"), LARGEST_TEXT_BYTES)?;
        ["info", "pack"].iter().try_for_each(|name| look.below(&objects.join(name), u64::MAX, 0))?;
    }
    Ok(())
}

/// A git folder, and behind it the one that it shares with other work trees, if it does.
fn folders(git_dir: &Path) -> Vec<PathBuf> {
    let common_dir = text(&git_dir.join("commondir")).map(|to| git_dir.join(to.trim_end()));
    [git_dir.to_owned()].into_iter().chain(common_dir).collect()
}

/// The same for objects that are files of their own, before git reads any: here each is looked at when it is read.
pub(super) fn refuse_objects(common_dir: &Path) -> Result<()> {
    let mut look = Look { entries_left: usize::MAX, ..Look::new() };
    loose::folders(common_dir).iter().try_for_each(|objects| look.below(objects, u64::MAX, 0))
}

/// The same for what git reads below folders of a work tree: rules, and repositories inside.
pub(super) fn refuse_in_work_tree(root: &Path, folders: &[&str]) -> Result<()> {
    RULES.iter().try_for_each(|name| refuse_other(&root.join(name), LARGEST_TEXT_BYTES))?;
    folders.iter().try_for_each(|folder| refuse_rules(&root.join(folder), 0))
}

/// The same for the attributes that hold for a path.
pub(super) fn refuse_attributes(root: &Path, path: &str) -> Result<()> {
    let mut folders = Path::new(path).ancestors().skip(1);
    folders.try_for_each(|folder| refuse_other(&root.join(folder).join(".gitattributes"), LARGEST_TEXT_BYTES))
}

fn refuse_rules(folder: &Path, depth: usize) -> Result<()> {
    let is_folder = fs::symlink_metadata(folder).is_ok_and(|found| found.is_dir());
    let Ok(entries) = fs::read_dir(folder).map(Iterator::flatten) else { return Ok(()) };
    if !is_folder || depth > DEPTH_LIMIT {
        return Ok(());
    }
    for entry in entries {
        let (name, path) = (entry.file_name(), entry.path());
        if RULES.iter().any(|rules| name == *rules) {
            refuse_other(&path, LARGEST_TEXT_BYTES)?;
        } else if name == ".git" {
            if let Some(git_dir) = inside(folder) {
                refuse_in(folder, &git_dir)?;
                refuse_references(&git_dir)?;
            }
        } else if entry.file_type().is_ok_and(|kind| kind.is_dir()) {
            refuse_rules(&path, depth + 1)?;
        }
    }
    Ok(())
}

struct Look {
    entries_left: usize,
    links_left: usize,
    /// Where symbolic refs lead, if it is refs that are looked at.
    targets: Option<Vec<String>>,
}

impl Look {
    fn new() -> Look {
        Look { entries_left: MOST_ENTRIES, links_left: MOST_LINKS, targets: None }
    }

    /// All files of a folder, and of the folders in it.
    fn below(&mut self, folder: &Path, largest_bytes: u64, depth: usize) -> Result<()> {
        for entry in self.entries(folder)? {
            match entry.file_type() {
                Ok(kind) if kind.is_file() && largest_bytes == u64::MAX => {}
                Ok(kind) if kind.is_dir() || entry.path().is_dir() => {
                    let links_left = self.links_left.checked_sub(kind.is_symlink().into());
                    let (Some(links_left), ..DEPTH_LIMIT) = (links_left, depth) else {
                        return Err(strange(folder, "holds far too much"));
                    };
                    self.links_left = links_left;
                    self.below(&entry.path(), largest_bytes, depth + 1)?;
                }
                _ => {
                    refuse_other(&entry.path(), largest_bytes)?;
                    self.targets.iter_mut().for_each(|targets| targets.extend(target(&entry.path())));
                }
            }
        }
        Ok(())
    }

    fn entries(&mut self, folder: &Path) -> Result<Vec<DirEntry>> {
        let Ok(entries) = fs::read_dir(folder) else { return Ok(Vec::new()) };
        let entries: Vec<DirEntry> = entries.flatten().take(self.entries_left.saturating_add(1)).collect();
        let left = self.entries_left.checked_sub(entries.len());
        self.entries_left = left.ok_or_else(|| strange(folder, "holds far too much"))?;
        Ok(entries)
    }
}

/// Something that is neither a file nor a folder, or far too large. A link is what it leads to, as git has it.
fn refuse_other(file: &Path, largest_bytes: u64) -> Result<()> {
    match fs::metadata(file) {
        Ok(found) if !found.is_file() && !found.is_dir() => Err(strange(file, "is no file")),
        Ok(found) if found.is_file() && found.len() > largest_bytes => Err(strange(file, "is far too large")),
        _ => Ok(()),
    }
}

fn strange(path: &Path, problem: &'static str) -> Error {
    Error::StrangeRepository { path: path.to_owned(), problem }
}

/// The git folder that git would find from a path, and what it is the git folder of: that of a work tree, or the folder
/// itself.
fn git_folder(path: &Path) -> Option<(PathBuf, PathBuf)> {
    path.canonicalize().ok()?.ancestors().find_map(|folder| {
        let is_bare = || folder.join("objects").is_dir() && folder.join("HEAD").symlink_metadata().is_ok();
        let git_dir = inside(folder).or_else(|| is_bare().then(|| folder.to_owned()));
        git_dir.map(|git_dir| (folder.to_owned(), git_dir))
    })
}

/// The git folder of a work tree: in it, or where a file says.
fn inside(top: &Path) -> Option<PathBuf> {
    let inside = top.join(".git");
    if inside.is_dir() {
        return Some(inside);
    }
    Some(top.join(text(&inside)?.strip_prefix("gitdir:")?.trim()))
}

/// All of a file that git reads whole; nothing where there is none.
pub(super) fn whole_text(file: &Path) -> Result<String> {
    refuse_other(file, LARGEST_TEXT_BYTES)?;
    match fs::read(file) {
        Ok(bytes) => Ok(String::from_utf8_lossy(&bytes).into_owned()),
        Err(error) if error.kind() == ErrorKind::NotFound => Ok(String::new()),
        Err(error) => Err(Error::io("read", file)(error)),
    }
}

/// A file of a line or a few, if it is one.
pub(super) fn text(file: &Path) -> Option<String> {
    const LARGEST_BYTES: u64 = 64 * 1024;
    let mut text = String::new();
    fs::metadata(file).is_ok_and(|found| found.is_file()).then_some(())?;
    File::open(file).ok()?.take(LARGEST_BYTES).read_to_string(&mut text).ok()?;
    Some(text)
}
