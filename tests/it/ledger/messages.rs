//! Messages, written and read back, with `git interpret-trailers` as the judge.

use std::io::Write;
use std::process::{Command, Stdio};

use countersign::ledger::{Message, Trailer};

use super::world::fix_environment;

fn git_trailers(message: &str) -> Vec<String> {
    fix_environment();
    let mut child = Command::new("git")
        .current_dir(std::env::temp_dir())
        .args(["interpret-trailers", "--parse", "--no-divider"])
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .unwrap();
    child.stdin.take().unwrap().write_all(message.as_bytes()).unwrap();
    let output = child.wait_with_output().unwrap();
    String::from_utf8(output.stdout).unwrap().lines().map(str::to_owned).collect()
}

fn our_trailers(message: &str) -> Vec<String> {
    Message::parse(message).trailers.iter().map(ToString::to_string).collect()
}

#[test]
fn a_message_reads_as_the_design_shows_it() {
    let message = Message {
        subject: "assess meta S-1.1: gap → partial".into(),
        reason: "Framework published; no stated trigger points.\n".into(),
        trailers: vec![
            Trailer::new("Countersign-Change", "assess meta S-1.1"),
            Trailer::new("Countersign-Status", "gap -> partial"),
            Trailer::new("Signed-off-by", "First Desk <first@example.org>"),
        ],
    };
    let text = message.to_string();
    insta::assert_snapshot!(text, @r"
    assess meta S-1.1: gap → partial

    Framework published; no stated trigger points.

    Countersign-Change: assess meta S-1.1
    Countersign-Status: gap -> partial
    Signed-off-by: First Desk <first@example.org>
    ");
    let read = Message::parse(&text);
    assert_eq!(read.reason, "Framework published; no stated trigger points.");
    assert_eq!((read.subject, read.trailers), (message.subject, message.trailers));
    assert_eq!(Message::parse(&text).values("countersign-status").collect::<Vec<_>>(), ["gap -> partial"]);
}

#[test]
fn trailers_are_what_git_says_they_are() {
    for message in [
        "",
        "subject",
        "subject\n",
        "Key: subject",
        "subject\n\nKey: value\n",
        "subject\n\nKey: value\n\n\n",
        "subject\n\nbody\n\nKey: value\nOther-Key:value\nThird  : value",
        "subject\n\nbody\nKey: value\n",
        "subject\n\nbody\n\nKey: value\nnot a trailer\n",
        "subject\n\nbody\n\nKey: value\nnot a trailer\nSigned-off-by: A <a@x>\n",
        "subject\n\none\ntwo\nthree\nfour\nfive\nSigned-off-by: A <a@x>\n",
        "subject\n\none\ntwo\nthree\nSigned-off-by: A <a@x>\n",
        "subject\n\nbody\n\nKey: value\n  continued\n\tand again\nOther: x\n",
        "subject\n\nbody\n\n  indented: first\nKey: value\n",
        "subject\n\nbody\n\nKey: value\n# comment\nOther: x\n",
        "subject\n\nbody\n\nKey: value\n(cherry picked from commit 123)\nnoise\n",
        "subject\n\nbody\n\nnoise\n(cherry picked from commit 123)\n  more noise\nKey: v\n",
        "subject\n\nbody: with colon\n\nhttp://example.org/\n",
        "subject\n\nbody\n\nKey:\nOther:   \n",
        "subject\n\nbody\n\nKéy: value\nKey two: x\n",
        "subject\n\nbody\n\nKey: a: b: c\n",
        "subject\nsecond line of it: x\n\nKey: value\n",
        "subject\n\nKey: value\n   \nOther: value\n",
        "subject\n\nbody\n\nKey: value\r\nOther: value\r\n",
        "assess a S-1.1: gap → met\n\nwhy\n\nCountersign-Change: assess a S-1.1\nCountersign-Status: gap -> met\n",
    ] {
        let git: Vec<String> = git_trailers(message);
        assert_eq!(our_trailers(message), git, "{message:?}");
    }
}

#[test]
fn what_was_typed_cannot_forge_or_break_a_trailer() {
    let forged = "Countersign-Status: gap -> met\nReviewed-by: Eve <eve@x>";
    let message = Message {
        subject: format!("subject\n\n{forged}"),
        reason: format!("{forged}\n\n{forged}\0"),
        trailers: vec![Trailer::new("Countersign-Change", format!("assess x\n\n{forged}"))],
    };
    let text = message.to_string();
    assert_eq!(our_trailers(&text).len(), 1);
    assert_eq!(our_trailers(&text), git_trailers(&text));
    assert!(!text.contains('\0'));
}
