//! Commits on their way into the index.

use std::collections::{HashMap, HashSet};

use super::run::{Header, NUMBER, Run, Sound, TIME};
use crate::ledger::Person;
use crate::ledger::compare::RawChange;
use crate::ledger::oid::Oid;
use crate::ledger::scope::Scope;

/// Newest first.
#[derive(Default)]
pub struct Fresh {
    commits: Vec<Commit>,
    paths: HashMap<Vec<u8>, usize>,
    changes: Vec<Change>,
}

#[derive(Clone, Copy)]
struct Commit {
    id: Oid,
    seconds: i64,
    offset_minutes: i32,
}

struct Change {
    /// In the order in which paths were met.
    path: usize,
    /// Counted from the newest.
    commit: usize,
    before: Oid,
    after: Oid,
}

/// Ten times those of a hundred thousand decisions. A few folders that take turns make more of them, and they are held
/// until all are known.
const MOST_CHANGES: usize = 1_000_000;

impl Fresh {
    pub fn is_too_large(&self) -> bool {
        self.changes.len() > MOST_CHANGES
    }

    pub fn commits(&self) -> usize {
        self.commits.len()
    }

    pub fn commit(&mut self, id: Oid, committer: &Person) {
        let Person { time_seconds: seconds, offset_minutes, .. } = *committer;
        self.commits.push(Commit { id, seconds, offset_minutes });
    }

    /// What the commit that was added last changed.
    pub fn change(&mut self, change: &RawChange) {
        if let Some((before, after)) = change.files() {
            let (Some(null), path) = (self.null(), change.path.as_bytes()) else { return };
            self.add(path, self.commits.len() - 1, before.unwrap_or(null), after.unwrap_or(null));
        }
    }

    /// What stands for no file.
    fn null(&self) -> Option<Oid> {
        self.commits.last().map(|commit| commit.id.format().null())
    }

    fn add(&mut self, path: &[u8], commit: usize, before: Oid, after: Oid) {
        let next = self.paths.len();
        let path = match self.paths.get(path) {
            Some(known) => *known,
            None => *self.paths.entry(path.to_vec()).or_insert(next),
        };
        self.changes.push(Change { path, commit, before, after });
    }

    /// A whole run, behind the commits that are here.
    pub fn join(&mut self, run: &mut Run) -> Sound<()> {
        let rows = run.rows(run.newest(), &Scope::register())?;
        let mut rows = rows.into_iter().peekable();
        for position in (0..=run.newest()).rev() {
            let (id, (seconds, offset_minutes)) = (run.id(position)?, run.time(position)?);
            self.commits.push(Commit { id, seconds, offset_minutes });
            while let Some(row) = rows.next_if(|row| row.position == position) {
                let (before, after) = run.contents(row.row)?;
                self.add(run.path(row.path)?, self.commits.len() - 1, before, after);
            }
        }
        Ok(())
    }

    /// The same in parts whose columns take at most so many bytes, or that are of one commit; the oldest part first.
    pub fn parts(self, largest_bytes: usize) -> Vec<Fresh> {
        let ends = self.ends(largest_bytes);
        if ends.len() <= 1 {
            return vec![self];
        }
        let mut paths = vec![&[][..]; self.paths.len()];
        self.paths.iter().for_each(|(text, path)| paths[*path] = text);
        let starts = ends.iter().skip(1).copied().chain([0]);
        let part = |(start, end): (usize, usize)| {
            let mut part = Fresh { commits: self.commits[start..end].to_vec(), ..Fresh::default() };
            let first = |commit| self.changes.partition_point(|change| change.commit < commit);
            for change in &self.changes[first(start)..first(end)] {
                part.add(paths[change.path], change.commit - start, change.before, change.after);
            }
            part
        };
        starts.zip(ends.iter().copied()).map(part).collect()
    }

    /// Where the parts end, the oldest first: counted from the newest commit, so each begins where the next one ends.
    fn ends(&self, largest_bytes: usize) -> Vec<usize> {
        let mut lengths = vec![0; self.paths.len()];
        self.paths.iter().for_each(|(text, path)| lengths[*path] = text.len());
        let mut changes = self.changes.iter().rev().peekable();
        let (mut ends, mut bytes, mut paths) = (Vec::new(), 0, HashSet::new());
        for (at, commit) in self.commits.iter().enumerate().rev() {
            let id = commit.id.as_bytes().len();
            let own: Vec<&Change> =
                std::iter::from_fn(|| changes.next_if(|change| change.commit == at)).collect();
            let of_rows = own.len() * (NUMBER + 2 * id) + id + (id + NUMBER) + TIME;
            let of_paths = |known: &HashSet<usize>| -> usize {
                let new = own.iter().filter(|change| !known.contains(&change.path));
                new.map(|change| lengths[change.path] + 2 * NUMBER).sum()
            };
            bytes += of_rows + of_paths(&paths);
            if ends.is_empty() || bytes > largest_bytes {
                ends.push(at + 1);
                paths.clear();
                bytes = of_rows + of_paths(&paths);
            }
            paths.extend(own.iter().map(|change| change.path));
        }
        ends
    }

    /// The newest of them, the run they make, and its columns.
    pub fn columns(self, base: Option<Oid>) -> Option<(Oid, Header, Vec<u8>)> {
        let (tip, newest) = (self.commits.first()?.id, self.commits.len() - 1);
        let mut bytes = Vec::new();
        let oldest_first = || self.commits.iter().rev();
        oldest_first().for_each(|commit| bytes.extend(commit.id.as_bytes()));
        let mut sorted: Vec<(Oid, usize)> =
            oldest_first().enumerate().map(|(position, commit)| (commit.id, position)).collect();
        sorted.sort_unstable();
        for (id, position) in sorted {
            bytes.extend(id.as_bytes());
            bytes.extend(as_number(position));
        }
        for commit in oldest_first() {
            bytes.extend(commit.seconds.to_le_bytes());
            bytes.extend(commit.offset_minutes.to_le_bytes());
        }
        let mut paths: Vec<(Vec<u8>, usize)> = self.paths.into_iter().collect();
        paths.sort_unstable();
        let mut rank = vec![0; paths.len()];
        paths.iter().enumerate().for_each(|(at, (_, path))| rank[*path] = at);
        let mut changes = self.changes;
        // A stable sort, newest first so far: within a path the oldest is to be first.
        changes.reverse();
        changes.sort_by_key(|change| rank[change.path]);
        let mut text_end = 0;
        for (at, (text, _)) in paths.iter().enumerate() {
            text_end += text.len();
            let row_end = changes.partition_point(|change| rank[change.path] <= at);
            bytes.extend(as_number(text_end).into_iter().chain(as_number(row_end)));
        }
        for Change { commit, before, after, .. } in &changes {
            bytes.extend(as_number(newest - commit));
            bytes.extend(before.as_bytes().iter().chain(after.as_bytes()));
        }
        paths.iter().for_each(|(text, _)| bytes.extend(text));
        let header = Header {
            base: base.map_or(Vec::new(), |id| id.as_bytes().to_vec()),
            tip: tip.as_bytes().to_vec(),
            commits: self.commits.len(),
            paths: paths.len(),
            rows: changes.len(),
            text_bytes: text_end,
        };
        Some((tip, header, bytes))
    }
}

/// No history has more of anything than fits: a commit takes more than its number's four bytes.
fn as_number(number: usize) -> [u8; NUMBER] {
    u32::try_from(number).unwrap_or(u32::MAX).to_le_bytes()
}
