//! Undo and redo on real repositories: what is restored, what is refused, and that the history only grows.

use std::fs;
use std::os::unix::fs::PermissionsExt;
use std::process::Command;

use countersign::analysis::Draft;
use countersign::analysis::decision::{self, Cited};
use countersign::domain::Status;
use countersign::domain::catalogue::hex;
use countersign::error::{Error, Result};
use countersign::register::{At, Committed, Range, Register, Undo, Way, Which};
use proptest::prelude::*;
use proptest::sample::select;
use sha2::{Digest, Sha256};

use crate::audit::{CELL, Case, DOCUMENT, minutes, today};
use crate::ledger::crashes::wait_for_orphans;
use crate::ledger::world::{Kind, in_every_kind, on_both_stores};

const EVIDENCE: &str = "companies/halyard/evidence/minutes.toml";

fn take_back(register: &Register, way: Way, which: Which) -> Result<Committed> {
    let prepared = register.undo(&Undo { way, which, reason: None })?;
    register.commit(prepared)
}

fn undo(case: &Case, which: Which) -> Result<Committed> {
    take_back(&case.register(), Way::Undo, which)
}

fn redo(case: &Case, which: Which) -> Result<Committed> {
    take_back(&case.register(), Way::Redo, which)
}

fn named(commit: &str) -> Which {
    Which::Commits(vec![commit.to_owned()])
}

fn between(range: &str) -> Which {
    Which::from(Some(range.parse::<Range>().unwrap()))
}

/// The register's part of a commit's tree.
fn tree(case: &Case, commit: &str) -> String {
    case.git(["ls-tree", "-r", commit, "commitments", "companies", "countersign.toml"])
}

fn subjects(case: &Case, count: usize) -> Vec<String> {
    case.git(["log", &format!("-{count}"), "--format=%s"]).lines().map(str::to_owned).collect()
}

#[track_caller]
fn assert_clean(case: &Case) {
    assert_eq!(case.git(["status", "--porcelain"]), "");
    case.git(["fsck", "--strict"]);
}

in_every_kind! { an_undo_restores_and_a_redo_puts_back several_files_and_a_document_are_one_undo a_range_is_a_commit_each }

fn an_undo_restores_and_a_redo_puts_back(kind: Kind) {
    let case = Case::of(kind);
    case.decide("halyard S-1.1", Status::Gap);
    case.decide("halyard S-1.1", Status::Partial);
    let decided = case.git(["rev-parse", "HEAD"]);
    undo(&case, Which::Last).unwrap();
    assert_eq!(tree(&case, "HEAD"), tree(&case, "HEAD~2"));
    assert_eq!(case.world.read(CELL), case.git(["show", &format!("HEAD:{CELL}")]) + "\n");
    let (before, after) = (format!("{decided}:{CELL}"), format!("{decided}~1:{CELL}"));
    let expected = format!(
        "undo assess halyard S-1.1: partial → gap\n\nTakes back {}: assess halyard S-1.1: gap → partial\n\n\
         This reverts commit {decided}.\n\nCountersign-Change: undo assess halyard S-1.1\n\
         Countersign-Status: partial -> gap\nCountersign-Record: {} -> {}\nCountersign-Undoes: {decided}\n\
         Signed-off-by: First Desk <first@example.org>",
        &decided[..10],
        case.git(["rev-parse", &before]),
        case.git(["rev-parse", &after]),
    );
    assert_eq!(case.message(), expected);
    redo(&case, Which::Last).unwrap();
    assert_eq!(tree(&case, "HEAD"), tree(&case, &decided));
    assert_eq!(subjects(&case, 1), ["redo assess halyard S-1.1: gap → partial"]);
    // The evidence of what is restored is on record again.
    assert!(case.message().contains("\nCountersign-Evidence: minutes "));
    case.assert_found(&[]);
    let summary = case.results().summary;
    assert_eq!((summary.decisions, summary.recorded), (4, 4));
    assert_clean(&case);
}

fn several_files_and_a_document_are_one_undo(kind: Kind) {
    let case = Case::of(kind);
    let binary = b"\x00\x01\xff kept as it is".as_slice();
    case.world.write("companies/halyard/evidence/scan.bin", binary);
    case.world.write(DOCUMENT, "Trigger points were dropped.\n");
    case.world.write(EVIDENCE, minutes("Trigger points were dropped.\n"));
    case.world.write("notes.txt", "beside\n");
    case.commit("halyard: new minutes");
    let register = case.register();
    let prepared = register
        .undo(&Undo { way: Way::Undo, which: Which::Last, reason: Some("A mix-up.".into()) })
        .unwrap();
    let [planned] = prepared.commits() else { panic!("one commit") };
    assert_eq!(planned.paths().count(), 3);
    let diff = planned.diff();
    assert!(diff.contains("-Trigger points were dropped.\n+Trigger points were adopted.\n"), "{diff}");
    let digest = hex(&Sha256::digest(binary));
    let summary = format!("-{} bytes, sha256:{digest}\n+no file\n", binary.len());
    assert!(diff.contains(&format!("Binary file companies/halyard/evidence/scan.bin\n{summary}")), "{diff}");
    assert!(
        planned.message().contains("A mix-up.\n\nWhat it changed outside the register stays as it is.\n")
    );
    register.commit(prepared).unwrap();
    assert_eq!(tree(&case, "HEAD"), tree(&case, "HEAD~2"));
    assert_eq!(case.world.read("notes.txt"), "beside\n");
    assert_eq!(subjects(&case, 1), ["undo \"halyard: new minutes\""]);
    case.assert_found(&[]);
    redo(&case, Which::Last).unwrap();
    assert_eq!(std::fs::read(case.world.path.join("companies/halyard/evidence/scan.bin")).unwrap(), binary);
    case.assert_found(&[]);
    assert_clean(&case);
}

fn a_range_is_a_commit_each(kind: Kind) {
    let case = Case::of(kind);
    let start = case.git(["rev-parse", "HEAD"]);
    case.decide("halyard S-1.1", Status::Gap);
    case.decide("halyard S-1.1", Status::Partial);
    case.world.write("notes.txt", "beside\n");
    case.commit("notes: not the register's");
    case.decide("halyard S-1.2", Status::Gap);
    let made = undo(&case, between(&format!("{start}.."))).unwrap();
    assert_eq!(made.ids.len(), 3);
    assert_eq!(tree(&case, "HEAD"), tree(&case, &start));
    let expected = [
        "undo assess halyard S-1.1: gap → unassessed",
        "undo assess halyard S-1.1: partial → gap",
        "undo assess halyard S-1.2: gap → unassessed",
    ];
    assert_eq!(subjects(&case, 3), expected);
    case.assert_found(&[]);
    assert_clean(&case);
    // Each redo puts back the last that is still undone.
    for (subject, cell) in
        [("unassessed → gap", "S-1.1"), ("gap → partial", "S-1.1"), ("unassessed → gap", "S-1.2")]
    {
        redo(&case, Which::Last).unwrap();
        assert_eq!(subjects(&case, 1), [format!("redo assess halyard {cell}: {subject}")]);
    }
    assert!(matches!(redo(&case, Which::Last), Err(Error::NothingToTakeBack { .. })));
    assert_eq!(tree(&case, "HEAD"), tree(&case, &format!("{}~1", made.ids[0])));
    case.assert_found(&[]);
    assert_clean(&case);
}

on_both_stores! {
    a_removed_file_comes_back_executable
    undo_and_redo_step_back_and_forth
    a_judgement_is_undone_by_itself
    what_changed_since_is_not_undone
    marked_commits_are_turned_over_newest_first
    what_is_no_change_of_one_state_is_refused
    a_range_is_undone_whole_or_not_at_all
    a_branch_that_moved_since_the_preview_is_undone_on_its_new_head_if_the_files_are_the_same
    a_crash_leaves_a_range_whole_or_untouched
    another_branch_is_undone_where_it_is
}

fn a_removed_file_comes_back_executable(kind: Kind) {
    let case = Case::decided(kind);
    fs::set_permissions(case.world.path.join(CELL), fs::Permissions::from_mode(0o755)).unwrap();
    case.commit("by hand: executable");
    let before = tree(&case, "HEAD");
    case.git(["rm", "-q", CELL]);
    case.commit("by hand: removed");
    undo(&case, named("HEAD")).unwrap();
    assert_eq!(tree(&case, "HEAD"), before);
    assert_clean(&case);
    let mode = fs::metadata(case.world.path.join(CELL)).unwrap().permissions().mode();
    assert_eq!(mode & 0o111, 0o111);
}

fn undo_and_redo_step_back_and_forth(kind: Kind) {
    let case = Case::decided(kind);
    case.decide("halyard S-1.1", Status::Partial);
    case.decide("halyard S-1.2", Status::Gap);
    let status = |way: Way| {
        take_back(&case.register(), way, Which::Last).unwrap();
        subjects(&case, 1).remove(0)
    };
    assert_eq!(status(Way::Undo), "undo assess halyard S-1.2: gap → unassessed");
    assert_eq!(status(Way::Undo), "undo assess halyard S-1.1: partial → gap");
    assert_eq!(status(Way::Redo), "redo assess halyard S-1.1: gap → partial");
    assert_eq!(status(Way::Undo), "undo assess halyard S-1.1: partial → gap");
    assert_eq!(status(Way::Undo), "undo assess halyard S-1.1: gap → unassessed");
    assert_eq!(status(Way::Redo), "redo assess halyard S-1.1: unassessed → gap");
    assert_eq!(status(Way::Redo), "redo assess halyard S-1.1: gap → partial");
    assert_eq!(status(Way::Redo), "redo assess halyard S-1.2: unassessed → gap");
    assert_eq!(case.git(["diff", "HEAD~8", "HEAD"]), "");
    case.assert_found(&[]);
}

fn a_judgement_is_undone_by_itself(kind: Kind) {
    let case = Case::decided(kind);
    case.decide("halyard S-1.2", Status::Gap);
    let cell = Which::LastOf("halyard".parse().unwrap(), "S-1.1".parse().unwrap());
    undo(&case, cell.clone()).unwrap();
    assert_eq!(subjects(&case, 1), ["undo assess halyard S-1.1: gap → unassessed"]);
    assert!(matches!(undo(&case, cell.clone()), Err(Error::NothingToTakeBack { verb: "undo" })));
    redo(&case, cell).unwrap();
    assert_eq!(subjects(&case, 1), ["redo assess halyard S-1.1: unassessed → gap"]);
}

fn what_changed_since_is_not_undone(kind: Kind) {
    let case = Case::decided(kind);
    let first = case.git(["rev-parse", "HEAD"]);
    case.decide("halyard S-1.1", Status::Partial);
    let second = case.git(["rev-parse", "HEAD"]);
    let refused = undo(&case, named(&first)).unwrap_err();
    let Error::ChangedSince { path, versions, by, .. } = &refused else { panic!("{refused}") };
    assert!(path == CELL && by.starts_with(&second[..10]), "{path}, {by}");
    assert!(versions.contains("left gap (") && versions.contains("now it is partial ("), "{versions}");
    assert!(refused.hint().contains(&second[..10]));
    undo(&case, named(&second)).unwrap();
    let again = undo(&case, named(&second)).unwrap_err();
    assert!(
        matches!(&again, Error::AlreadyUndone { by, .. } if case.git(["rev-parse", "HEAD"]).starts_with(by))
    );
    undo(&case, named(&first)).unwrap();
    // What was undone can be named itself, or by its undo.
    redo(&case, named(&first)).unwrap();
    assert!(matches!(redo(&case, named(&first)), Err(Error::NotUndone { .. })));
    assert_eq!(tree(&case, "HEAD"), tree(&case, &first));
    case.assert_found(&[]);
}

fn marked_commits_are_turned_over_newest_first(kind: Kind) {
    let case = Case::decided(kind);
    case.decide("halyard S-1.1", Status::Partial);
    let ids = ["HEAD", "HEAD~1"].map(|name| case.git(["rev-parse", name]));
    let (end, start) = (tree(&case, "HEAD"), tree(&case, "HEAD~2"));
    undo(&case, Which::Commits(ids.iter().rev().cloned().collect())).unwrap();
    assert_eq!(tree(&case, "HEAD"), start);
    // By a range, in which only undos are redone.
    assert_eq!(redo(&case, between("HEAD~3..")).unwrap().ids.len(), 2);
    assert_eq!(tree(&case, "HEAD"), end);
    assert!(matches!(redo(&case, between("HEAD~5..")), Err(Error::NothingToTakeBack { .. })));
    undo(&case, Which::Commits(ids.to_vec())).unwrap();
    assert_eq!(tree(&case, "HEAD"), start);
    // By what was undone, whose undos came in the other order.
    redo(&case, Which::Commits(ids.to_vec())).unwrap();
    assert_eq!(tree(&case, "HEAD"), end);
    case.assert_found(&[]);
}

fn what_is_no_change_of_one_state_is_refused(kind: Kind) {
    let case = Case::decided(kind);
    let root = case.git(["rev-parse", "HEAD~1"]);
    assert!(matches!(undo(&case, named(&root)), Err(Error::UndoBeginning { .. })));
    case.world.write("notes.txt", "beside\n");
    case.commit("notes: beside");
    assert!(matches!(undo(&case, named("HEAD")), Err(Error::UndoNothing { .. })));
    case.git(["switch", "-qc", "side", "HEAD~1"]);
    case.decide("halyard S-1.1", Status::Partial);
    case.git(["switch", "-q", "main"]);
    assert!(matches!(undo(&case, named("side")), Err(Error::NotOnBranch { .. })));
    case.git(["merge", "-q", "--no-ff", "side"]);
    let merge = case.git(["rev-parse", "HEAD"]);
    assert!(matches!(undo(&case, named("HEAD")), Err(Error::UndoMerge { .. })));
    // The other branch has gone on, and holds what is not on this one.
    case.git(["switch", "-q", "side"]);
    case.decide("halyard S-1.2", Status::Gap);
    case.git(["switch", "-q", "main"]);
    assert!(matches!(undo(&case, between("main..side")), Err(Error::NotOnBranch { .. })));
    assert!(matches!(
        undo(&case, Which::Commits(vec!["side".into(), "side~1".into()])),
        Err(Error::NotOnBranch { .. })
    ));
    // What its hint says can be done.
    undo(&case, between(&format!("{merge}^1..{merge}"))).unwrap();
    assert_eq!(subjects(&case, 1), ["undo assess halyard S-1.1: partial → gap"]);
    assert!(matches!(undo(&case, between("HEAD..HEAD")), Err(Error::NothingToTakeBack { .. })));
    case.git(["switch", "-q", "--detach"]);
    assert!(matches!(undo(&case, Which::Last), Err(Error::DetachedHead)));
}

fn a_range_is_undone_whole_or_not_at_all(kind: Kind) {
    let case = Case::decided(kind);
    case.decide("halyard S-1.2", Status::Gap);
    case.decide("halyard S-1.1", Status::Partial);
    let head = case.git(["rev-parse", "HEAD"]);
    // S-1.1 changed after the end of the range.
    assert!(matches!(undo(&case, between("HEAD~3..HEAD~1")), Err(Error::ChangedSince { .. })));
    // The second file of the range is not clean.
    case.edit(CELL, "So far.", "So far, so good.");
    assert!(matches!(undo(&case, between("HEAD~2..HEAD")), Err(Error::Unstaged { .. })));
    case.git(["checkout", "-q", CELL]);
    // A hook that refuses the second commit.
    let hook = case.world.path.join(".git/hooks/commit-msg");
    std::fs::write(&hook, "#!/bin/sh\n! grep -q 'S-1.2' \"$1\"\n").unwrap();
    #[cfg(unix)]
    std::fs::set_permissions(&hook, std::os::unix::fs::PermissionsExt::from_mode(0o755)).unwrap();
    case.world.trust();
    assert!(matches!(undo(&case, between("HEAD~2..HEAD")), Err(Error::HookRefused { .. })));
    std::fs::remove_file(hook).unwrap();
    assert_eq!(case.git(["rev-parse", "HEAD"]), head);
    assert_clean(&case);
    undo(&case, between("HEAD~2..HEAD")).unwrap();
    assert_eq!(case.git(["rev-list", "--count", &format!("{head}..")]), "2");
}

fn a_branch_that_moved_since_the_preview_is_undone_on_its_new_head_if_the_files_are_the_same(kind: Kind) {
    let case = Case::decided(kind);
    case.decide("halyard S-1.1", Status::Partial);
    let register = case.register();
    for (which, count) in [(Which::Last, 1), (between("HEAD~4..HEAD"), 3)] {
        let prepared = register.undo(&Undo { way: Way::Undo, which, reason: None }).unwrap();
        case.world.write("notes.txt", case.git(["rev-parse", "HEAD"]));
        case.commit("notes: meanwhile");
        let head = case.git(["rev-parse", "HEAD"]);
        let committed = register.commit(prepared).unwrap();
        assert_eq!(committed.replayed_on.as_ref(), Some(&head));
        assert_eq!(case.git(["rev-list", "--count", &format!("{head}..")]), count.to_string());
        case.assert_found(&[]);
    }
    assert_eq!(case.git(["ls-files", CELL]), "");
    case.decide("halyard S-1.1", Status::Gap);
    for which in [Which::Last, between("HEAD~3..HEAD")] {
        let prepared = register.undo(&Undo { way: Way::Undo, which, reason: None }).unwrap();
        case.edit(CELL, "So far", "So far, So far");
        case.commit("companies: a better word");
        let head = case.git(["rev-parse", "HEAD"]);
        assert!(matches!(register.commit(prepared), Err(Error::Overtaken { .. })));
        assert_eq!(case.git(["rev-parse", "HEAD"]), head);
    }
    assert_clean(&case);
}

/// A crash at any step leaves all of a range's commits or none, and the next look at the register puts the rest right.
fn a_crash_leaves_a_range_whole_or_untouched(kind: Kind) {
    // Release builds have no places to die in.
    if !cfg!(debug_assertions) {
        return;
    }
    for place in ["blobs", "trees", "commit", "journal", "lock", "file", "branch", "index"] {
        let case = Case::decided(kind);
        case.decide("halyard S-1.2", Status::Gap);
        let (start, before) = (case.git(["rev-parse", "HEAD"]), tree(&case, "HEAD~2"));
        let undo = Command::new(env!("CARGO_BIN_EXE_countersign"))
            .args(["undo", "HEAD~2..", "--yes", "-C"])
            .arg(&case.world.path)
            .env("COUNTERSIGN_TEST_CRASH", place)
            .output()
            .unwrap();
        assert_eq!(undo.status.code(), Some(77), "{place}: {}", String::from_utf8_lossy(&undo.stderr));
        wait_for_orphans(&case.world.path);
        let made = case.git(["rev-list", "--count", &format!("{start}..")]);
        assert_eq!(made, if ["branch", "index"].contains(&place) { "2" } else { "0" }, "{place}");
        case.register().recover().unwrap();
        assert_clean(&case);
        if made == "0" {
            take_back(&case.register(), Way::Undo, between("HEAD~2..")).unwrap();
        }
        assert_eq!(tree(&case, "HEAD"), before, "{place}");
        case.assert_found(&[]);
        assert_clean(&case);
    }
}

fn another_branch_is_undone_where_it_is(kind: Kind) {
    let case = Case::decided(kind);
    case.git(["switch", "-qc", "side"]);
    case.decide("halyard S-1.1", Status::Partial);
    case.git(["switch", "-q", "main"]);
    let main = case.git(["rev-parse", "HEAD"]);
    let side = case.register().on_branch("side").unwrap();
    take_back(&side, Way::Undo, Which::Last).unwrap();
    assert_eq!(case.git(["log", "-1", "--format=%s", "side"]), "undo assess halyard S-1.1: partial → gap");
    assert_eq!(case.git(["rev-parse", "HEAD"]), main);
    assert_clean(&case);
}

/// What a person may do next.
#[derive(Clone, Debug)]
enum Step {
    Decide(&'static str, Status),
    Undo,
    Redo,
}

fn step() -> impl Strategy<Value = Step> {
    let cell = select(vec!["halyard S-1.1", "halyard S-1.2"]);
    let status = select(vec![Status::Gap, Status::Partial]);
    prop_oneof![
        2 => (cell, status).prop_map(|(cell, status)| Step::Decide(cell, status)),
        2 => Just(Step::Undo),
        1 => Just(Step::Redo),
    ]
}

/// Decides where that is a change; tells whether it was.
fn decide(case: &Case, cell: &str, status: Status, number: usize) -> bool {
    let (company, slot) = cell.split_once(' ').unwrap();
    let register = case.register();
    let snapshot = register.snapshot(&At::Head).unwrap();
    let minutes = Cited { id: "minutes".parse().unwrap(), at: None, quote: None };
    let draft = Draft {
        status: Some(status),
        reason: format!("Looked at for the {number}th time."),
        evidence: if status == Status::Gap { Vec::new() } else { vec![minutes] },
        ..Draft::default()
    };
    let decided =
        decision::decide(&snapshot, today(), &company.parse().unwrap(), &slot.parse().unwrap(), &draft);
    decided.is_ok_and(|change| {
        let prepared = register.prepare(&snapshot, &change).unwrap();
        register.commit(prepared).is_ok()
    })
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 6, failure_persistence: None, ..ProptestConfig::default() })]

    /// An undo and a redo are nothing together; undoing everything leads back to the start; commits are only added, and
    /// the audit takes all of it for recorded work.
    #[test]
    fn whatever_is_decided_can_be_undone_and_redone(
        kind in select(&Kind::STORES),
        steps in prop::collection::vec(step(), 1..8),
    ) {
        let case = Case::of(kind);
        let start = case.git(["rev-parse", "HEAD"]);
        let mut ends = vec![start.clone()];
        for (number, step) in steps.iter().enumerate() {
            let before = tree(&case, "HEAD");
            let done = match step {
                Step::Decide(cell, status) => decide(&case, cell, *status, number),
                Step::Undo => undo(&case, Which::Last).is_ok(),
                Step::Redo => redo(&case, Which::Last).is_ok(),
            };
            let head = case.git(["rev-parse", "HEAD"]);
            prop_assert_eq!(done, &head != ends.last().unwrap());
            if done && matches!(step, Step::Undo) {
                redo(&case, Which::Last).unwrap();
                prop_assert_eq!(tree(&case, "HEAD"), before);
                undo(&case, Which::Commits(vec!["HEAD".to_owned()])).unwrap();
                prop_assert_eq!(tree(&case, "HEAD"), tree(&case, &head));
            }
            ends.push(case.git(["rev-parse", "HEAD"]));
        }
        if ends.last() != Some(&start) {
            undo(&case, between(&format!("{start}.."))).unwrap();
        }
        prop_assert_eq!(tree(&case, "HEAD"), tree(&case, &start));
        let line = case.git(["rev-list", "--first-parent", "HEAD"]);
        prop_assert!(ends.iter().all(|end| line.contains(end)));
        case.assert_found(&[]);
        assert_clean(&case);
    }
}
