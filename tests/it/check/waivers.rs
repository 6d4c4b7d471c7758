//! Waivers: a finding somebody answers for until a day.

use std::process::Command;

use countersign::register::{At, Register};
use countersign::ui::driver::Driver;
use countersign::ui::{Options, Personal, Theme};

use super::{check, checked, found, spoil, text};
use crate::audit::{CELL, Case};
use crate::ledger::world::Kind;

const FILE: &str = "waivers.toml";

fn waiver(fields: &str) -> String {
    format!(
        "[[waiver]]\nreason = \"On its way.\"\nowner = \"desk@example.org\"\nexpires = 2026-12-31\n{fields}\n"
    )
}

fn of_the_profile() -> String {
    waiver("rule = \"unknown-key\"\npath = \"companies/tidepool/company.toml\"")
}

#[test]
fn a_waived_finding_does_not_count_and_can_be_seen() {
    let case = Case::new();
    spoil(&case, "colour");
    case.world.write(FILE, of_the_profile());
    case.commit("register: waived");
    let (code, document) = checked(&case, &[]);
    assert_eq!((code, document["findings"].as_array().unwrap().len()), (0, 0));
    assert_eq!(document["waived"][0]["rule"], "unknown-key");
    assert_eq!(document["waived"][0]["waiver"]["owner"], "desk@example.org");
    let page = |arguments: &[&str]| text(&check(&case, arguments).stdout);
    let short = page(&[]);
    assert!(short.contains("1 finding is waived; --waived lists them."), "{short}");
    assert!(!short.contains("colour"), "{short}");
    let listed = page(&["--waived"]);
    assert!(listed.contains("`colour` is not a key here [unknown-key]"), "{listed}");
    assert!(
        listed.contains("waived until 2026-12-31, answered for by desk@example.org: On its way."),
        "{listed}"
    );
}

#[test]
fn its_last_day_counts_and_the_day_after_is_a_finding() {
    let case = Case::new();
    spoil(&case, "colour");
    case.world.write(FILE, of_the_profile());
    case.commit("register: waived");
    assert_eq!(found(&case, &["--on", "2026-12-31"]).0, 0);
    let (code, document) = checked(&case, &["--on", "2027-01-01"]);
    let rules: Vec<&str> =
        document["findings"].as_array().unwrap().iter().map(|one| one["rule"].as_str().unwrap()).collect();
    assert_eq!((code, &rules[..]), (1, &["unknown-key", "expired-waiver"][..]));
    assert_eq!(document["findings"][1]["line"], 5);
    // The calendar is no branch's fault.
    case.git(["switch", "-qc", "proposal"]);
    assert_eq!(found(&case, &["--base", "main", "--on", "2027-01-01"]), (0, vec![]));
}

/// The screen and the note beside other views count as the check does.
#[test]
fn the_screen_tells_what_counts_from_what_is_waived() {
    let case = Case::new();
    spoil(&case, "colour");
    case.world.write(FILE, of_the_profile());
    case.commit("register: waived");
    let screen = |day: &str, keys: &str| {
        let register = Register::open(&case.world.path).unwrap();
        let (theme, on) = (Theme::dark().colourless(), day.parse().unwrap());
        let options = Options { at: At::Head, on, theme, personal: Personal::default() };
        let mut driver = Driver::new(register, options, "100x40".parse().unwrap());
        driver.play(&keys.parse().unwrap());
        driver.screen()
    };
    let told = screen("2026-12-31", "!");
    for words in [
        "Findings (0, 1 waived)",
        "Nothing counts: somebody answers for everything that is wrong.",
        "Waived, not counted (1)",
        "`colour` is not a key here [unknown-key]",
        "waived until 2026-12-31, answered for by desk@example.org: On its way.",
    ] {
        assert!(told.contains(words), "{words}\n{told}");
    }
    assert!(!screen("2026-12-31", "").contains(" finding"));
    let told = screen("2027-01-01", "!");
    for words in ["Findings (2)", "2 findings !", "[unknown-key]", "[expired-waiver]"] {
        assert!(told.contains(words), "{words}\n{told}");
    }
    for (day, note) in [("2026-12-31", ""), ("2027-01-01", "the register has 2 findings")] {
        let shown = Command::new(env!("CARGO_BIN_EXE_countersign"))
            .args(["show", "--on", day])
            .env("COUNTERSIGN_REGISTER", &case.world.path)
            .output();
        let said = text(&shown.unwrap().stderr);
        assert!(said.contains(note) && said.is_empty() == note.is_empty(), "{said}");
    }
}

#[test]
fn by_cell_and_by_commit() {
    let case = Case::decided(Kind::Libgit2);
    case.edit(CELL, "\"gap\"", "\"partial\"\ncolour = 1");
    case.commit("past the register");
    case.git(["switch", "-qc", "proposal"]);
    case.edit(CELL, "colour = 1", "size = 1");
    case.edit(CELL, "\"partial\"", "\"gap\"");
    case.commit("and again");
    let id = case.git(["rev-parse", "HEAD"]);
    assert_eq!(found(&case, &["--base", "main"]), (1, vec!["unknown-key".into(), "edited-by-hand".into()]));
    let by_cell = waiver("rule = \"unknown-key\"\ncell = \"halyard S-1.1\"");
    let by_commit = waiver(&format!("rule = \"edited-by-hand\"\ncommit = \"{id}\""));
    case.world.write(FILE, by_cell + &by_commit);
    case.commit("waived");
    assert_eq!(found(&case, &["--base", "main"]), (0, vec![]));
    assert_eq!(
        found(&case, &[]),
        (0, vec![]),
        "one for the trail is not unused where no commit is looked at"
    );
}

/// A branch may bring a waiver along, and a reviewer sees it.
#[test]
fn a_branch_does_not_waive_its_own_findings_silently() {
    let case = Case::new();
    case.world.write("countersign.toml", "format = 1\n\n[review]\nmay-approve = [\"second@example.org\"]\n");
    case.commit("register: who approves");
    case.git(["switch", "-qc", "proposal"]);
    spoil(&case, "colour");
    case.commit("register: a key too many");
    assert_eq!(found(&case, &["--base", "main"]), (1, vec!["unknown-key".into()]));
    case.world.write(FILE, of_the_profile());
    case.commit("register: waived");
    let (code, document) = checked(&case, &["--base", "main"]);
    assert_eq!((code, &document["findings"][0]["rule"]), (1, &"not-allowed".into()), "{document:#}");
    assert_eq!(document["new-waivers"][0]["rule"], "unknown-key");
    let page = text(&check(&case, &["--base", "main"]).stdout);
    assert!(
        page.contains("New waiver on this branch: unknown-key in companies/tidepool/company.toml"),
        "{page}"
    );
    let annotations = text(&check(&case, &["--base", "main", "--format", "github"]).stdout);
    assert!(
        annotations.contains("::warning file=waivers.toml,line=5,col=1,title=new-waiver::"),
        "{annotations}"
    );
    // Once it is on the base it is no news.
    assert_eq!(checked(&case, &["--base", "HEAD"]).1["new-waivers"].as_array().unwrap().len(), 0);
}

/// Where nobody is named who approves, it counts, and is still shown.
#[test]
fn a_waiver_counts_from_the_commit_that_brings_it() {
    let case = Case::new();
    case.git(["switch", "-qc", "proposal"]);
    spoil(&case, "colour");
    case.world.write(FILE, of_the_profile());
    case.commit("register: waived");
    let (code, document) = checked(&case, &["--base", "main"]);
    assert_eq!((code, document["new-waivers"].as_array().unwrap().len()), (0, 1));
}

#[test]
fn what_is_wrong_with_waivers_is_found_and_waived_by_none() {
    let case = Case::new();
    let wrong = |fields: &str, expected: &[&str], message: &str| {
        case.world.write(FILE, waiver(fields));
        let output = check(&case, &["--worktree"]);
        let page = text(&output.stdout);
        let (code, rules) = found(&case, &["--worktree"]);
        assert_eq!(
            (code, &rules[..]),
            (1, &expected.iter().map(|rule| (*rule).to_owned()).collect::<Vec<_>>()[..])
        );
        assert!(page.contains(message), "{page}");
    };
    let path = "path = \"companies/tidepool/company.toml\"";
    wrong(&format!("rule = \"unknwon-key\"\n{path}"), &["wrong-value"], "did you mean `unknown-key`?");
    wrong(&format!("rule = \"unknown-key\"\n{path}"), &["unused-waiver"], "no finding matches the waiver");
    wrong("rule = \"unknown-key\"", &["missing-key"], "add `path`, `cell` or `commit`");
    wrong("rule = \"unknown-key\"\ncell = \"halyard\"", &["wrong-value"], "write it as meta S-1.1");
    wrong(
        &format!("rule = \"unknown-key\"\n{path}\ncell = \"halyard S-1.1\""),
        &["wrong-value"],
        "keep one of the two",
    );
    wrong(
        "rule = \"unused-waiver\"\npath = \"waivers.toml\"",
        &["wrong-value"],
        "no finding of waivers.toml can be waived",
    );
    wrong(&format!("rule = \"history-rewritten\"\n{path}"), &["wrong-value"], "cannot be waived");
    wrong(
        &format!("rule = \"syntax\"\n{path}\ncolour = 1"),
        &["unused-waiver", "unknown-key"],
        "`colour` is not a key",
    );
}
