//! Conflicts settled on the screen: keys typed in the middle of a merge, a rebase and a pull, and git as the judge.

use std::fs;

use countersign::register::{At, Register};
use countersign::ui::driver::Driver;
use countersign::ui::{Options, Personal, Theme};

use super::through_git::{CELL, COMPANY, Clone};
use crate::fixture::Fixture;

fn screen(clone: &Clone, size: &str) -> Driver {
    let options = Options {
        at: At::Head,
        on: "2026-11-20".parse().unwrap(),
        theme: Theme::dark().colourless(),
        personal: Personal::default(),
    };
    Driver::new(Register::open(&clone.path).unwrap(), options, size.parse().unwrap())
}

#[track_caller]
fn type_at(driver: &mut Driver, keys: &str, shows: &[&str]) -> String {
    driver.play(&keys.parse().unwrap());
    let screen = driver.screen();
    for text in shows {
        assert!(screen.contains(text), "after {keys}: no {text}\n{screen}");
    }
    screen
}

#[track_caller]
fn picture(name: &str, driver: &Driver) {
    insta::with_settings!({ snapshot_path => "../../snapshots", prepend_module_to_snapshot => false, omit_expression => true }, {
        insta::assert_snapshot!(name, driver.screen());
    });
}

/// Two desks judge the same cell, each in its own way; `one` is where it is merged from, `other` is checked out.
fn contradicting(clone: &Clone) {
    clone.on_branch("one", CELL, &[("status = \"partial\"", "status = \"met\""), ("No trigger", "Trigger")]);
    clone.on_branch(
        "other",
        CELL,
        &[("status = \"partial\"", "status = \"gap\""), ("The rest is there", "Nothing is there")],
    );
}

/// Nothing is in conflict, and git goes on.
#[track_caller]
fn goes_on(clone: &Clone, operation: &str) {
    assert_eq!(clone.git(&["ls-files", "--unmerged"]), "");
    clone.git(&[operation, "--continue"]);
    assert_eq!(clone.git(&["status", "--porcelain"]), "");
    clone.git(&["fsck", "--strict"]);
}

fn audit(clone: &Clone) -> String {
    let output = clone.run(env!("CARGO_BIN_EXE_countersign"), &["audit", "--json"]);
    String::from_utf8_lossy(&output.stdout).into_owned()
}

#[test]
fn a_merge_is_settled_key_by_key() {
    let fixture = Fixture::new();
    let clone = Clone::of(&fixture);
    contradicting(&clone);
    clone.refused(&["merge", "one"]);
    for size in ["40x12", "80x24", "200x50"] {
        let mut typed = screen(&clone, size);
        picture(&format!("conflicts_board_{size}"), &typed);
        type_at(&mut typed, "C", &[]);
        picture(&format!("conflicts_{size}"), &typed);
        type_at(&mut typed, "<enter>j", &[]);
        picture(&format!("conflicts_form_{size}"), &typed);
    }
    let mut typed = screen(&clone, "120x40");
    type_at(
        &mut typed,
        "",
        &["1 conflict in a merge", "A merge stopped: 1 file in conflict; C settles them."],
    );
    type_at(
        &mut typed,
        "C",
        &["git stopped in a merge", "one thing on other, and another on one.", "status; reason"],
    );
    type_at(&mut typed, "<enter>", &["both put together", "on other: gap", "the careful answer"]);
    // Nothing is written before it was shown and confirmed.
    type_at(&mut typed, "j<space>", &["on one: met"]);
    let before = clone.git(&["status", "--porcelain=v2"]);
    type_at(&mut typed, "<ctrl-s>", &["nothing is written yet", "+status = \"met\"", "+contested = true"]);
    picture("conflicts_preview_120x40", &typed);
    assert_eq!(clone.git(&["status", "--porcelain=v2"]), before);
    type_at(
        &mut typed,
        "<enter>",
        &["Settled companies/halyard", "go on with `git merge --continue`", "merge not finished"],
    );
    goes_on(&clone, "merge");
    let text = clone.read(CELL);
    assert!(text.contains("status = \"met\"") && text.contains("contested = true"), "{text}");
    for reason in ["Trigger points for lighter", "Nothing is there"] {
        assert!(text.contains(reason), "{text}");
    }
    // What people choose among what the sides say is no content that a merge brings in from nowhere.
    assert!(!audit(&clone).contains("changed-in-merge"));
    typed.look();
    type_at(&mut typed, "C", &["want to be decided again", "S-1.1"]);
    type_at(&mut typed, "<enter>", &["two sides of a merge judged it otherwise"]);
}

#[test]
fn a_reason_that_is_written_is_kept_and_told_by_the_audit() {
    let fixture = Fixture::new();
    let clone = Clone::of(&fixture);
    contradicting(&clone);
    clone.refused(&["merge", "one"]);
    let mut typed = screen(&clone, "120x40");
    type_at(
        &mut typed,
        "C<enter><tab> Both desks agree.",
        &["Both desks agree.", "yours: an audit will say"],
    );
    // What is typed stays while the screen does, and what is discarded comes back.
    type_at(&mut typed, "<esc><enter>", &["Both desks agree."]);
    let screen = type_at(&mut typed, "<ctrl-g>", &["discarded"]);
    assert!(!screen.contains("Both desks agree."), "{screen}");
    type_at(&mut typed, "<ctrl-g>", &["is back", "Both desks agree."]);
    type_at(&mut typed, "<ctrl-s>", &["+", "Both desks agree."]);
    type_at(&mut typed, "<enter>", &["Settled"]);
    goes_on(&clone, "merge");
    assert!(clone.read(CELL).contains("Both desks agree."));
    assert!(audit(&clone).contains("changed-in-merge"));
}

#[test]
fn a_rebase_calls_the_sides_what_they_are() {
    let fixture = Fixture::new();
    let clone = Clone::of(&fixture);
    contradicting(&clone);
    clone.refused(&["rebase", "one"]);
    let mut typed = screen(&clone, "120x40");
    type_at(&mut typed, "C", &["git stopped in a rebase", "one thing on one, and another in your change."]);
    let screen = type_at(&mut typed, "<enter><space>", &["as on one"]);
    assert!(!screen.to_lowercase().contains("theirs"), "{screen}");
    type_at(&mut typed, "<space>", &["as in your change"]);
    type_at(&mut typed, "<ctrl-s>", &["-status = \"met\"", "+status = \"gap\""]);
    type_at(&mut typed, "<enter>", &["git rebase --continue"]);
    goes_on(&clone, "rebase");
    let text = clone.read(CELL);
    assert!(text.contains("status = \"gap\"") && !text.contains("contested"), "{text}");
}

#[test]
fn a_pull_and_a_cherry_pick() {
    let fixture = Fixture::new();
    let clone = Clone::of(&fixture);
    let place = tempfile::tempdir().unwrap();
    let second = clone.cloned(&place.path().join("second"));
    clone.edit(CELL, &[("status = \"partial\"", "status = \"met\"")]);
    clone.git(&["commit", "-q", "-a", "-m", "ours"]);
    second.edit(CELL, &[("status = \"partial\"", "status = \"gap\"")]);
    second.git(&["commit", "-q", "-a", "-m", "theirs"]);
    second.refused(&["pull", "-q", "--no-rebase", "--no-edit"]);
    let mut typed = screen(&second, "120x40");
    type_at(&mut typed, "C", &["one thing on main, and another on origin/main."]);
    type_at(&mut typed, "<enter><ctrl-s><enter>", &["git merge --continue"]);
    goes_on(&second, "merge");

    let fixture = Fixture::new();
    let clone = Clone::of(&fixture);
    contradicting(&clone);
    clone.refused(&["cherry-pick", "one"]);
    let mut typed = screen(&clone, "120x40");
    type_at(&mut typed, "C", &["one thing on other, and another in the picked change."]);
    type_at(&mut typed, "<enter><space><ctrl-s>", &["It stays as it is committed here."]);
    type_at(&mut typed, "<esc><space><ctrl-s><enter>", &["git cherry-pick --continue"]);
    goes_on(&clone, "cherry-pick");
    assert!(clone.read(CELL).contains("status = \"met\""));
}

#[test]
fn nothing_is_settled_that_nobody_chose() {
    let fixture = Fixture::new();
    let clone = Clone::of(&fixture);
    clone.on_branch("one", COMPANY, &[("seat = \"Ireland\"", "seat = \"Malta\"")]);
    clone.on_branch("other", COMPANY, &[("seat = \"Ireland\"", "seat = \"Cyprus\"")]);
    clone.refused(&["merge", "one"]);
    let mut typed = screen(&clone, "120x40");
    type_at(&mut typed, "C<enter>", &["seat", "choose a side"]);
    type_at(&mut typed, "<ctrl-s>", &["✗ choose a side for seat"]);
    type_at(&mut typed, "j<space><space>", &["on one: Malta"]);
    type_at(&mut typed, "<ctrl-s>", &["-seat = \"Cyprus\"", "+seat = \"Malta\""]);
    // Somebody else gave the merge up meanwhile.
    clone.git(&["merge", "--abort"]);
    type_at(&mut typed, "<enter>", &["is not in conflict"]);
    assert_eq!(clone.git(&["status", "--porcelain"]), "");
    assert!(clone.read(COMPANY).contains("Cyprus"));
    typed.look();
    type_at(&mut typed, "", &["Nothing is to be settled."]);
}

#[test]
fn removed_files_documents_and_what_is_no_registers_business() {
    let fixture = Fixture::new();
    let clone = Clone::of(&fixture);
    let document = "companies/halyard/evidence/scan.pdf";
    let write = |path: &str, bytes: &[u8]| fs::write(clone.path.join(path), bytes).unwrap();
    let commit = |message: &str| {
        clone.git(&["add", "--all"]);
        clone.git(&["commit", "-q", "-m", message]);
    };
    write(document, b"\x00\xff one");
    write("README.md", b"one\n");
    commit("begin");
    clone.git(&["switch", "-q", "-c", "one"]);
    write(document, b"\x00\xfe two");
    write("README.md", b"two\n");
    fs::remove_file(clone.path.join(CELL)).unwrap();
    commit("one");
    clone.git(&["switch", "-q", "-c", "other", "main"]);
    write(document, b"\x00\xfd three\r\n");
    write("README.md", b"three\n");
    clone.edit(CELL, &[("status = \"partial\"", "status = \"gap\"")]);
    commit("other");
    clone.refused(&["merge", "one"]);

    let mut typed = screen(&clone, "120x40");
    type_at(
        &mut typed,
        "C",
        &[
            "3 conflicts in a merge",
            "removed on one",
            "no keys to choose between",
            "README.md",
            "git settles it",
        ],
    );
    type_at(&mut typed, "<enter><ctrl-s>", &["choose the side whose file stands"]);
    type_at(&mut typed, "<space><space>", &["removed, as on one"]);
    type_at(&mut typed, "<ctrl-s>", &["+++ /dev/null"]);
    type_at(&mut typed, "<enter>", &["1 file is left."]);
    assert!(!clone.path.join(CELL).exists());
    type_at(&mut typed, "<enter><space><space>", &["as on one"]);
    type_at(&mut typed, "<ctrl-s>", &["is no text that could be shown"]);
    type_at(&mut typed, "<enter>", &["Everything in the register is settled. Settle README.md with git"]);
    assert_eq!(fs::read(clone.path.join(document)).unwrap(), b"\x00\xfe two");
    type_at(&mut typed, "<enter>", &["README.md is no file of the register"]);
    clone.git(&["checkout", "--theirs", "README.md"]);
    clone.git(&["add", "README.md"]);
    goes_on(&clone, "merge");
    assert_eq!(fs::read(clone.path.join(document)).unwrap(), b"\x00\xfe two");
}

#[test]
fn git_goes_on_from_the_screen() {
    let fixture = Fixture::new();
    let clone = Clone::of(&fixture);
    contradicting(&clone);
    clone.refused(&["merge", "one"]);
    let mut typed = screen(&clone, "120x40");
    type_at(&mut typed, "Cc", &["not settled yet", "git stopped in a merge"]);
    type_at(&mut typed, "<enter><ctrl-s><enter>", &["go on with `git merge --continue` or `c`"]);
    // The program of the tests is not the one that the clone was set up with, so that it is asked about.
    type_at(&mut typed, "c", &["Programs of this repository", "merge.countersign.driver"]);
    type_at(&mut typed, "<esc>", &["go on with `git merge --continue`"]);
    assert!(!clone.git(&["rev-parse", "-q", "--verify", "MERGE_HEAD"]).is_empty(), "nobody said so yet");
    clone.git(&["config", "--remove-section", "merge.countersign"]);
    type_at(&mut typed, "c", &["git has ended the merge."]);
    assert_eq!(clone.git(&["rev-list", "--count", "--merges", "-1", "HEAD"]).trim(), "1");
    assert_eq!(clone.git(&["status", "--porcelain"]), "");
    type_at(&mut typed, "c", &["git is in the middle of nothing."]);
}

/// Somebody committed it as it was; there is nothing that git waits for.
#[test]
fn what_was_committed_unsettled_is_settled_later() {
    let fixture = Fixture::new();
    let clone = Clone::of(&fixture);
    clone.on_branch("one", COMPANY, &[("seat = \"Ireland\"", "seat = \"Malta\"")]);
    clone.on_branch("other", COMPANY, &[("seat = \"Ireland\"", "seat = \"Cyprus\"")]);
    clone.refused(&["merge", "one"]);
    clone.git(&["commit", "-q", "-a", "--no-edit"]);
    let mut typed = screen(&clone, "120x40");
    type_at(&mut typed, "!", &["a merge left `seat` to people"]);
    type_at(&mut typed, "<esc>C", &["An earlier merge left these files to people", "in the file"]);
    picture("conflicts_marked_120x40", &typed);
    type_at(&mut typed, "<enter>j<space><space>", &["on the other side: Malta"]);
    type_at(&mut typed, "<ctrl-s>", &["-[[unsettled]]", "+seat = \"Malta\""]);
    type_at(&mut typed, "<enter>", &["Settled companies/halyard", "Commit it: git commit"]);
    assert_eq!(clone.git(&["status", "--porcelain"]), format!("M  {COMPANY}\n"));
    assert_eq!(clone.read(COMPANY), clone.git(&["show", &format!("one:{COMPANY}")]));
}

#[test]
fn a_file_that_each_side_calls_otherwise() {
    let fixture = Fixture::new();
    let clone = Clone::of(&fixture);
    let model = "companies/halyard/models/mainsail.toml";
    for (branch, name) in [("one", "jib"), ("other", "spinnaker")] {
        clone.git(&["switch", "-q", "-c", branch, "main"]);
        clone.git(&["mv", model, &model.replace("mainsail", name)]);
        clone.git(&["commit", "-q", "-m", branch]);
    }
    clone.refused(&["merge", "one"]);
    let mut typed = screen(&clone, "120x40");
    type_at(&mut typed, "C", &["removed on other", "removed on both sides", "removed on one"]);
    type_at(&mut typed, "<enter><space><space><ctrl-s><enter>", &["2 files are left."]);
    type_at(&mut typed, "<enter><space><ctrl-s><enter>", &["1 file is left."]);
    type_at(&mut typed, "<enter><space><ctrl-s><enter>", &["go on with `git merge --continue`"]);
    goes_on(&clone, "merge");
    let models = clone.git(&["ls-files", "companies/halyard/models"]);
    assert_eq!(models.lines().count(), 2, "{models}");
}
