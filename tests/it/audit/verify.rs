//! Documents recomputed, by the command.

use std::process::Command;

use countersign::domain::Status;
use serde_json::Value;

use super::{Case, DOCUMENT, MINUTES, minutes};
use crate::ledger::world::{Kind, on_both_stores};

/// The exit code, the outcome now, and the outcome at the time of each judgement, newest first.
fn verified(case: &Case, what: &str) -> (i32, String, Vec<String>) {
    let output = Command::new(env!("CARGO_BIN_EXE_countersign"))
        .args(["verify", "--json", "--on", "2026-11-20", what])
        .env("COUNTERSIGN_REGISTER", &case.world.path)
        .output()
        .unwrap();
    let code = output.status.code().unwrap();
    let document: Value = serde_json::from_slice(&output.stdout).unwrap_or_default();
    let evidence = document["evidence"].as_array().into_iter().flatten();
    let minutes = evidence.filter(|evidence| evidence["id"] == "minutes").collect::<Vec<_>>();
    let outcome = |value: &Value| value["outcome"].as_str().unwrap_or("gone").to_owned();
    let [minutes] = minutes[..] else { return (code, String::new(), Vec::new()) };
    (code, outcome(&minutes["now"]), minutes["judgements"].as_array().unwrap().iter().map(outcome).collect())
}

on_both_stores! {
    documents_are_what_their_evidence_says_now_and_then
    what_was_judged_stays_what_it_was
    what_is_not_there_cannot_be_verified
    a_damaged_document_is_noticed
}

fn documents_are_what_their_evidence_says_now_and_then(kind: Kind) {
    let case = Case::of(kind);
    case.decide("halyard S-1.1", Status::Partial);
    assert_eq!(verified(&case, "halyard"), (0, "same".into(), vec!["same".into()]));
    // Another document in an honest way: both times it is the one on record.
    case.world.write(DOCUMENT, "Second edition.\n");
    case.world.write("companies/halyard/evidence/minutes.toml", minutes("Second edition.\n"));
    case.commit("halyard: the second edition");
    case.decide("halyard S-1.1", Status::Partial);
    let twice = vec!["same".to_owned(); 2];
    assert_eq!(verified(&case, "halyard/minutes"), (0, "same".into(), twice.clone()));
    // And in another: what was judged still is what it was.
    case.world.write(DOCUMENT, "Third edition.\n");
    case.commit("halyard: a better scan");
    assert_eq!(verified(&case, "halyard/minutes"), (1, "differs".into(), twice.clone()));
    case.git(["rm", "-q", DOCUMENT]);
    case.commit("halyard: lost");
    assert_eq!(verified(&case, "halyard/minutes"), (1, "missing".into(), twice.clone()));
    case.git(["rm", "-q", "companies/halyard/evidence/minutes.toml"]);
    case.commit("halyard: not even the record");
    assert_eq!(verified(&case, "halyard/minutes"), (0, "gone".into(), twice));
}

/// A judgement on a document that was swapped or lost at that time stays one, whoever puts the document right afterwards.
fn what_was_judged_stays_what_it_was(kind: Kind) {
    let case = Case::of(kind);
    case.world.write(DOCUMENT, "Second edition.\n");
    case.commit("halyard: a better scan");
    case.decide("halyard S-1.1", Status::Partial);
    case.git(["rm", "-q", DOCUMENT]);
    case.commit("halyard: lost");
    case.decide("halyard S-1.1", Status::Partial);
    let then = vec!["missing".to_owned(), "differs".to_owned()];
    assert_eq!(verified(&case, "halyard"), (1, "missing".into(), then.clone()));
    case.world.write(DOCUMENT, MINUTES);
    case.commit("halyard: found again");
    assert_eq!(verified(&case, "halyard"), (1, "same".into(), then));
}

fn what_is_not_there_cannot_be_verified(kind: Kind) {
    let case = Case::of(kind);
    for what in ["nobody", "halyard/minute", "halyard/No"] {
        assert_eq!(verified(&case, what).0, 2, "{what}");
    }
}

fn a_damaged_document_is_noticed(kind: Kind) {
    let case = Case::of(kind);
    let blob = case.git(["rev-parse", &format!("HEAD:{DOCUMENT}")]);
    let (folder, name) = blob.split_at(2);
    let objects = case.world.path.join(".git/objects");
    let other = case.git(["rev-parse", "HEAD:countersign.toml"]);
    let (from, file) = other.split_at(2);
    let place = objects.join(folder).join(name);
    std::fs::remove_file(&place).unwrap();
    std::fs::copy(objects.join(from).join(file), &place).unwrap();
    assert_eq!(verified(&case, "halyard").0, 2);
}
