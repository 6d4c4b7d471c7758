//! What the screen looks like in terminals that can do less, and in those that say what they are.

use super::{PROGRAM, SIZE, open, pty};
use crate::fixture::Fixture;
use crate::ledger::world::Kind;

#[track_caller]
fn check(name: &str, arguments: &[&str], variables: &[(&str, &str)]) {
    let fixture = Fixture::new();
    let mut session = open(&fixture.path(), SIZE, arguments, variables);
    session.send("\x1b[B");
    session.settle();
    let picture =
        format!("{}\n\nreversed: {}\ncolours: {}", session.text(), reversed(&session), colours(&session));
    insta::with_settings!({ snapshot_path => "../../snapshots", prepend_module_to_snapshot => false, omit_expression => true }, {
        insta::assert_snapshot!(format!("terminal_{name}"), picture);
    });
    session.send("q");
    assert!(session.end().success());
}

/// What of the screen stands out by reversal.
fn reversed(session: &pty::Session) -> String {
    let (lines, columns) = SIZE;
    let cells = (0..lines).flat_map(|line| (0..columns).map(move |column| (line, column)));
    let reversed =
        cells.filter_map(|(line, column)| session.screen().cell(line, column)).filter(|cell| cell.inverse());
    reversed
        .map(|cell| if cell.has_contents() { cell.contents() } else { " " })
        .collect::<String>()
        .trim()
        .to_owned()
}

/// How many colours are to be seen.
fn colours(session: &pty::Session) -> usize {
    let (lines, columns) = SIZE;
    let cells = (0..lines).flat_map(|line| (0..columns).map(move |column| (line, column)));
    let mut colours = Vec::new();
    for cell in cells.filter_map(|(line, column)| session.screen().cell(line, column)) {
        for colour in [cell.fgcolor(), cell.bgcolor()] {
            if !colours.contains(&colour) {
                colours.push(colour);
            }
        }
    }
    colours.len() - 1
}

/// Whatever a register says, no more than the screen's own sequences reach the terminal.
#[test]
fn a_hostile_register_sends_the_terminal_nothing() {
    let case = crate::hostile::text::register(Kind::Libgit2, false);
    let mut session = open(&case.world.path, (50, 160), &[], &[]);
    for keys in ["t", "\r", "\x1b", "\x1b", "m", "\r", "p", "d", "\x1b", "\x1b", "!", "\x1b", "a"] {
        session.send(keys);
        session.settle();
    }
    assert!(session.text().contains("␛]52;c;aGk=␇"), "{}", session.text());
    session.send("\x03");
    assert!(session.end().success());
    let written = String::from_utf8(std::mem::take(&mut session.written)).unwrap();
    for sequence in [
        "\u{1b}]52;",
        "\u{1b}]8;;http://x",
        "\u{1b}]0;t",
        "\u{1b}[6n",
        "\u{1b}P$q",
        "\u{9b}",
        "\u{202e}",
        "\u{200b}",
        "\u{e0041}",
    ] {
        assert!(!written.contains(sequence), "{sequence:?}");
    }
}

#[test]
fn with_colours() {
    check("colours", &[], &[]);
}

#[test]
fn without_colours() {
    check("no_color", &[], &[("NO_COLOR", "1")]);
}

#[test]
fn colours_by_all_means() {
    check("colours", &["--color", "always"], &[("NO_COLOR", "1")]);
}

#[test]
fn a_dumb_terminal() {
    check("dumb", &[], &[("TERM", "dumb")]);
}

#[test]
fn ascii() {
    check("ascii", &["--ascii", "--color", "never"], &[]);
}

#[test]
fn a_locale_without_utf8_sees_ascii_alone() {
    let fixture = Fixture::new();
    let mut session = open(&fixture.path(), SIZE, &[], &[("LC_ALL", "C")]);
    session.send("?");
    session.settle();
    assert!(session.written.is_ascii(), "{}", session.text());
    session.send("\x1bq");
    session.settle();
}

#[test]
fn a_light_background_is_recognised() {
    let fixture = Fixture::new();
    let mut session = pty::start(PROGRAM, &["--on", "2026-11-20"], &fixture.path(), SIZE, &[]);
    session.wait("the question for the background", |session| {
        session.written.windows(6).any(|bytes| bytes == b"\x1b]11;?")
    });
    session.settle();
    session.send("\x1b]10;rgb:1e1e/1e1e/1e1e\x1b\\\x1b]11;rgb:ffff/ffff/ffff\x1b\\\x1b[?62;c");
    session.wait_for("S-1.1");
    session.settle();
    let gap = (0..24).flat_map(|line| (0..80).map(move |column| (line, column)));
    let gap = gap
        .filter_map(|(line, column)| session.screen().cell(line, column))
        .find(|cell| cell.contents() == "✗");
    assert_eq!(gap.unwrap().fgcolor(), vt100::Color::Idx(1));
    session.send("q");
    assert!(session.end().success());
}

#[test]
fn mistakes_in_a_theme_are_told_and_the_program_starts() {
    let fixture = Fixture::new();
    fixture.write("mine.toml", "hint = \"dmi\"\n[state]\ngpa = \"red\"\n");
    let mut session = open(&fixture.path(), SIZE, &["--theme", "mine.toml"], &[]);
    for words in
        ["mine.toml:1: no colour is called `dmi`; did you mean `dim`?", "mine.toml:3:", "`state.gap`"]
    {
        assert!(session.text().contains(words), "{}", session.text());
    }
    session.send("q");
    assert!(session.end().success());
}
