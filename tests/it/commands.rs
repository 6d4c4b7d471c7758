//! Command lines as case files: `tests/cases/<folder>/<command>.trycmd`, what is typed and what is printed.
//!
//! A backslash is shown as `/`: the runner takes it for a path. After a change that is meant, `TRYCMD=overwrite cargo test --test it commands` writes the new answers; look at the
//! difference before committing it.

use std::fs;
use std::process::Command;
use std::time::Duration;

use trycmd::TestCases;

use crate::fixture::{Fixture, tests};

/// Nothing is changed here, so all cases share one register.
#[test]
fn reading() {
    check("reading", &Fixture::new());
}

/// Commits are made here, one case after the other.
#[test]
fn deciding() {
    check("deciding", &Fixture::new());
}

/// And here they are taken back.
#[test]
fn undoing() {
    check("undoing", &Fixture::new());
}

/// From a proposal to its merge, by two people.
#[test]
fn reviewing() {
    check("reviewing", &Fixture::new());
}

/// In the middle of a merge, with a judgement on which both sides decided.
#[test]
fn conflicts() {
    let fixture = Fixture::new();
    let cell = "companies/halyard/assessments/S-1.1.toml";
    let text = fs::read_to_string(fixture.path().join(cell)).unwrap();
    let git = |arguments: &[&str]| {
        let mut git = Command::new("git");
        git.current_dir(fixture.path()).env("GIT_CONFIG_GLOBAL", "/dev/null").env("GIT_CONFIG_NOSYSTEM", "1");
        git.args(arguments).output().unwrap().status.success()
    };
    assert!(git(&["switch", "-q", "-c", "other"]));
    fixture.write(cell, &text.replace("\"partial\"", "\"gap\""));
    fixture.commit("Second Desk", "2026-06-02", "other");
    assert!(git(&["switch", "-q", "main"]));
    fixture.write(cell, &text.replace("\"partial\"", "\"met\"").replace("The rest", "All the rest"));
    fixture.commit("First Desk", "2026-06-03", "main");
    assert!(!git(&["merge", "-q", "other"]));
    check("conflicts", &fixture);
}

#[test]
fn broken_files() {
    check("broken", &Fixture::broken());
}

/// Two edits that are not committed: one that reads well, and one that does not.
#[test]
fn edited_by_hand() {
    let fixture = Fixture::new();
    let path = "companies/lodestar/assessments/AIA-53-4.toml";
    let text = fs::read_to_string(fixture.path().join(path)).unwrap();
    fixture.write(path, &text.replace("\"gap\"", "\"partial\""));
    fixture.write("companies/tidepool/models/ebb.toml", "name = \"Ebb\"\nsystemic-risk = \"mabye\"\n");
    check("edited", &fixture);
}

#[test]
fn outside_a_register() {
    check("nowhere", &Fixture::empty());
}

#[test]
fn completions_are_there_for_every_shell() {
    for shell in ["bash", "zsh", "fish", "elvish", "powershell"] {
        let script = printed(&["completions", shell]);
        assert!(script.contains("countersign") && script.contains("compare"), "{shell}");
    }
}

#[test]
fn a_picture_is_well_formed_and_the_same_every_time() {
    let fixture = Fixture::new();
    let register = fixture.path();
    let arguments = ["picture", "--size", "80x24", "--keys", "/undertow<enter>p", "--on", "2026-11-20", "-C"];
    let arguments = [&arguments[..], &[register.to_str().unwrap()]].concat();
    let svg = printed(&arguments);
    let mut reader = quick_xml::Reader::from_str(&svg);
    while !matches!(reader.read_event().unwrap(), quick_xml::events::Event::Eof) {}
    assert!(svg.contains("Invented"), "{svg}");
    assert_eq!(svg, printed(&arguments));
}

/// What the program prints when all is well.
#[track_caller]
fn printed(arguments: &[&str]) -> String {
    let output = Command::new(env!("CARGO_BIN_EXE_countersign")).args(arguments).output().unwrap();
    assert!(output.status.success(), "{arguments:?}: {}", String::from_utf8_lossy(&output.stderr));
    String::from_utf8(output.stdout).unwrap()
}

/// Runs the case files of a folder on a register, one after the other, away from the machine's own settings.
#[track_caller]
fn check(folder: &str, fixture: &Fixture) {
    let home = tempfile::tempdir().unwrap();
    let [register, home] = [&fixture.path(), home.path()].map(|path| path.to_str().unwrap().to_owned());
    let mut files: Vec<_> = fs::read_dir(tests().join("cases").join(folder))
        .unwrap()
        .map(|file| file.unwrap().path())
        .filter(|path| path.extension().is_some_and(|extension| extension == "trycmd"))
        .collect();
    files.sort();
    assert!(!files.is_empty(), "no case in {folder}");
    for file in files {
        let stem = file.file_stem().unwrap_or_default().to_string_lossy();
        // A file `….second.trycmd` is typed by the second desk.
        let (name, email) = match stem.ends_with(".second") {
            true => ("Second Desk", "second@example.org"),
            false => ("First Desk", "first@example.org"),
        };
        let cases = TestCases::new();
        cases.insert_var("[REGISTER]", register.clone()).unwrap();
        cases.insert_var("[HOME]", home.clone()).unwrap();
        cases
            // A busy machine is no failure.
            .timeout(Duration::from_secs(120))
            .env("COUNTERSIGN_REGISTER", &register)
            .env("HOME", &home)
            .env("XDG_CONFIG_HOME", &home)
            .env("XDG_STATE_HOME", &home)
            .env("GIT_CONFIG_GLOBAL", "/dev/null")
            .env("GIT_CONFIG_NOSYSTEM", "1")
            .env("TMPDIR", &home)
            .env("GIT_AUTHOR_NAME", name)
            .env("GIT_AUTHOR_EMAIL", email)
            .env("GIT_COMMITTER_NAME", name)
            .env("GIT_COMMITTER_EMAIL", email)
            .env("GIT_AUTHOR_DATE", "2026-11-20T10:00:00+01:00")
            .env("GIT_COMMITTER_DATE", "2026-11-20T10:00:00+01:00")
            .env("TZ", "UTC")
            .case(file);
    }
}
