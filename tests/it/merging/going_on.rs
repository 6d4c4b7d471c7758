//! When everything is settled git goes on, by its own rules: in every operation that stops, and however it keeps a repository.

use std::fs;
use std::os::unix::fs::PermissionsExt;

use super::through_git::{CELL, COMPANY, Clone};
use crate::fixture::Fixture;

const MARK: &str = "[[unsettled]]\nkey = \"seat\"\n";

fn seat(clone: &Clone, from: &str, to: &str) {
    clone.edit(COMPANY, &[(&format!("seat = \"{from}\""), &format!("seat = \"{to}\""))]);
    clone.git(&["commit", "-q", "-a", "-m", to]);
}

fn two_seats(clone: &Clone) {
    for (branch, to) in [("one", "Malta"), ("other", "Cyprus")] {
        clone.git(&["switch", "-q", "-c", branch, "main"]);
        seat(clone, "Ireland", to);
    }
}

/// What git stopped in is settled with the other side, and is over; what people are told meanwhile.
#[track_caller]
fn settles(clone: &Clone, operation: &str, theirs: &str, becomes: &str) {
    assert!(clone.read(COMPANY).contains(MARK), "{}", clone.read(COMPANY));
    let said = clone.countersign(&["conflicts"]);
    assert!(said.contains(&format!("in a {operation}:")) && said.contains(theirs), "{said}");
    let said = clone.fails(&["settle", "--continue"]);
    assert!(said.contains("not settled yet:") && said.contains("- companies/halyard/company.toml"), "{said}");
    clone.countersign(&["settle", COMPANY, "--take", "seat=theirs"]);
    assert!(clone.countersign(&["conflicts"]).contains("`countersign settle --continue`"));
    let said = clone.countersign(&["settle", "--continue"]);
    assert_eq!(said, format!("git has ended the {operation}.\n"));
    assert!(clone.read(COMPANY).contains(&format!("seat = \"{becomes}\"\n")), "{}", clone.read(COMPANY));
    assert!(!clone.read(COMPANY).contains("unsettled"));
    assert_eq!(clone.git(&["status", "--porcelain"]), "");
    clone.git(&["fsck", "--strict"]);
    assert!(clone.fails(&["settle", "--continue"]).contains("git is in the middle of nothing here"));
}

#[track_caller]
fn every_operation(clone: &Clone) {
    two_seats(clone);
    clone.refused(&["merge", "one"]);
    settles(clone, "merge", "theirs is as on one", "Malta");
    assert!(clone.git(&["log", "-1", "--format=%s"]).starts_with("Merge branch 'one'"));
    clone.git(&["reset", "-q", "--hard", "HEAD^"]);

    clone.refused(&["cherry-pick", "one"]);
    settles(clone, "cherry-pick", "theirs is as in the picked change", "Malta");
    clone.git(&["reset", "-q", "--hard", "HEAD^"]);

    clone.refused(&["rebase", "one"]);
    settles(clone, "rebase", "theirs is as in your change", "Cyprus");

    seat(clone, "Cyprus", "Latvia");
    clone.refused(&["revert", "--no-edit", "HEAD^"]);
    settles(clone, "revert", "theirs is as before the reverted change", "Malta");

    let patches = tempfile::tempdir().unwrap();
    let patches = patches.path().to_str().unwrap();
    clone.git(&["switch", "-q", "one"]);
    clone.git(&["format-patch", "-q", "-o", patches, "main"]);
    clone.git(&["switch", "-q", "-c", "third", "main"]);
    seat(clone, "Ireland", "Latvia");
    let patch = fs::read_dir(patches).unwrap().next().unwrap().unwrap().path();
    clone.refused(&["am", "-q", "-3", patch.to_str().unwrap()]);
    settles(clone, "am", "theirs is as in the patch", "Malta");
}

#[test]
fn every_operation_that_stops_goes_on() {
    let fixture = Fixture::new();
    every_operation(&Clone::of(&fixture));
}

#[test]
fn so_it_does_where_names_are_sha256() {
    otherwise(&["--object-format=sha256"]);
}

#[test]
fn so_it_does_where_branches_are_in_a_reftable() {
    otherwise(&["--ref-format=reftable"]);
}

#[test]
fn so_it_does_where_both_are() {
    otherwise(&["--ref-format=reftable", "--object-format=sha256"]);
}

fn otherwise(how: &[&str]) {
    let fixture = Fixture::new();
    let place = tempfile::tempdir().unwrap();
    every_operation(&Clone::of(&fixture).kept_otherwise(&place.path().join("register"), how));
}

/// A rebase of two commits, each of which contradicts.
#[test]
fn a_rebase_stops_as_often_as_it_has_to() {
    let fixture = Fixture::new();
    let clone = Clone::of(&fixture);
    two_seats(&clone);
    clone.edit(CELL, &[("status = \"partial\"", "status = \"gap\"")]);
    clone.git(&["commit", "-q", "-a", "-m", "gap"]);
    clone.git(&["switch", "-q", "one"]);
    clone.edit(CELL, &[("status = \"partial\"", "status = \"met\"")]);
    clone.git(&["commit", "-q", "-a", "-m", "met"]);
    clone.git(&["switch", "-q", "other"]);
    clone.refused(&["rebase", "one"]);
    clone.countersign(&["settle", COMPANY, "--theirs"]);
    let said = clone.countersign(&["settle", "--continue"]);
    assert_eq!(said, "git went on with the rebase, and stopped again.\n");
    clone.countersign(&["settle", CELL, "--theirs"]);
    let said = clone.countersign(&["settle", "--continue", "--json"]);
    assert!(said.contains("\"over\": true") && said.contains("\"operation\": \"rebase\""), "{said}");
    assert_eq!(clone.git(&["log", "-2", "--format=%s"]), "gap\nCyprus\n");
}

/// Hooks run, are asked about first, and what they say is shown.
#[test]
fn a_hook_that_refuses_is_heard() {
    let fixture = Fixture::new();
    let clone = Clone::of(&fixture);
    two_seats(&clone);
    clone.refused(&["merge", "one"]);
    clone.countersign(&["settle", COMPANY, "--theirs"]);
    let hook = clone.path.join(".git/hooks/commit-msg");
    fs::create_dir_all(hook.parent().unwrap()).unwrap();
    fs::write(&hook, "#!/bin/sh\necho 'no ticket in the message' >&2\nexit 1\n").unwrap();
    fs::set_permissions(&hook, fs::Permissions::from_mode(0o755)).unwrap();
    let said = clone.fails(&["settle", "--continue"]);
    assert!(said.contains("commit-msg hook") && said.contains("countersign trust --yes"), "{said}");
    clone.countersign(&["trust", "--yes"]);
    let said = clone.fails(&["settle", "--continue"]);
    assert!(
        said.contains("`git merge --continue` failed") && said.contains("no ticket in the message"),
        "{said}"
    );
    assert!(clone.countersign(&["conflicts"]).contains("git merge --continue"));
    fs::remove_file(hook).unwrap();
    clone.countersign(&["settle", "--continue"]);
}

/// A driver of somebody else's would run for the next commits of a rebase; Countersign's own is asked about by nobody.
#[test]
fn another_driver_is_asked_about() {
    let fixture = Fixture::new();
    let clone = Clone::of(&fixture);
    two_seats(&clone);
    clone.git(&["config", "merge.mine.driver", "touch ran %A"]);
    clone.refused(&["merge", "one"]);
    clone.countersign(&["settle", COMPANY, "--theirs"]);
    let said = clone.fails(&["settle", "--continue"]);
    assert!(said.contains("merge.mine.driver") && !said.contains("merge.countersign"), "{said}");
    clone.countersign(&["trust", "--yes"]);
    clone.countersign(&["settle", "--continue"]);
}
