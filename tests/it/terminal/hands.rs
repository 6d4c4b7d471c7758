//! What the program tells the terminal besides cells: the mouse it wants, what to copy, and where addresses lead.

use super::pty::Session;
use super::{SIZE, open};
use crate::fixture::Fixture;

fn contains(session: &Session, bytes: &str) -> bool {
    session.written.windows(bytes.len()).any(|written| written == bytes.as_bytes())
}

#[test]
fn the_mouse_selects_and_can_be_given_back_while_it_runs() {
    let fixture = Fixture::new();
    let mut session = open(&fixture.path(), SIZE, &[], &[]);
    // A click with the left button on the footer's "side by side".
    session.send("\x1b[<0;28;24M\x1b[<0;28;24m");
    session.wait_for("Side by side:");
    session.send("\x1bm");
    session.wait("the mouse given back", |session| {
        session.screen().mouse_protocol_mode() == vt100::MouseProtocolMode::None
    });
    session.settle();
    session.send("\x1bm");
    session.wait("the mouse taken again", |session| {
        session.screen().mouse_protocol_mode() == vt100::MouseProtocolMode::ButtonMotion
    });
    session.send("q");
    assert!(session.end().success());
}

#[test]
fn a_configuration_leaves_the_mouse_to_the_terminal() {
    let fixture = Fixture::new();
    fixture.write("mine.toml", "mouse = false\n");
    let mut session = open(&fixture.path(), SIZE, &["--config", "mine.toml"], &[]);
    assert_eq!(session.screen().mouse_protocol_mode(), vt100::MouseProtocolMode::None);
    session.send("q");
    assert!(session.end().success());
}

#[test]
fn what_is_copied_goes_to_the_terminal_through_tmux_and_screen() {
    let fixture = Fixture::new();
    let copy = "]52;c;SGFseWFyZCBBSSAo";
    for (variable, before) in [("NONE", ""), ("TMUX", "\x1bPtmux;\x1b"), ("STY", "\x1bP")] {
        let mut session = open(&fixture.path(), SIZE, &[], &[(variable, "set")]);
        session.send("/halyard S-1.1\r");
        session.wait_for("only /halyard");
        session.send("ycell\r");
        session.wait_for("Copied the cell");
        assert!(contains(&session, &format!("{before}\x1b{copy}")), "{variable}");
        session.send("q");
        assert!(session.end().success());
    }
}

#[test]
fn addresses_are_links_only_where_the_terminal_has_them() {
    let fixture = Fixture::new();
    fixture.write(
        "companies/halyard/evidence/framework-x.toml",
        "title = \"A page\"\nkind = \"framework\"\nbears-on = [\"S-1.1\"]\naccess = \"public\"\nchecked = \"A\"\n\
         source = \"read\"\nurl = \"https://example.org/a-framework\"\n",
    );
    fixture.commit("First Desk", "2026-06-01", "evidence: an address");
    let link = "\x1b]8;;https://example.org/a-framework\x1b\\";
    fixture.write("never.toml", "links = 'never'\n");
    for (arguments, variable, expected) in [
        (&[][..], ("TERM", "xterm-kitty"), true),
        (&[][..], ("TERM", "linux"), false),
        (&["--config", "never.toml"][..], ("TERM", "xterm-kitty"), false),
    ] {
        let mut session = open(&fixture.path(), (40, 120), arguments, &[variable]);
        session.send("/halyard S-1.1\r");
        session.wait_for("only /halyard");
        session.send("\r");
        session.wait_for("https://example.org/a-framework");
        session.settle();
        assert_eq!(contains(&session, link), expected, "{variable:?}");
        let [opened, closed] = ["\x1b]8;;h", "\x1b]8;;\x1b\\"].map(|sign| {
            session.written.windows(sign.len()).filter(|bytes| *bytes == sign.as_bytes()).count()
        });
        assert_eq!(opened, closed, "every link ends");
        session.send("q");
        assert!(session.end().success());
    }
}
