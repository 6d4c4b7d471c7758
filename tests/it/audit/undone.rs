//! Undos before the audit: a true one is a record, whatever it restores, and a lying one contradicts its record.

use countersign::domain::Status;
use countersign::register::{Undo, Way, Which};

use super::{CELL, Case, DOCUMENT, LATER, minutes};
use crate::ledger::world::{Kind, command, on_both_stores};

const EVIDENCE: &str = "companies/halyard/evidence/minutes.toml";

/// S-1.1 judged a gap, then partial, then undone.
fn undone(kind: Kind) -> Case {
    let case = Case::decided(kind);
    case.decide("halyard S-1.1", Status::Partial);
    turn(&case, Way::Undo, Which::Last);
    case.assert_found(&[]);
    case
}

fn turn(case: &Case, way: Way, which: Which) {
    let register = case.register();
    let prepared = register.undo(&Undo { way, which, reason: None }).unwrap();
    register.commit(prepared).unwrap();
}

/// The last commit with another message.
fn reworded(case: &Case, truth: &str, lie: &str) {
    let message = case.message();
    assert!(message.contains(truth), "{message} has no {truth}");
    case.git(["commit", "-q", "--amend", "-m", &message.replace(truth, lie)]);
}

on_both_stores! {
    what_would_be_refused_as_a_decision_may_be_restored
    files_that_were_moved_go_back_to_their_trail
    evidence_and_its_document_are_undone_together
    an_undo_that_lies
    an_undo_that_restores_something_else
    an_undo_that_does_more_than_it_says
    an_undo_of_a_commit_that_is_not_before_it
    a_lie_does_not_excuse_a_refused_transition
    an_undo_amended_or_made_by_one_who_may_not
}

fn what_would_be_refused_as_a_decision_may_be_restored(kind: Kind) {
    let case = Case::of(kind);
    // By hand, with a record: halyard has not one of its lines judged, so Countersign refuses it.
    case.decide("halyard S-1.1", Status::Partial);
    let (was, message) = (case.git(["rev-parse", &format!("HEAD:{CELL}")]), case.message());
    case.edit(CELL, "status = \"partial\"", "status = \"met\"");
    let is = case.git(["hash-object", CELL]);
    let message = message.replace(&was, &is).replace("partial", "met");
    case.git(["commit", "-qa", "--amend", "-m", &message]);
    case.assert_found(&["refused-transition"]);
    turn(&case, Way::Undo, Which::Last);
    assert!(!case.world.path.join(CELL).exists(), "met → unassessed");
    turn(&case, Way::Redo, Which::Last);
    // Putting it back is no second finding: what is wrong with it was said where it was made.
    case.assert_found(&["refused-transition"]);
}

fn files_that_were_moved_go_back_to_their_trail(kind: Kind) {
    let case = Case::decided(kind);
    case.git(["mv", CELL, "companies/halyard/assessments/S-1.2.toml"]);
    case.commit("companies: in order");
    case.assert_found(&["file-moved"]);
    turn(&case, Way::Undo, Which::Last);
    case.assert_found(&["file-moved"]);
}

fn evidence_and_its_document_are_undone_together(kind: Kind) {
    let case = Case::decided(kind);
    case.world.write(DOCUMENT, "Another text.\n");
    case.world.write(EVIDENCE, minutes("Another text.\n"));
    case.commit("halyard: new minutes");
    turn(&case, Way::Undo, Which::Last);
    case.assert_found(&[]);
    assert!(case.message().contains("Countersign-Change: undo evidence halyard minutes\n"));
    assert!(case.message().contains("Countersign-Change: undo document halyard minutes.txt\n"));
    let blob = case.git(["rev-parse", &format!("HEAD:{DOCUMENT}")]);
    reworded(&case, &blob, &kind.id_of('7'));
    case.assert_found(&["contradicts-its-record"]);
}

fn an_undo_that_lies(kind: Kind) {
    let cases = [
        // The commit it names: one that does not exist, one that is no commit, one that did something else, itself
        // abbreviated, and none.
        ("Countersign-Undoes: {undone}", "Countersign-Undoes: {nothing}"),
        ("Countersign-Undoes: {undone}", "Countersign-Undoes: {blob}"),
        ("Countersign-Undoes: {undone}", "Countersign-Undoes: {first}"),
        ("Countersign-Undoes: {undone}", "Countersign-Undoes: main~1"),
        ("Countersign-Undoes: {undone}\n", ""),
        ("Countersign-Undoes: {undone}", "Countersign-Undoes: {undone}\nCountersign-Undoes: {first}"),
        // What its record says of the file.
        ("partial -> gap", "partial -> met"),
        ("Countersign-Record: ", "Countersign-Record: 0"),
        ("undo assess halyard S-1.1\n", "undo assess halyard S-1.2\n"),
        ("undo assess halyard S-1.1: partial → gap", "undo assess halyard S-1.1: partial → met"),
    ];
    for (truth, lie) in cases {
        let case = undone(kind);
        let id = |text: &str| case.git(["rev-parse", text]);
        let blob = id(&format!("HEAD:{CELL}"));
        let filled = |text: &str| {
            let text = text.replace("{undone}", &id("HEAD~1")).replace("{first}", &id("HEAD~2"));
            text.replace("{blob}", &blob).replace("{nothing}", &kind.id_of('1'))
        };
        reworded(&case, &filled(truth), &filled(lie));
        let found = case.found();
        assert!(found.iter().any(|(class, _)| *class == "contradicts-its-record"), "{lie}: {found:?}");
    }
}

fn an_undo_that_restores_something_else(kind: Kind) {
    let case = undone(kind);
    case.edit(CELL, "So far.", "All is well.");
    let is = case.git(["hash-object", CELL]);
    let was = case.git(["rev-parse", &format!("HEAD:{CELL}")]);
    // Its record is right, so that only the trees can tell.
    let message = case.message().replace(&was, &is);
    case.git(["commit", "-qa", "--amend", "-m", &message]);
    assert_eq!(case.found(), [("contradicts-its-record", CELL.to_owned())]);
    let message = &case.results().findings[0].message;
    assert!(message.ends_with("does not put back what stood here before that"), "{message}");
}

fn an_undo_that_does_more_than_it_says(kind: Kind) {
    let case = undone(kind);
    let other = "companies/halyard/evidence/minutes.toml";
    case.edit(other, "made up", "made up again");
    case.git(["commit", "-qa", "--amend", "--no-edit"]);
    assert_eq!(case.found(), [("contradicts-its-record", other.to_owned())]);
}

fn an_undo_of_a_commit_that_is_not_before_it(kind: Kind) {
    let case = Case::decided(kind);
    case.git(["switch", "-qc", "side"]);
    case.decide("halyard S-1.1", Status::Partial);
    let elsewhere = case.git(["rev-parse", "HEAD"]);
    case.git(["switch", "-q", "main"]);
    // The same change, made a second time, and undone in the name of the other.
    case.decide_because("halyard S-1.1", Status::Partial, "So far.");
    case.git(["commit", "-q", "--amend", "-m", &(case.message() + "\nReviewed-by: nobody")]);
    let here = case.git(["rev-parse", "HEAD"]);
    assert_ne!(here, elsewhere);
    turn(&case, Way::Undo, Which::Last);
    reworded(&case, &format!("Countersign-Undoes: {here}"), &format!("Countersign-Undoes: {elsewhere}"));
    case.assert_found(&["contradicts-its-record"]);
}

fn a_lie_does_not_excuse_a_refused_transition(kind: Kind) {
    let case = Case::decided(kind);
    let before = case.git(["rev-parse", "HEAD"]);
    case.edit(CELL, "status = \"gap\"", "status = \"met\"");
    let ids = (case.git(["rev-parse", &format!("HEAD:{CELL}")]), case.git(["hash-object", CELL]));
    let message = format!(
        "undo assess halyard S-1.1: gap → met\n\nThis reverts commit {before}.\n\n\
         Countersign-Change: undo assess halyard S-1.1\nCountersign-Status: gap -> met\n\
         Countersign-Record: {} -> {}\nCountersign-Undoes: {before}\n",
        ids.0, ids.1
    );
    case.git(["commit", "-qam", &message]);
    case.assert_found(&["contradicts-its-record", "refused-transition"]);
    // And it counts as no undo: the next one takes it back as the change it is.
    turn(&case, Way::Undo, Which::Last);
    assert_eq!(case.git(["rev-parse", &format!("HEAD:{CELL}")]), ids.0);
}

fn an_undo_amended_or_made_by_one_who_may_not(kind: Kind) {
    let case = undone(kind);
    let mut amend = command(&case.world.path, ["commit", "-q", "--amend", "--no-edit"]);
    assert!(amend.env("GIT_COMMITTER_DATE", LATER).status().unwrap().success());
    case.assert_found(&["made-again"]);

    let case = Case::decided(kind);
    let policy = "[review]\nmay-decide = [\"second@example.org\"]\nsecond-person = true\n";
    case.world.write("countersign.toml", case.world.read("countersign.toml") + policy);
    case.commit("register: a policy");
    turn(&case, Way::Undo, Which::Commits(vec!["HEAD~1".to_owned()]));
    case.assert_found(&["not-allowed", "self-approved"]);
}
