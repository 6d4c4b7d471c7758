//! What waits for somebody else's program. A commit: Esc stops it, and nothing is lost; or it is too late, and says so.
//! An audit: nobody has to wait with it.

use std::fs;

use countersign::domain::Status;
use rustix::process::Signal;

use super::pty::Session;
use super::{assert_given_back, open};
use crate::audit::Case;
use crate::audit::signatures::{Signed, checker, settings_with};
use crate::ledger::crashes::wait_for_orphans;
use crate::ledger::waiting::Waiting;
use crate::ledger::world::{Kind, on_both_stores};
use crate::ledger::writing::{assert_sound, hook, state};

on_both_stores! {
    esc_stops_a_commit_whose_hook_waits_and_what_is_typed_stays
    once_the_branch_moved_esc_says_that_it_is_too_late
    ctrl_c_stops_a_signature_in_the_lent_terminal
    a_kill_in_the_middle_of_a_commit_leaves_what_was_typed
    a_signature_is_checked_behind_the_screen
}

/// A decision of which the commit is shown.
fn in_the_preview(case: &Case) -> Session {
    let mut session = open(&case.world.path, (40, 120), &[], &[]);
    session.send("/halyard S-1.1\r");
    session.wait_for("only /halyard");
    session.send("d\x1b[A \t\t\t Still missing.\x13");
    session.wait_for("Enter makes this commit");
    session
}

fn esc_stops_a_commit_whose_hook_waits_and_what_is_typed_stays(kind: Kind) {
    let case = Case::of(kind);
    let waiting = Waiting::new(&case.world.beside("hook"), "");
    hook(&case.world, "pre-commit", &waiting.script);
    case.world.trust();
    let before = state(&case.world);
    let mut session = in_the_preview(&case);
    session.send("\r");
    waiting.is_here();
    session.wait_for("Committing; Esc stops it");
    session.send("\x1b");
    session.wait_for("Cancelled: nothing was committed.");
    waiting.is_gone();
    assert!(session.text().contains("Enter makes this commit"), "{}", session.text());
    assert!(state(&case.world) == before, "something changed");
    assert_sound(&case.world);

    fs::remove_file(case.world.path.join(".git/hooks/pre-commit")).unwrap();
    session.send("\x1b");
    session.wait("the form", |session| {
        session.text().contains("Decide Halyard") && session.text().contains("Still missing.")
    });
    session.send("\x13");
    session.wait_for("Enter makes this commit");
    session.send("\r");
    session.wait_for("Committed");
    session.send("q");
    assert!(session.end().success());
    assert_eq!(case.git(["rev-list", "--count", "HEAD"]), "2");
    assert_sound(&case.world);
}

fn once_the_branch_moved_esc_says_that_it_is_too_late(kind: Kind) {
    let case = Case::of(kind);
    let waiting = Waiting::new(&case.world.beside("hook"), "");
    hook(&case.world, "post-commit", &waiting.script);
    case.world.trust();
    let mut session = in_the_preview(&case);
    session.send("\r");
    waiting.is_here();
    session.wait_for("Committing, which can no longer be stopped");
    session.send("\x1b");
    session.wait_for("It is too late to stop it");
    assert!(session.text().contains("Enter makes this commit"), "{}", session.text());
    waiting.let_go();
    session.wait_for("Committed");
    waiting.is_gone();
    session.send("q");
    assert!(session.end().success());
    assert_eq!(case.git(["rev-list", "--count", "HEAD"]), "2");
    assert_sound(&case.world);
}

/// Before the branch moves and after: what was typed is there until somebody was told that it is committed.
fn a_kill_in_the_middle_of_a_commit_leaves_what_was_typed(kind: Kind) {
    for (name, commits) in [("pre-commit", "1"), ("post-commit", "2")] {
        let case = Case::of(kind);
        let waiting = Waiting::new(&case.world.beside("hook"), "");
        hook(&case.world, name, &waiting.script);
        case.world.trust();
        let mut session = in_the_preview(&case);
        session.send("\r");
        waiting.is_here();
        session.signal(Signal::KILL);
        assert!(!session.end().success());
        waiting.let_go();
        waiting.is_gone();
        wait_for_orphans(&case.world.path);

        let mut session = open(&case.world.path, (40, 120), &[], &[]);
        session.wait_for("1 draft");
        session.send("D");
        session.wait_for("Still missing.");
        assert_eq!(case.git(["rev-list", "--count", "HEAD"]), commits, "{name}");
        if name == "pre-commit" {
            fs::remove_file(case.world.path.join(".git/hooks/pre-commit")).unwrap();
            session.send("\r");
            session.wait_for("This is the draft that was kept");
            session.send("\x13");
            session.wait_for("Enter makes this commit");
            session.send("\r");
            session.wait_for("Committed");
        }
        session.send("\x03");
        assert!(session.end().success());
        assert_eq!(case.git(["rev-list", "--count", "HEAD"]), "2");
        assert_sound(&case.world);
    }
}

fn ctrl_c_stops_a_signature_in_the_lent_terminal(kind: Kind) {
    let case = Case::of(kind);
    let waiting = Waiting::new(&case.world.beside("signer"), "");
    waiting.plant(&case.world.beside("sign"));
    case.git(["config", "gpg.program", case.world.beside("sign").to_str().unwrap()]);
    case.git(["config", "commit.gpgSign", "true"]);
    case.world.trust();
    let before = state(&case.world);
    let mut session = in_the_preview(&case);
    session.send("\r");
    session.wait_for("Ctrl-C cancels it");
    waiting.is_here();
    session.send("\x03");
    session.wait_for("Cancelled: nothing was committed.");
    assert!(session.text().contains("Enter makes this commit"), "{}", session.text());
    // What a shell starts beside it does not hear Ctrl-C.
    waiting.let_go();
    waiting.is_gone();
    assert!(state(&case.world) == before, "something changed");
    assert_sound(&case.world);
    // Ctrl-C was meant for the signature alone, however late this program hears of it.
    session.settle();
    session.send("\x1b");
    session.wait_for("Decide Halyard");
}

fn a_signature_is_checked_behind_the_screen(kind: Kind) {
    let Signed { case, .. } = Signed::with(kind, "");
    case.decide("halyard S-1.1", Status::Gap);
    // The first time only.
    let before =
        format!("mkdir {} 2> /dev/null || exec ssh-keygen \"$@\"", case.world.beside("ran").display());
    let waiting = Waiting::new(&case.world.beside("waits"), &before);
    let settings = settings_with(&case, &checker(&case, "program", &waiting.script));
    let settings = [("GIT_CONFIG_GLOBAL", settings.to_str().unwrap())];
    let mut session = open(&case.world.path, (40, 120), &[], &settings);
    session.send("a");
    waiting.is_here();
    // The whole frame: Esc and what is typed before it is heard would be one key.
    session.wait("the audit", |session| {
        let text = session.text();
        text.contains("Holding every commit against what it says") && !text.contains("S-1.1")
    });
    session.send("\x1b");
    session.wait_for("S-1.1");
    session.send("/halyard S-1.1\r");
    session.wait_for("only /halyard");
    session.send("t");
    session.wait_for("So far.");
    session.send("\x03");
    assert!(session.end().success());
    assert_given_back(&session);
    // Nobody let it go: it ends with its terminal.
    waiting.is_gone();

    let mut session = open(&case.world.path, (40, 120), &[], &settings);
    session.send("a");
    session.wait_for("Every commit is what it says.");
}
