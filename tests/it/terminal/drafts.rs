//! What is typed outlives Esc, the end of the program, and being killed; and the person's own editor.

use std::fs;
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};
use std::process::Command;

use rustix::process::Signal;
use tempfile::TempDir;

use super::pty::Session;
use super::{assert_given_back, head, line_of, open};
use crate::fixture::Fixture;

const SIZE: (u16, u16) = (40, 120);

/// A register, and a place of its own for what the program remembers.
struct Desk {
    fixture: Fixture,
    state: TempDir,
}

impl Desk {
    fn new() -> Desk {
        Desk { fixture: Fixture::new(), state: TempDir::new().unwrap() }
    }

    fn open(&self, variables: &[(&str, &str)]) -> Session {
        let state = ("XDG_STATE_HOME", self.state.path().to_str().unwrap());
        open(&self.fixture.path(), SIZE, &[], &[&[state], variables].concat())
    }

    /// With the form of a cell opened, and a reason typed.
    fn typing(&self, variables: &[(&str, &str)]) -> Session {
        let mut session = self.open(variables);
        session.send("/halyard S-1.1\r");
        session.wait_for("only /halyard");
        session.send("d\t\t\t");
        session.wait_for("Decide");
        session.send(" Half a thought");
        session.wait_for("Half a thought");
        session
    }

    fn drafts(&self) -> Vec<PathBuf> {
        let folders =
            fs::read_dir(self.state.path().join("countersign/drafts")).into_iter().flatten().flatten();
        let files = folders.flat_map(|folder| fs::read_dir(folder.path()).unwrap().flatten());
        files.map(|file| file.path()).filter(|path| path.extension().is_some()).collect()
    }
}

#[test]
fn a_draft_outlives_a_kill_and_is_gone_once_it_is_committed() {
    let desk = Desk::new();
    let before = head(&desk.fixture);
    let mut session = desk.typing(&[]);
    session.wait("the draft to be kept", |_| {
        desk.drafts().iter().any(|path| fs::read_to_string(path).unwrap().contains("Half a thought"))
    });
    session.signal(Signal::KILL);
    assert!(!session.end().success());
    assert_eq!(desk.drafts().len(), 1);

    let mut session = desk.open(&[]);
    session.wait_for("1 draft");
    session.send("/halyard S-1.1\r");
    session.wait("the draft's mark", |session| line_of(session, "S-1.1").contains('✎'));
    session.send("D");
    session.wait_for("Half a thought");
    session.send("\r");
    session.wait_for("This is the draft that was kept");
    assert!(session.text().contains("Half a thought"), "{}", session.text());
    session.send("\x1b[A \x13");
    session.wait_for("Enter makes this commit");
    session.send("\r");
    session.wait_for("Committed");
    session.wait("no draft", |session| !session.text().contains("1 draft"));
    session.send("qq");
    assert!(session.end().success());
    assert_ne!(head(&desk.fixture), before);
    assert!(desk.drafts().is_empty());
}

#[test]
fn what_was_typed_last_is_kept_on_every_way_out() {
    for leave in ["\x03", "TERM", "HUP", "\x1bq"] {
        let desk = Desk::new();
        let mut session = desk.typing(&[]);
        // At once, before any pause.
        session.send("!");
        match leave {
            "TERM" => session.signal(Signal::TERM),
            "HUP" => session.signal(Signal::HUP),
            keys => keys.chars().for_each(|key| {
                session.send(&key.to_string());
                session.settle();
            }),
        }
        assert!(session.end().success(), "{leave:?}");
        assert_given_back(&session);
        let drafts = desk.drafts();
        assert_eq!(drafts.len(), 1, "{leave:?}");
        assert!(fs::read_to_string(&drafts[0]).unwrap().contains("Half a thought"), "{leave:?}");
    }
}

#[test]
fn what_was_chosen_in_a_conflict_outlives_esc_and_a_kill() {
    let desk = Desk::new();
    let git = |arguments: &[&str]| {
        let identity = ["-c", "user.name=First Desk", "-c", "user.email=first@example.org"];
        let output =
            Command::new("git").arg("-C").arg(desk.fixture.path()).args(identity).args(arguments).output();
        output.unwrap().status.success()
    };
    let cell = "companies/halyard/assessments/S-1.1.toml";
    let text = fs::read_to_string(desk.fixture.path().join(cell)).unwrap();
    for (branch, status) in [("one", "met"), ("other", "gap")] {
        assert!(git(&["switch", "-q", "-c", branch, "main"]));
        desk.fixture.write(cell, &text.replace("status = \"partial\"", &format!("status = \"{status}\"")));
        assert!(git(&["commit", "-q", "-a", "-m", branch]));
    }
    assert!(!git(&["merge", "-q", "one"]));
    let mut session = desk.open(&[]);
    session.send("C");
    session.wait_for("git stopped in a merge");
    session.send("\r");
    session.wait_for("both put together");
    session.send("j ");
    session.wait_for("on one: met");
    session.send("\tHalf a thought");
    session.wait_for("Half a thought");
    session.send("\x1b");
    session.wait_for("git stopped in a merge");
    let kept = |desk: &Desk| {
        let texts = desk.drafts().into_iter().map(|path| fs::read_to_string(path).unwrap());
        texts.filter(|text| text.contains("Half a thought") && text.contains("\"theirs\"")).count()
    };
    session.wait("what was chosen to be kept", |_| kept(&desk) == 1);
    session.signal(Signal::KILL);
    assert!(!session.end().success());

    let mut session = desk.open(&[]);
    session.send("C");
    session.wait_for("✎ status");
    session.send("\r");
    session.wait_for("Half a thought");
    session.wait_for("on one: met");
    session.send("\x13");
    session.wait_for("nothing is written yet");
    session.send("\r");
    session.wait_for("Settled");
    session.wait("the draft to be gone", |_| desk.drafts().is_empty());
    session.send("\x03");
    assert!(session.end().success());
}

#[test]
fn a_damaged_draft_is_left_out_and_said_so() {
    let desk = Desk::new();
    let mut session = desk.typing(&[]);
    session.send("\x03");
    assert!(session.end().success());
    let draft = &desk.drafts()[0];
    let text = fs::read_to_string(draft).unwrap();
    fs::write(draft, &text[..text.len() / 2]).unwrap();
    let mut session = desk.open(&[]);
    session.wait_for("A kept draft is damaged");
    session.send("j");
    session.wait("the note to go", |session| !session.text().contains("damaged"));
    assert!(!session.text().contains("1 draft"), "{}", session.text());
    session.send("q");
    assert!(session.end().success());
}

/// A program that is run as an editor.
fn program(folder: &Path, name: &str, text: &str) -> String {
    let path = folder.join(name);
    fs::write(&path, format!("#!/bin/sh\n{text}\n")).unwrap();
    fs::set_permissions(&path, fs::Permissions::from_mode(0o755)).unwrap();
    path.to_str().unwrap().to_owned()
}

#[test]
fn the_reason_is_written_in_the_persons_editor() {
    let desk = Desk::new();
    let folder = TempDir::new().unwrap();
    let ran = folder.path().join("the-repositorys-ran");
    let theirs = program(folder.path(), "theirs", &format!("touch {}", ran.display()));
    let config = Command::new("git")
        .current_dir(desk.fixture.path())
        .args(["config", "core.editor", &theirs])
        .status();
    assert!(config.unwrap().success());
    // It asks for a line of its own, in a terminal as it was.
    let ours = program(
        folder.path(),
        "an editor",
        "stty -a | grep -q ' icanon' || exit 3\nprintf 'And then? '\nread line\nprintf '%s\\n%s' \"$1\" \"$line\" >> \"$2\"",
    );
    let editor = format!("'{ours}' 'said with'");
    let mut session = desk.typing(&[("VISUAL", &editor), ("EDITOR", &theirs)]);
    session.send("\x05");
    session.wait_for("And then?");
    session.send("more of it\r");
    session.wait("the form", |session| {
        session.screen().alternate_screen() && session.text().contains("more of it")
    });
    assert!(
        session.text().contains("Half a thought") && session.text().contains("said with"),
        "{}",
        session.text()
    );
    // The keyboard is the form's again.
    session.send(" Done.\x13");
    session.wait_for("more of it Done.");
    assert!(!ran.exists(), "the repository's setting was run");
    session.send("\x03");
    assert!(session.end().success());
    assert_given_back(&session);
}

#[test]
fn an_editor_that_fails_or_leaves_nothing_takes_nothing_away() {
    let desk = Desk::new();
    for (editor, said) in
        [("false", "failed"), ("no-such-editor", "failed"), (": >", "The editor left nothing")]
    {
        let mut session = desk.typing(&[("EDITOR", editor)]);
        session.send("\x05");
        session.wait_for(said);
        session.wait("the form", |session| session.screen().alternate_screen());
        assert!(session.text().contains("Half a thought"), "{}", session.text());
        // What was typed goes.
        session.send("\x07\x1b");
        session.wait_for("only /halyard");
        session.send("q");
        assert!(session.end().success());
        assert!(desk.drafts().is_empty());
    }
}
