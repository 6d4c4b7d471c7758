//! Keys, help, palette and a person's own configuration, on the real screen.

use std::path::Path;
use std::process::Command;

use countersign::config;
use countersign::register::{At, Register};
use countersign::ui::driver::{Driver, Script};
use countersign::ui::{Options, Personal, Theme};

use crate::fixture::Fixture;
use crate::screens::{check, driver};

#[test]
fn keys_that_lead_on_say_where_to() {
    check("which_key", "g");
}

#[test]
fn a_company_and_a_measure_are_jumped_to() {
    check("jump_company", "gctdpl");
    check("jumped", "gctdpl<enter>gms71<enter>");
}

#[test]
fn the_palette_completes_what_a_command_is_done_to() {
    check("palette_company", ":compa<tab>hal");
}

#[test]
fn the_palette_goes_to_the_board_for_what_is_the_boards_and_says_where_the_rest_is() {
    let fixture = Fixture::new();
    let check = |keys: &str, expected: &str| {
        let mut driver = driver(&fixture, "120x40");
        play(&mut driver, keys);
        assert!(driver.screen().contains(expected), "{keys}: {}", driver.screen());
    };
    check("t:sort gaps<enter>", "Board, by open cells");
    check("t:filter halyard<enter>", "Board, only /halyard");
    check("!:go-to-comp<enter>", "Jump to a company");
    check("!:company lodestar<enter>", "Lodestar");
    check("!:all about the selected", "Say which: `:company NAME`.");
    check("!:ask-for-changes", "That is for the screen `proposal`.");
}

#[test]
fn help_is_searched_by_words_and_by_key() {
    check("help_search", "?trail");
    check("help_by_key", "?@");
}

#[test]
fn a_filter_is_completed_and_its_mistakes_are_marked() {
    check("filter_values", "/state:");
    check("filter_mistake", "/halyard state:gpa");
    check("filter_states", "/state:gap,partial,stale<enter>");
}

#[test]
fn a_filter_that_was_left_is_as_it_was() {
    let fixture = Fixture::new();
    let mut driver = driver(&fixture, "120x40");
    play(&mut driver, "/halyard<enter>");
    let before = driver.screen();
    play(&mut driver, "/ state:met<esc>");
    assert_eq!(driver.screen(), before);
    play(&mut driver, "/ stat:met<enter>");
    assert!(driver.screen().contains("did you mean `state`?"), "Enter keeps no mistake: {}", driver.screen());
    play(&mut driver, "<esc>gctdpl<enter>");
    assert!(driver.screen().contains("The filter hid it"), "{}", driver.screen());
}

#[test]
fn escape_leaves_a_half_typed_sequence_and_nothing_else() {
    let fixture = Fixture::new();
    let mut driver = driver(&fixture, "80x24");
    let before = driver.screen();
    play(&mut driver, "g");
    assert_ne!(driver.screen(), before);
    play(&mut driver, "<esc>");
    assert_eq!(driver.screen(), before);
    play(&mut driver, "gx");
    assert!(driver.screen().contains("g x means nothing here"), "{}", driver.screen());
}

#[test]
fn commands_are_run_from_help_and_palette() {
    let fixture = Fixture::new();
    #[track_caller]
    fn leads_to(fixture: &Fixture, keys: &str, expected: &str) {
        let mut driver = driver(fixture, "120x40");
        play(&mut driver, keys);
        let header = driver.screen().lines().next().unwrap_or_default().to_owned();
        assert!(header.contains(expected), "{keys}: {}", driver.screen());
    }
    leads_to(&fixture, "?all about<enter>", "Halyard");
    leads_to(&fixture, ":company tidepool<enter>", "Tidepool");
    leads_to(&fixture, ":measure S-1.1<enter>", "S-1.1");
    leads_to(&fixture, ":as-of 2026-03-02<enter>", "AS OF 2026-03-02");
    leads_to(&fixture, ":filter S-1<enter>", "/S-1");
    leads_to(&fixture, ":audit<enter>", "Audit");
    leads_to(&fixture, ":trail tidepool<enter>", "Tidepool");
}

#[test]
fn what_cannot_run_now_says_why() {
    let fixture = Fixture::new();
    let mut driver = driver(&fixture, "120x40");
    play(&mut driver, "@2026-03-02<enter>?record a judgement");
    assert!(
        driver.screen().contains("Not now: This is the register as of another time"),
        "{}",
        driver.screen()
    );
    play(&mut driver, "<enter>");
    assert!(driver.screen().contains("read-only: Esc goes back"), "{}", driver.screen());
}

#[test]
fn own_keys_count_in_footer_help_and_which_key() {
    let fixture = Fixture::new();
    let (settings, findings) =
        config::settings("config.toml", "[keys.board]\n'b d' = 'decide'\nd = 'unbind'\n'b b' = 'first'\n");
    assert_eq!(findings, []);
    let register = Register::open(&fixture.path()).unwrap();
    let personal = Personal {
        keymap: settings.keymap,
        notice: Some("config.toml:1:1: something".to_owned()),
        ..Personal::default()
    };
    let options = Options {
        at: At::Head,
        on: "2026-11-20".parse().unwrap(),
        theme: Theme::dark().colourless(),
        personal,
    };
    let mut driver = Driver::new(register, options, "120x40".parse().unwrap());
    assert!(driver.screen().contains("config.toml:1:1: something"), "{}", driver.screen());
    assert!(driver.screen().contains("b d decide"), "{}", driver.screen());
    play(&mut driver, "b");
    assert!(!driver.screen().contains("something") && driver.screen().contains("Record a judgement"));
    play(&mut driver, "d");
    assert!(driver.screen().contains("is judged per model"), "{}", driver.screen());
}

/// The names over the columns of the Safety and Security chapter.
fn heads(driver: &Driver) -> String {
    let screen = driver.screen();
    screen.lines().find(|line| line.contains("S Safety and Security")).unwrap_or_default().to_owned()
}

#[test]
fn companies_are_sorted_hidden_and_pinned_by_what_they_are() {
    let fixture = Fixture::new();
    let mut driver = driver(&fixture, "120x40");
    let order = |driver: &Driver, one: &str, other: &str| {
        let heads = heads(driver);
        assert!(heads.find(one).unwrap() < heads.find(other).unwrap(), "{one} before {other}: {heads}");
    };
    play(&mut driver, ":sort name<enter>");
    assert!(driver.screen().contains("Board, by name"));
    order(&driver, "Lodestar", "Undertow");
    play(&mut driver, "gcundertow<enter>+");
    order(&driver, "Undertow", "Lodestar");
    play(&mut driver, "+:sort gaps<enter>");
    order(&driver, "Lodestar", "Undertow");
    play(&mut driver, "-");
    assert!(
        !heads(&driver).contains("Undertow") && driver.screen().contains("1 hidden"),
        "{}",
        driver.screen()
    );
    play(&mut driver, "R");
    assert!(!heads(&driver).contains("Undertow"), "hidden it stays: {}", driver.screen());
    play(&mut driver, "=");
    assert!(heads(&driver).contains("Undertow") && !driver.screen().contains("hidden"));
    for _ in 0..5 {
        play(&mut driver, "o");
    }
    assert!(driver.screen().contains("Companies are ordered by open cells."), "{}", driver.screen());
}

const VIEWS: &str = r#"
[[view]]
name = "what runs out"
filter = "state:stale,partial"
sort = "position"
pinned = ["undertow"]

[[view]]
name = "a mistake"
filter = "stat:gap"
hidden = ["undertwo"]
"#;

#[test]
fn a_register_keeps_views() {
    let fixture = Fixture::new();
    let settings = std::fs::read_to_string(fixture.path().join("countersign.toml")).unwrap();
    fixture.write("countersign.toml", &(settings + VIEWS));
    fixture.commit("First Desk", "2026-06-01", "register: views");
    let mut driver = driver(&fixture, "120x40");
    play(&mut driver, "v");
    assert!(driver.screen().contains("what runs out"), "{}", driver.screen());
    play(&mut driver, "runs<enter>");
    assert!(driver.screen().contains("Board, only /state:stale,partial, by position"), "{}", driver.screen());
    play(&mut driver, ":views a mistake<enter>");
    assert!(driver.screen().contains("did you mean `state`?"), "{}", driver.screen());
    let output = Command::new(env!("CARGO_BIN_EXE_countersign"))
        .args(["check", "-C", fixture.path().to_str().unwrap()])
        .output()
        .unwrap();
    let told = String::from_utf8(output.stdout).unwrap();
    assert_eq!(output.status.code(), Some(1), "{told}");
    assert!(told.contains("view `a mistake`: `stat` is not a field"), "{told}");
    assert!(told.contains("there is no company `undertwo`"), "{told}");
}

/// The pages that list keys are made by the program.
#[test]
fn the_written_keys_are_the_programs_own() {
    let page = std::fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join("docs/keys.md")).unwrap();
    let table = printed(&["keys", "--markdown", "--config", "/dev/null"]);
    assert!(page.contains(&table), "docs/keys.md wants:\n{table}");
    let manual = printed(&["man"]);
    assert!(
        manual.contains("KEYS") && manual.contains("Record a judgement on the selected cell"),
        "{manual}"
    );
}

fn play(driver: &mut Driver, keys: &str) {
    driver.play(&keys.parse::<Script>().unwrap());
}

fn printed(arguments: &[&str]) -> String {
    let output = Command::new(env!("CARGO_BIN_EXE_countersign")).args(arguments).output().unwrap();
    assert!(output.status.success(), "{arguments:?}: {}", String::from_utf8_lossy(&output.stderr));
    String::from_utf8(output.stdout).unwrap()
}
