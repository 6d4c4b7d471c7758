//! An index edited here: the very bytes `git update-index --add --cacheinfo` would write, without reading all of a large
//! one in another program.
//!
//! Only a plain index is: version 2 or 3 of its format (gitformat-index(5)) with SHA-1 ids, no extension but the cache of
//! trees, no entry that git would look at again before it writes, and for each path of the commit just the entry it
//! should have. All else is for git, to do or to refuse.

use std::borrow::Cow;
use std::collections::BTreeSet;
use std::ops::Range;
use std::time::{SystemTime, UNIX_EPOCH};

use sha1::{Digest, Sha1};

use super::commit::FileChange;
use super::oid::Oid;
use super::tree::DEPTH_LIMIT;

/// The index after the changes, in pieces one behind the other: a large one is not held twice. Nothing where it is not
/// plain. `written` is when it was last written.
pub(super) fn edited<'a>(
    index: &'a [u8],
    written: SystemTime,
    changes: &'a [FileChange],
) -> Option<Vec<Cow<'a, [u8]>>> {
    let (content, checksum) = index.split_at_checked(index.len().checked_sub(CHECKSUM)?)?;
    // One that is damaged must not get a sound checksum; `index.skipHash` leaves it out.
    if checksum != &Sha1::digest(content)[..] {
        return None;
    }
    let header = content.get(..HEADER)?;
    if !header.starts_with(b"DIRC") || !matches!(number(header, 4)?, 2 | 3) {
        return None;
    }
    let entries = Entries::read(content, number(header, 8)?, seconds(written)?)?;
    let mut changes: Vec<&FileChange> = changes.iter().collect();
    changes.sort_by_key(|change| change.path.as_bytes());
    let added: BTreeSet<&[u8]> = changes
        .iter()
        .filter(|change| change.before.is_none())
        .map(|change| change.path.as_bytes())
        .collect();

    let mut pieces = vec![Cow::Borrowed(&header[..8]), Cow::Owned(Vec::new())];
    let (mut count, mut done) = (entries.starts.len(), HEADER);
    for FileChange { path, mode, before, after } in &changes {
        let new = after.map(|id| new_entry(path, *mode, id));
        let at = match (entries.find(path.as_bytes()), before) {
            (Ok(at), Some(before)) if is(entries.bytes(at), *mode, *before) => at,
            (Err(at), None) if new.is_some() && !entries.is_in_the_way(path, &added) => at,
            _ => return None,
        };
        pieces.push(Cow::Borrowed(&content[done..entries.start(at)]));
        done = entries.start(at + usize::from(before.is_some()));
        count = count + usize::from(new.is_some()) - usize::from(before.is_some());
        if let Some(new) = new {
            pieces.push(Cow::Owned(new?));
        }
    }
    pieces[1] = Cow::Owned(u32::try_from(count).ok()?.to_be_bytes().to_vec());
    pieces.push(Cow::Borrowed(&content[done..entries.end]));
    let extensions = &content[entries.end..];
    if !extensions.is_empty() {
        pieces.push(Cow::Owned(without_trees(extensions, &changes)?));
    }
    let mut checksum = Sha1::new();
    pieces.iter().for_each(|piece| checksum.update(piece));
    pieces.push(Cow::Owned(checksum.finalize().to_vec()));
    Some(pieces)
}

const HEADER: usize = 12;
pub(super) const CHECKSUM: usize = 20;

// An entry is one file, or one side of a conflict: times, owner, size, mode, id, flags, path, and zeros up to a multiple
// of eight.
const MODIFIED: usize = 8;
const MODE: usize = 24;
const ID: usize = 40;
const FLAGS: usize = 60;
const PATH: usize = 62;
/// A second field of flags follows.
const EXTENDED: u16 = 0x4000;
/// The length of the path, as far as it can be told in so few bits.
const LENGTH: u16 = 0x0fff;

/// All entries, sorted by path.
struct Entries<'a> {
    content: &'a [u8],
    starts: Vec<usize>,
    /// Where the last one ends.
    end: usize,
}

impl<'a> Entries<'a> {
    fn read(content: &'a [u8], count: u32, written_seconds: u32) -> Option<Entries<'a>> {
        let (mut starts, mut end) = (Vec::new(), HEADER);
        for _ in 0..count {
            let entry = content.get(end..)?;
            // A file may have changed since, in the very second in which the index was written ("racy git" in git's
            // documentation). Before the index gets a later time, git looks.
            if number(entry, MODIFIED)? >= written_seconds {
                return None;
            }
            starts.push(end);
            let path = path(entry)?;
            end += padded(path.end);
            (end <= content.len()).then_some(())?;
        }
        Some(Entries { content, starts, end })
    }

    fn start(&self, at: usize) -> usize {
        self.starts.get(at).copied().unwrap_or(self.end)
    }

    fn bytes(&self, at: usize) -> &'a [u8] {
        &self.content[self.start(at)..self.start(at + 1)]
    }

    fn path(&self, start: usize) -> &'a [u8] {
        let entry = &self.content[start..];
        path(entry).map_or(&[], |path| &entry[path])
    }

    fn find(&self, path: &[u8]) -> Result<usize, usize> {
        self.starts.binary_search_by(|start| self.path(*start).cmp(path))
    }

    /// Whether there is, or will be, a file where the path has a folder, or a folder where it has its file.
    fn is_in_the_way(&self, path: &str, added: &BTreeSet<&[u8]>) -> bool {
        let mut folders = path.match_indices('/').map(|(at, _)| &path.as_bytes()[..at]);
        let folder = format!("{path}/");
        let (Ok(below) | Err(below)) = self.find(folder.as_bytes());
        folders.any(|folder| self.find(folder).is_ok() || added.contains(folder))
            || self.starts.get(below).is_some_and(|below| self.path(*below).starts_with(folder.as_bytes()))
    }
}

/// Where an entry has its path.
fn path(entry: &[u8]) -> Option<Range<usize>> {
    let flags = flags(entry)?;
    let start = if flags & EXTENDED == 0 { PATH } else { PATH + 2 };
    let from = entry.get(start..)?;
    let told = usize::from(flags & LENGTH);
    let length = if told < usize::from(LENGTH) { told } else { from.iter().position(|&byte| byte == 0)? };
    (length <= from.len()).then_some(start..start + length)
}

fn new_entry(path: &str, mode: u32, id: Oid) -> Option<Vec<u8>> {
    let mut entry = vec![0; PATH];
    entry[MODE..MODE + 4].copy_from_slice(&mode.to_be_bytes());
    entry[ID..FLAGS].copy_from_slice(id.as_bytes().get(..FLAGS - ID)?);
    let length = u16::try_from(path.len()).unwrap_or(LENGTH).min(LENGTH);
    entry[FLAGS..].copy_from_slice(&length.to_be_bytes());
    entry.extend(path.as_bytes());
    entry.resize(padded(entry.len()), 0);
    Some(entry)
}

/// Whether an entry is this file and nothing more is said of it.
fn is(entry: &[u8], mode: u32, id: Oid) -> bool {
    number(entry, MODE) == Some(mode)
        && entry.get(ID..FLAGS) == Some(id.as_bytes())
        && flags(entry).is_some_and(|flags| flags & !LENGTH == 0)
}

/// The cache of trees, which knows the tree of each folder as long as nothing in it changes.
fn without_trees(extensions: &[u8], changes: &[&FileChange]) -> Option<Vec<u8>> {
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
            .map(|pieces| pieces.concat())
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
    fn several_changes_are_made_in_any_order() {
        let world = world(&FILES);
        let changes = [
            change("z", None, Some(TWO)),
            change("b/c/db", None, Some(TWO)),
            change("b/c/e", Some(ONE), None),
            change("b/c/da", None, Some(ONE)),
            change("0", None, Some(TWO)),
            change("b/c/d", Some(ONE), Some(TWO)),
            change("a", Some(ONE), None),
        ];
        let ours = edit(&world, &changes);
        assert_eq!(ours, Some(by_git(&world, &changes)));
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
        let both = [change("c", None, Some(TWO)), change("c/d/e", None, Some(TWO))];
        assert_eq!(edit(&world, &both), None);
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
        let index = index(&world);
        let written = |later| edited(&index, modified + Duration::from_secs(later), &met);
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
