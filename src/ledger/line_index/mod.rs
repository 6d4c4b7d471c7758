//! What is known of the history from before: the files in `<git folder>/countersign/history-2/`.
//!
//! It is kept in runs, each a file: commits of which each is the first parent of the next, and what they changed in the
//! register. A run stands on a commit of another one, or on nothing where the history begins, so branches share what they
//! have in common. A commit's id stands for everything that led to it: what is kept may be incomplete, but never out of
//! date.
//!
//! New commits become a new run. It takes in the ones below it that are not much larger, so that there are few and each
//! commit is written again a few times only; a run that is large already is left alone, and what would be too large
//! becomes several. A run is never changed, so that several processes can read and write: at worst they keep the same
//! twice.
//!
//! Any of it can be deleted at any time. Whatever is surprising about it (length, checksum) means that it is ignored and,
//! where it is worth it, written anew.

mod fresh;
mod run;
#[cfg(test)]
mod tests;

use std::io;
use std::path::{Path, PathBuf};

use super::PathChange;
use super::oid::{ObjectFormat, Oid};
use super::own::{self, OwnFile};
use super::scope::Scope;
use run::{Damaged, Run, Sound};

pub(super) use fresh::Fresh;

/// Histories below this are walked faster than an index is worth.
const SMALLEST_WORTH: usize = 256;
/// New commits below this are walked again rather than a file written.
const FEWEST_WORTH: usize = 16;
/// A run is taken into a new one that has at least this share of its commits.
const SHARE_WORTH: usize = 2;
/// Where there are more, those are forgotten that the line at hand does not need.
const MOST_RUNS: usize = 32;
/// More were never written.
const MOST_FILES: usize = 4 * MOST_RUNS;

/// With its checksums, which are little, it is a file that is read again.
const LARGEST_RUN_BYTES: usize = own::LARGEST as usize / 4 * 3;

const FOLDER: &str = "history-2";
const ENDING: &str = ".run";

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
    git_folder: PathBuf,
    largest_run_bytes: usize,
    /// Each stands on earlier ones only.
    runs: Vec<Kept>,
    /// Files nothing can be learned from.
    useless: Vec<OwnFile>,
}

struct Kept {
    file: OwnFile,
    run: Run,
    /// Where the commit is that it stands on.
    base: Option<Place>,
}

/// A commit in the index.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Place {
    run: usize,
    /// Counted from the oldest of the run.
    position: usize,
}

/// One change in the index. Rows are in the order of a history: newest commit first, then by path.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) struct Row {
    run: usize,
    row: run::Row,
}

impl LineIndex {
    pub fn open(git_folder: &Path, format: ObjectFormat) -> LineIndex {
        let mut index = LineIndex { git_folder: git_folder.to_owned(), ..LineIndex::none() };
        let mut open = Vec::new();
        for file in OwnFile::all(git_folder, FOLDER, ENDING, MOST_FILES).unwrap_or_default() {
            let run = file.open().ok().and_then(|file| Run::open(file, format.null().as_bytes().len()));
            match run {
                Some(run) => open.push((file, run)),
                None => index.useless.push(file),
            }
        }
        while let Some((at, base)) = index.grounded(&open) {
            let (file, run) = open.swap_remove(at);
            index.runs.push(Kept { file, run, base });
        }
        index.useless.extend(open.into_iter().map(|(file, _)| file));
        index
    }

    /// Knows nothing, and never will.
    pub fn none() -> LineIndex {
        let (git_folder, largest_run_bytes) = (PathBuf::new(), LARGEST_RUN_BYTES);
        LineIndex { git_folder, largest_run_bytes, runs: Vec::new(), useless: Vec::new() }
    }

    /// One of the runs that stand on what is known already, or on nothing, and where.
    fn grounded(&mut self, open: &[(OwnFile, Run)]) -> Option<(usize, Option<Place>)> {
        open.iter().enumerate().find_map(|(at, (_, run))| match &run.header.base[..] {
            [] => Some((at, None)),
            base => Some((at, Some(self.find(base)?))),
        })
    }

    /// Where a commit is, if it is known.
    pub fn place(&mut self, id: Oid) -> Option<Place> {
        self.find(id.as_bytes())
    }

    fn find(&mut self, id: &[u8]) -> Option<Place> {
        self.soundly(|runs| {
            for (run, kept) in runs.iter_mut().enumerate().rev() {
                if let Some(position) = kept.run.position(id)? {
                    return Ok(Some(Place { run, position }));
                }
            }
            Ok(None)
        })?
    }

    /// All changes at or below the scope's paths along the line that ends in a commit.
    pub fn rows(&mut self, place: Place, scope: &Scope) -> Option<Vec<Row>> {
        self.soundly(|runs| {
            let mut all = Vec::new();
            for Place { run, position } in parts(runs, place) {
                let rows = runs[run].run.rows(position, scope)?;
                all.extend(rows.into_iter().map(|row| Row { run, row }));
            }
            Ok(all)
        })
    }

    /// The commit of the first of these rows and what it changed, and the rows of the commits before it.
    pub fn record<'r>(&mut self, rows: &'r [Row]) -> Option<(Oid, Vec<PathChange>, &'r [Row])> {
        let newest = rows.first()?;
        let is_its = |row: &&Row| (row.run, row.row.position) == (newest.run, newest.row.position);
        let (own, rest) = rows.split_at(rows.iter().take_while(is_its).count());
        self.soundly(|runs| {
            let run = &mut runs[newest.run].run;
            let changes = own.iter().map(|row| run.change(row.row)).collect::<Sound<_>>()?;
            Ok((run.id(newest.row.position)?, changes, rest))
        })
    }

    /// The last commit of the line that ends in one whose committer's time and offset pass a test.
    pub fn last(&mut self, place: Place, passes: impl Fn(i64, i32) -> bool) -> Sound<Option<Oid>> {
        let last = self.soundly(|runs| {
            for Place { run, position } in parts(runs, place) {
                let run = &mut runs[run].run;
                for position in (0..=position).rev() {
                    let (seconds, offset_minutes) = run.time(position)?;
                    if passes(seconds, offset_minutes) {
                        return run.id(position).map(Some);
                    }
                }
            }
            Ok(None)
        });
        last.ok_or(Damaged)
    }

    /// Adds the commits that lead from one that is known, or from the beginning. That it could not be written is nobody's
    /// trouble.
    pub fn keep(&mut self, mut fresh: Fresh, base: Option<Place>) {
        let fewest = if base.is_none() { SMALLEST_WORTH } else { FEWEST_WORTH };
        if fresh.commits() < fewest {
            return;
        }
        let small = self.largest_run_bytes / 2;
        let Some(ground) = self.soundly(|runs| take_in(&mut fresh, runs, base, small)) else { return };
        let mut gone = std::mem::take(&mut self.useless);
        gone.extend(ground.taken_in.iter().map(|run| self.runs[*run].file.clone()));
        if self.runs.len() >= MOST_RUNS {
            let line = ground.base.map_or(Vec::new(), |base| parts(&self.runs, base));
            let is_needed = |run: usize| line.iter().any(|part| part.run == run);
            let others = self.runs.iter().enumerate().filter(|(run, _)| !is_needed(*run));
            gone.extend(others.map(|(_, kept)| kept.file.clone()));
        }
        if let Ok(written) = self.write(fresh, ground.id) {
            let is_written = |gone: &&OwnFile| written.iter().any(|written| written.path == gone.path);
            gone.iter().filter(|gone| !is_written(gone)).for_each(OwnFile::remove);
        }
    }

    /// As runs, of which each stands on the one before.
    fn write(&self, fresh: Fresh, mut base: Option<Oid>) -> io::Result<Vec<OwnFile>> {
        let mut written = Vec::new();
        for part in fresh.parts(self.largest_run_bytes) {
            let Some((tip, header, columns)) = part.columns(base) else { continue };
            let file = OwnFile::new(&self.git_folder, format!("{FOLDER}/{tip}{ENDING}"));
            file.replace(|out| Run::write(out, &header, &columns))?;
            written.push(file);
            base = Some(tip);
        }
        Ok(written)
    }

    /// An answer of runs that are sound. After another one nothing is known any more.
    fn soundly<T>(&mut self, ask: impl FnOnce(&mut Vec<Kept>) -> Sound<T>) -> Option<T> {
        match ask(&mut self.runs) {
            Ok(answer) => Some(answer),
            Err(Damaged) => {
                self.useless.extend(self.runs.drain(..).map(|kept| kept.file));
                None
            }
        }
    }
}

/// The parts of runs that lead to a commit, newest first.
fn parts(runs: &[Kept], place: Place) -> Vec<Place> {
    std::iter::successors(Some(place), |part| runs[part.run].base).collect()
}

/// What a new run stands on.
struct Ground {
    base: Option<Place>,
    id: Option<Oid>,
    taken_in: Vec<usize>,
}

/// Adds the runs below that are not much larger, and small.
fn take_in(
    fresh: &mut Fresh,
    runs: &mut [Kept],
    mut base: Option<Place>,
    small_bytes: usize,
) -> Sound<Ground> {
    let mut taken_in = Vec::new();
    while let Some(Place { run, position }) = base {
        let Kept { run: below, base: its_base, .. } = &mut runs[run];
        let is_much_larger = below.header.commits >= SHARE_WORTH * fresh.commits();
        if position < below.newest() || is_much_larger || below.size_bytes() > small_bytes {
            break;
        }
        fresh.join(below)?;
        taken_in.push(run);
        base = *its_base;
    }
    let id = base.map(|base| runs[base.run].run.id(base.position)).transpose()?;
    Ok(Ground { base, id, taken_in })
}
