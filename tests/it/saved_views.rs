//! Views of the board that the register keeps: saved and deleted as commits of their own, on the screen and without it.

use std::path::Path;
use std::process::{Command, Output};

use countersign::domain::view::Order;
use countersign::register::{At, Register};
use countersign::ui::driver::Driver;

use crate::fixture::Fixture;
use crate::screens::driver;

const NOON: &str = "2026-11-20T12:00:00+01:00";

const SETTINGS: &str = "\
# Who decides is nobody's to change in passing.
format = 1
title = \"A small register\" # ours

[review]
may-approve = [\"second@example.org\"]

# For Mondays.
[[view]]
name = \"what runs out\" # soon
filter = \"due:30d\"
";

fn register() -> Fixture {
    let fixture = Fixture::new();
    fixture.write("countersign.toml", SETTINGS);
    fixture.commit("Second Desk", "2026-06-01", "register: who approves, and a view");
    fixture
}

fn countersign(at: &Path, arguments: &[&str]) -> Output {
    let home = tempfile::tempdir().unwrap();
    let mut command = Command::new(env!("CARGO_BIN_EXE_countersign"));
    command.args(arguments).env("COUNTERSIGN_REGISTER", at);
    command.env("GIT_AUTHOR_DATE", NOON).env("GIT_COMMITTER_DATE", NOON);
    command.env("XDG_STATE_HOME", home.path()).env("XDG_CONFIG_HOME", home.path()).output().unwrap()
}

#[track_caller]
fn runs(at: &Path, arguments: &[&str]) -> String {
    let output = countersign(at, arguments);
    let [said, wrong] = [output.stdout, output.stderr].map(|text| String::from_utf8(text).unwrap());
    assert!(output.status.success(), "{said}{wrong}");
    said
}

fn play(driver: &mut Driver, keys: &str) -> String {
    driver.play(&keys.parse().unwrap());
    driver.screen()
}

fn settings(fixture: &Fixture) -> String {
    std::fs::read_to_string(fixture.path().join("countersign.toml")).unwrap()
}

#[test]
fn a_view_is_saved_replaced_and_deleted_and_nothing_else_of_the_file_changes() {
    let fixture = register();
    let at = fixture.path();
    let save = ["view", "save", "open gaps", "--filter", "state:gap", "--sort", "gaps", "--pin", "Lodestar"];
    let preview = runs(&at, &[&save[..], &["--dry-run"]].concat());
    assert!(
        preview.contains("view open gaps: added") && preview.contains("+pinned = [\"lodestar\"]"),
        "{preview}"
    );
    assert_eq!(settings(&fixture), SETTINGS, "a preview changes nothing");

    runs(&at, &[&save[..], &["--yes"]].concat());
    let added = "\n[[view]]\nname = \"open gaps\"\nfilter = \"state:gap\"\nsort = \"gaps\"\npinned = [\"lodestar\"]\n";
    assert_eq!(settings(&fixture), format!("{SETTINGS}{added}"));
    runs(&at, &["view", "save", "what runs out", "--filter", "due:60d", "--hide", "tidepool", "--yes"]);
    let replaced = SETTINGS.replace("\"due:30d\"", "\"due:60d\"\nhidden = [\"tidepool\"]");
    assert_eq!(settings(&fixture), format!("{replaced}{added}"));
    runs(&at, &["view", "delete", "open gaps", "--yes"]);
    assert_eq!(settings(&fixture), replaced);

    // Whoever may not change the policy may keep a view.
    runs(&at, &["audit", "HEAD~3..", "--on", "2026-11-20"]);
    let listed = runs(&at, &["view", "list", "--csv"]);
    assert_eq!(listed, "name,filter,sort,hidden,pinned\nwhat runs out,due:60d,on-file,tidepool,\n");
    let log = runs(&at, &["log"]);
    assert!(log.contains("view open gaps: removed"), "{log}");
    runs(&at, &["undo", "HEAD", "--yes"]);
    assert_eq!(settings(&fixture), format!("{replaced}{added}"));
    runs(&at, &["audit", "HEAD~1..", "--on", "2026-11-20"]);
}

#[test]
fn what_is_no_view_is_refused_with_all_reasons() {
    let fixture = register();
    let at = fixture.path();
    let refused = |arguments: &[&str]| {
        let output = countersign(&at, arguments);
        assert_eq!(output.status.code(), Some(2));
        String::from_utf8(output.stderr).unwrap()
    };
    let said = refused(&["view", "save", " \u{202e}x ", "--filter", "state:gone", "--yes"]);
    assert!(
        said.contains("characters that nobody can see") && said.contains("filter cannot be read"),
        "{said}"
    );
    let said = refused(&["view", "save", "what runs out", "--filter", "due:30d", "--yes"]);
    assert!(said.contains("keeps just this view"), "{said}");
    let said = refused(&["view", "delete", "what run out", "--yes"]);
    assert!(said.contains("`what runs out`") || said.contains("what runs out?"), "{said}");
    // What is wrong in the file may be the policy: it is never written over.
    let broken = SETTINGS.replace("may-approve", "may-aprove");
    fixture.write("countersign.toml", &broken);
    fixture.commit("Second Desk", "2026-06-02", "register: a slip");
    let said = refused(&["view", "save", "open gaps", "--filter", "state:gap", "--yes"]);
    assert!(said.contains("corrected by hand first"), "{said}");
    assert_eq!(settings(&fixture), broken);
}

#[test]
fn the_board_is_saved_by_a_name_and_found_by_it() {
    let fixture = register();
    let mut driver = driver(&fixture, "120x40");
    let screen = play(&mut driver, "/company:halyard,tidepool<enter>ooV<enter>");
    assert!(screen.contains("give the view a name") && screen.contains("save as"), "{screen}");
    let screen = play(&mut driver, "ours<enter>");
    assert!(screen.contains("view ours: added") && screen.contains("+sort = \"gaps\""), "{screen}");
    assert_eq!(settings(&fixture), SETTINGS, "a preview changes nothing");
    let screen = play(&mut driver, "<esc>V");
    assert!(screen.contains("save as ours"), "the name is not lost: {screen}");
    let screen = play(&mut driver, "<enter><enter>");
    assert!(
        screen.contains("Committed") && screen.contains("Board, only /company:halyard,tidepool"),
        "{screen}"
    );
    let kept = Register::open(&fixture.path()).unwrap().snapshot(&At::Head).unwrap().settings.views;
    assert_eq!((kept.len(), &*kept[1].name, kept[1].sort), (2, "ours", Order::Gaps));
    // Another screen, and back by the name; the same name again replaces it.
    let screen = play(&mut driver, "<esc>ovours<enter>");
    assert!(screen.contains("by open cells") && screen.contains("/company:halyard"), "{screen}");
    let screen = play(&mut driver, "oV<enter>");
    assert!(screen.contains("view ours: changed") && screen.contains("-sort = \"gaps\""), "{screen}");
    let screen = play(&mut driver, "<enter>v<down><ctrl-x>");
    assert!(screen.contains("view ours: removed") && screen.contains("-name = \"ours\""), "{screen}");
    play(&mut driver, "<enter>");
    assert_eq!(settings(&fixture), SETTINGS);
    // What is over can be looked at, not written.
    let screen = play(&mut driver, "@2026-06-01<enter>V");
    assert!(screen.contains("read-only") && !screen.contains("save as"), "{screen}");
}

#[test]
fn a_revision_that_is_none_can_be_put_right() {
    let fixture = Fixture::new();
    let mut driver = driver(&fixture, "120x40");
    let screen = play(&mut driver, "@2026-13-01<enter>");
    assert!(screen.contains("as of 2026-13-01") && screen.contains("2026-13-01`"), "{screen}");
    let screen = play(&mut driver, "<backspace><backspace><backspace><backspace><backspace>03-02<enter>");
    assert!(screen.contains("AS OF 2026-03-02"), "{screen}");
    // A step through time that fails asks for nothing.
    assert!(!screen.contains("as of 2026"), "{screen}");
}

#[test]
fn views_of_two_branches_are_both_kept_by_a_merge() {
    let fixture = register();
    let at = fixture.path();
    runs(&at, &["setup", "--yes"]);
    let git = |arguments: &[&str]| {
        let mut git = Command::new("git");
        git.env("GIT_AUTHOR_DATE", NOON).env("GIT_COMMITTER_DATE", NOON);
        git.current_dir(&at)
            .args(arguments)
            .env("GIT_CONFIG_GLOBAL", "/dev/null")
            .env("GIT_CONFIG_NOSYSTEM", "1");
        let program = Path::new(env!("CARGO_BIN_EXE_countersign")).parent().unwrap();
        let path = std::env::var("PATH").unwrap();
        let output = git.env("PATH", format!("{}:{path}", program.display())).output().unwrap();
        assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stdout));
    };
    git(&["switch", "-qc", "side"]);
    runs(&at, &["view", "save", "theirs", "--filter", "state:gap", "--yes"]);
    git(&["switch", "-q", "main"]);
    runs(&at, &["view", "save", "ours", "--sort", "name", "--yes"]);
    let told = runs(&at, &["diff", "HEAD~1"]);
    assert!(told.contains("  view ours: name ours, sort name\n"), "{told}");
    git(&["merge", "-q", "--no-edit", "side"]);
    let settings = Register::open(&at).unwrap().snapshot(&At::Head).unwrap().settings;
    let mut names: Vec<&str> = settings.views.iter().map(|view| &*view.name).collect();
    names.sort_unstable();
    assert_eq!(names, ["ours", "theirs", "what runs out"]);
    assert_eq!(settings.review.may_approve, ["second@example.org"]);
    runs(&at, &["audit", "HEAD~2..", "--on", "2026-11-20"]);
}
