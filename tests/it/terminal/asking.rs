//! git that wants an answer: it fails behind the screen, and asks in the terminal once that is lent to it.

use std::fs;
use std::os::unix::fs::PermissionsExt;

use rustix::termios::LocalModes;

use super::pty::Session;
use super::{assert_given_back, open};
use crate::fixture::Fixture;
use crate::ledger::world::git_in;

/// Stands for ssh with a key that has a passphrase: asks on the terminal, and runs the other side here.
const SSH: &str = r#"#!/bin/sh
if [ "$GIT_TERMINAL_PROMPT" = 0 ]; then echo 'There is nobody to ask.' >&2; exit 255; fi
printf 'Passphrase of the desk: ' > /dev/tty
IFS= read -r answer < /dev/tty
if [ "$answer" != open ]; then echo 'Permission denied (publickey).' >&2; exit 255; fi
for word; do command=$word; done
exec sh -c "$command"
"#;

/// Runs it again in the terminal, and answers when the question has come: older ones still stand there.
#[track_caller]
fn answer_with(session: &mut Session, answer: &str) {
    let question = "Passphrase of the desk:".as_bytes();
    let asked = |session: &Session| {
        session.written.windows(question.len()).filter(|bytes| *bytes == question).count()
    };
    let before = asked(session);
    session.send("t");
    session.wait("the question", |session| asked(session) > before);
    session.send(answer);
}

/// The screen is there as before, with a window that says this, and hears keys again.
#[track_caller]
fn back_with(session: &mut Session, words: &str) {
    session.wait_for(words);
    session.wait_for("Esc close");
    session.settle();
    assert!(session.screen().alternate_screen() && session.screen().bracketed_paste());
    assert!(!session.modes().local_modes.contains(LocalModes::ECHO), "{words}");
    assert!(!session.text().contains("Passphrase"), "{}", session.text());
}

#[test]
fn a_passphrase_is_asked_for_in_the_terminal() {
    let fixture = Fixture::new();
    let register = fixture.path();
    let beside = tempfile::tempdir().unwrap();
    let (hub, ssh) = (beside.path().join("hub.git"), beside.path().join("ssh"));
    git_in(&register, ["clone", "-q", "--bare", ".", hub.to_str().unwrap()]);
    git_in(&register, ["reset", "-q", "--hard", "HEAD~1"]);
    git_in(&register, ["remote", "add", "origin", &format!("desk@example.org:{}", hub.display())]);
    git_in(&register, ["config", "branch.main.remote", "origin"]);
    git_in(&register, ["config", "branch.main.merge", "refs/heads/main"]);
    fs::write(&ssh, SSH).unwrap();
    fs::set_permissions(&ssh, fs::Permissions::from_mode(0o755)).unwrap();
    let variables = [("GIT_SSH_COMMAND", ssh.to_str().unwrap()), ("GIT_SSH_VARIANT", "simple")];
    let mut session = open(&register, (30, 100), &[], &variables);

    session.send("F");
    back_with(&mut session, "There is nobody to ask.");
    for (answer, comes) in [("wrong\r", "Permission denied (publickey)."), ("\x03", "failed")] {
        session.wait_for("t again in the terminal");
        answer_with(&mut session, answer);
        back_with(&mut session, comes);
        session.send("\x1b");
        session.wait("the window closed", |session| !session.text().contains("Esc close"));
        session.send("F");
        back_with(&mut session, "There is nobody to ask.");
    }
    session.wait_for("t again in the terminal");
    answer_with(&mut session, "open\r");
    back_with(&mut session, "origin/main has 1 commit that you have not.");
    session.send("u");
    session.wait_for("The branch is where origin/main is.");
    session.send("q");
    assert!(session.end().success());
    assert_given_back(&session);
    assert_eq!(git_in(&register, ["rev-parse", "HEAD"]), git_in(&hub, ["rev-parse", "main"]));
}
