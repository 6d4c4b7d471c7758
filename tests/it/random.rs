//! Whatever is done to the screen, in whatever order and at whatever size: it draws, and what is selected is there.
//!
//! The same cases every time, so that what fails here fails everywhere; `PROPTEST_CASES` asks for more of them. What has
//! failed once is kept in `tests/proptest-regressions/` and tried first.

use std::fs;

use countersign::ui::driver::{Driver, Script, Size};
use countersign::ui::{Action, Theme};
use proptest::prelude::*;
use proptest::sample::select;
use proptest::test_runner::RngSeed;
use strum::VariantArray;

use crate::fixture::Fixture;
use crate::styles;

/// One thing that happens.
#[derive(Clone, Debug)]
enum Step {
    Keys(&'static str),
    /// By its name in the palette.
    Action(Action),
    Paste(&'static str),
    Resize(Size),
    /// Another program commits; the register is read again.
    Outside(Outside),
}

#[derive(Clone, Copy, Debug)]
enum Outside {
    CompanyGone,
    CompanyBack,
    Broken,
    NoMeasures,
    MeasuresBack,
}

const OUTSIDE: &[Outside] = &[
    Outside::CompanyGone,
    Outside::CompanyBack,
    Outside::Broken,
    Outside::NoMeasures,
    Outside::MeasuresBack,
];

/// Keys that lead everywhere, beginnings and ends of sequences, and what is typed into fields.
const KEYS: &[&str] = &[
    "j",
    "k",
    "h",
    "l",
    "g",
    "G",
    "c",
    "m",
    "p",
    "i",
    "t",
    "s",
    "d",
    "o",
    "x",
    "z",
    "v",
    "u",
    "a",
    "!",
    "?",
    ":",
    "/",
    "@",
    "[",
    "]",
    " ",
    "<tab>",
    "<enter>",
    "<enter>",
    "<enter>",
    "<esc>",
    "<esc>",
    "<pagedown>",
    "<pageup>",
    "<home>",
    "<end>",
    "<shift-tab>",
    "<ctrl-s>",
    "<backspace>",
    "<up>",
    "<down>",
    "<left>",
    "<right>",
    "halyard",
    "S-1",
    "/lodestar<enter>",
    "/halyard S-1.1<enter>",
    "é",
    "漢",
    "2026-03-02",
];

const PASTES: &[&str] =
    &["q\r\u{1b}[A", "two\nlines", "", "E\u{301}mile \u{202e}desrever", "ﷺ👩\u{200d}👩\u{200d}👧"];

fn step() -> impl Strategy<Value = Step> {
    let leaving = [Action::Quit, Action::QuitAtOnce];
    let actions: Vec<Action> =
        Action::VARIANTS.iter().copied().filter(|action| !leaving.contains(action)).collect();
    let size = (1..=220u16, 1..=60u16).prop_map(|(width, height)| Size { width, height });
    prop_oneof![
        10 => select(KEYS).prop_map(Step::Keys),
        6 => select(actions).prop_map(Step::Action),
        1 => select(PASTES).prop_map(Step::Paste),
        2 => size.prop_map(Step::Resize),
        1 => select(OUTSIDE).prop_map(Step::Outside),
    ]
}

fn take(step: &Step, driver: &mut Driver, fixture: &Fixture) {
    match step {
        Step::Keys(keys) => play(driver, keys),
        Step::Action(action) => play(driver, &format!(":{}<enter>", action.name())),
        Step::Paste(text) => driver.paste(text),
        Step::Resize(size) => driver.resize(*size),
        Step::Outside(outside) => {
            change(fixture, *outside);
            play(driver, ":reload<enter>");
        }
    }
}

fn change(fixture: &Fixture, outside: Outside) {
    let path = |path: &str| fixture.path().join(path);
    let away = |folder: &str| drop(fs::rename(path(folder), fixture.path().join(".git").join(folder)));
    let back = |folder: &str| drop(fs::rename(fixture.path().join(".git").join(folder), path(folder)));
    fs::create_dir_all(path(".git/companies")).unwrap();
    match outside {
        Outside::CompanyGone => away("companies/halyard"),
        Outside::CompanyBack => back("companies/halyard"),
        Outside::Broken => fixture.write("companies/lodestar/company.toml", "name = \n"),
        Outside::NoMeasures => away("commitments"),
        Outside::MeasuresBack => back("commitments"),
    }
    fixture.commit("Second Desk", "2026-06-01", "register: changed by another program");
}

fn play(driver: &mut Driver, keys: &str) {
    driver.play(&keys.parse::<Script>().unwrap());
}

/// What must hold after every step.
fn check(driver: &Driver) -> Result<(), TestCaseError> {
    let (Some(snapshot), Some((company, measure))) = (driver.snapshot(), driver.selected()) else {
        return Ok(());
    };
    let known = snapshot.companies.contains_key(&company) && snapshot.catalogue.measure(measure).is_some();
    prop_assert!(known, "{company} {measure} is selected and not there:\n{}", driver.screen());
    Ok(())
}

proptest! {
    #![proptest_config(ProptestConfig {
        cases: 16,
        rng_seed: RngSeed::Fixed(0x5161),
        ..ProptestConfig::default()
    })]

    #[test]
    fn whatever_happens_the_screen_draws_and_what_is_selected_is_there(
        steps in prop::collection::vec(step(), 1..60),
    ) {
        let fixture = Fixture::new();
        let mut driver = styles::driver(&fixture, Theme::dark(), "80x24");
        for step in &steps {
            take(step, &mut driver, &fixture);
            check(&driver)?;
            if driver.is_over() {
                return Ok(());
            }
        }
        // Back to the board, whatever is open and folded: there is a cell to look at.
        driver.resize(Size { width: 80, height: 24 });
        for outside in [Outside::CompanyBack, Outside::MeasuresBack] {
            take(&Step::Outside(outside), &mut driver, &fixture);
        }
        play(&mut driver, &"<esc>".repeat(20));
        play(&mut driver, "R<esc>gmS-1.1<enter>i");
        prop_assert!(driver.screen().contains("Where it stands"), "{}", driver.screen());
    }
}
