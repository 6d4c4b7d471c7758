//! Files that are not what they should be: each is a finding, and everything else stays usable.

use countersign::files::read;

use super::{countersign, look_at};
use crate::audit::Case;
use crate::full_size;
use crate::ledger::world::{Kind, on_both_stores};

on_both_stores! {
    not_utf8
    line_ends_and_marks_of_other_systems
    nested_too_deep
    too_many_of_anything
    keys_twice_alike_or_in_conflict
    values_that_cannot_be
}

/// Writes a content into each kind of file of a register and looks at it, committed and not.
#[track_caller]
fn check(kind: Kind, content: impl AsRef<[u8]>) {
    let filed = [
        "companies/halyard/company.toml",
        "companies/halyard/models/mainsail.toml",
        "companies/halyard/evidence/minutes.toml",
        "companies/halyard/assessments/S-1.1.toml",
    ];
    let asked = [
        "commitments/limits.toml",
        "commitments/safety-security.toml",
        "commitments/code.toml",
        "sources.toml",
    ];
    for paths in [filed, asked] {
        let case = Case::of(kind);
        paths.iter().for_each(|path| case.world.write(path, content.as_ref()));
        look_at(&case.world.path, &[["check", "--worktree"]]);
        case.commit("register: content");
        look_at(&case.world.path, &[&["check"][..], &["show", "halyard"], &["log"], &["audit"]]);
        let show = countersign(&case.world.path, &["show", "lodestar"]);
        assert_eq!(show.code, 0, "{paths:?}: {}", show.stderr);
    }
    let case = Case::of(kind);
    case.world.write("countersign.toml", content.as_ref());
    case.commit("register: content");
    look_at(&case.world.path, &[["check"], ["audit"]]);
}

fn not_utf8(kind: Kind) {
    check(kind, b"name = \"\xff\xfe\"\n\x80");
    let utf16: Vec<u8> = "name = \"x\"\n".encode_utf16().flat_map(u16::to_le_bytes).collect();
    check(kind, [b"\xff\xfe".as_slice(), &utf16].concat());
}

fn line_ends_and_marks_of_other_systems(kind: Kind) {
    check(kind, "\u{feff}name = \"x\"\r\nstatus = \"gap\"\r\n");
    check(kind, "name = \"x\"\rstatus = \"gap\"\r");
    check(kind, "");
    check(kind, "\0\0\0");
}

fn nested_too_deep(kind: Kind) {
    let deep = 100_000;
    check(kind, format!("a = {}{}", "[".repeat(deep), "]".repeat(deep)));
    check(kind, format!("a = {}1{}", "{a=".repeat(deep), "}".repeat(deep)));
    check(kind, format!("{} = 1", vec!["a"; deep].join(".")));
    check(kind, format!("[{}]", vec!["a"; deep].join(".")));
}

/// A million keys are more than a file may hold; at full size it holds as many as it can.
fn too_many_of_anything(kind: Kind) {
    let size = if full_size() { read::LARGEST_FILE as usize - 20 } else { 40_000 };
    // None is longer than this one.
    let lines = |line: fn(usize) -> String| (0..size / line(99_999).len()).map(line).collect::<String>();
    check(kind, lines(|at| format!("k{at}=1\n")));
    check(kind, lines(|at| format!("[t{at}]\n")));
    check(kind, lines(|_| "[[evidence]]\n".to_owned()));
    check(kind, lines(|at| format!("[[evidence]]\nid = \"e{at}\"\npin = \"x\"\n")));
    check(kind, format!("bears-on = [{}]", lines(|_| "\"S-1.1\",".to_owned())));
    check(kind, format!("name = \"{}\"", "x".repeat(1_000_000)));
    check(kind, format!("reason = \"\"\"{}\"\"\"", "x\n".repeat(400_000)));
    // More than is read at all.
    check(kind, "#".repeat(3_000_000));
}

fn keys_twice_alike_or_in_conflict(kind: Kind) {
    check(kind, "name = \"x\"\nname = \"y\"\nname = \"z\"\n[a]\n[a]\n");
    check(
        kind,
        "\"name \" = \"x\"\n\"n\\u0430me\" = \"y\"\n\"\\u001b[31m\" = 1\n\"status\\u200b\" = \"met\"\n",
    );
    check(kind, "<<<<<<< HEAD\nstatus = \"gap\"\n=======\nstatus = \"met\"\n>>>>>>> other\n");
}

fn values_that_cannot_be(kind: Kind) {
    check(
        kind,
        "since = 9999-99-99\nassessed = 0000-00-00\nexpires = 99999-01-01\nplaced = 2026-02-30\nreview-by = 25:61:61\n\
         published = 2026-01-01T00:00:00+99:99\nformat = 99999999999999999999999999\ncompute = 1e999999\n",
    );
    check(
        kind,
        "assessed = 9999-12-31\nreview-by = 0001-01-01\nsince = 0000-01-01\nformat = -1\ncompute = nan\nvalue = -inf\n",
    );
}
