//! Where proposals are: here, on remotes, behind, ahead, and gone.

use std::path::Path;

use countersign::analysis::decision::{self, Draft};
use countersign::domain::{Slot, Status};
use countersign::register::{At, Register};

use super::team::{NAME, STRICT, Team};
use crate::fixture::Fixture;

#[test]
fn the_same_name_is_one_proposal_and_the_newest_of_it_is_looked_at() {
    let team = Team::proposed();
    let (first, second) = (&team.first, &team.second);
    second.fine(["review", "q3", "--note", "Mine.", "--yes"]);
    let places = |person: &super::team::Person| person.proposal()["proposal"]["places"].clone();
    assert_eq!(places(second).as_array().unwrap().len(), 2);
    assert_eq!(places(second)[0]["remote"], serde_json::Value::Null);
    second.git(["push", "--quiet", "origin", NAME]);
    first.git(["fetch", "--quiet"]);
    assert_eq!(places(first)[0]["remote"], "origin");

    // A further change grows from what the remote has, though the branch here is behind.
    first.propose("S-1.2", "Too.");
    assert_eq!(
        first.git(["rev-parse", &format!("{NAME}^")]),
        first.git(["rev-parse", &format!("origin/{NAME}")])
    );
    assert_eq!(first.proposal()["proposal"]["changes"].as_array().unwrap().len(), 2);
}

#[test]
fn names_follow_the_pattern_of_the_base() {
    let team = Team::under("proposals = \"review/<company>-<slug>\"\n");
    let first = &team.first;
    let about =
        ["assess", "halyard", "S-1.1", "--status", "gap", "--reason", "So far.", "--yes", "--propose"];
    first.fine(about);
    assert_eq!(first.git(["branch", "--list", "review/*"]).trim(), "review/halyard-s-1-1");
    first.git(["branch", "proposal/halyard/q3"]);
    assert_eq!(first.json(["proposals", "--json"])["proposals"].as_array().unwrap().len(), 1);
    assert!(first.refused(["proposals", "q3"]).contains("review/halyard-s-1-1"));
    assert!(first.refused(["proposals", "--branch", "review/halyard-s-1-1"]).contains("itself a proposal"));
}

#[test]
fn an_undo_can_be_proposed() {
    let team = Team::under("");
    let first = &team.first;
    first.fine(["assess", "halyard", "S-1.1", "--status", "gap", "--reason", "So far.", "--yes"]);
    first.fine(["undo", "--propose", "back", "--yes"]);
    let words = first.json(["proposals", "back", "--json"])["proposal"]["changes"][0]["words"].clone();
    assert_eq!(words, "halyard S-1.1: gap → unassessed");
}

#[test]
fn only_an_author_withdraws_what_is_not_merged() {
    let team = Team::proposed();
    let (first, second) = (&team.first, &team.second);
    assert!(second.refused(["withdraw", "q3"]).contains("proposal of first@example.org"));
    first.git(["switch", "--quiet", NAME]);
    assert!(first.refused(["withdraw", "q3", "--branch", "main"]).contains("checked out here"));
    first.git(["switch", "--quiet", "main"]);
    first.fine(["withdraw", "q3"]);
    assert_eq!(first.git(["branch", "--list", NAME]), "");
    assert!(first.refused(["withdraw", "q3"]).contains("git push origin --delete"));
}

/// Two writers make the same proposal at once: the branch is made by one, and the other's change goes on top.
#[test]
fn a_branch_is_made_once() {
    let fixture = Fixture::new();
    let open = || {
        let register = Register::open(&fixture.path()).unwrap();
        register.proposing(Some(&"halyard".parse().unwrap()), &"q3".parse().unwrap()).unwrap()
    };
    let prepare = |register: &Register, slot: &str| {
        let snapshot = register.snapshot(&At::Head).unwrap();
        let slot: Slot = slot.parse().unwrap();
        let draft = Draft { status: Some(Status::Gap), reason: "So far.".to_owned(), ..Draft::default() };
        let day = "2026-11-20".parse().unwrap();
        let change = decision::decide(&snapshot, day, &"halyard".parse().unwrap(), &slot, &draft).unwrap();
        register.prepare(&snapshot, &change).unwrap()
    };
    let (one, other) = (open(), open());
    let (first, second, same) = (prepare(&one, "S-1.2"), prepare(&other, "S-1.1"), prepare(&other, "S-1.2"));
    let made = one.commit(first).unwrap();
    let on_top = other.commit(second).unwrap();
    assert_eq!(on_top.replayed_on.as_deref(), Some(made.id()));
    assert!(other.commit(same).unwrap_err().to_string().contains("S-1.2.toml was changed on"));
    assert_eq!(count(&fixture.path(), "main..proposal/halyard/q3"), 2);
}

fn count(path: &Path, range: &str) -> usize {
    let repository = git2::Repository::open(path).unwrap();
    let mut walk = repository.revwalk().unwrap();
    walk.push_range(range).unwrap();
    walk.count()
}

#[test]
fn without_any_proposal_there_is_a_next_step() {
    let team = Team::under(STRICT);
    assert!(team.first.fine(["proposals"]).starts_with("0 open proposals for main"));
    assert!(team.first.refused(["review", "q3"]).contains("--propose"));
}
