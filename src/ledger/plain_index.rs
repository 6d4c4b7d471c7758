//! An index edited here: the very bytes `git update-index --add --cacheinfo` would write, without reading all of a large
//! one in another program.
//!
//! Only a plain index is: version 2 or 3 of its format (gitformat-index(5)) with SHA-1 ids, no extension but the cache of
//! trees, no entry that git would look at again before it writes, and for each path of the commit just the entry it
//! should have. All else is for git, to do or to refuse.

use std::borrow::Cow;
use std::time::{SystemTime, UNIX_EPOCH};

use sha1::{Digest, Sha1};

use super::commit::FileChange;
use super::oid::Oid;
use super::tree::DEPTH_LIMIT;

/// The index after the changes; nothing where it is not plain. `written` is when it was last written.
pub(super) fn edited(index: &[u8], written: SystemTime, changes: &[FileChange]) -> Option<Vec<u8>> {
    let (content, checksum) = index.split_at_checked(index.len().checked_sub(CHECKSUM)?)?;
    // One that is damaged must not get a sound checksum; `index.skipHash` leaves it out.
    if checksum != &Sha1::digest(content)[..] {
        return None;
    }
    let (header, rest) = content.split_at_checked(HEADER)?;
    if !header.starts_with(b"DIRC") || !matches!(number(header, 4)?, 2 | 3) {
        return None;
    }
    let (mut entries, extensions) = entries(rest, number(header, 8)?, seconds(written)?)?;
    changes.iter().try_for_each(|change| apply(&mut entries, change))?;

    let mut new = Vec::with_capacity(index.len() + NEW_ENTRIES);
    new.extend(&header[..8]);
    new.extend(u32::try_from(entries.len()).ok()?.to_be_bytes());
    entries.iter().for_each(|entry| new.extend_from_slice(&entry.bytes));
    if !extensions.is_empty() {
        new.extend(without_trees(extensions, changes)?);
    }
    new.extend(Sha1::digest(&new));
    Some(new)
}

const HEADER: usize = 12;
const CHECKSUM: usize = 20;
/// Room for what a commit usually adds.
const NEW_ENTRIES: usize = 4096;

/// One file, or one side of a conflict. They are sorted by path.
struct Entry<'a> {
    path: &'a [u8],
    /// Times, owner, size, mode, id, flags, path, and zeros up to a multiple of eight.
    bytes: Cow<'a, [u8]>,
}

const MODIFIED: usize = 8;
const MODE: usize = 24;
const ID: usize = 40;
const FLAGS: usize = 60;
const PATH: usize = 62;
/// A second field of flags follows.
const EXTENDED: u16 = 0x4000;
/// The length of the path, as far as it can be told in so few bits.
const LENGTH: u16 = 0x0fff;

fn entries(bytes: &[u8], count: u32, written_seconds: u32) -> Option<(Vec<Entry<'_>>, &[u8])> {
    let (mut entries, mut rest) = (Vec::with_capacity(bytes.len() / 100), bytes);
    for _ in 0..count {
        let (entry, after) = Entry::first(rest)?;
        // A file may have changed since, in the very second in which the index was written ("racy git" in git's
        // documentation). Before the index gets a later time, git looks.
        if number(&entry.bytes, MODIFIED)? >= written_seconds {
            return None;
        }
        entries.push(entry);
        rest = after;
    }
    Some((entries, rest))
}

impl<'a> Entry<'a> {
    fn first(bytes: &'a [u8]) -> Option<(Entry<'a>, &'a [u8])> {
        let start = if flags(bytes)? & EXTENDED == 0 { PATH } else { PATH + 2 };
        let from = bytes.get(start..)?;
        let told = usize::from(flags(bytes)? & LENGTH);
        let length =
            if told < usize::from(LENGTH) { told } else { from.iter().position(|&byte| byte == 0)? };
        let path = from.get(..length)?;
        let (entry, after) = bytes.split_at_checked(padded(start + length))?;
        Some((Entry { path, bytes: Cow::Borrowed(entry) }, after))
    }

    fn new(path: &'a str, mode: u32, id: Oid) -> Option<Entry<'a>> {
        let mut bytes = vec![0; PATH];
        bytes[MODE..MODE + 4].copy_from_slice(&mode.to_be_bytes());
        bytes[ID..FLAGS].copy_from_slice(id.as_bytes().get(..FLAGS - ID)?);
        let length = u16::try_from(path.len()).unwrap_or(LENGTH).min(LENGTH);
        bytes[FLAGS..].copy_from_slice(&length.to_be_bytes());
        bytes.extend(path.as_bytes());
        bytes.resize(padded(bytes.len()), 0);
        Some(Entry { path: path.as_bytes(), bytes: Cow::Owned(bytes) })
    }

    /// Whether it is this file and nothing more is said of it.
    fn is(&self, mode: u32, id: Oid) -> bool {
        number(&self.bytes, MODE) == Some(mode)
            && self.bytes.get(ID..FLAGS) == Some(id.as_bytes())
            && flags(&self.bytes).is_some_and(|flags| flags & !LENGTH == 0)
    }
}

fn apply<'a>(entries: &mut Vec<Entry<'a>>, change: &'a FileChange) -> Option<()> {
    let FileChange { path, mode, before, after } = change;
    let new = after.map(|id| Entry::new(path, *mode, id));
    match (find(entries, path.as_bytes()), before, new) {
        (Ok(at), Some(before), Some(new)) if entries[at].is(*mode, *before) => entries[at] = new?,
        (Ok(at), Some(before), None) if entries[at].is(*mode, *before) => drop(entries.remove(at)),
        (Err(at), None, Some(new)) if !is_in_the_way(entries, path) => entries.insert(at, new?),
        _ => return None,
    }
    Some(())
}

fn find(entries: &[Entry<'_>], path: &[u8]) -> Result<usize, usize> {
    entries.binary_search_by(|entry| entry.path.cmp(path))
}

/// Whether there is a file where the path has a folder, or a folder where it has its file.
fn is_in_the_way(entries: &[Entry<'_>], path: &str) -> bool {
    let mut folders = path.match_indices('/').map(|(at, _)| &path[..at]);
    let folder = format!("{path}/");
    let (Ok(below) | Err(below)) = find(entries, folder.as_bytes());
    folders.any(|folder| find(entries, folder.as_bytes()).is_ok())
        || entries.get(below).is_some_and(|entry| entry.path.starts_with(folder.as_bytes()))
}

/// The cache of trees, which knows the tree of each folder as long as nothing in it changes.
fn without_trees(extensions: &[u8], changes: &[FileChange]) -> Option<Vec<u8>> {
    let (name, size, mut trees) = (extensions.get(..4)?, number(extensions, 4)?, extensions.get(8..)?);
    if name != b"TREE" || u32::try_from(trees.len()) != Ok(size) {
        return None;
    }
    let mut kept = Vec::with_capacity(extensions.len());
    let paths: Vec<&[u8]> = changes.iter().map(|change| change.path.as_bytes()).collect();
    folder(&mut trees, &paths, &mut kept, 0)?;
    let size = u32::try_from(kept.len()).ok()?.to_be_bytes();
    trees.is_empty().then(|| [name, &size, &kept].concat())
}

/// One folder and those in it: its name and a zero, the number of entries below it, or -1 where its tree is not known,
/// the number of folders in it, and the tree's id. `paths` lead on from here.
fn folder(bytes: &mut &[u8], paths: &[&[u8]], kept: &mut Vec<u8>, depth: usize) -> Option<()> {
    if depth > DEPTH_LIMIT {
        return None;
    }
    let name = until(bytes, 0)?;
    let [entries, folders] = [until(bytes, b' ')?, until(bytes, b'\n')?];
    let id = if entries.starts_with(b"-") { &[] } else { bytes.split_off(..CHECKSUM)? };
    let is_known = paths.is_empty();
    kept.extend(name);
    kept.push(0);
    kept.extend(if is_known { entries } else { b"-1" });
    kept.push(b' ');
    kept.extend(folders);
    kept.push(b'\n');
    kept.extend(id.iter().filter(|_| is_known));
    for _ in 0..std::str::from_utf8(folders).ok()?.parse::<u32>().ok()? {
        let below = bytes.split(|&byte| byte == 0).next()?;
        // What is a folder here cannot be the file.
        if paths.contains(&below) {
            return None;
        }
        let inside = |path: &&[u8]| path.starts_with(below) && path.get(below.len()) == Some(&b'/');
        let inside = paths.iter().copied().filter(inside).map(|path| &path[below.len() + 1..]);
        folder(bytes, &inside.collect::<Vec<_>>(), kept, depth + 1)?;
    }
    Some(())
}

fn until<'a>(bytes: &mut &'a [u8], end: u8) -> Option<&'a [u8]> {
    let at = bytes.iter().position(|&byte| byte == end)?;
    let found = bytes.split_off(..at)?;
    bytes.split_off(..1)?;
    Some(found)
}

fn number(bytes: &[u8], at: usize) -> Option<u32> {
    bytes.get(at..at + 4)?.try_into().ok().map(u32::from_be_bytes)
}

fn flags(entry: &[u8]) -> Option<u16> {
    entry.get(FLAGS..PATH)?.try_into().ok().map(u16::from_be_bytes)
}

/// At least one zero, and a multiple of eight.
fn padded(length: usize) -> usize {
    (length + 8) & !7
}

fn seconds(time: SystemTime) -> Option<u32> {
    u32::try_from(time.duration_since(UNIX_EPOCH).ok()?.as_secs()).ok()
}

#[cfg(test)]
mod tests {
    use std::fs;
    use std::io::Write;
    use std::path::Path;
    use std::process::{Command, Stdio};
    use std::time::Duration;

    use proptest::prelude::*;
    use tempfile::TempDir;

    use super::*;

    fn git(folder: &Path, arguments: &[&str], input: &str) -> String {
        let mut git = Command::new("git");
        git.arg("-C").arg(folder).args(arguments).stdin(Stdio::piped()).stdout(Stdio::piped());
        git.env("GIT_CONFIG_GLOBAL", "/dev/null").env("GIT_CONFIG_NOSYSTEM", "1");
        let mut child = git.spawn().unwrap();
        child.stdin.take().unwrap().write_all(input.as_bytes()).unwrap();
        let output = child.wait_with_output().unwrap();
        assert!(output.status.success(), "{arguments:?}");
        String::from_utf8(output.stdout).unwrap()
    }

    const ONE: &str = "1111111111111111111111111111111111111111";
    const TWO: &str = "2222222222222222222222222222222222222222";

    /// A repository whose index holds files of these paths.
    fn world(paths: &[&str]) -> TempDir {
        let world = TempDir::new().unwrap();
        git(world.path(), &["init", "-q", "--template="], "");
        let lines: String = paths.iter().map(|path| format!("100644 {ONE} 0\t{path}\n")).collect();
        git(world.path(), &["update-index", "--index-info"], &lines);
        world
    }

    fn index(world: &TempDir) -> Vec<u8> {
        fs::read(world.path().join(".git/index")).unwrap()
    }

    fn change(path: &str, before: Option<&str>, after: Option<&str>) -> FileChange {
        let id = |id: &str| id.parse().unwrap();
        FileChange { path: path.into(), mode: 0o100644, before: before.map(id), after: after.map(id) }
    }

    fn edit(world: &TempDir, changes: &[FileChange]) -> Option<Vec<u8>> {
        edited(&index(world), SystemTime::now() + Duration::from_secs(60), changes)
    }

    /// What git makes of the same.
    fn by_git(world: &TempDir, changes: &[FileChange]) -> Vec<u8> {
        for FileChange { path, after, .. } in changes {
            let entry = after.map(|id| format!("100644,{id},{path}"));
            match &entry {
                Some(entry) => git(world.path(), &["update-index", "--add", "--cacheinfo", entry], ""),
                None => git(world.path(), &["update-index", "--force-remove", "--", path], ""),
            };
        }
        index(world)
    }

    const FILES: [&str; 6] = ["a", "a.b/c", "b/c/d", "b/c/e", "b-", "d/e/f/g"];

    #[test]
    fn an_index_is_what_git_makes_of_it() {
        let long = format!("b/{}", "l".repeat(5000));
        for (path, before, after) in [
            ("a", Some(ONE), Some(TWO)),
            ("b/c/e", Some(ONE), Some(TWO)),
            ("b/c/e", Some(ONE), None),
            ("d/e/f/g", Some(ONE), None),
            ("0", None, Some(TWO)),
            ("b/c/d.toml", None, Some(TWO)),
            ("b/new/file", None, Some(TWO)),
            ("z", None, Some(TWO)),
            (&long, None, Some(TWO)),
        ] {
            for (has_trees, has_intended) in [(false, false), (true, false), (true, true)] {
                let world = world(&FILES);
                if has_trees {
                    git(world.path(), &["write-tree", "--missing-ok"], "");
                }
                if has_intended {
                    fs::write(world.path().join("intended"), "").unwrap();
                    git(world.path(), &["add", "-N", "intended"], "");
                }
                let changes = [change(path, before, after), change("b-", Some(ONE), Some(TWO))];
                let ours = edit(&world, &changes);
                assert_eq!(ours.as_deref(), Some(&*by_git(&world, &changes)), "{path}");
                // And on from there.
                let back = [change("b-", Some(TWO), Some(ONE))];
                assert_eq!(edit(&world, &back), Some(by_git(&world, &back)), "{path}");
            }
        }
    }

    #[test]
    fn what_is_not_plain_is_left_to_git() {
        let met = [change("a", Some(ONE), Some(TWO))];
        for arguments in [
            &["update-index", "--index-version", "4"][..],
            &["update-index", "--split-index"],
            &["update-index", "--force-untracked-cache"],
            &["-c", "index.skipHash=true", "update-index", "--force-remove", "b-"],
            &["update-index", "--assume-unchanged", "a"],
            &["update-index", "--skip-worktree", "a"],
            &["update-index", "--cacheinfo", &format!("100755,{ONE},a")],
            &["update-index", "--force-remove", "a"],
            &["update-index", "--cacheinfo", &format!("100644,{TWO},a")],
        ] {
            let world = world(&FILES);
            assert!(edit(&world, &met).is_some());
            git(world.path(), arguments, "");
            assert_eq!(edit(&world, &met), None, "{arguments:?}");
        }
        let world = world(&FILES);
        for (path, before) in [("b", None), ("b/c", None), ("a/b", None), ("a", None), ("c", Some(ONE))] {
            assert_eq!(edit(&world, &[change(path, before, Some(TWO))]), None, "{path}");
        }
        let conflict: String = (1..=3).map(|stage| format!("100644 {TWO} {stage}\ta\n")).collect();
        git(world.path(), &["update-index", "--index-info"], &format!("0 {ONE}\ta\n{conflict}"));
        assert_eq!(edit(&world, &met), None);
    }

    #[test]
    fn a_file_of_the_same_second_is_left_to_git() {
        let world = world(&FILES);
        fs::write(world.path().join("file"), "").unwrap();
        git(world.path(), &["add", "file"], "");
        let modified = fs::metadata(world.path().join("file")).unwrap().modified().unwrap();
        let met = [change("a", Some(ONE), Some(TWO))];
        let written = |later| edited(&index(&world), modified + Duration::from_secs(later), &met);
        assert_eq!(written(0), None);
        assert!(written(1).is_some());
    }

    #[test]
    fn a_damaged_index_is_left_to_git() {
        let world = world(&FILES);
        git(world.path(), &["write-tree", "--missing-ok"], "");
        let (whole, later) = (index(&world), SystemTime::now() + Duration::from_secs(60));
        let met = [change("b/c/d", Some(ONE), Some(TWO))];
        for length in 0..whole.len() {
            assert_eq!(edited(&whole[..length], later, &met), None, "{length}");
        }
        proptest!(|(at in 0..whole.len(), byte: u8, end in 0..64usize, checked: bool)| {
            let mut damaged = [&whole[..at], &[byte], &whole[at + 1..whole.len() - end.min(whole.len() - at - 1)]].concat();
            if checked {
                // On purpose: it may be read, and must not be waited for.
                damaged.extend(Sha1::digest(&damaged));
                let _ = edited(&damaged, later, &met);
            } else if damaged != whole {
                prop_assert_eq!(edited(&damaged, later, &met), None);
            }
        });
    }
}
