//! A case for each kind of tampering, done with git itself.

use countersign::domain::Status;

use super::{CELL, Case, DOCUMENT, LATER, minutes};
use crate::ledger::world::{Kind, in_every_kind, on_both_stores};

on_both_stores! {
    a_status_edited_with_plain_git
    a_status_edited_to_one_that_would_be_refused
    a_reason_or_a_pin_edited_with_plain_git
    a_judgement_taken_away
    a_judgement_that_cannot_be_read_any_more
    a_record_that_lies
    a_record_of_nothing
    a_commit_amended_later
    decisions_rebased_later
    decisions_squashed_into_one
    a_decision_cherry_picked
    a_decision_cherry_picked_onto_another_ground
    a_document_swapped_under_the_same_name
    a_judgement_that_rests_on_what_was_never_on_file
    files_that_were_moved
    a_merge_that_adds_a_judgement_of_its_own
    a_clock_set_back_or_ahead
    nobody_countersigns_his_own_decision
    decided_by_somebody_the_policy_does_not_name
    a_policy_loosened_by_somebody_it_does_not_name
    evidence_that_says_what_its_document_is_not
}

fn a_status_edited_with_plain_git(kind: Kind) {
    let case = Case::decided(kind);
    case.edit(CELL, "status = \"gap\"", "status = \"partial\"");
    case.commit("companies: small things");
    assert_eq!(case.found(), [("edited-by-hand", CELL.to_owned())]);
    let message = &case.results().findings[0].message;
    assert_eq!(message, "gap → partial, and the commit has no record of it");
}

fn a_status_edited_to_one_that_would_be_refused(kind: Kind) {
    let case = Case::decided(kind);
    case.edit(CELL, "status = \"gap\"", "status = \"met\"");
    case.commit("companies: small things");
    case.assert_found(&["edited-by-hand", "refused-transition"]);
}

fn a_reason_or_a_pin_edited_with_plain_git(kind: Kind) {
    let case = Case::of(kind);
    case.decide("halyard S-1.1", Status::Partial);
    case.edit(CELL, "So far.", "All is well.");
    case.commit("companies: a word");
    case.assert_found(&["edited-by-hand"]);
    let pin = case.git(["rev-parse", &format!("HEAD:{DOCUMENT}")]);
    case.edit(CELL, &pin, &pin.chars().rev().collect::<String>());
    case.commit("companies: another word");
    case.assert_found(&["edited-by-hand", "evidence-swapped", "edited-by-hand"]);
}

fn a_judgement_taken_away(kind: Kind) {
    let case = Case::decided(kind);
    case.git(["rm", "-q", CELL]);
    case.commit("companies: tidy up");
    case.assert_found(&["edited-by-hand"]);
}

fn a_judgement_that_cannot_be_read_any_more(kind: Kind) {
    let case = Case::decided(kind);
    case.world.write(CELL, "<<<<<<< ours\n");
    case.commit("companies: oops");
    case.assert_found(&["edited-by-hand"]);
}

/// Each way a trailer can lie, told in a commit that is right otherwise.
fn a_record_that_lies(kind: Kind) {
    let lies = [
        ("Countersign-Status: gap -> partial", "Countersign-Status: unassessed -> partial"),
        ("Countersign-Status: gap -> partial", "Countersign-Status: gap -> met"),
        ("Countersign-Status: gap -> partial\n", ""),
        ("Countersign-Change: assess halyard S-1.1", "Countersign-Change: assess halyard S-1.2"),
        ("Countersign-Evidence: minutes ", "Countersign-Evidence: safety-framework "),
        ("sha256:", "sha256:0"),
        (" -> ", " -> 0"),
        ("assess halyard S-1.1: gap → partial", "assess halyard S-1.1: gap → met"),
    ];
    for (truth, lie) in lies {
        let case = Case::decided(kind);
        case.decide("halyard S-1.1", Status::Partial);
        case.assert_found(&[]);
        let message = case.message();
        assert!(message.contains(truth), "{truth}");
        case.git(["commit", "-q", "--amend", "-m", &message.replace(truth, lie)]);
        let found = case.found();
        let named = found.iter().any(|(class, _)| *class == "contradicts-its-record");
        assert!(named, "{lie}: {found:?}");
    }
}

fn a_record_of_nothing(kind: Kind) {
    let case = Case::decided(kind);
    let message = case.message();
    case.git(["commit", "-q", "--allow-empty", "-m", &message]);
    case.assert_found(&["contradicts-its-record"]);
}

fn a_commit_amended_later(kind: Kind) {
    let case = Case::decided(kind);
    case.edit(CELL, "So far.", "So far, so good.");
    case.git(["add", "."]);
    let later = [("GIT_COMMITTER_DATE", LATER)];
    let mut amend = crate::ledger::world::command(&case.world.path, ["commit", "-q", "--amend", "--no-edit"]);
    assert!(amend.envs(later).status().unwrap().success());
    case.assert_found(&["contradicts-its-record", "made-again"]);
}

fn decisions_rebased_later(kind: Kind) {
    let case = Case::decided(kind);
    case.git(["switch", "-qc", "side", "HEAD~1"]);
    case.world.write("notes.txt", "beside\n");
    case.commit("notes: beside");
    case.git(["switch", "-q", "main"]);
    let mut rebase = crate::ledger::world::command(&case.world.path, ["rebase", "-q", "side"]);
    assert!(rebase.env("GIT_COMMITTER_DATE", LATER).status().unwrap().success());
    case.assert_found(&["made-again"]);
}

fn decisions_squashed_into_one(kind: Kind) {
    let case = Case::decided(kind);
    case.decide("halyard S-1.1", Status::Partial);
    case.decide("halyard S-1.2", Status::Gap);
    let messages = case.git(["log", "-2", "--format=%B"]);
    case.git(["reset", "-q", "--soft", "HEAD~3"]);
    case.git(["commit", "-qm", &messages]);
    let found = case.found();
    let named = |class| found.iter().any(|(found, _)| *found == class);
    assert!(named("contradicts-its-record") || named("edited-by-hand"), "{found:?}");
}

fn a_decision_cherry_picked(kind: Kind) {
    let case = Case::decided(kind);
    case.git(["switch", "-qc", "side"]);
    case.decide("halyard S-1.1", Status::Partial);
    case.git(["switch", "-q", "main"]);
    let mut pick = crate::ledger::world::command(&case.world.path, ["cherry-pick", "side"]);
    assert!(pick.env("GIT_COMMITTER_DATE", LATER).output().unwrap().status.success());
    case.assert_found(&["made-again"]);
}

fn a_decision_cherry_picked_onto_another_ground(kind: Kind) {
    let case = Case::decided(kind);
    case.git(["switch", "-qc", "side"]);
    case.decide("halyard S-1.1", Status::Partial);
    case.git(["switch", "-q", "main"]);
    case.decide_because("halyard S-1.1", Status::Gap, "Looked at it again.");
    case.git(["cherry-pick", "-Xtheirs", "side"]);
    assert!(case.found().iter().any(|(class, _)| *class == "contradicts-its-record"), "{:?}", case.found());
}

fn a_document_swapped_under_the_same_name(kind: Kind) {
    let case = Case::decided(kind);
    case.decide("halyard S-1.1", Status::Partial);
    case.world.write(DOCUMENT, "Nothing was adopted.\n");
    case.commit("halyard: a better scan");
    assert_eq!(case.found(), [("evidence-swapped", DOCUMENT.to_owned())]);
}

fn a_judgement_that_rests_on_what_was_never_on_file(kind: Kind) {
    let case = Case::of(kind);
    case.decide("halyard S-1.1", Status::Partial);
    let text = case.world.read(CELL);
    let pin = case.git(["rev-parse", &format!("HEAD:{DOCUMENT}")]);
    let other = case.git(["hash-object", "-w", "countersign.toml"]);
    let record = case.git(["rev-parse", &format!("HEAD:{CELL}")]);
    case.world.write(CELL, text.replace(&pin, &other));
    let blob = case.git(["hash-object", CELL]);
    let message = case.message().replace(&record, &blob);
    case.git(["commit", "-qa", "--amend", "-m", &message]);
    assert_eq!(case.found(), [("evidence-swapped", CELL.to_owned())]);
}

fn files_that_were_moved(kind: Kind) {
    let case = Case::decided(kind);
    let elsewhere = "companies/halyard/assessments/S-1.2.toml";
    case.git(["mv", CELL, elsewhere]);
    case.commit("companies: in order");
    assert_eq!(case.found(), [("file-moved", elsewhere.to_owned())]);
    case.git(["mv", elsewhere, "S-1.2.toml"]);
    case.commit("companies: away");
    case.assert_found(&["file-moved", "file-moved"]);
}

in_every_kind! { evil_merges evil_merges_of_many }

/// What neither side has, what only one side changed and the merge gave up, and what both have in part.
fn evil_merges(kind: Kind) {
    let smuggled = |case: &Case| case.edit(CELL, "So far.", "Nothing to see.");
    let dropped = |case: &Case| case.world.write(CELL, case.git(["show", &format!("main:{CELL}")]) + "\n");
    for smuggle in [&smuggled as &dyn Fn(&Case), &dropped] {
        let case = Case::of(kind);
        case.decide("halyard S-1.1", Status::Gap);
        case.git(["switch", "-qc", "side"]);
        case.decide("halyard S-1.1", Status::Partial);
        case.git(["switch", "-q", "main"]);
        case.world.write("notes.txt", "beside\n");
        case.commit("notes: beside");
        case.git(["merge", "-q", "--no-ff", "--no-commit", "side"]);
        smuggle(&case);
        case.commit("Merge branch 'side'");
        assert_eq!(case.found(), [("changed-in-merge", CELL.to_owned())]);
    }
}

/// Each side is judged by what it brings in, however many there are.
fn evil_merges_of_many(kind: Kind) {
    let case = Case::decided(kind);
    let sides = [("one", "halyard S-1.2"), ("two", "lodestar C-1.1"), ("three", "tidepool S-1.1")];
    for (side, cell) in sides {
        case.git(["switch", "-qc", side, "main"]);
        case.decide(cell, Status::Gap);
    }
    case.git(["switch", "-q", "main"]);
    case.git(["merge", "-q", "--no-ff", "-m", "Merge branches", "one", "two", "three"]);
    assert_eq!(case.git(["rev-list", "--parents", "-1", "HEAD"]).split(' ').count(), 5);
    case.assert_found(&[]);
    case.edit(CELL, "So far.", "Nothing to see.");
    case.git(["commit", "-qa", "--amend", "--no-edit"]);
    assert_eq!(case.found(), [("changed-in-merge", CELL.to_owned())]);
}

fn a_merge_that_adds_a_judgement_of_its_own(kind: Kind) {
    let case = Case::decided(kind);
    let other = "companies/halyard/assessments/S-1.2.toml";
    case.git(["switch", "-qc", "side"]);
    case.decide("halyard S-1.1", Status::Partial);
    case.git(["switch", "-q", "main"]);
    case.git(["merge", "-q", "--no-ff", "--no-commit", "side"]);
    case.world.write(other, case.world.read(CELL));
    case.commit("Merge branch 'side'");
    assert_eq!(case.found(), [("changed-in-merge", other.to_owned())]);
}

fn a_clock_set_back_or_ahead(kind: Kind) {
    let case = Case::decided(kind);
    case.world.write("notes.txt", "one\n");
    case.git(["add", "."]);
    case.git_at("2025-01-01T10:00:00+01:00", ["commit", "-qm", "notes: one"]);
    case.assert_found(&["clock-set-back"]);
    case.world.write("notes.txt", "two\n");
    case.git(["add", "."]);
    case.git_at("2031-01-01T10:00:00+01:00", ["commit", "-qm", "notes: two"]);
    case.assert_found(&["clock-set-back", "clock-set-back"]);
    let messages: Vec<String> = case.results().findings.into_iter().map(|finding| finding.message).collect();
    assert!(messages[0].contains("yet to come") && messages[1].contains("688 days before"), "{messages:?}");
}

const TWO_PEOPLE: &str =
    "format = 1\n\n[review]\nsecond-person = true\nmay-approve = [\"second@example.org\"]\n";

fn nobody_countersigns_his_own_decision(kind: Kind) {
    let case = Case::of(kind);
    case.world.write("countersign.toml", TWO_PEOPLE);
    case.commit("register: two people");
    case.decide("halyard S-1.1", Status::Gap);
    case.assert_found(&["self-approved"]);

    let case = Case::of(kind);
    case.world.write("countersign.toml", TWO_PEOPLE);
    case.commit("register: two people");
    case.git(["switch", "-qc", "side"]);
    case.decide("halyard S-1.1", Status::Gap);
    case.git(["switch", "-q", "main"]);
    case.git(["merge", "-q", "--no-ff", "side"]);
    case.assert_found(&["self-approved"]);
    case.git(["reset", "-q", "--hard", "HEAD~1"]);
    for (name, classes) in [("second", vec![]), ("third", vec!["not-allowed"])] {
        let email = format!("user.email={name}@example.org");
        case.git(["-c", &email, "merge", "-q", "--no-ff", "side"]);
        case.assert_found(&classes);
        case.git(["reset", "-q", "--hard", "HEAD~1"]);
    }
}

fn decided_by_somebody_the_policy_does_not_name(kind: Kind) {
    let case = Case::of(kind);
    case.world.write("countersign.toml", "format = 1\n[review]\nmay-decide = [\"second@example.org\"]\n");
    case.commit("register: the second desk decides");
    case.decide("halyard S-1.1", Status::Gap);
    case.assert_found(&["not-allowed"]);
}

fn a_policy_loosened_by_somebody_it_does_not_name(kind: Kind) {
    let case = Case::of(kind);
    case.world.write("countersign.toml", TWO_PEOPLE);
    case.commit("register: two people");
    case.world.write("countersign.toml", "format = 1\n");
    case.commit("register: simpler");
    case.assert_found(&["not-allowed"]);
}

fn evidence_that_says_what_its_document_is_not(kind: Kind) {
    let case = Case::of(kind);
    case.world.write("companies/halyard/evidence/minutes.toml", minutes("Something else.\n"));
    case.commit("halyard: minutes");
    assert_eq!(case.found(), [("evidence-swapped", DOCUMENT.to_owned())]);
}
