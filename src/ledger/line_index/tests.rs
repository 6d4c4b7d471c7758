use std::fs;
use std::ops::Range;

use super::*;
use crate::ledger::compare::RawChange;
use crate::ledger::{Kind, Person};

fn id(number: u8) -> Oid {
    Oid::Sha1([number; 20])
}

/// A commit, and of each path it changed the content before and after.
type Commit<'a> = (u8, &'a [(&'a str, (Option<u8>, Option<u8>))]);

struct Kept {
    folder: tempfile::TempDir,
}

impl Kept {
    /// Two runs: commits 5, 1, 9 and, on the second of them, 7.
    fn sound() -> Kept {
        let kept = Kept { folder: tempfile::tempdir().unwrap() };
        let (created, removed) = ((None, Some(20)), (Some(20), None));
        kept.add(
            None,
            &[
                (9, &[("companies/a/x", removed)]),
                (1, &[]),
                (5, &[("companies/a/x", created), ("companies/a-b", (None, Some(21)))]),
            ],
        );
        kept.add(Some(1), &[(7, &[("companies/a/y", (Some(22), Some(23)))])]);
        kept
    }

    fn add(&self, base: Option<u8>, commits: &[Commit<'_>]) {
        let (tip, header, columns) = fresh(commits).columns(base.map(id)).unwrap();
        let file = OwnFile::new(self.folder.path(), format!("{FOLDER}/{tip}{ENDING}"));
        file.replace(|out| Run::write(out, &header, &columns)).unwrap();
    }

    fn open(&self) -> LineIndex {
        LineIndex::open(self.folder.path(), ObjectFormat::Sha1)
    }

    /// The run that ends in a commit.
    fn remove(&self, tip: u8) {
        let name = id(tip).to_string();
        let of_it = |file: &&PathBuf| file.to_string_lossy().contains(&name);
        fs::remove_file(self.files().iter().find(of_it).unwrap()).unwrap();
    }

    fn files(&self) -> Vec<PathBuf> {
        let files = OwnFile::all(self.folder.path(), FOLDER, ENDING, MOST_FILES).unwrap();
        files.into_iter().map(|file| file.path).collect()
    }
}

fn fresh(commits: &[Commit<'_>]) -> Fresh {
    let mut fresh = Fresh::default();
    for (number, changes) in commits {
        let offset_minutes = if *number == 7 { -60 } else { 60 };
        let time_seconds = i64::from(*number);
        fresh.commit(
            id(*number),
            &Person { name: String::new(), email: String::new(), time_seconds, offset_minutes },
        );
        for (path, (before, after)) in *changes {
            let [before, after] = [before, after].map(|side| side.map(|number| (Kind::File, id(number))));
            fresh.change(&RawChange { path: (*path).to_owned(), before, after });
        }
    }
    fresh
}

type Told = Vec<(Oid, Vec<String>)>;

/// The line that ends in a commit: each that changed something below a path, and what it changed.
fn line(index: &mut LineIndex, end: u8, path: &str) -> Option<Told> {
    let place = index.place(id(end))?;
    let all = index.rows(place, &Scope::of(&[path.to_owned()]))?;
    let (mut rows, mut line) = (&all[..], Vec::new());
    while let Some((id, changes, rest)) = index.record(rows) {
        line.push((id, changes.into_iter().map(|change| change.path).collect()));
        rows = rest;
    }
    Some(line)
}

fn told(commits: &[(u8, &[&str])]) -> Option<Told> {
    let commit =
        |(number, paths): &(u8, &[&str])| (id(*number), paths.iter().map(ToString::to_string).collect());
    Some(commits.iter().map(commit).collect())
}

const BEGINS: (u8, &[&str]) = (5, &["companies/a-b", "companies/a/x"]);

#[test]
fn a_line_goes_from_run_to_run() {
    let index = &mut Kept::sound().open();
    assert_eq!(line(index, 9, "companies"), told(&[(9, &["companies/a/x"]), BEGINS]));
    assert_eq!(line(index, 7, "companies"), told(&[(7, &["companies/a/y"]), BEGINS]));
    assert_eq!(line(index, 1, "companies/a"), told(&[(5, &["companies/a/x"])]));
    assert_eq!(line(index, 7, "companies/b"), told(&[]));
    assert_eq!(line(index, 8, "companies"), None);
    let place = index.place(id(7)).unwrap();
    for (time, found) in [((7, -60), Some(7)), ((1, 60), Some(1)), ((5, 60), Some(5)), ((9, 60), None)] {
        let last = index.last(place, |seconds, offset| (seconds, offset) == time);
        assert_eq!(last.unwrap(), found.map(id));
    }
}

#[test]
fn runs_that_are_taken_in_answer_alike() {
    let kept = Kept::sound();
    let index = &mut kept.open();
    let top = index.place(id(7));
    let mut new = fresh(&[(6, &[("companies/c", (None, Some(1)))]), (3, &[])]);
    let ground = take_in(&mut new, &mut index.runs, top, LARGEST_RUN_BYTES).unwrap();
    // The one below it is needed from its middle on.
    assert_eq!((ground.id, ground.taken_in.len()), (Some(id(1)), 1));
    let (tip, header, columns) = new.columns(ground.id).unwrap();
    let file = OwnFile::new(kept.folder.path(), format!("{FOLDER}/{tip}{ENDING}"));
    file.replace(|out| Run::write(out, &header, &columns)).unwrap();
    kept.remove(7);
    let index = &mut kept.open();
    assert_eq!(index.runs.len(), 2);
    for (end, path) in [(7, "companies"), (9, "companies"), (5, "companies/a"), (7, "companies/a")] {
        assert_eq!(line(index, end, path), line(&mut Kept::sound().open(), end, path));
    }
    assert_eq!(line(index, 6, "companies"), told(&[(6, &["companies/c"]), (7, &["companies/a/y"]), BEGINS]));
}

/// Commits of these numbers, the last one first; each changed a file of its own and one that all do.
fn long(numbers: Range<u16>) -> Fresh {
    let mut fresh = Fresh::default();
    for number in numbers.rev() {
        let time_seconds = i64::from(number);
        let (name, email) = (String::new(), String::new());
        fresh.commit(long_id(number), &Person { name, email, time_seconds, offset_minutes: 0 });
        for path in ["companies/a/x".to_owned(), format!("companies/b/{number}")] {
            fresh.change(&RawChange { path, before: None, after: Some((Kind::File, id(1))) });
        }
    }
    fresh
}

fn long_id(number: u16) -> Oid {
    let [high, low] = number.to_be_bytes();
    Oid::Sha1(std::array::from_fn(|at| if at % 2 == 0 { high } else { low }))
}

/// No file is larger than what is read again, however long the history; and a large one is not written again.
#[test]
fn a_long_history_is_kept_in_several_runs() {
    const LARGEST: usize = 20_000;
    let kept = Kept { folder: tempfile::tempdir().unwrap() };
    let open = || LineIndex { largest_run_bytes: LARGEST, ..kept.open() };
    open().keep(long(0..600), None);
    let first = kept.files();
    assert!(first.len() > 4, "{first:?}");
    for (new, end) in [(600..616, 616), (616..640, 640), (640..700, 700)] {
        let index = &mut open();
        let base = index.place(long_id(new.start - 1));
        assert!(base.is_some(), "{new:?}");
        index.keep(long(new), base);
        let files = kept.files();
        assert!(files.len() <= first.len() + 2, "{files:?}");
        assert!(first[..].iter().filter(|file| files.contains(file)).count() >= first.len() - 1);
        let size = |file: &PathBuf| fs::metadata(file).unwrap().len() as usize;
        assert!(files.iter().map(size).max() < Some(LARGEST + 1_000), "{files:?}");

        let index = &mut open();
        for newest in [end - 1, 599, 300, 0] {
            let place = index.place(long_id(newest)).unwrap();
            let all = index.rows(place, &Scope::of(&["companies".to_owned()])).unwrap();
            let (mut rows, mut left) = (&all[..], (0..=newest).rev());
            while let Some((id, changes, rest)) = index.record(rows) {
                let number = left.next().unwrap();
                assert_eq!((id, changes.len()), (long_id(number), 2));
                assert_eq!(changes[1].path, format!("companies/b/{number}"));
                rows = rest;
            }
            assert_eq!(left.next(), None);
            assert_eq!(index.last(place, |seconds, _| seconds <= 77).unwrap(), Some(long_id(newest.min(77))));
        }
    }
}

#[test]
fn one_commit_is_one_run_however_large() {
    let sizes: Vec<usize> = long(0..5).parts(1).iter().map(Fresh::commits).collect();
    assert_eq!(sizes, [1; 5]);
    assert_eq!(long(0..5).parts(usize::MAX / 2).len(), 1);
}

#[test]
fn a_run_without_its_ground_says_nothing() {
    let kept = Kept::sound();
    kept.remove(9);
    let index = &mut kept.open();
    assert_eq!((index.runs.len(), index.useless.len()), (0, 1));
    assert_eq!(line(index, 7, "companies"), None);
}

/// Damage in what a question needs is noticed; in what it does not need, it may stay.
#[test]
fn a_damaged_byte_or_another_length_means_that_nothing_is_known() {
    let sound = Kept::sound();
    let expected = |end| line(&mut sound.open(), end, "companies");
    for file in sound.files() {
        let bytes = fs::read(&file).unwrap();
        let is_ignored = |bytes: &[u8], what: &str| {
            fs::write(&file, bytes).unwrap();
            for end in [7, 9] {
                let index = &mut sound.open();
                let told = line(index, end, "companies");
                // What does not stand on a run that cannot even be opened is still known.
                assert!(told.is_none() || index.useless.len() == 1 && end == 9, "{what}");
            }
        };
        let answers = [7, 9].map(expected);
        for place in 0..bytes.len() {
            let mut damaged = bytes.clone();
            damaged[place] ^= 0x80;
            is_ignored(&damaged, &format!("byte {place} is damaged"));
        }
        for length in 0..bytes.len() {
            is_ignored(&bytes[..length], &format!("{length} bytes are left"));
        }
        is_ignored(&[&bytes[..], b"x"].concat(), "one byte more");
        fs::write(&file, &bytes).unwrap();
        assert_eq!([7, 9].map(expected), answers);
    }
    assert!(LineIndex::open(sound.folder.path(), ObjectFormat::Sha256).runs.is_empty());
}
