//! What was audited before and is gone: by the command, with the memory of this machine in a folder of the test's own.

use std::fs;
use std::path::Path;
use std::process::{Command, Output};

use countersign::domain::Status;
use proptest::prelude::*;
use proptest::test_runner::{Config, TestRunner};
use serde_json::Value;

use super::{CELL, Case};
use crate::fuzz;
use crate::ledger::world::{Kind, on_both_stores};
use crate::terminal;

fn run(case: &Case, arguments: &[&str]) -> Output {
    Command::new(env!("CARGO_BIN_EXE_countersign"))
        .args(["audit", "--json", "--on", "2026-11-20"])
        .env("COUNTERSIGN_REGISTER", &case.world.path)
        .args(arguments)
        .env("XDG_STATE_HOME", case.world.beside("state"))
        .output()
        .unwrap()
}

/// The exit code, how the branch stands to the last audit, and the subjects of what vanished.
fn audited(case: &Case, arguments: &[&str]) -> (i32, String, Vec<String>) {
    let output = run(case, arguments);
    let document: Value = serde_json::from_slice(&output.stdout).unwrap_or_else(|_| {
        panic!("{}", String::from_utf8_lossy(&output.stderr));
    });
    let text = |value: &Value| value.as_str().unwrap().to_owned();
    let witness = &document["witness"];
    let vanished = witness["vanished"].as_array().unwrap().iter().map(|vanished| text(&vanished["subject"]));
    (output.status.code().unwrap(), text(&witness["state"]), vanished.collect())
}

on_both_stores! {
    new_commits_are_no_rewriting
    a_history_cut_and_force_pushed
    an_audit_on_the_screen_is_remembered
    a_commit_amended_at_once
    a_history_whose_end_is_not_even_here
    branches_are_remembered_apart
    a_mark_that_was_pushed_tells_others
    what_could_not_be_checked_is_neither_fine_nor_a_finding
    a_bent_witness_is_never_taken_for_none
}

fn new_commits_are_no_rewriting(kind: Kind) {
    let case = Case::decided(kind);
    assert_eq!(audited(&case, &[]), (0, "unknown".into(), vec![]));
    assert_eq!(audited(&case, &[]), (0, "same".into(), vec![]));
    case.decide("halyard S-1.1", Status::Partial);
    assert_eq!(audited(&case, &[]), (0, "forward".into(), vec![]));
    // A part is looked at, and only the whole remembered.
    case.decide("halyard S-1.1", Status::Gap);
    assert_eq!(audited(&case, &["HEAD~1.."]), (0, "forward".into(), vec![]));
    assert_eq!(audited(&case, &["main"]), (0, "forward".into(), vec![]));
    assert_eq!(audited(&case, &[]), (0, "same".into(), vec![]));
}

fn a_history_cut_and_force_pushed(kind: Kind) {
    let case = Case::decided(kind);
    case.decide("halyard S-1.1", Status::Partial);
    audited(&case, &[]);
    case.git(["reset", "-q", "--hard", "HEAD~1"]);
    let gone = vec!["assess halyard S-1.1: gap → partial".to_owned()];
    assert_eq!(audited(&case, &[]), (1, "cut".into(), gone.clone()));
    // It is not forgotten by looking again, only by accepting it.
    assert_eq!(audited(&case, &[]), (1, "cut".into(), gone.clone()));
    assert_eq!(audited(&case, &["--accept"]), (1, "cut".into(), gone));
    assert_eq!(audited(&case, &[]), (0, "same".into(), vec![]));
}

/// Whoever only ever looks at the screen has a witness, too.
fn an_audit_on_the_screen_is_remembered(kind: Kind) {
    let case = Case::decided(kind);
    case.decide("halyard S-1.1", Status::Partial);
    let state = case.world.beside("state");
    let on_screen = |expected: &str| {
        let state = [("XDG_STATE_HOME", state.to_str().unwrap())];
        let mut session = terminal::open(&case.world.path, (24, 80), &[], &state);
        session.send("a");
        session.wait_for(expected);
        session.send("q");
        assert!(session.end().success());
    };
    on_screen("2 recorded");
    assert_eq!(audited(&case, &[]), (0, "same".into(), vec![]));
    case.git(["reset", "-q", "--hard", "HEAD~1"]);
    // A finding is not taken for the new state.
    on_screen("history-rewritten");
    on_screen("history-rewritten");
    assert_eq!(audited(&case, &[]).1, "cut");
}

fn a_commit_amended_at_once(kind: Kind) {
    let case = Case::decided(kind);
    audited(&case, &[]);
    case.git(["commit", "-q", "--amend", "-m", &case.message().replace("So far.", "Really.")]);
    let gone = vec!["assess halyard S-1.1: unassessed → gap".to_owned()];
    assert_eq!(audited(&case, &[]), (1, "rewritten".into(), gone));
}

fn a_history_whose_end_is_not_even_here(kind: Kind) {
    let case = Case::decided(kind);
    audited(&case, &[]);
    case.git(["reset", "-q", "--hard", "HEAD~1"]);
    case.git(["reflog", "expire", "--expire=now", "--all"]);
    case.git(["gc", "-q", "--prune=now"]);
    assert_eq!(audited(&case, &[]), (1, "gone".into(), vec![]));
}

fn branches_are_remembered_apart(kind: Kind) {
    let case = Case::decided(kind);
    audited(&case, &[]);
    case.git(["switch", "-qc", "side", "HEAD~1"]);
    assert_eq!(audited(&case, &[]), (0, "unknown".into(), vec![]));
    assert_eq!(audited(&case, &["main"]), (0, "same".into(), vec![]));
    assert!(Path::new(&case.world.beside("state/countersign/witness")).is_dir());
}

/// Who clones later has no memory of the audit; the mark that was pushed tells.
fn a_mark_that_was_pushed_tells_others(kind: Kind) {
    let case = Case::decided(kind);
    case.decide("halyard S-1.1", Status::Partial);
    assert_eq!(audited(&case, &["--mark"]).0, 0);
    let mark = "refs/countersign/audited/main";
    assert_eq!(case.world.git(["rev-parse", mark]), case.world.git(["rev-parse", "main"]));

    let shared = case.world.beside("shared");
    let shared = shared.to_str().unwrap();
    case.git(["init", "-q", "--bare", kind.object_format(), kind.ref_format(), shared]);
    case.git(["push", "-q", shared, "main", mark]);
    case.git(["reset", "-q", "--hard", "HEAD~1"]);
    case.git(["push", "-qf", shared, "main"]);

    let clone = case.world.beside("clone");
    let clone = clone.to_str().unwrap();
    case.git([
        "clone",
        "-qbmain",
        kind.ref_format(),
        "-c",
        "remote.origin.fetch=+refs/countersign/*:refs/countersign/*",
        shared,
        clone,
    ]);
    let gone = vec!["assess halyard S-1.1: gap → partial".to_owned()];
    assert_eq!(audited(&case, &["-C", clone]), (1, "cut".into(), gone.clone()));
    // A mark is not moved over what vanished, unless that is accepted.
    assert_eq!(audited(&case, &["-C", clone, "--mark"]), (1, "cut".into(), gone.clone()));
    assert_eq!(audited(&case, &["-C", clone, "--mark", "--accept"]), (1, "cut".into(), gone));
    assert_eq!(audited(&case, &["-C", clone]), (0, "same".into(), vec![]));
}

fn what_could_not_be_checked_is_neither_fine_nor_a_finding(kind: Kind) {
    let case = Case::decided(kind);
    assert_eq!(run(&case, &["no-such-branch"]).status.code(), Some(2));
    let shallow = case.world.beside("shallow");
    let url = format!("file://{}", case.world.path.display());
    case.git(["clone", "-q", "--depth", "1", &url, shallow.to_str().unwrap()]);
    let output = run(&case, &["-C", shallow.to_str().unwrap()]);
    assert_eq!(output.status.code(), Some(2));
    for missing in ["HEAD~1", "HEAD^{tree}", &format!("HEAD:{CELL}")] {
        let id = case.git(["rev-parse", missing]);
        let object = case.world.path.join(".git/objects").join(&id[..2]).join(&id[2..]);
        fs::rename(&object, case.world.beside("lost")).unwrap();
        let output = run(&case, &[]);
        let said = String::from_utf8_lossy(&output.stderr);
        assert_eq!(output.status.code(), Some(2), "{missing}: {said}");
        assert!(said.contains("is missing from this repository"), "{missing}: {said}");
        fs::rename(case.world.beside("lost"), object).unwrap();
    }
    // Nor is it remembered.
    assert_eq!(audited(&case, &[]), (0, "unknown".into(), vec![]));
}

/// Whoever bends it leaves it as it was, or the audit does not pass.
fn a_bent_witness_is_never_taken_for_none(kind: Kind) {
    let case = Case::decided(kind);
    audited(&case, &[]);
    let folder = case.world.beside("state/countersign/witness");
    let mut files = fs::read_dir(folder).unwrap().map(|file| file.unwrap().path());
    let (file, None) = (files.next().unwrap(), files.next()) else { panic!("one branch was audited") };
    let sound = fs::read(&file).unwrap();
    let head = case.git(["rev-parse", "HEAD"]);
    let mut runner = TestRunner::new(Config { cases: 12, failure_persistence: None, ..Config::default() });
    let bends = runner.run(&proptest::collection::vec(fuzz::bend(), 1..4), |bends| {
        let bytes = fuzz::bent(&sound, &bends);
        fs::write(&file, &bytes).unwrap();
        let same = String::from_utf8(bytes).is_ok_and(|text| text.lines().next() == Some(&head));
        let code = run(&case, &[]).status.code();
        prop_assert!(code == Some(0) && same || matches!(code, Some(1 | 2)) && !same, "{:?}", code);
        Ok(())
    });
    bends.unwrap();
    fs::write(&file, "").unwrap();
    assert_eq!(run(&case, &[]).status.code(), Some(2));
    fs::write(&file, sound).unwrap();
    assert_eq!(run(&case, &[]).status.code(), Some(0));
}
