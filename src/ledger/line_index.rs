//! What is known of the history from before: `<git folder>/countersign/history-1.index`.
//!
//! It is kept in runs: commits of which each is the first parent of the next, and what they changed in the register. A run
//! stands on a commit of an earlier run, or on nothing where the history begins, so branches share what they have in
//! common. A commit's id stands for everything that led to it: what is kept may be incomplete, but never out of date.
//!
//! The file can be deleted at any time; whatever is surprising about it (length, checksum) means that it is ignored and,
//! where it is worth it, written anew. Nothing of it is decoded before it is needed: a question reads a few rows of it.
//!
//! ```text
//! columns … columns │ index: each run's base, size, place and checksum │ length and checksum of the index
//! ```

use std::collections::HashMap;
use std::io::{self, Write};
use std::ops::Range;
use std::path::Path;

use serde::{Deserialize, Serialize};

use super::compare::{RawChange, Scope};
use super::object::content;
use super::oid::{ObjectFormat, Oid};
use super::own::OwnFile;
use super::{PathChange, Person};

/// Histories below this are walked faster than an index is worth.
const SMALLEST_WORTH: usize = 256;
/// New commits below this, and below this share of what is known, are walked again rather than the file written anew.
const FEWEST_WORTH: usize = 16;
const SHARE_WORTH: usize = 512;
/// So many runs are joined to one, and what the line at hand does not need is forgotten.
const MOST_RUNS: usize = 32;

/// What a reading does with what was kept from before.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Caching {
    Ignore,
    /// Uses it as it is.
    Look,
    /// Uses it, and keeps what was read.
    Keep,
}

/// The kept runs of one repository; none where there is no index.
pub(super) struct LineIndex {
    file: OwnFile,
    format: ObjectFormat,
    bytes: Vec<u8>,
    runs: Vec<Run>,
}

/// Where a run is in the file, and what it stands on.
#[derive(Clone, Serialize, Deserialize)]
struct Run {
    /// The first parent of its first commit; empty where there is none.
    base: Vec<u8>,
    commits: usize,
    paths: usize,
    rows: usize,
    columns: Range<usize>,
    checksum: u32,
}

/// A commit in the index.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Place {
    run: usize,
    /// Counted from the oldest of the run.
    position: usize,
}

/// One change in the index. Rows sort as a history does: newest commit first, then by path.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) struct Row {
    place: Place,
    path: usize,
    row: usize,
}

/// Behind the index: its length and its checksum.
const TAIL: usize = 8 + 4;

impl LineIndex {
    pub fn open(git_folder: &Path, format: ObjectFormat) -> LineIndex {
        let file = OwnFile::new(git_folder, "history-1.index");
        let bytes = file.read().unwrap_or_default();
        LineIndex::of(file, format, bytes)
    }

    /// Knows nothing, and never will.
    pub fn none(format: ObjectFormat) -> LineIndex {
        LineIndex { file: OwnFile::default(), format, bytes: Vec::new(), runs: Vec::new() }
    }

    fn of(file: OwnFile, format: ObjectFormat, bytes: Vec<u8>) -> LineIndex {
        let runs = runs(&bytes).unwrap_or_default();
        let index = LineIndex { file, format, bytes, runs };
        let is_sound = |run: &Run| {
            let columns = index.bytes.get(run.columns.clone());
            columns.is_some_and(|bytes| crc32fast::hash(bytes) == run.checksum)
                && index.columns(run).is_some()
        };
        if index.runs.iter().all(is_sound) { index } else { LineIndex { runs: Vec::new(), ..index } }
    }

    /// Where a commit is, if it is known.
    pub fn place(&self, id: Oid) -> Option<Place> {
        self.place_before(self.runs.len(), id.as_bytes())
    }

    /// The same among the first runs only.
    fn place_before(&self, end: usize, id: &[u8]) -> Option<Place> {
        (0..end).rev().find_map(|run| {
            let position = self.columns(&self.runs[run])?.position(id)?;
            Some(Place { run, position })
        })
    }

    /// The parts of runs that lead to a commit, newest first. A run stands on earlier ones only, so there is an end.
    fn parts(&self, place: Place) -> impl Iterator<Item = Place> {
        std::iter::successors(Some(place), |part| {
            let base = &self.runs[part.run].base;
            if base.is_empty() { None } else { self.place_before(part.run, base) }
        })
    }

    /// All changes at or below the scope's paths along the line that ends in a commit.
    pub fn rows(&self, place: Place, scope: &Scope) -> Vec<Row> {
        let mut all = Vec::new();
        for Place { run, position: newest } in self.parts(place) {
            let Some(columns) = self.columns(&self.runs[run]) else { continue };
            let start = all.len();
            for path in columns.paths_in(scope) {
                let rows = columns.rows_of(path).map(|row| Row {
                    place: Place { run, position: columns.position_of(row) },
                    path,
                    row,
                });
                all.extend(rows.filter(|row| row.place.position <= newest));
            }
            all[start..].sort_by_key(|row| (std::cmp::Reverse(row.place.position), row.path, row.row));
        }
        // Paths may lie in each other.
        all.dedup();
        all
    }

    /// The commit of the first of these rows and what it changed, and the rows of the commits before it.
    pub fn record<'r>(&self, rows: &'r [Row]) -> Option<(Oid, Vec<PathChange>, &'r [Row])> {
        let place = rows.first()?.place;
        let (own, rest) = rows.split_at(rows.iter().take_while(|row| row.place == place).count());
        let columns = self.columns(&self.runs[place.run])?;
        let changes = own.iter().filter_map(|row| columns.change(row)).collect();
        Some((columns.id(place.position)?, changes, rest))
    }

    /// The commits of the line that ends in one, newest first, each with its committer's time and offset.
    pub fn commits(&self, place: Place) -> impl Iterator<Item = (Oid, i64, i32)> {
        self.parts(place).flat_map(|Place { run, position }| {
            let columns = self.columns(&self.runs[run]);
            (0..=position).rev().filter_map(move |position| {
                let columns = columns.as_ref()?;
                let (seconds, offset_minutes) = columns.time(position)?;
                Some((columns.id(position)?, seconds, offset_minutes))
            })
        })
    }

    /// Adds the commits that lead from one that is known, or from the beginning. That it could not be written is nobody's
    /// trouble.
    pub fn keep(&self, mut fresh: Fresh, base: Option<Place>) {
        let known: usize = self.runs.iter().map(|run| run.commits).sum();
        let fewest = if known == 0 { SMALLEST_WORTH } else { FEWEST_WORTH.max(known / SHARE_WORTH) };
        if fresh.commits < fewest {
            return;
        }
        let _ = if self.runs.len() < MOST_RUNS {
            let base = base.and_then(|place| self.columns(&self.runs[place.run])?.id(place.position));
            self.replace(&self.runs, fresh.columns(base, self.format))
        } else {
            base.into_iter().for_each(|place| fresh.join(self, place));
            self.replace(&[], fresh.columns(None, self.format))
        };
    }

    fn replace(&self, kept: &[Run], new: (Run, Vec<u8>)) -> io::Result<()> {
        self.file.replace(|out| self.write(out, kept, new))
    }

    fn write(&self, out: &mut dyn Write, kept: &[Run], (new, columns): (Run, Vec<u8>)) -> io::Result<()> {
        let end = kept.last().map_or(0, |run| run.columns.end);
        out.write_all(self.bytes.get(..end).unwrap_or_default())?;
        out.write_all(&columns)?;
        let new = Run { columns: end..end + columns.len(), ..new };
        let runs: Vec<&Run> = kept.iter().chain([&new]).collect();
        let runs = postcard::to_stdvec(&runs).map_err(io::Error::other)?;
        out.write_all(&runs)?;
        out.write_all(&(runs.len() as u64).to_le_bytes())?;
        out.write_all(&crc32fast::hash(&runs).to_le_bytes())
    }

    fn columns(&self, run: &Run) -> Option<Columns<'_>> {
        Columns::of(run, self.bytes.get(run.columns.clone())?, self.format)
    }
}

/// The runs of a sound file.
fn runs(bytes: &[u8]) -> Option<Vec<Run>> {
    let (rest, tail) = bytes.split_at_checked(bytes.len().checked_sub(TAIL)?)?;
    let (length, checksum) = tail.split_first_chunk()?;
    let length = usize::try_from(u64::from_le_bytes(*length)).ok()?;
    let (columns, runs) = rest.split_at_checked(rest.len().checked_sub(length)?)?;
    let runs: Vec<Run> =
        (crc32fast::hash(runs).to_le_bytes() == *checksum).then(|| postcard::from_bytes(runs).ok())??;
    (runs.last().map_or(0, |run| run.columns.end) == columns.len()).then_some(runs)
}

/// A run's columns, one behind the other; numbers are little-endian.
struct Columns<'a> {
    format: ObjectFormat,
    /// The commits' ids, oldest first.
    ids: &'a [u8],
    /// The commits' positions in the order of their ids.
    by_id: &'a [u8],
    /// Each commit's committer time and offset.
    times: &'a [u8],
    /// Where each path's text and rows end; they begin where the path's before it do.
    paths: &'a [u8],
    /// Each change's commit, and the content before and after, by path and commit. Null is no file.
    rows: &'a [u8],
    /// The paths, sorted, with nothing between them.
    text: &'a [u8],
}

const NUMBER: usize = 4;
const TIME: usize = 8 + 4;

impl<'a> Columns<'a> {
    fn of(run: &Run, bytes: &'a [u8], format: ObjectFormat) -> Option<Columns<'a>> {
        let id = format.null().as_bytes().len();
        let mut rest = bytes;
        let mut column = |count: usize, width: usize| {
            let (column, behind) = rest.split_at_checked(count.checked_mul(width)?)?;
            rest = behind;
            Some(column)
        };
        let (ids, by_id) = (column(run.commits, id)?, column(run.commits, NUMBER)?);
        let (times, paths) = (column(run.commits, TIME)?, column(run.paths, 2 * NUMBER)?);
        let rows = column(run.rows, NUMBER + 2 * id)?;
        Some(Columns { format, ids, by_id, times, paths, rows, text: rest })
    }

    fn id_length(&self) -> usize {
        self.format.null().as_bytes().len()
    }

    fn id(&self, position: usize) -> Option<Oid> {
        Oid::from_bytes(cell(self.ids, position, self.id_length()))
    }

    /// Where a commit is in the run. Most often it is the newest that is looked for.
    fn position(&self, id: &[u8]) -> Option<usize> {
        let length = self.id_length();
        let newest = (self.ids.len() / length).checked_sub(1)?;
        if cell(self.ids, newest, length) == id {
            return Some(newest);
        }
        let sorted = |at: usize| number(self.by_id, at);
        let at = first(newest + 1, |at| cell(self.ids, sorted(at), length) >= id);
        (at <= newest && cell(self.ids, sorted(at), length) == id).then(|| sorted(at))
    }

    fn time(&self, position: usize) -> Option<(i64, i32)> {
        let (seconds, offset) = cell(self.times, position, TIME).split_first_chunk()?;
        Some((i64::from_le_bytes(*seconds), i32::from_le_bytes(offset.try_into().ok()?)))
    }

    /// The paths at or below a scope's.
    fn paths_in(&self, scope: &Scope) -> impl Iterator<Item = usize> {
        let count = self.paths.len() / (2 * NUMBER);
        let from = move |path: &[u8]| first(count, |at| self.path(at) >= path);
        scope.paths().iter().flat_map(move |path| {
            // `0` is what follows `/` in ASCII.
            let below = |end: char| from(format!("{path}{end}").as_bytes());
            let own = from(path.as_bytes());
            let is_known = own < count && self.path(own) == path.as_bytes();
            is_known.then_some(own).into_iter().chain(below('/')..below('0'))
        })
    }

    fn path(&self, at: usize) -> &'a [u8] {
        let start = at.checked_sub(1).map_or(0, |before| number(self.paths, 2 * before));
        self.text.get(start..number(self.paths, 2 * at)).unwrap_or_default()
    }

    fn rows_of(&self, path: usize) -> Range<usize> {
        let start = path.checked_sub(1).map_or(0, |before| number(self.paths, 2 * before + 1));
        start..number(self.paths, 2 * path + 1).min(self.rows.len())
    }

    fn row(&self, row: usize) -> &'a [u8] {
        cell(self.rows, row, NUMBER + 2 * self.id_length())
    }

    fn position_of(&self, row: usize) -> usize {
        number(self.row(row), 0)
    }

    fn change(&self, row: &Row) -> Option<PathChange> {
        let path = std::str::from_utf8(self.path(row.path)).ok()?.to_owned();
        let (before, after) = self.row(row.row).get(NUMBER..)?.split_at_checked(self.id_length())?;
        let file = |id| Oid::from_bytes(id).filter(|id| *id != self.format.null()).map(content);
        Some(PathChange { path, before: file(before), after: file(after) })
    }
}

/// One cell of a column; empty behind its end.
fn cell(column: &[u8], at: usize, width: usize) -> &[u8] {
    let start = at.saturating_mul(width);
    column.get(start..start.saturating_add(width)).unwrap_or_default()
}

fn number(column: &[u8], at: usize) -> usize {
    cell(column, at, NUMBER).try_into().map_or(0, |bytes| u32::from_le_bytes(bytes) as usize)
}

/// The first of `count` for which it holds, where it holds for all behind it.
fn first(count: usize, holds: impl Fn(usize) -> bool) -> usize {
    let (mut start, mut end) = (0, count);
    while start < end {
        let middle = start.midpoint(end);
        if holds(middle) { end = middle } else { start = middle + 1 }
    }
    start
}

/// Commits on their way into the index, newest first.
#[derive(Default)]
pub(super) struct Fresh {
    commits: usize,
    ids: Vec<u8>,
    times: Vec<u8>,
    paths: HashMap<Vec<u8>, usize>,
    rows: Vec<FreshRow>,
    /// Each row's content before and after.
    contents: Vec<u8>,
}

struct FreshRow {
    /// In the order in which paths were met.
    path: usize,
    /// Counted from the newest.
    commit: usize,
}

impl Fresh {
    pub fn commit(&mut self, id: Oid, committer: &Person) {
        self.add(id, committer.time_seconds, committer.offset_minutes);
    }

    fn add(&mut self, id: Oid, seconds: i64, offset_minutes: i32) {
        self.commits += 1;
        self.ids.extend(id.as_bytes());
        self.times.extend(seconds.to_le_bytes());
        self.times.extend(offset_minutes.to_le_bytes());
    }

    /// What the commit that was added last changed.
    pub fn change(&mut self, change: &RawChange) {
        let Some((before, after)) = change.files() else { return };
        for side in [before, after] {
            self.contents.extend(side.map_or(self.null(), |id| id.as_bytes().to_vec()));
        }
        self.row(change.path.as_bytes());
    }

    fn null(&self) -> Vec<u8> {
        vec![0; self.ids.len() / self.commits]
    }

    fn row(&mut self, path: &[u8]) {
        let next = self.paths.len();
        let path = match self.paths.get(path) {
            Some(known) => *known,
            None => *self.paths.entry(path.to_vec()).or_insert(next),
        };
        self.rows.push(FreshRow { path, commit: self.commits - 1 });
    }

    /// The commits of the line that ends in a known one, behind those that are here.
    fn join(&mut self, index: &LineIndex, place: Place) {
        let rows = index.rows(place, &Scope::register());
        let mut rows = rows.iter().peekable();
        for Place { run, position } in index.parts(place) {
            let Some(columns) = index.columns(&index.runs[run]) else { continue };
            for position in (0..=position).rev() {
                let (Some(id), Some((seconds, offset))) = (columns.id(position), columns.time(position))
                else {
                    continue;
                };
                self.add(id, seconds, offset);
                while let Some(row) = rows.next_if(|row| row.place == Place { run, position }) {
                    self.contents.extend(columns.row(row.row).get(NUMBER..).unwrap_or_default());
                    self.row(columns.path(row.path));
                }
            }
        }
    }

    /// The run they make, and its columns.
    fn columns(self, base: Option<Oid>, format: ObjectFormat) -> (Run, Vec<u8>) {
        let id = format.null().as_bytes().len();
        let mut bytes = Vec::new();
        for id in self.ids.chunks_exact(id).rev() {
            bytes.extend(id);
        }
        let mut by_id: Vec<usize> = (0..self.commits).collect();
        by_id.sort_unstable_by_key(|position| cell(&bytes, *position, id));
        by_id.into_iter().for_each(|position| bytes.extend(as_number(position)));
        for time in self.times.chunks_exact(TIME).rev() {
            bytes.extend(time);
        }
        let mut paths: Vec<(Vec<u8>, usize)> = self.paths.into_iter().collect();
        paths.sort_unstable();
        let mut rank = vec![0; paths.len()];
        paths.iter().enumerate().for_each(|(at, (_, path))| rank[*path] = at);
        let mut rows: Vec<usize> = (0..self.rows.len()).collect();
        let place = |row: &FreshRow| (rank[row.path], self.commits - 1 - row.commit);
        rows.sort_by_key(|row| place(&self.rows[*row]));
        let mut text_end = 0;
        for (at, (text, _)) in paths.iter().enumerate() {
            text_end += text.len();
            let row_end = rows.partition_point(|row| place(&self.rows[*row]).0 <= at);
            bytes.extend(as_number(text_end).into_iter().chain(as_number(row_end)));
        }
        for &row in &rows {
            bytes.extend(as_number(place(&self.rows[row]).1));
            bytes.extend(cell(&self.contents, row, 2 * id));
        }
        paths.iter().for_each(|(text, _)| bytes.extend(text));
        let run = Run {
            base: base.map_or(Vec::new(), |id| id.as_bytes().to_vec()),
            commits: self.commits,
            paths: paths.len(),
            rows: rows.len(),
            columns: 0..bytes.len(),
            checksum: crc32fast::hash(&bytes),
        };
        (run, bytes)
    }
}

/// No history has more of anything than fits: a commit takes more than its number's four bytes.
fn as_number(number: usize) -> [u8; NUMBER] {
    u32::try_from(number).unwrap_or(u32::MAX).to_le_bytes()
}

#[cfg(test)]
mod tests {
    use super::super::Kind;
    use super::*;

    fn id(number: u8) -> Oid {
        Oid::Sha1([number; 20])
    }

    /// Two runs: commits 5, 1, 9 and, on the second of them, 7.
    fn sound() -> Vec<u8> {
        let change = |path: &str, before: Option<u8>, after: Option<u8>| RawChange {
            path: path.to_owned(),
            before: before.map(|number| (Kind::File, id(number))),
            after: after.map(|number| (Kind::File, id(number))),
        };
        let mut fresh = Fresh::default();
        for (number, changes) in [
            (9, vec![change("companies/a/x", Some(20), None)]),
            (1, vec![]),
            (5, vec![change("companies/a/x", None, Some(20)), change("companies/a-b", None, Some(21))]),
        ] {
            fresh.add(id(number), i64::from(number), 60);
            changes.iter().for_each(|change| fresh.change(change));
        }
        let first = written(&of(Vec::new()), fresh.columns(None, ObjectFormat::Sha1));
        let mut fresh = Fresh::default();
        fresh.add(id(7), 7, -60);
        fresh.change(&change("companies/a/y", Some(22), Some(23)));
        written(&of(first), fresh.columns(Some(id(1)), ObjectFormat::Sha1))
    }

    fn of(bytes: Vec<u8>) -> LineIndex {
        LineIndex::of(OwnFile::default(), ObjectFormat::Sha1, bytes)
    }

    fn written(index: &LineIndex, new: (Run, Vec<u8>)) -> Vec<u8> {
        let mut bytes = Vec::new();
        index.write(&mut bytes, &index.runs, new).unwrap();
        bytes
    }

    /// The line that ends in a commit: each that changed something below a path, and what it changed.
    fn line(index: &LineIndex, end: u8, path: &str) -> Option<Vec<(Oid, Vec<String>)>> {
        let all = index.rows(index.place(id(end))?, &Scope::of(&[path.to_owned()]));
        let (mut rows, mut line) = (&all[..], Vec::new());
        while let Some((id, changes, rest)) = index.record(rows) {
            line.push((id, changes.into_iter().map(|change| change.path).collect()));
            rows = rest;
        }
        Some(line)
    }

    #[test]
    fn a_line_goes_from_run_to_run() {
        let index = of(sound());
        let commit =
            |number: u8, paths: &[&str]| (id(number), paths.iter().map(ToString::to_string).collect());
        let begins = commit(5, &["companies/a-b", "companies/a/x"]);
        assert_eq!(line(&index, 9, "companies"), Some(vec![commit(9, &["companies/a/x"]), begins.clone()]));
        assert_eq!(line(&index, 7, "companies"), Some(vec![commit(7, &["companies/a/y"]), begins]));
        assert_eq!(line(&index, 1, "companies/a"), Some(vec![commit(5, &["companies/a/x"])]));
        assert_eq!(line(&index, 7, "companies/b"), Some(vec![]));
        assert_eq!(line(&index, 8, "companies"), None);
        let times: Vec<_> = index.commits(index.place(id(7)).unwrap()).collect();
        assert_eq!(times, [(id(7), 7, -60), (id(1), 1, 60), (id(5), 5, 60)]);
    }

    #[test]
    fn joined_runs_answer_alike() {
        let index = of(sound());
        let mut fresh = Fresh::default();
        fresh.join(&index, index.place(id(7)).unwrap());
        let joined = of(written(&of(Vec::new()), fresh.columns(None, ObjectFormat::Sha1)));
        for (end, path) in [(7, "companies"), (1, "companies"), (5, "companies/a"), (7, "companies/a")] {
            assert_eq!(line(&joined, end, path), line(&index, end, path));
        }
        assert_eq!(joined.runs.len(), 1);
        assert_eq!(line(&joined, 9, "companies"), None);
    }

    #[test]
    fn a_damaged_byte_or_another_length_means_that_nothing_is_known() {
        let sound = sound();
        for place in 0..sound.len() {
            for damage in [0x01, 0x80, 0xff] {
                let mut bytes = sound.clone();
                bytes[place] ^= damage;
                assert!(of(bytes).runs.is_empty(), "byte {place} is damaged");
            }
        }
        for length in 0..sound.len() {
            assert!(of(sound[..length].to_vec()).runs.is_empty(), "{length} bytes are left");
        }
        assert!(of([&sound[..], b"x"].concat()).runs.is_empty());
        let index = of(sound.clone());
        assert!(LineIndex::of(OwnFile::default(), ObjectFormat::Sha256, sound).runs.is_empty());
        assert_eq!(index.runs.len(), 2);
    }
}
