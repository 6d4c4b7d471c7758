//! Files that are not what they should be: each is a finding, and everything else stays usable.

use super::{countersign, look_at};
use crate::audit::Case;

/// Writes a content into each kind of file of a register and looks at it, committed and not.
#[track_caller]
fn check(content: impl AsRef<[u8]>) {
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
        let case = Case::new();
        paths.iter().for_each(|path| case.world.write(path, content.as_ref()));
        look_at(&case.world.path, &[["check", "--worktree"]]);
        case.commit("register: content");
        look_at(&case.world.path, &[&["check"][..], &["show", "halyard"], &["log"], &["audit"]]);
        let show = countersign(&case.world.path, &["show", "lodestar"]);
        assert_eq!(show.code, 0, "{paths:?}: {}", show.stderr);
    }
    let case = Case::new();
    case.world.write("countersign.toml", content.as_ref());
    case.commit("register: content");
    look_at(&case.world.path, &[["check"], ["audit"]]);
}

#[test]
fn not_utf8() {
    check(b"name = \"\xff\xfe\"\n\x80");
    let utf16: Vec<u8> = "name = \"x\"\n".encode_utf16().flat_map(u16::to_le_bytes).collect();
    check([b"\xff\xfe".as_slice(), &utf16].concat());
}

#[test]
fn line_ends_and_marks_of_other_systems() {
    check("\u{feff}name = \"x\"\r\nstatus = \"gap\"\r\n");
    check("name = \"x\"\rstatus = \"gap\"\r");
    check("");
    check("\0\0\0");
}

#[test]
fn nested_too_deep() {
    let deep = 100_000;
    check(format!("a = {}{}", "[".repeat(deep), "]".repeat(deep)));
    check(format!("a = {}1{}", "{a=".repeat(deep), "}".repeat(deep)));
    check(format!("{} = 1", vec!["a"; deep].join(".")));
    check(format!("[{}]", vec!["a"; deep].join(".")));
}

#[test]
fn too_many_of_anything() {
    let lines = |line: fn(usize) -> String, count| (0..count).map(line).collect::<String>();
    check(lines(|at| format!("k{at}=1\n"), 5_000));
    check(lines(|at| format!("[t{at}]\n"), 5_000));
    check(lines(|_| "[[evidence]]\n".to_owned(), 5_000));
    check(lines(|at| format!("[[evidence]]\nid = \"e{at}\"\npin = \"x\"\n"), 1_000));
    check(format!("bears-on = [{}]", "\"S-1.1\",".repeat(5_000)));
    check(format!("name = \"{}\"", "x".repeat(1_000_000)));
    check(format!("reason = \"\"\"{}\"\"\"", "x\n".repeat(400_000)));
    // More than is read at all.
    check("#".repeat(3_000_000));
}

#[test]
fn keys_twice_alike_or_in_conflict() {
    check("name = \"x\"\nname = \"y\"\nname = \"z\"\n[a]\n[a]\n");
    check("\"name \" = \"x\"\n\"n\\u0430me\" = \"y\"\n\"\\u001b[31m\" = 1\n\"status\\u200b\" = \"met\"\n");
    check("<<<<<<< HEAD\nstatus = \"gap\"\n=======\nstatus = \"met\"\n>>>>>>> other\n");
}

#[test]
fn values_that_cannot_be() {
    check(
        "since = 9999-99-99\nassessed = 0000-00-00\nexpires = 99999-01-01\nplaced = 2026-02-30\nreview-by = 25:61:61\n\
         published = 2026-01-01T00:00:00+99:99\nformat = 99999999999999999999999999\ncompute = 1e999999\n",
    );
    check(
        "assessed = 9999-12-31\nreview-by = 0001-01-01\nsince = 0000-01-01\nformat = -1\ncompute = nan\nvalue = -inf\n",
    );
}
