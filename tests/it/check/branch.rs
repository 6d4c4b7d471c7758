//! `check --base`: a branch answers for what it brings, and for nothing else.

use std::process::Command;

use countersign::domain::Status;

use super::{PROFILE, check, checked, found, spoil, text};
use crate::audit::{CELL, Case};
use crate::hostile::forge::{Entry, FILE, Forge};
use crate::ledger::world::{Kind, in_every_kind};

in_every_kind! {
    only_new_findings_count
    the_policy_is_that_of_the_base
}

fn only_new_findings_count(kind: Kind) {
    let case = Case::of(kind);
    spoil(&case, "colour");
    case.commit("register: a key too many");
    case.git(["switch", "-qc", "proposal"]);
    assert_eq!(found(&case, &[]), (1, vec!["unknown-key".into()]));
    assert_eq!(found(&case, &["--base", "main"]), (0, vec![]), "nothing is new");
    case.decide("halyard S-1.1", Status::Gap);
    assert_eq!(found(&case, &["--base", "main"]), (0, vec![]), "honest work");
    spoil(&case, "size");
    case.commit("register: and another");
    let (code, document) = checked(&case, &["--base", "main"]);
    assert_eq!((code, &document["known"], &document["base"]), (1, &1.into(), &"main".into()));
    assert_eq!(document["findings"].as_array().unwrap().len(), 1);
    assert!(document["findings"][0]["message"].as_str().unwrap().contains("size"), "{document:#}");
}

/// What the base has mended since, or had when the branch began, is not the branch's.
#[test]
fn a_base_that_moved_on() {
    let case = Case::new();
    spoil(&case, "colour");
    case.commit("register: a key too many");
    case.git(["branch", "proposal"]);
    case.edit(PROFILE, "colour = 1\n", "");
    case.commit("register: mended");
    case.git(["switch", "-q", "proposal"]);
    case.decide("halyard S-1.1", Status::Gap);
    assert_eq!(found(&case, &["--base", "main"]), (0, vec![]));
    case.git(["switch", "-q", "main"]);
    assert_eq!(found(&case, &["--base", "proposal"]), (0, vec![]));
    // The same mistake made anew on the mended branch is new.
    spoil(&case, "colour");
    case.commit("register: again");
    assert_eq!(found(&case, &["--base", "main~1"]), (1, vec!["unknown-key".into()]));
}

#[test]
fn two_of_a_kind_are_one_more() {
    let case = Case::new();
    let judged = "status = \"gap\"\nreason = \"So far.\"\nmeans = \"law\"\nassessed = 2026-11-20\n";
    case.world.write("companies/halyard/assessments/S-9.9.toml", judged);
    case.commit("register: no such measure");
    case.git(["switch", "-qc", "proposal"]);
    case.world.write("companies/halyard/assessments/S-9.8.toml", judged);
    case.commit("register: nor this");
    let (code, rules) = found(&case, &["--base", "main"]);
    assert_eq!((code, &rules[0]), (1, &"unknown-ref".to_owned()));
}

/// Beyond what is listed, one finding could take the place of another. Then nobody can tell, and nothing passes.
#[test]
fn what_is_left_out_is_never_known() {
    let case = Case::new();
    let forge = Forge::new(&case);
    // The register knows none of these files, which is a finding for each.
    let spoil = |company: &str, numbers: Vec<usize>| {
        let file = |number| {
            (format!("f{number:04}.txt"), forge.blob(if number < 4_000 { "one" } else { "another" }))
        };
        let files: Vec<(String, String)> = numbers.into_iter().map(file).collect();
        let entries: Vec<Entry<'_>> = files.iter().map(|(name, id)| (FILE, name.as_bytes(), &**id)).collect();
        forge.commit(&format!("companies/{company}/models"), &forge.tree(&entries));
    };
    spoil("halyard", (0..4_000).collect());
    spoil("lodestar", (0..4_000).collect());
    spoil("lodestar", (0..3_999).collect());
    assert_eq!(found(&case, &["--base", "HEAD~1"]), (0, vec![]), "all are listed");
    spoil("tidepool", (0..4_000).collect());
    spoil("tidepool", (0..3_999).chain([4_000]).collect());
    let (code, document) = checked(&case, &["--base", "HEAD~1"]);
    assert_eq!((code, &document["known"]), (1, &10_000.into()));
    let findings = document["findings"].as_array().unwrap();
    assert_eq!((findings.len(), &findings[0]["rule"]), (1, &"too-many".into()), "{findings:?}");
    assert!(findings[0]["message"].as_str().unwrap().contains("more findings of files are left out"));
}

/// Nor is a file with so many mistakes that not all of them are told.
#[test]
fn what_is_not_told_of_a_file_is_never_known() {
    let case = Case::new();
    (0..40).for_each(|key| spoil(&case, &format!("k{key}")));
    case.commit("register: keys too many");
    case.git(["switch", "-qc", "proposal"]);
    case.edit(PROFILE, "k9 = 1", "k99 = 1");
    case.commit("register: and another");
    assert_eq!(found(&case, &["--base", "main"]), (1, vec!["too-many".into()]));
}

/// The commits of the branch are audited, and only they.
#[test]
fn the_trail_of_the_branch_is_whole() {
    let case = Case::decided(Kind::Libgit2);
    case.edit(CELL, "\"gap\"", "\"partial\"");
    case.commit("past the register");
    case.git(["switch", "-qc", "proposal"]);
    assert_eq!(found(&case, &["--base", "main"]), (0, vec![]));
    case.edit(CELL, "\"partial\"", "\"gap\"");
    case.commit("past it again");
    assert_eq!(found(&case, &["--base", "main"]), (1, vec!["edited-by-hand".into()]));
    let (_, document) = checked(&case, &["--base", "main"]);
    assert_eq!(document["findings"][0]["commit"], case.git(["rev-parse", "HEAD"]).as_str());
    assert_eq!(document["findings"][0]["path"], CELL);
    let page = text(&check(&case, &["--base", "main"]).stdout);
    assert!(page.contains("Check against main: 1 new finding\n"), "{page}");
    assert!(page.contains("First Desk: past it again"), "{page}");
}

/// A branch that loosens the policy is judged by the policy it wants to loosen.
fn the_policy_is_that_of_the_base(kind: Kind) {
    let case = Case::of(kind);
    case.world.write("countersign.toml", "format = 1\n\n[review]\nmay-decide = [\"second@example.org\"]\n");
    case.commit("register: who decides");
    case.git(["switch", "-qc", "proposal"]);
    case.world.write("countersign.toml", "format = 1\n");
    case.commit("register: everybody");
    case.decide("halyard S-1.1", Status::Gap);
    assert_eq!(found(&case, &["--base", "main"]), (1, vec!["not-allowed".into()]));
    // By the policy of each one's parent, as the audit of a branch goes, nothing is wrong.
    case.assert_found(&[]);
}

/// Who approves is known when it is merged, not before.
#[test]
fn a_second_person_is_not_asked_for_before_the_merge() {
    let case = Case::new();
    case.world.write("countersign.toml", "format = 1\n\n[review]\nsecond-person = true\n");
    case.commit("register: four eyes");
    case.git(["switch", "-qc", "proposal"]);
    case.decide("halyard S-1.1", Status::Gap);
    assert_eq!(found(&case, &["--base", "main"]), (0, vec![]));
    case.assert_found(&["self-approved"]);
}

/// A hosting platform checks out a trial merge: its files count, and the commits of the branch.
#[test]
fn the_files_of_a_trial_merge_and_the_trail_of_the_branch() {
    let case = Case::new();
    case.world.write("countersign.toml", "format = 1\n\n[signing]\nrequire-signatures = true\n");
    case.commit("register: signed from here on");
    case.git(["switch", "-qc", "proposal"]);
    case.world.write("notes.txt", "one\n");
    case.commit("nothing of the register's");
    case.git(["switch", "-q", "main"]);
    case.world.write("plan.txt", "one\n");
    case.commit("nor this");
    case.git(["switch", "-q", "--detach"]);
    case.git(["merge", "-q", "--no-ff", "-m", "trial", "proposal"]);
    assert_eq!(found(&case, &["--base", "main"]), (1, vec!["unsigned".into()]), "the merge is nobody's");
    assert_eq!(found(&case, &["--base", "main", "--head", "proposal"]), (0, vec![]));
}

#[test]
fn a_branch_that_makes_the_register() {
    let case = Case::new();
    case.git(["checkout", "-q", "--orphan", "empty"]);
    case.git(["rm", "-rqf", "."]);
    case.git(["commit", "-q", "--allow-empty", "-m", "begin"]);
    case.git(["switch", "-qc", "proposal"]);
    case.git(["checkout", "-q", "main", "--", "."]);
    case.git(["commit", "-qm", "register: begin"]);
    assert_eq!(found(&case, &["--base", "empty"]), (0, vec![]));
    spoil(&case, "colour");
    case.commit("register: a key too many");
    assert_eq!(found(&case, &["--base", "empty"]), (1, vec!["unknown-key".into()]));
}

/// What could not be checked is never fine.
#[test]
fn what_cannot_be_seen_cannot_pass() {
    let case = Case::decided(Kind::Libgit2);
    case.git(["branch", "base", "HEAD~1"]);
    let unchecked = |folder: &std::path::Path, base: &str, word: &str| {
        let output = Command::new(env!("CARGO_BIN_EXE_countersign"))
            .args(["check", "--base", base, "-C", folder.to_str().unwrap()])
            .output()
            .unwrap();
        let said = text(&output.stderr);
        assert_eq!((output.status.code(), said.contains(word)), (Some(2), true), "{said}");
    };
    unchecked(&case.world.path, "nowhere", "no revision");
    let shallow = case.world.clone("shallow", &["--depth", "1"]);
    unchecked(&shallow, "HEAD", "shallow");
    case.git(["checkout", "-q", "--orphan", "other"]);
    case.git(["commit", "-qm", "another beginning"]);
    unchecked(&case.world.path, "main", "no commit in common");
    case.git(["switch", "-q", "main"]);
    let blob = case.git(["rev-parse", &format!("HEAD:{CELL}")]);
    let object = case.world.path.join(format!(".git/objects/{}/{}", &blob[..2], &blob[2..]));
    std::fs::remove_file(object).unwrap();
    unchecked(&case.world.path, "base", "missing");
}
