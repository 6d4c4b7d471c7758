//! The same, typed through the screen.

use std::path::Path;

use countersign::register::{At, Register};
use countersign::ui::driver::Driver;
use countersign::ui::{Options, Personal, Theme};

use super::{Desks, assess, done, head};
use crate::ledger::world::{Kind, git_in};

/// The screen of a desk.
fn screen(clone: &Path) -> Driver {
    let options = Options {
        at: At::Head,
        on: "2026-11-20".parse().unwrap(),
        theme: Theme::dark().colourless(),
        personal: Personal { keeps_drafts: false, ..Personal::default() },
    };
    Driver::new(Register::open(clone).unwrap(), options, "100x30".parse().unwrap())
}

/// Types keys; every one of the words is on the screen then.
#[track_caller]
fn types(screen: &mut Driver, keys: &str, words: &[&str]) {
    screen.play(&keys.parse().unwrap());
    let seen = screen.screen();
    words.iter().for_each(|word| assert!(seen.contains(word), "{word} is missing after {keys}:\n{seen}"));
}

#[test]
fn push_fetch_and_bring_up() {
    let Desks { case: _case, first, second, hub, .. } = Desks::new(Kind::Libgit2);
    assess(&first, "halyard", "S-1.1", "So far.");
    let mut one = screen(&first);
    types(&mut one, "", &["1 to push"]);
    types(&mut one, "P", &["Push", "refs/heads/main", "Esc close"]);
    types(&mut one, "<esc>", &["main @"]);
    assert!(!one.screen().contains("to push"), "{}", one.screen());
    assert_eq!(head(&hub), head(&first));

    let mut two = screen(&second);
    types(&mut two, "F", &["Fetch", "origin/main has 1 commit that you have not.", "u bring the branch up"]);
    types(&mut two, "u", &["The branch is where origin/main is."]);
    assert_eq!(head(&second), head(&first));
    types(&mut two, "F", &["Nothing new."]);
}

#[test]
fn a_push_that_others_came_before() {
    let Desks { case: _case, first, second, hub, .. } = Desks::new(Kind::Libgit2);
    assess(&second, "lodestar", "AIA-53-4", "Mine.");
    assess(&first, "halyard", "S-1.1", "So far.");
    done(&first, &["push"]);
    let mut two = screen(&second);
    types(&mut two, "P", &["Nothing was pushed: others pushed to origin first.", "f fetch what they have"]);
    types(
        &mut two,
        "f",
        &["would be made anew on top", "assess lodestar AIA-53-4", "u make them anew on top"],
    );
    types(&mut two, "u", &["1 commit made anew on top of origin/main.", "1 to push"]);
    types(&mut two, "P", &["refs/heads/main"]);
    assert_eq!(head(&hub), head(&second));
    assert_eq!(git_in(&second, ["rev-parse", "main~1"]), head(&first));
}

#[test]
fn what_fails_is_told_in_gits_words_and_can_be_asked_in_the_terminal() {
    let Desks { case: _case, first, .. } = Desks::new(Kind::Libgit2);
    git_in(&first, ["remote", "set-url", "origin", "/nowhere"]);
    let mut one = screen(&first);
    let words = [
        "`git fetch` with origin failed.",
        "does not appear to be a git repository",
        "t again in the terminal",
        "Esc close",
    ];
    types(&mut one, "F", &words);
    types(&mut one, "<esc>F", &["Fetch"]);
}

/// Before anything of the repository's runs, it is listed; no is no.
#[test]
fn programs_of_the_repository_ask_first() {
    let Desks { case, first, .. } = Desks::new(Kind::Libgit2);
    let ran = case.world.beside("ran-on-the-screen");
    git_in(
        &first,
        ["config", "remote.origin.uploadpack", &format!("touch {}; git-upload-pack", ran.display())],
    );
    let mut one = screen(&first);
    types(&mut one, "F", &["remote.origin.uploadpack", "y trust them and go on"]);
    types(&mut one, "<esc>", &["Nothing was run"]);
    assert!(!ran.exists());
    types(&mut one, "Fy", &["Nothing new."]);
    assert!(ran.exists());
}
