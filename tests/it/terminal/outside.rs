//! What other programs do to the register while it is on the screen.

use std::fs;
use std::path::Path;
use std::process::Command;

use super::pty::Session;
use super::{line_of, open};
use crate::fixture::Fixture;

const TALL: (u16, u16) = (40, 120);

fn git(folder: &Path, arguments: &[&str]) {
    let identity = ["-c", "user.name=Peer", "-c", "user.email=peer@example.org"];
    let output = Command::new("git")
        .current_dir(folder)
        .env("GIT_CONFIG_GLOBAL", "/dev/null")
        .args(identity)
        .args(arguments)
        .output()
        .unwrap();
    assert!(output.status.success(), "{arguments:?}: {}", String::from_utf8_lossy(&output.stderr));
}

/// The board, with the cursor on one cell of it.
fn on_halyard(folder: &Path) -> Session {
    let mut session = open(folder, TALL, &[], &[]);
    session.send("/halyard S-1.1\r");
    session.wait_for("only /halyard");
    session.settle();
    assert!(line_of(&session, "S-1.1").contains('~'), "{}", session.text());
    session
}

/// Another person takes Halyard's judgement off the record in `folder`.
fn take_it_off(folder: &Path) {
    git(folder, &["rm", "--quiet", "companies/halyard/assessments/S-1.1.toml"]);
    git(folder, &["commit", "--quiet", "--message", "Halyard: not judged"]);
}

fn is_off(session: &Session) -> bool {
    line_of(session, "S-1.1").contains('○')
}

#[track_caller]
fn quit(mut session: Session) {
    session.send("q");
    assert!(session.end().success());
}

#[test]
fn a_decision_in_one_appears_in_the_other() {
    let fixture = Fixture::new();
    let [mut one, mut other] = [(); 2].map(|()| on_halyard(&fixture.path()));
    one.send("d\x1b[A \t\t\t Still missing.\x13");
    one.wait_for("Enter makes this commit");
    one.send("\r");
    one.wait_for("Committed");
    other.wait("the other's decision", |other| line_of(other, "S-1.1").contains('✗'));
    assert!(other.text().contains("only /halyard"), "{}", other.text());
    assert!(other.text().contains("Another program changed the register"), "{}", other.text());
    one.settle();
    assert!(one.text().contains("Committed"), "its own commit is no news: {}", one.text());
    quit(one);
    quit(other);
}

/// Both stand before the same commit, or before two that have nothing to do with each other. They are two people: neither
/// finds the other's draft.
#[test]
fn of_two_that_decide_at_once_the_second_is_told_or_goes_on() {
    let fixture = Fixture::new();
    // How far it is to the reason depends on what else there is to fill in.
    let (one, other) = (("halyard S-1.1", "\t\t\t"), ("lodestar AIA-53-4", "\t\t"));
    for (cells, answer) in
        [([one, one], "was changed on main while you were deciding"), ([one, other], "Replayed on")]
    {
        let [(mut one, _of_one), (mut other, _of_other)] = cells.map(|(cell, to_reason)| {
            let state = tempfile::tempdir().unwrap();
            let own = [("XDG_STATE_HOME", state.path().to_str().unwrap())];
            let mut session = open(&fixture.path(), TALL, &[], &own);
            session.send(&format!("/{cell}\r"));
            session.wait_for(&format!("only /{cell}"));
            session.send(&format!("d\x1b[A {to_reason} Still missing.\x13"));
            session.wait_for("Enter makes this commit");
            (session, state)
        });
        one.send("\r");
        one.wait_for("Committed");
        other.send("\r");
        other.wait_for(answer);
        for session in [&mut one, &mut other] {
            session.send("\x03");
            assert!(session.end().success());
        }
    }
}

#[test]
fn a_pull_in_a_linked_work_tree_appears() {
    let fixture = Fixture::new();
    let folder = tempfile::tempdir().unwrap();
    let [theirs, linked] = ["theirs", "linked"].map(|name| folder.path().join(name));
    git(&fixture.path(), &["worktree", "add", "--quiet", "-b", "work", linked.to_str().unwrap()]);
    git(folder.path(), &["clone", "--quiet", fixture.path().to_str().unwrap(), theirs.to_str().unwrap()]);
    git(&linked, &["remote", "add", "theirs", theirs.to_str().unwrap()]);
    let mut session = on_halyard(&linked);
    take_it_off(&theirs);
    git(&linked, &["pull", "--quiet", "--ff-only", "theirs", "HEAD"]);
    session.wait("what was pulled", is_off);
    assert!(session.text().contains("work @"), "{}", session.text());
    quit(session);
}

#[test]
fn a_push_into_a_bare_repository_appears_while_a_form_keeps_what_was_typed() {
    let fixture = Fixture::new();
    let folder = tempfile::tempdir().unwrap();
    let [bare, theirs] = ["bare.git", "theirs"].map(|name| folder.path().join(name));
    let [from, to] = [fixture.path(), bare.clone()].map(|path| path.to_str().unwrap().to_owned());
    git(folder.path(), &["clone", "--quiet", "--bare", &from, &to]);
    git(folder.path(), &["clone", "--quiet", &to, theirs.to_str().unwrap()]);
    let mut session = on_halyard(&bare);
    session.send("d\t\t\t Half a sentence");
    session.wait_for("Half a sentence");
    take_it_off(&theirs);
    git(&theirs, &["push", "--quiet", "origin", "HEAD"]);
    session.wait_for("Another program changed the register");
    assert!(session.text().contains("Half a sentence"), "{}", session.text());
    session.send("\x1b\x1b");
    session.wait("the board", is_off);
    session.send("\x03");
    assert!(session.end().success());
}

#[test]
fn an_edit_in_the_work_tree_is_counted_and_what_is_read_is_no_news() {
    let fixture = Fixture::new();
    let mut session = open(&fixture.path(), TALL, &[], &[]);
    let file = fixture.path().join("companies/halyard/company.toml");
    let before = fs::read_to_string(&file).unwrap();
    session.settle();
    let written = session.written.len();
    git(&fixture.path(), &["status"]);
    git(&fixture.path(), &["log", "--patch"]);
    session.settle();
    assert_eq!(session.written.len(), written, "{}", session.text());
    fs::write(&file, format!("{before}\n# A remark.\n")).unwrap();
    session.wait_for("1 edit not committed");
    fs::write(&file, before).unwrap();
    session.wait("the edit taken back", |session| !session.text().contains("not committed"));
    quit(session);
}

#[test]
fn where_nothing_can_be_watched_that_is_said_once_and_the_focus_reads_again() {
    let fixture = Fixture::new();
    let register = fixture.path();
    let mut session = open(&register, TALL, &[], &[("COUNTERSIGN_TEST_REFUSE", "watch")]);
    session.wait_for("cannot be watched here");
    session.send("/halyard S-1.1\r");
    session.wait_for("only /halyard");
    session.settle();
    assert!(!session.text().contains("cannot be watched"), "once is enough: {}", session.text());
    take_it_off(&register);
    session.settle();
    assert!(line_of(&session, "S-1.1").contains('~'), "{}", session.text());
    session.send("\x1b[I");
    session.wait("what the focus reads", is_off);
    quit(session);
}
