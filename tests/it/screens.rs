//! Keys typed into the real screen, on a real repository; what it shows is a picture anyone can read
//! (`tests/snapshots/`). Here are places within the screens; each screen in all looks and sizes is in `styles`. After a change that is meant, `INSTA_UPDATE=always cargo test --test it screens` writes the
//! new pictures; look at the difference before committing it.

use std::path::Path;
use std::process::Command;

use countersign::register::{At, Register};
use countersign::ui::driver::Driver;
use countersign::ui::{Options, Personal, Theme};

use crate::fixture::Fixture;
use crate::ledger::crashes::wait_for_orphans;

const SIZES: [&str; 2] = ["80x24", "200x50"];

pub fn driver(fixture: &Fixture, size: &str) -> Driver {
    let register = Register::open(&fixture.path()).unwrap();
    let options = Options {
        at: At::Head,
        on: "2026-11-20".parse().unwrap(),
        theme: Theme::dark().colourless(),
        personal: Personal::default(),
    };
    Driver::new(register, options, size.parse().unwrap())
}

/// Types keys and holds the screen against its picture, at both sizes.
#[track_caller]
pub fn check(name: &str, keys: &str) {
    let fixture = Fixture::new();
    for size in SIZES {
        let mut driver = driver(&fixture, size);
        driver.play(&keys.parse().unwrap());
        let name = format!("{name}_{size}");
        insta::with_settings!({ snapshot_path => "../snapshots", prepend_module_to_snapshot => false, description => keys, omit_expression => true }, {
            insta::assert_snapshot!(name, driver.screen());
        });
    }
}

#[test]
fn the_board_at_its_end_with_another_chapters_head() {
    check("board_end", "<end><right>");
}

#[test]
fn a_folded_board() {
    check("board_folded", "zk");
}

#[test]
fn a_filtered_board() {
    check("board_filtered", "/company:halyard,tidepool S-1<enter>");
}

#[test]
fn a_filter_nothing_matches() {
    check("board_empty", "/state:exempt<enter>");
}

#[test]
fn a_name_that_would_steer_the_terminal() {
    check("hostile_name", "/undertow<enter>p");
}

#[test]
fn a_form_that_is_not_ready() {
    check("form_refused", "/halyard S-1.1<enter>d<down><space><ctrl-s>");
}

const DECISION: &str = "/halyard S-1.1<enter>d<up> <tab><tab><tab> Trigger points are still missing.<ctrl-s>";

#[test]
fn a_preview_commits_nothing() {
    let fixture = Fixture::new();
    let mut driver = driver(&fixture, "120x40");
    driver.play(&DECISION.parse().unwrap());
    assert!(driver.screen().contains("+status = \"gap\""), "{}", driver.screen());
    assert_eq!(git(&fixture, &["rev-list", "--count", "HEAD"]), "6", "a preview commits nothing");
}

#[test]
fn a_decision_is_one_commit_and_nothing_else() {
    let fixture = Fixture::new();
    fixture.write("notes.txt", "not for the register\n");
    git(&fixture, &["add", "notes.txt"]);
    let before = git(&fixture, &["status", "--porcelain"]);
    let mut driver = driver(&fixture, "120x40");
    driver.play(&DECISION.parse().unwrap());
    driver.play(&"<enter>".parse().unwrap());
    assert!(driver.screen().contains("Committed"), "{}", driver.screen());
    assert_eq!(git(&fixture, &["log", "-1", "--format=%s"]), "assess halyard S-1.1: partial → gap");
    assert_eq!(
        git(&fixture, &["show", "--format=", "--name-only"]),
        "companies/halyard/assessments/S-1.1.toml"
    );
    assert_eq!(git(&fixture, &["status", "--porcelain"]), before, "what was staged beside it is as it was");
    git(&fixture, &["fsck", "--strict"]);
    assert!(
        driver.screen().lines().any(|line| line.contains("S-1.1") && line.contains('✗')),
        "{}",
        driver.screen()
    );
}

/// The keys of README's "The first five minutes", on the demo itself.
#[test]
fn the_first_five_minutes() {
    let folder = countersign::demo::make("2026-11-23".parse().unwrap()).unwrap();
    countersign::demo::introduce(&folder).unwrap();
    let register = Register::open(&folder).unwrap();
    let options = Options {
        at: At::Head,
        on: "2026-11-23".parse().unwrap(),
        theme: Theme::dark(),
        personal: Personal::default(),
    };
    let mut driver = Driver::new(register, options, "100x30".parse().unwrap());
    driver.play(&"/company:meta,xai,openai<enter>".parse().unwrap());
    let names =
        driver.screen().lines().find(|line| line.contains("S Safety and Security")).unwrap().to_owned();
    let place = |name| names.find(name).unwrap_or_else(|| panic!("{name} is not in {names}"));
    assert!(place("xAI") < place("Meta") && place("OpenAI") < place("Meta"), "{names}");
    driver.play(&"<esc>/meta AIA-53-1-d<enter><enter>".parse().unwrap());
    assert!(driver.screen().contains("○ to assess"), "{}", driver.screen());
    driver.play(&"d<down> <tab> <tab>The list of sources is thin.<ctrl-s>".parse().unwrap());
    assert!(driver.screen().contains("+status = \"partial\""), "{}", driver.screen());
    driver.play(&"<enter>".parse().unwrap());
    assert!(driver.screen().contains("Committed"), "{}", driver.screen());
    let subject = git_in(&folder, &["log", "-1", "--format=%s"]);
    assert!(
        subject.starts_with("assess meta AIA-53-1-d@") && subject.ends_with("unassessed → partial"),
        "{subject}"
    );
    assert_eq!(git_in(&folder, &["show", "--format=", "--name-only"]).lines().count(), 1);
    assert_eq!(git_in(&folder, &["status", "--porcelain"]), "");
    std::fs::remove_dir_all(folder).unwrap();
}

#[test]
fn the_preview_of_an_undo() {
    check("undo", "/halyard S-1.1<enter>tu");
    check("undo_range", "/halyard S-1.1<enter>tvju");
    check("trail_marked", "/halyard S-1.1<enter>tvj");
}

#[test]
fn a_judgement_is_undone_and_redone() {
    let fixture = Fixture::new();
    let mut driver = driver(&fixture, "120x40");
    let mut play = |keys: &str| {
        driver.play(&keys.parse().unwrap());
        driver.screen()
    };
    play("/halyard S-1.1<enter><enter>u");
    assert_eq!(git(&fixture, &["rev-list", "--count", "HEAD"]), "6", "a preview commits nothing");
    let screen = play("<enter>");
    assert!(screen.contains(": undo assess halyard S-1.1: partial → gap"), "{screen}");
    assert!(screen.contains("U puts it back."), "{screen}");
    assert!(screen.contains("status       gap"), "{screen}");
    let screen = play("U<enter>");
    assert!(screen.contains(": redo assess halyard S-1.1: gap → partial"), "{screen}");
    assert!(screen.contains("u takes it back again."), "{screen}");
    let screen = play("U");
    assert!(screen.contains("there is nothing to redo"), "{screen}");
    // In the history, the selected commit stays selected while others come in above it.
    let screen = play("tjju<enter>");
    assert!(screen.contains("4 of 5") && screen.contains("S-1.1: partial → gap"), "{screen}");
    assert_eq!(git(&fixture, &["log", "-1", "--format=%s"]), "undo assess halyard S-1.1: partial → gap");
    assert_eq!(git(&fixture, &["status", "--porcelain"]), "");
    git(&fixture, &["fsck", "--strict"]);
}

#[test]
fn several_marked_commits_are_undone_together() {
    let fixture = Fixture::new();
    let mut driver = driver(&fixture, "120x40");
    driver.play(&"/halyard S-1.1<enter>tvju<enter>".parse().unwrap());
    let screen = driver.screen();
    for line in ["undo assess halyard S-1.1: partial → gap", "undo assess halyard S-1.1: gap → unassessed"]
    {
        assert!(screen.contains(line), "{screen}");
    }
    assert_eq!(git(&fixture, &["rev-list", "--count", "HEAD"]), "8");
    assert_eq!(git(&fixture, &["ls-tree", "-r", "HEAD", "companies/halyard/assessments/S-1.1.toml"]), "");
    // An entry is undone where it is read, too, and says so where it cannot be.
    driver.play(&"t<end><enter>u".parse().unwrap());
    assert!(driver.screen().contains("made the register"), "{}", driver.screen());
}

#[test]
fn nothing_is_undone_in_the_past() {
    let fixture = Fixture::new();
    let mut driver = driver(&fixture, "120x40");
    driver.play(&"@2026-03-09<enter>/halyard S-1.1<enter>tu".parse().unwrap());
    assert!(driver.screen().contains("read-only"), "{}", driver.screen());
    assert_eq!(git(&fixture, &["rev-list", "--count", "HEAD"]), "6");
}

#[test]
fn what_was_typed_outlives_the_form() {
    let fixture = Fixture::new();
    let mut driver = driver(&fixture, "120x40");
    driver.play(&"/halyard S-1.1<enter>d<tab><tab><tab> Half a thought<esc>".parse().unwrap());
    assert!(driver.screen().contains("Kept as a draft"), "{}", driver.screen());
    driver.play(&"d".parse().unwrap());
    assert!(driver.screen().contains("Half a thought"), "{}", driver.screen());
}

#[test]
fn nothing_is_decided_in_the_past() {
    let fixture = Fixture::new();
    let mut driver = driver(&fixture, "120x40");
    driver.play(&"@2026-03-02<enter>".parse().unwrap());
    assert!(driver.screen().contains("AS OF 2026-03-02"), "{}", driver.screen());
    driver.play(&"/halyard S-1.1<enter>d".parse().unwrap());
    assert!(driver.screen().contains("read-only"), "{}", driver.screen());
    driver.play(&"<esc><esc>".parse().unwrap());
    assert!(!driver.screen().contains("AS OF"), "{}", driver.screen());
}

#[test]
fn resizing_is_safe_at_any_size() {
    let fixture = Fixture::new();
    for keys in ["", "a", "s", "m", "p", "d", "?", ":x", "/x", "t", "!", "clode"] {
        let mut driver = driver(&fixture, "80x24");
        driver.play(&keys.parse().unwrap());
        for size in ["1x1", "59x19", "60x20", "300x100", "60x100", "300x20", "2x90"] {
            driver.resize(size.parse().unwrap());
        }
    }
}

/// Real git as the judge; it has to succeed.
#[track_caller]
pub fn git(fixture: &Fixture, arguments: &[&str]) -> String {
    git_in(&fixture.path(), arguments)
}

#[track_caller]
fn git_in(folder: &Path, arguments: &[&str]) -> String {
    let output = Command::new("git")
        .current_dir(folder)
        .env("GIT_CONFIG_GLOBAL", "/dev/null")
        .args(arguments)
        .output()
        .unwrap();
    assert!(output.status.success(), "git {arguments:?}: {}", String::from_utf8_lossy(&output.stderr));
    String::from_utf8(output.stdout).unwrap().trim_end().to_owned()
}

/// What a colleague commits between the preview and the commit.
fn colleague(fixture: &Fixture, path: &str) {
    let text = std::fs::read_to_string(fixture.path().join(path)).unwrap();
    fixture.write(path, &(text + "\n# Looked at again.\n"));
    let author = "--author=Second Desk <second@example.org>";
    git(fixture, &["commit", "-qam", "second desk: looked at again", author]);
}

#[test]
fn a_branch_that_moved_elsewhere_is_no_reason_to_decide_again() {
    let fixture = Fixture::new();
    let mut driver = driver(&fixture, "120x40");
    driver.play(&DECISION.parse().unwrap());
    colleague(&fixture, "companies/lodestar/company.toml");
    driver.play(&"<enter>".parse().unwrap());
    assert!(driver.screen().contains("Replayed on"), "{}", driver.screen());
    let subjects = git(&fixture, &["log", "-2", "--format=%s"]);
    assert_eq!(subjects, "assess halyard S-1.1: partial → gap\nsecond desk: looked at again");
    assert_eq!(git(&fixture, &["status", "--porcelain"]), "");
}

#[test]
fn a_decision_that_was_overtaken_is_kept_and_goes_on_from_there() {
    let fixture = Fixture::new();
    let mut driver = driver(&fixture, "120x40");
    driver.play(&DECISION.parse().unwrap());
    colleague(&fixture, "companies/halyard/assessments/S-1.1.toml");
    driver.play(&"<enter>".parse().unwrap());
    let screen = driver.screen();
    assert!(screen.contains("was changed on main while you were deciding"), "{screen}");
    assert!(screen.contains("by Second Desk on"), "{screen}");
    assert!(screen.contains("-# Looked at again.") && screen.contains("+status = \"gap\""), "{screen}");
    assert_eq!(git(&fixture, &["log", "-1", "--format=%s"]), "second desk: looked at again");

    driver.play(&"<esc>".parse().unwrap());
    assert!(driver.screen().contains("Trigger points are still missing."), "{}", driver.screen());
    driver.play(&"<ctrl-s>".parse().unwrap());
    assert!(driver.screen().contains("Enter makes this commit on main"), "{}", driver.screen());
    driver.play(&"<enter>".parse().unwrap());
    assert!(driver.screen().contains("Committed"), "{}", driver.screen());
    assert_eq!(git(&fixture, &["log", "-1", "--format=%s"]), "assess halyard S-1.1: partial → gap");
    let text = git(&fixture, &["show", "HEAD:companies/halyard/assessments/S-1.1.toml"]);
    assert!(text.contains("# Looked at again."), "the colleague's words stay: {text}");
}

#[test]
fn what_a_crash_left_is_put_right_when_the_screen_opens() {
    if !cfg!(debug_assertions) {
        return; // Release builds have no places to die in.
    }
    let fixture = Fixture::new();
    for (place, words) in [("file", "is not in the history"), ("branch", "is in the history")] {
        let crashed = Command::new(env!("CARGO_BIN_EXE_countersign"))
            .args(["assess", "halyard", "S-1.1", "--status=gap", "--reason=None.", "--yes"])
            .env("COUNTERSIGN_REGISTER", fixture.path())
            .env("COUNTERSIGN_TEST_CRASH", place)
            .output()
            .unwrap();
        assert_eq!(crashed.status.code(), Some(77));
        wait_for_orphans(&fixture.path());
        assert!(fixture.path().join(".git/index.lock").exists());
        let driver = driver(&fixture, "120x40");
        let screen = driver.screen();
        assert!(screen.contains("A commit that a crash cut off") && screen.contains(words), "{screen}");
        assert!(!fixture.path().join(".git/index.lock").exists());
        assert_eq!(git(&fixture, &["status", "--porcelain"]), "");
    }
    assert!(!driver(&fixture, "120x40").screen().contains("crash"));
}
