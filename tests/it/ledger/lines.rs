//! The history index: it answers what a walk answers, whatever happened to the history or to the index itself.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};

use countersign::ledger::{Caching, Filter, Ledger, PathChange, Record, Scope};
use proptest::prelude::*;
use proptest::test_runner::{Config, TestRunner};

use super::world::{Kind, ONE, TWO, World, in_every_kind, on_both_stores};
use crate::audit::Case;
use crate::hostile::countersign;

in_every_kind! {
    what_is_known_answers_as_a_walk_does
    days_are_found_in_what_is_known
    another_branch_and_a_rewritten_one_are_walked_to_what_they_share
    a_shallow_clone_knows_nothing
}

on_both_stores! {
    a_damaged_index_is_ignored_and_written_anew
    what_cannot_be_an_index_is_not_waited_for
    what_is_known_needs_nothing_else
    several_readers_and_writers_do_not_meet
}

const QUESTIONS: [&[&str]; 4] = [
    &["companies/acme/assessments"],
    &["companies/other", "companies/other/assessments", "countersign.toml"],
    &["companies/acm", "companies/acme/assessments/S-1"],
    &["notes.txt", "companies/acme"],
];

/// In the folder of the first question.
const BEGINNINGS: [&str; 4] = [
    "companies/acme/assessments/S-1",
    "companies/acme/assessments/S-1.2",
    "companies/acme/assessments/S-3.1.toml",
    "companies/acme/assessments/T",
];

fn walked(ledger: &Ledger, from: &str, paths: &[&str]) -> Vec<Record> {
    let paths = paths.iter().map(ToString::to_string).collect();
    let filter = Filter { paths, ..Filter::default() };
    ledger.history(ledger.resolve(from).unwrap(), &filter).unwrap().map(Result::unwrap).collect()
}

fn companies() -> Scope {
    Scope::of(&["companies"])
}

fn line(ledger: &Ledger, from: &str, asked: Scope, caching: Caching) -> Vec<Record> {
    let from = ledger.resolve(from).unwrap();
    ledger.line(from, asked, caching).unwrap().map(Result::unwrap).collect()
}

/// What git says of the same line: a change of mode alone is none here, and links are no files.
fn said_by_git(world: &World, from: &str) -> Vec<String> {
    let raw =
        ["log", "--first-parent", "-m", "--raw", "--no-abbrev", "--no-renames", "--root", "--format=%H"];
    let output = world.git([&raw[..], &[from, "--", "companies"]].concat());
    let null = world.kind.id_of('0');
    let (mut commit, mut lines) = ("", Vec::new());
    for text in output.lines().filter(|line| !line.is_empty()) {
        let Some((raw, path)) = text.strip_prefix(':').and_then(|raw| raw.split_once('\t')) else {
            commit = text;
            continue;
        };
        let fields: Vec<_> = raw.split(' ').collect();
        let file = |mode: usize, id: usize| if fields[mode].starts_with("100") { fields[id] } else { &null };
        let (before, after) = (file(0, 2), file(1, 3));
        if before != after {
            lines.push(format!("{commit} {before} {after} {path}"));
        }
    }
    lines
}

fn said_here(world: &World, from: &str) -> Vec<String> {
    let null = world.kind.id_of('0');
    let records = line(&world.ledger(), from, companies(), Caching::Keep);
    let lines = records.iter().flat_map(|record| {
        let side = |id: &Option<_>| id.as_ref().map_or(null.clone(), ToString::to_string);
        let change = move |change: &PathChange| {
            format!("{} {} {} {}", record.commit.id, side(&change.before), side(&change.after), change.path)
        };
        record.changes.iter().map(change).collect::<Vec<_>>()
    });
    lines.collect()
}

/// Every question, with every use of the index, is answered as by a walk.
fn answers_alike(ledger: &Ledger, from: &str) {
    for paths in QUESTIONS {
        let walked = walked(ledger, from, paths);
        for caching in [Caching::Ignore, Caching::Look, Caching::Keep] {
            let line = line(ledger, from, Scope::of(paths), caching);
            assert_eq!(line, walked, "{from} {paths:?} {caching:?}");
        }
    }
    for beginning in BEGINNINGS {
        let mut walked = walked(ledger, from, QUESTIONS[0]);
        walked
            .iter_mut()
            .for_each(|record| record.changes.retain(|change| change.path.starts_with(beginning)));
        walked.retain(|record| !record.changes.is_empty() || record.is_cut);
        for caching in [Caching::Ignore, Caching::Look, Caching::Keep] {
            let line = line(ledger, from, Scope::beginning(beginning), caching);
            assert_eq!(line, walked, "{from} {beginning}… {caching:?}");
        }
    }
}

fn index(world: &World) -> PathBuf {
    world.path.join(".git/countersign/history-2")
}

/// The runs of the index and what they hold.
fn runs(world: &World) -> BTreeMap<PathBuf, Vec<u8>> {
    let files = fs::read_dir(index(world)).unwrap().map(|entry| entry.unwrap().path());
    files.map(|file| (file.clone(), fs::read(file).unwrap())).collect()
}

/// A long history in one go: every commit changes one of a few files, and some change no file of the register.
fn long(world: &World, branch: &str, commits: usize) {
    let mut stream = String::new();
    for at in 0..commits {
        let path = match at % 7 {
            0 => TWO.to_owned(),
            6 => "notes.txt".to_owned(),
            other => format!("companies/acme/assessments/S-{other}.1.toml"),
        };
        let text = format!("reason = \"{branch} {at}\"\n");
        // Three commits a day.
        let time = 1_700_000_000 + at * 28_800;
        stream += &format!("commit refs/heads/{branch}\ncommitter First <first@example.org> {time} +0100\n");
        stream += &format!("data <<END\n{branch} {at}\nEND\n");
        if at == 0 {
            stream += &format!("from refs/heads/{branch}^0\n");
        }
        stream += &format!("M 100644 inline {path}\ndata <<END\n{text}END\n");
    }
    let input = world.beside("stream");
    fs::write(&input, stream).unwrap();
    let mut import = super::world::command(&world.path, ["fast-import", "--quiet"]);
    assert!(import.stdin(fs::File::open(input).unwrap()).status().unwrap().success());
}

/// Files, modes, folders, merges of every kind: what trees can do.
fn eventful(world: &World) {
    let commit = |message: &str| {
        world.git(["add", "-A"]);
        world.git(["commit", "-q", "--allow-empty", "-m", message]);
    };
    let switch = |branch: &str| world.git(["checkout", "-q", branch]);
    world.git(["mv", ONE, "companies/acme/assessments/S-1.2.toml"]);
    commit("a rename");
    world.git(["update-index", "--chmod=+x", TWO]);
    world.git(["commit", "-qm", "a mode"]);
    fs::remove_file(world.path.join(TWO)).unwrap();
    std::os::unix::fs::symlink("elsewhere", world.path.join(TWO)).unwrap();
    commit("a file becomes a link");
    fs::remove_dir_all(world.path.join("companies/other")).unwrap();
    world.write("companies/other", "a file\n");
    commit("a folder becomes a file");
    world.git(["revert", "--no-edit", "HEAD"]);
    for side in ["one", "two", "three"] {
        world.git(["checkout", "-qb", side, "main"]);
        world.write(&format!("companies/{side}/company.toml"), side);
        commit(side);
    }
    switch("main");
    world.git(["merge", "-q", "--no-ff", "-m", "an octopus", "one", "two", "three"]);
    world.git(["checkout", "-qb", "evil", "main"]);
    world.write(ONE, "status = \"partial\"\n");
    commit("aside");
    switch("main");
    world.write("companies/acme/company.toml", "name = \"Acme\"\n");
    commit("meanwhile");
    world.git(["merge", "-q", "--no-ff", "--no-commit", "evil"]);
    world.write(ONE, "status = \"met\"\n");
    commit("an evil merge");
    commit("nothing at all");
    world.git(["merge", "-q", "-s", "ours", "--allow-unrelated-histories", "-m", "kept out", "one"]);
}

fn what_is_known_answers_as_a_walk_does(kind: Kind) {
    let world = World::new(kind);
    eventful(&world);
    answers_alike(&world.ledger(), "main");
    assert!(!index(&world).exists(), "a short history is not worth an index");

    long(&world, "main", 300);
    let ledger = world.ledger();
    answers_alike(&ledger, "main");
    let first = runs(&world);
    assert_eq!(first.len(), 1);
    for from in ["main~1", "main~299", "main~301", "evil"] {
        answers_alike(&ledger, from);
    }
    assert_eq!(runs(&world), first, "nothing new was worth keeping");
    assert_eq!(said_here(&world, "main"), said_by_git(&world, "main"));

    // A few commits are walked, and more of them are added beside what is there.
    for commits in [1, 15, 17] {
        long(&world, "main", commits);
        answers_alike(&ledger, "main");
    }
    let second = runs(&world);
    assert!(first.iter().all(|(file, bytes)| second[file] == *bytes));
    assert!(second.values().map(Vec::len).sum::<usize>() < 2 * first.values().map(Vec::len).sum::<usize>());
    // Small ones are taken in by new ones, so that there are never many.
    for _ in 0..if kind == Kind::Libgit2 { 40 } else { 1 } {
        long(&world, "main", 16);
        line(&ledger, "main", Scope::of(&["countersign.toml"]), Caching::Keep);
        assert!(runs(&world).len() <= 7);
    }
    answers_alike(&ledger, "main");

    // A linked work tree uses the same one.
    let linked = world.linked("linked");
    answers_alike(&linked.ledger(), "HEAD");
    assert!(!linked.path.join(".git").is_dir());

    // What the index cannot be asked is not taken from it.
    fs::remove_dir_all(index(&world)).unwrap();
    line(&ledger, "main", Scope::of(&["notes.txt"]), Caching::Keep);
    line(&ledger, "main", Scope::everything(), Caching::Keep);
    line(&ledger, "main", companies(), Caching::Look);
    assert!(!index(&world).exists());
}

fn days_are_found_in_what_is_known(kind: Kind) {
    let world = World::new(kind);
    world.git(["checkout", "-q", "--orphan", "old"]);
    for date in ["2023-11-01T12:00:00Z", "2023-11-02T23:30:00-05:00"] {
        let mut commit = super::world::command(&world.path, ["commit", "-q", "--allow-empty", "-m", date]);
        assert!(commit.env("GIT_COMMITTER_DATE", date).status().unwrap().success());
    }
    long(&world, "old", 300);
    let days =
        ["2023-10-31", "2023-11-01", "2023-11-02", "2023-11-03", "2023-12-24", "2024-02-20", "2026-01-01"];
    let ledger = world.ledger();
    let found = || days.map(|day| ledger.resolve(day).map_err(|error| error.to_string()));
    let walked = found();
    line(&ledger, "old", companies(), Caching::Keep);
    assert!(index(&world).exists());
    assert_eq!(found(), walked);
    assert!(walked[0].is_err());
    let git = |before: &str| world.git(["rev-list", "-1", "--first-parent", before, "old"]).parse().unwrap();
    assert_eq!(walked[4], Ok(git("--before=2023-12-25T00:00:00+01:00")));
    assert_eq!(walked[5], Ok(git("--before=2024-02-21T00:00:00+01:00")));
    // These go back in time and are not known.
    long(&world, "old", 3);
    assert_eq!(ledger.resolve("2023-11-16").unwrap(), ledger.resolve("old").unwrap());
    assert_eq!(ledger.resolve("2023-11-03").unwrap(), ledger.resolve("old~303").unwrap());
}

fn another_branch_and_a_rewritten_one_are_walked_to_what_they_share(kind: Kind) {
    let world = World::new(kind);
    long(&world, "main", 300);
    let ledger = world.ledger();
    answers_alike(&ledger, "main");
    world.git(["branch", "side", "main~100"]);
    long(&world, "side", 40);
    answers_alike(&ledger, "side");
    answers_alike(&ledger, "main");
    // A foxtrot: main becomes the second parent of its own branch.
    world.git(["reset", "-q", "--hard", "side"]);
    world.git(["merge", "-q", "-s", "ours", "-m", "foxtrot", "main@{1}"]);
    answers_alike(&ledger, "main");
    world.git(["commit", "-q", "--amend", "-m", "another foxtrot"]);
    answers_alike(&ledger, "main");
    world.git(["checkout", "-q", "--orphan", "unrelated"]);
    world.git(["commit", "-qm", "a new beginning"]);
    long(&world, "unrelated", 280);
    answers_alike(&ledger, "unrelated");
    answers_alike(&ledger, "main");
    answers_alike(&ledger, "side");
}

fn a_shallow_clone_knows_nothing(kind: Kind) {
    let world = World::new(kind);
    long(&world, "main", 300);
    let path = world.clone("shallow", &["--depth=270"]);
    let ledger = kind.open(&path).unwrap();
    answers_alike(&ledger, "HEAD");
    assert!(!path.join(".git/countersign").exists());
    super::world::git_in(&path, ["fetch", "-q", "--unshallow"]);
    answers_alike(&kind.open(&path).unwrap(), "HEAD");
    assert!(path.join(".git/countersign/history-2").exists());
}

#[test]
fn generated_histories_are_answered_alike() {
    // Each number is a step: what happens next, and to which file.
    let steps = proptest::collection::vec(0u8..=255, 1..24);
    let generated = |kind, cases| {
        let mut runner = TestRunner::new(Config { cases, failure_persistence: None, ..Config::default() });
        runner
            .run(&steps, |steps| as_a_walk_says(kind, &steps))
            .unwrap_or_else(|failed| panic!("{kind:?}: {failed}"));
    };
    generated(Kind::Libgit2, 12);
    generated(Kind::ReftableSha256, 2);
}

fn as_a_walk_says(kind: Kind, steps: &[u8]) -> Result<(), TestCaseError> {
    let world = World::new(kind);
    long(&world, "main", 256);
    world.git(["reset", "-q", "--hard"]);
    line(&world.ledger(), "main", companies(), Caching::Keep);
    for (at, step) in steps.iter().enumerate() {
        let path = [ONE, TWO, "companies/third/company.toml", "countersign.toml"][usize::from(step / 64)];
        match step % 8 {
            0 => drop(fs::remove_file(world.path.join(path))),
            1 => long(&world, "main", usize::from(step % 32)),
            2 => drop(world.git(["checkout", "-q", "-B", "main", "HEAD~1"])),
            3 => {
                let tip =
                    world.git(["commit-tree", "-p", "HEAD", "-p", "HEAD~2", "-m", "m", "HEAD~1^{tree}"]);
                world.git(["reset", "-q", "--hard", &tip]);
            }
            _ => world.write(path, format!("n = {at}\n")),
        }
        if step % 8 == 1 {
            world.git(["reset", "-q", "--hard"]);
        }
        world.git(["add", "-A"]);
        world.git(["commit", "-q", "--allow-empty", "-m", "step"]);
        let ledger = world.ledger();
        let question = QUESTIONS[usize::from(step % 4)];
        prop_assert_eq!(
            line(&ledger, "HEAD", Scope::of(question), Caching::Keep),
            walked(&ledger, "HEAD", question)
        );
    }
    answers_alike(&world.ledger(), "HEAD");
    Ok(())
}

fn a_damaged_index_is_ignored_and_written_anew(kind: Kind) {
    let world = World::new(kind);
    long(&world, "main", 256);
    let ledger = world.ledger();
    answers_alike(&ledger, "main");
    let sound = runs(&world);
    let (file, bytes) = sound.first_key_value().unwrap();
    let first = [!bytes[0]];
    for damaged in [&bytes[..bytes.len() / 2], &[&first, &bytes[1..]].concat(), b""] {
        fs::write(file, damaged).unwrap();
        assert_eq!(said_here(&world, "main"), said_by_git(&world, "main"));
        answers_alike(&ledger, "main");
        assert_eq!(runs(&world), sound);
    }
    // A part of it is missing, or another file stands in its place.
    long(&world, "main", 40);
    answers_alike(&ledger, "main");
    let two = runs(&world);
    assert_eq!(two.len(), 2);
    fs::remove_file(file).unwrap();
    answers_alike(&ledger, "main");
    assert_eq!(runs(&world).len(), 1);
    for (file, bytes) in &two {
        fs::write(file, bytes).unwrap();
    }
    let mut files = two.keys();
    fs::copy(files.next().unwrap(), files.next().unwrap()).unwrap();
    answers_alike(&ledger, "main");
}

fn what_cannot_be_an_index_is_not_waited_for(kind: Kind) {
    let world = World::new(kind);
    long(&world, "main", 260);
    let folder = index(&world);
    fs::create_dir_all(folder.parent().unwrap()).unwrap();
    let precious = world.beside("precious");
    fs::write(&precious, "precious").unwrap();
    let mkfifo =
        |path: &Path| assert!(std::process::Command::new("mkfifo").arg(path).status().unwrap().success());
    let run = folder.join(format!("{}.run", world.git(["rev-parse", "main"])));
    for (place, planted) in
        [&folder, &run].into_iter().flat_map(|place| ["pipe", "link", "folder"].map(|what| (place, what)))
    {
        fs::create_dir_all(place.parent().unwrap()).unwrap();
        match planted {
            "pipe" => mkfifo(place),
            "link" => std::os::unix::fs::symlink(&precious, place).unwrap(),
            _ => fs::create_dir(place).unwrap(),
        }
        answers_alike(&world.ledger(), "main");
        assert_eq!(fs::read_to_string(&precious).unwrap(), "precious");
        let _ = fs::remove_file(&folder);
        let _ = fs::remove_dir_all(&folder);
    }
}

/// The index answers, and no walk: of the history that it knows, what a walk would read may be lost.
fn what_is_known_needs_nothing_else(kind: Kind) {
    let Case { world } = Case::of(kind);
    // So that each object is a file of its own.
    world.git(["config", "fastimport.unpackLimit", "10000"]);
    long(&world, "main", 300);
    let trails = [&["log"][..], &["log", "acme", "S-1.1"]];
    let on_a_day = &["show", "--at", "2023-12-24"];
    let said = |look: &[&str]| {
        let run = countersign(&world.path, &[look, &["--on", "2026-11-20"]].concat());
        (run.code == 0).then_some(run.stdout)
    };
    let lose = |revision| {
        let id = world.git(["rev-parse", revision]);
        fs::remove_file(world.path.join(".git/objects").join(&id[..2]).join(&id[2..])).unwrap();
    };
    let (known, then) = (trails.map(said), said(on_a_day));
    assert!(known.iter().chain([&then]).all(Option::is_some));
    lose("main~150^{tree}");
    assert!(trails.map(said) == known);
    lose("main~10");
    assert!(said(on_a_day) == then);
    fs::remove_dir_all(index(&world)).unwrap();
    assert_eq!((trails.map(said), said(on_a_day)), ([None, None], None));
}

/// Several programs, without and with somebody who takes away what they read and write, whenever it is there.
fn several_readers_and_writers_do_not_meet(kind: Kind) {
    let world = World::new(kind);
    long(&world, "main", 300);
    let (register, index) = (&world.path, &index(&world));
    let log = || countersign(register, &["log", "--on", "2026-11-20"]).stdout;
    let walked = log();
    assert_eq!(walked.matches("main ").count(), 300 - 300 / 7, "all but the notes");
    let alike = || (0..2).all(|_| log() == walked);
    for is_taken_away in [false, true] {
        let _ = fs::remove_dir_all(index);
        std::thread::scope(|scope| {
            let programs = [(); 3].map(|()| scope.spawn(alike));
            while is_taken_away && !programs.iter().all(|program| program.is_finished()) {
                let _ = fs::remove_dir_all(index);
            }
            assert!(programs.into_iter().all(|program| program.join().unwrap()));
        });
    }
    assert!(log() == walked);
    assert!(index.exists());
}
