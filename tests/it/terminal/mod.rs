//! The program as a person starts it: in a terminal of its own, with keys, signals and a plug to pull.

mod asking;
mod drafts;
mod hands;
mod looks;
mod outside;
mod pty;
mod stopping;

use std::path::Path;
use std::process::Command;

use rustix::process::Signal;
use rustix::termios::LocalModes;

use crate::fixture::Fixture;
use pty::Session;

const PROGRAM: &str = env!("CARGO_BIN_EXE_countersign");
const SIZE: (u16, u16) = (24, 80);

/// The program on a register, where the board is to be seen.
pub fn open(folder: &Path, size: (u16, u16), arguments: &[&str], variables: &[(&str, &str)]) -> Session {
    let arguments = [&["--on", "2026-11-20", "--background", "dark"], arguments].concat();
    let mut session = pty::start(PROGRAM, &arguments, folder, size, variables);
    session.wait_for("S-1.1");
    session.settle();
    session
}

#[track_caller]
fn assert_given_back(session: &Session) {
    let screen = session.screen();
    assert!(!screen.alternate_screen(), "the alternate screen is left");
    assert!(!screen.hide_cursor(), "the cursor is shown");
    assert!(!screen.bracketed_paste(), "pasting is as it was");
    assert!(!session.is_on("1004"), "the focus is nobody's business");
    assert_eq!(screen.mouse_protocol_mode(), vt100::MouseProtocolMode::None, "the mouse is the terminal's");
    let modes = session.modes().local_modes;
    assert!(modes.contains(LocalModes::ECHO | LocalModes::ICANON | LocalModes::ISIG), "{modes:?}");
}

#[test]
fn quitting_gives_the_terminal_back() {
    let fixture = Fixture::new();
    let mut session = open(&fixture.path(), SIZE, &[], &[]);
    assert!(session.screen().alternate_screen() && session.screen().bracketed_paste());
    assert_eq!(session.screen().mouse_protocol_mode(), vt100::MouseProtocolMode::ButtonMotion);
    assert!(session.is_on("1004"), "the focus is told");
    assert!(!session.modes().local_modes.contains(LocalModes::ECHO));
    session.send("q");
    assert!(session.end().success());
    assert_given_back(&session);
}

#[test]
fn every_signal_that_ends_gives_the_terminal_back() {
    let fixture = Fixture::new();
    for signal in [Signal::TERM, Signal::HUP, Signal::INT] {
        let mut session = open(&fixture.path(), SIZE, &[], &[]);
        session.signal(signal);
        assert!(session.end().success(), "{signal:?}");
        assert_given_back(&session);
    }
}

/// SIGHUP is out of the way, as under `nohup`: the program has to notice by itself.
#[test]
fn a_terminal_that_is_gone_ends_the_program() {
    let fixture = Fixture::new();
    let line = format!("trap '' HUP; exec {PROGRAM} --on 2026-11-20 --background dark");
    let mut session = pty::start("sh", &["-c", &line], &fixture.path(), SIZE, &[]);
    session.wait_for("S-1.1");
    session.hang_up();
    session.end();
}

#[test]
fn a_panic_behind_the_screen_is_told_on_the_ordinary_one() {
    let fixture = Fixture::new();
    let mut session = open(&fixture.path(), (40, 120), &[], &[("COUNTERSIGN_TEST_PANIC", POINT)]);
    session.send("/halyard S-1.1\r");
    session.wait_for("only /halyard");
    session.send("d\x1b[A \t\t\t Still missing.\x13");
    session.wait_for("Enter makes this commit");
    session.send("\r");
    let status = session.end();
    assert_eq!(status.code(), Some(2));
    assert_given_back(&session);
    assert!(session.text().contains("a test wants a panic"), "{}", session.text());
    assert!(session.text().contains("Countersign met a defect"), "{}", session.text());
}

/// A place that every commit passes.
const POINT: &str = "journal";

#[test]
fn ctrl_z_goes_back_to_the_shell_and_fg_comes_back() {
    let fixture = Fixture::new();
    let mut session = pty::start("sh", &["-i"], &fixture.path(), SIZE, &[]);
    session.wait_for("$");
    let before = session.modes();
    for leave in ["\x1a", "signal"] {
        session.send(&format!("{PROGRAM} --on 2026-11-20 --background dark\r"));
        session.wait_for("S-1.1");
        match leave {
            "signal" => {
                let child = rustix::termios::tcgetpgrp(session.terminal()).unwrap();
                rustix::process::kill_process(child, Signal::TSTP).unwrap();
            }
            keys => session.send(keys),
        }
        session.wait("the shell", |session| {
            !session.screen().alternate_screen() && session.text().contains("Stopped")
        });
        assert!(!session.screen().bracketed_paste() && !session.screen().hide_cursor());
        assert_eq!(session.screen().mouse_protocol_mode(), vt100::MouseProtocolMode::None);
        assert!(!session.is_on("1004"));
        session.send("fg\r");
        session.wait("the board", |session| {
            session.screen().alternate_screen() && session.text().contains("S-1.1")
        });
        assert!(!session.modes().local_modes.contains(LocalModes::ECHO));
        assert_eq!(session.screen().mouse_protocol_mode(), vt100::MouseProtocolMode::ButtonMotion);
        assert!(session.is_on("1004"));
        session.send("q");
        // What is typed before the prompt is there may still be read by the program that ends.
        session.wait("the prompt", |session| {
            !session.screen().alternate_screen() && session.text().trim_end().ends_with('$')
        });
        session.send("clear\r");
        session.wait("an empty screen", |session| !session.text().contains("Stopped"));
    }
    assert_eq!(session.modes().local_modes, before.local_modes);
    session.send("exit\r");
    session.end();
}

#[test]
fn where_no_shell_waits_ctrl_z_says_so() {
    let fixture = Fixture::new();
    let mut session = open(&fixture.path(), SIZE, &[], &[]);
    session.send("\x1a");
    session.wait_for("does not stop");
    session.send("q");
    assert!(session.end().success());
}

#[test]
fn any_size_is_survived() {
    let fixture = Fixture::new();
    let mut session = open(&fixture.path(), SIZE, &[], &[]);
    session.resize(1, 1);
    session.settle();
    session.resize(50, 200);
    session.wait("the wide board", |session| session.text().contains("Drawing up and keeping up-to-date"));
    session.send("q");
    assert!(session.end().success());
}

#[test]
fn a_terminal_may_be_tiny_from_the_start_and_grow_over_an_open_form() {
    let fixture = Fixture::new();
    let arguments = ["--on", "2026-11-20", "--background", "dark"];
    let mut session = pty::start(PROGRAM, &arguments, &fixture.path(), (1, 1), &[]);
    session.wait("the screen", |session| session.screen().alternate_screen());
    session.settle();
    session.send("/halyard S-1.1\rd");
    session.resize(40, 120);
    session.wait_for("Decide");
    session.resize(1, 1);
    session.settle();
    session.resize(12, 40);
    session.wait_for("Decide");
    session.send("\x03");
    assert!(session.end().success());
    assert_given_back(&session);
}

#[test]
fn what_is_pasted_is_text_and_no_command() {
    let fixture = Fixture::new();
    let before = head(&fixture);
    let paste = "\x1b[200~q\rd\x1a\x03\r:quit\ry\x1b[201~";
    let mut session = open(&fixture.path(), (40, 120), &[], &[]);
    // Over a screen, a prompt, the palette, help, a picker and the form.
    for window in ["", "/", ":", "?", "@", "c"] {
        session.send(window);
        session.settle();
        session.send(paste);
        session.settle();
        assert!(session.screen().alternate_screen(), "pasting ended it over `{window}`");
        session.send("\x1b");
        session.settle();
        session.send("\x1b");
        session.settle();
    }
    session.send("/halyard S-1.1\r");
    session.wait_for("only /halyard");
    session.send("d\t\t\t");
    session.wait_for("Decide");
    session.send(paste);
    session.wait_for(":quit");
    session.send("\x03");
    assert!(session.end().success());
    assert_eq!(head(&fixture), before);
}

fn line_of(session: &Session, what: &str) -> String {
    session.text().lines().find(|line| line.contains(&format!("   {what} "))).unwrap_or_default().to_owned()
}

fn head(fixture: &Fixture) -> String {
    let output =
        Command::new("git").current_dir(fixture.path()).args(["rev-parse", "HEAD"]).output().unwrap();
    assert!(output.status.success());
    String::from_utf8(output.stdout).unwrap()
}

#[test]
fn without_a_terminal_it_says_what_to_do_instead() {
    let output = Command::new(PROGRAM).current_dir(Fixture::new().path()).output().unwrap();
    let output = output.status.code().map(|code| (code, String::from_utf8(output.stderr).unwrap()));
    let (code, words) = output.unwrap();
    assert_eq!(code, 2);
    assert!(words.contains("needs a terminal"), "{words}");
}

#[test]
fn what_is_no_register_is_said_where_the_program_was_started() {
    let fixture = Fixture::new();
    std::fs::remove_file(fixture.path().join("countersign.toml")).unwrap();
    fixture.commit("First Desk", "2026-06-01", "no register any more");
    for (arguments, words) in [(&[][..], "is not a register"), (&["--at", "nope"], "no revision is called")] {
        let mut session = pty::start(PROGRAM, arguments, &fixture.path(), SIZE, &[]);
        assert_eq!(session.end().code(), Some(2), "{}", session.text());
        assert_given_back(&session);
        assert!(session.text().contains(words), "{}", session.text());
    }
}

/// A cursor key moves a reversed cell, its heads and the count of a page, not a screen.
const BYTES_PER_KEY: usize = 700;

#[test]
fn a_cursor_key_writes_little_and_no_key_writes_nothing() {
    let fixture = Fixture::new();
    let mut session = open(&fixture.path(), (50, 200), &[], &[]);
    for key in ["\x1b[B", "\x1b[C", "\x1b[B", "\x1b[B", "\x1b[C", "\x1b[A", "\x1b[D"] {
        let before = session.written.len();
        session.send(key);
        session.wait("a frame", |session| session.written.len() > before);
        session.settle();
        let bytes = session.written.len() - before;
        assert!(bytes <= BYTES_PER_KEY, "{bytes} bytes for {key:?}");
    }
    let before = session.written.len();
    session.settle();
    assert_eq!(session.written.len(), before);
    session.send("q");
    assert!(session.end().success());
}
