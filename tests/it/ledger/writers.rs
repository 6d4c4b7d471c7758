//! Several writers on one register: who came second is replayed, or shown what came first, and nobody's work is lost.

use std::collections::HashSet;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};
use std::thread;

use countersign::analysis::Draft;
use countersign::analysis::decision::{self, Cited};
use countersign::domain::{Slot, Snapshot, Status};
use countersign::error::{Error, Overtaken};
use countersign::register::{At, Prepared, Register};

use super::world::{Kind, World, git_in, on_both_stores};
use super::writing::{assert_sound_elsewhere, hook};
use crate::audit::{CELL, Case, DOCUMENT, today};
use crate::full_size;

/// A partial judgement of Halyard's S-1.1 that rests on the minutes, not committed yet.
fn prepared(register: &Register, snapshot: &Snapshot) -> Prepared {
    let slot: Slot = "S-1.1".parse().unwrap();
    let minutes = Cited { id: "minutes".parse().unwrap(), at: None, quote: None };
    let draft = Draft {
        status: Some(Status::Partial),
        reason: "Trigger points are on file.".to_owned(),
        evidence: vec![minutes],
        ..Draft::default()
    };
    let change = decision::decide(snapshot, today(), &"halyard".parse().unwrap(), &slot, &draft).unwrap();
    register.prepare(snapshot, &change).unwrap()
}

fn second_desk(case: &Case, path: &str, text: &str) {
    case.world.write(path, text);
    case.git(["add", "--all"]);
    case.git(["commit", "-q", "--author=Second Desk <second@example.org>", "-m", "second desk: came first"]);
}

on_both_stores! {
    a_decision_is_replayed_on_a_head_that_changes_nothing_it_rests_on
    a_decision_whose_ground_moved_is_refused_with_both_versions
    two_judgements_of_one_cell_are_both_shown
    a_decision_on_a_head_that_is_gone_is_refused
    the_command_line_says_what_came_first
    a_named_branch_is_read_and_decided_on_wherever_head_is
}

fn a_decision_is_replayed_on_a_head_that_changes_nothing_it_rests_on(kind: Kind) {
    let case = Case::of(kind);
    let register = case.register();
    let snapshot = register.snapshot(&At::Head).unwrap();
    let early = prepared(&register, &snapshot);
    case.decide("halyard C-1.1", Status::Gap);
    // Prepared late, on the snapshot that was looked at: just as well.
    let late = prepared(&register, &snapshot);
    assert_eq!(early, late);
    let first = case.git(["rev-parse", "HEAD"]);
    let committed = register.commit(late).unwrap();
    assert_eq!(committed.replayed_on, Some(first));
    assert_eq!(case.git(["show", "--format=", "--name-only", "HEAD"]), CELL);
    assert_eq!(case.git(["status", "--porcelain"]), "");
    case.assert_found(&[]);
}

fn a_decision_whose_ground_moved_is_refused_with_both_versions(kind: Kind) {
    let more = |path: &str| format!("{}\n# Looked at again.\n", Case::of(kind).world.read(path));
    for path in [
        "countersign.toml",
        "commitments/safety-security.toml",
        "commitments/limits.toml",
        "companies/halyard/company.toml",
        "companies/halyard/evidence/minutes.toml",
        DOCUMENT,
    ] {
        let case = Case::of(kind);
        let register = case.register();
        let decided = prepared(&register, &register.snapshot(&At::Head).unwrap());
        second_desk(&case, path, &more(path));
        let Overtaken { path: moved, branch, by, diff } = overtaken(&register, decided);
        let by = by.unwrap();
        assert_eq!((moved.as_str(), branch.as_str()), (path, "main"));
        let head = case.git(["rev-parse", "HEAD"]);
        assert!(by.starts_with(&head[..10]) && by.contains("Second Desk on 2026-11-20"), "{by}");
        assert!(diff.contains("(when you decided)") && diff.contains("+# Looked at again."), "{diff}");
        assert_eq!(
            (case.git(["rev-parse", "HEAD"]), case.git(["status", "--porcelain"])),
            (head, String::new())
        );
    }
}

fn two_judgements_of_one_cell_are_both_shown(kind: Kind) {
    let case = Case::of(kind);
    let register = case.register();
    let decided = prepared(&register, &register.snapshot(&At::Head).unwrap());
    case.decide_because("halyard S-1.1", Status::Gap, "No trigger points.");
    let shown = overtaken(&register, decided);
    assert_eq!(shown.path, CELL);
    assert!(shown.diff.contains("(main now)\n") && shown.diff.contains("(yours)\n"), "{}", shown.diff);
    assert!(shown.diff.contains("-status = \"gap\"\n") && shown.diff.contains("+status = \"partial\"\n"));
    assert_eq!(case.git(["log", "-1", "--format=%s"]), "assess halyard S-1.1: unassessed → gap");
}

fn overtaken(register: &Register, decided: Prepared) -> Overtaken {
    match register.commit(decided) {
        Err(Error::Overtaken { overtaken }) => *overtaken,
        other => panic!("{other:?}"),
    }
}

fn a_decision_on_a_head_that_is_gone_is_refused(kind: Kind) {
    let case = Case::decided(kind);
    let register = case.register();
    let snapshot = register.snapshot(&At::Head).unwrap();
    let decided = {
        let slot = "C-1.1".parse().unwrap();
        let draft = Draft { status: Some(Status::Gap), reason: "None.".into(), ..Draft::default() };
        decision::decide(&snapshot, today(), &"halyard".parse().unwrap(), &slot, &draft).unwrap()
    };
    case.git(["commit", "-q", "--amend", "-m", "made again"]);
    assert!(matches!(register.prepare(&snapshot, &decided), Err(Error::BranchMoved { .. })));
}

fn the_command_line_says_what_came_first(kind: Kind) {
    let case = Case::of(kind);
    let race = |path: &str| {
        let body = format!(
            "test -e .git/raced && exit 0; touch .git/raced; unset GIT_INDEX_FILE
            echo '# Looked at again.' >> {path}; git add {path}; git commit -q --no-verify -m 'came first'"
        );
        hook(&case.world, "pre-commit", &body);
        case.world.trust();
    };
    race("companies/lodestar/company.toml");
    let replayed = assess(&case.world.path, "halyard", "S-1.1", "So far.", &[]);
    let said = String::from_utf8_lossy(&replayed.stdout);
    let onto = format!("Replayed on {}, as main moved meanwhile", case.git(["rev-parse", "HEAD^"]));
    assert!(replayed.status.success() && said.contains(&onto), "{replayed:?}");

    std::fs::remove_file(case.world.path.join(".git/raced")).unwrap();
    race("companies/halyard/company.toml");
    let refused = assess(&case.world.path, "halyard", "S-1.1", "Again.", &[]);
    let said = String::from_utf8_lossy(&refused.stderr);
    assert_eq!(refused.status.code(), Some(2));
    assert!(said.contains("company.toml was changed on main while you were deciding: "), "{said}");
    assert!(said.contains("by First Desk on 2026-11-20, came first"), "{said}");
    assert!(said.contains("+# Looked at again."), "{said}");
    assert_eq!(case.git(["log", "-1", "--format=%s"]), "came first");
}

fn a_named_branch_is_read_and_decided_on_wherever_head_is(kind: Kind) {
    let case = Case::decided(kind);
    case.git(["switch", "-qc", "proposal/trigger-points", "HEAD~1"]);
    case.git(["switch", "-q", "--detach", "main"]);
    let on =
        |branch: &str| assess(&case.world.path, "halyard", "S-1.1", "On a branch.", &["--branch", branch]);
    let made = on("proposal/trigger-points");
    assert!(made.status.success(), "{made:?}");
    // Unassessed there: what main says is not what the branch says.
    let subject = case.git(["log", "-1", "--format=%s", "proposal/trigger-points"]);
    assert_eq!(subject, "assess halyard S-1.1: unassessed → gap");
    assert_eq!(case.git(["log", "-1", "--format=%s", "proposal/trigger-points^"]), "register: begin");
    assert_eq!(case.git(["status", "--porcelain"]), "");

    let side = case.world.linked("side");
    let elsewhere = on("side");
    let said = String::from_utf8_lossy(&elsewhere.stderr);
    assert!(said.contains("branch side is checked out in") && !elsewhere.status.success(), "{said}");
    assert_eq!(side.git(["log", "-1", "--format=%H"]), case.git(["rev-parse", "main"]));
    let mistyped = on("proposal/triger-points");
    let said = String::from_utf8_lossy(&mistyped.stderr);
    assert!(said.contains("Did you mean `proposal/trigger-points`?"), "{said}");
    for name in ["HEAD", "v 1", "-x", ""] {
        assert_eq!(on(name).status.code(), Some(2), "{name}");
    }
}

/// Records a gap, the real program in a process of its own.
pub fn assess(register: &Path, company: &str, measure: &str, reason: &str, more: &[&str]) -> Output {
    Command::new(env!("CARGO_BIN_EXE_countersign"))
        .args(["assess", company, measure, "--status", "gap", "--on", "2026-11-20", "--yes"])
        .args([&format!("--reason={reason}")])
        .args(more.iter().filter(|more| !more.is_empty()))
        .env("COUNTERSIGN_REGISTER", register)
        .output()
        .unwrap()
}

/// A cell for each of eight writers, who have nothing to do with each other.
const CELLS: [(&str, &str); 8] = [
    ("halyard", "C-1.1"),
    ("halyard", "S-1.1"),
    ("lodestar", "C-1.1"),
    ("lodestar", "S-1.1"),
    ("tidepool", "C-1.1"),
    ("tidepool", "S-1.1"),
    ("undertow", "C-1.1"),
    ("undertow", "S-1.1"),
];

/// How many changes each of the eight makes: 1,600 together, if there is time.
fn rounds() -> usize {
    if full_size() { 200 } else { 2 }
}

/// Lets each writer make its changes, one process after the other, beside all the others; gives all commits told of.
fn contend(registers: &[PathBuf; 8], rounds: usize) -> Vec<String> {
    let write = |at: usize| {
        let (company, measure) = CELLS[at];
        let write = |round| {
            let output = assess(&registers[at], company, measure, &format!("Round {round}."), &["--json"]);
            assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
            let told: serde_json::Value = serde_json::from_slice(&output.stdout).unwrap();
            told["commit"].as_str().unwrap().to_owned()
        };
        (1..=rounds).map(write).collect::<Vec<_>>()
    };
    thread::scope(|scope| {
        let writers: Vec<_> = (0..8).map(|at| scope.spawn(move || write(at))).collect();
        writers.into_iter().flat_map(|writer| writer.join().unwrap()).collect()
    })
}

/// That every commit somebody was told of is in the history and no other, and that the repository is sound.
#[track_caller]
fn assert_nothing_lost(repository: &Path, told: &[String], rounds: usize) {
    let log = git_in(repository, ["log", "--branches", "--format=%H"]);
    let log: HashSet<&str> = log.lines().collect();
    assert!(told.iter().all(|id| log.contains(id.as_str())));
    assert_eq!((told.len(), log.len()), (8 * rounds, 8 * rounds + 1));
    git_in(repository, ["fsck", "--strict", "--no-dangling"]);
}

#[track_caller]
fn assert_last_round(folder: &Path, (company, measure): (&str, &str), rounds: usize) {
    let file = format!("HEAD:companies/{company}/assessments/{measure}.toml");
    let text = git_in(folder, ["show", &file]);
    assert!(text.contains(&format!("Round {rounds}.")), "{text}");
}

fn on_one_branch(kind: Kind, rounds: usize) {
    let case = Case::of(kind);
    let path = &case.world.path;
    let told = contend(&std::array::from_fn(|_| path.clone()), rounds);
    assert_nothing_lost(path, &told, rounds);
    CELLS.iter().for_each(|cell| assert_last_round(path, *cell, rounds));
    assert_eq!(case.git(["status", "--porcelain"]), "");
    assert_eq!(case.git(["rev-list", "--merges", "--count", "HEAD"]), "0");
    assert_sound_elsewhere(&case.world);
}

fn on_a_bare_repository(kind: Kind, rounds: usize) {
    let case = Case::of(kind);
    let bare = case.world.clone("bare.git", &["--bare"]);
    git_in(&bare, ["config", "user.name", "First Desk"]);
    git_in(&bare, ["config", "user.email", "first@example.org"]);
    let told = contend(&std::array::from_fn(|_| bare.clone()), rounds);
    assert_nothing_lost(&bare, &told, rounds);
    CELLS.iter().for_each(|cell| assert_last_round(&bare, *cell, rounds));
}

fn on_branches_of_their_own(kind: Kind, rounds: usize) {
    let case = Case::of(kind);
    let linked: [World; 8] = std::array::from_fn(|at| case.world.linked(&format!("desk-{at}")));
    let told = contend(&std::array::from_fn(|at| linked[at].path.clone()), rounds);
    assert_nothing_lost(&case.world.path, &told, rounds);
    for (world, cell) in linked.iter().zip(CELLS) {
        assert_last_round(&world.path, cell, rounds);
        assert_eq!(world.git(["status", "--porcelain"]), "");
        assert_sound_elsewhere(world);
    }
}

#[test]
fn eight_processes_on_one_branch_lose_nothing() {
    [Kind::Libgit2, Kind::ReftableSha256].into_iter().for_each(|kind| on_one_branch(kind, rounds()));
}

#[test]
fn eight_processes_on_a_bare_repository_lose_nothing() {
    [Kind::Libgit2, Kind::ReftableSha256].into_iter().for_each(|kind| on_a_bare_repository(kind, rounds()));
}

/// Every move of a branch takes the one lock of a reftable, which git waits a tenth of a second for.
#[test]
fn eight_processes_on_branches_of_their_own_lose_nothing() {
    [Kind::Libgit2, Kind::Reftable].into_iter().for_each(|kind| on_branches_of_their_own(kind, rounds()));
}
