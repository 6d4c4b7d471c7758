//! Every screen at every size in every look, and what the cells look like besides their letters, as a second picture: one
//! letter for each meaning. `INSTA_UPDATE=always cargo test --test it styles` writes the pictures anew.

use countersign::register::{At, Register};
use countersign::report::table::columns;
use countersign::ui::driver::Driver;
use countersign::ui::theme::{MEANINGS, Meaning};
use countersign::ui::{Letters, Options, Personal, Theme};
use proptest::prelude::*;
use ratatui::buffer::{Buffer, Cell};
use ratatui::style::{Color, Modifier, Style};
use unicode_width::UnicodeWidthStr;

use crate::fixture::Fixture;
use crate::screens::git;

pub fn driver(fixture: &Fixture, theme: Theme, size: &str) -> Driver {
    let register = Register::open(&fixture.path()).unwrap();
    let personal = Personal::default();
    let options = Options { at: At::Head, on: "2026-11-20".parse().unwrap(), theme, personal };
    Driver::new(register, options, size.parse().unwrap())
}

/// A screen for each thing one does here, by the keys that lead to it from the board.
const SCREENS: [(&str, &str); 20] = [
    ("board", ""),
    ("detail", "/halyard S-1.1<enter><enter>"),
    ("measure", "m"),
    ("company", "/halyard<enter>p"),
    ("side_by_side", "s<tab>"),
    ("pair", "/halyard<enter>clode<enter>"),
    ("form", "/halyard S-1.1<enter>d<tab>"),
    ("preview", "/halyard S-1.1<enter>d<up> <tab><tab><tab> Trigger points are still missing.<ctrl-s>"),
    ("trail", "/halyard S-1.1<enter>t"),
    ("commit", "/halyard S-1.1<enter>t<enter>"),
    ("as_of", "/halyard S-1.1<enter>tj@"),
    ("time_changes", "[[[[M]]]]M"),
    ("coverage", "%<right>j"),
    ("timeline", "w<left><left>"),
    ("proposals", "r"),
    ("proposal", "r<enter>"),
    ("audit", "a"),
    ("help", "?"),
    ("palette", ":trail"),
    ("filter_fields", "/halyard st"),
];

/// The ways a screen is drawn.
fn looks() -> [(&'static str, Theme); 4] {
    let dark = Theme::dark();
    [
        ("dark", dark),
        ("light", Theme::light()),
        ("colourless", dark.colourless()),
        ("ASCII", dark.with_letters(Letters::Ascii)),
    ]
}

/// A register with something to review.
fn proposed() -> Fixture {
    let fixture = Fixture::new();
    git(&fixture, &["checkout", "--quiet", "-b", "proposal/halyard/q3"]);
    fixture.write(
        "companies/halyard/assessments/T-1.2.toml",
        "status = \"gap\"\nreason = \"Nothing is on file.\"\nmeans = \"adherence\"\nassessed = 2026-11-18\n",
    );
    fixture.commit("Second Desk", "2026-11-18", "assess halyard T-1.2: unassessed → gap");
    git(&fixture, &["checkout", "--quiet", "main"]);
    fixture
}

/// Every screen at a size: one picture of it for all looks. What is alike in several looks stands there once, under
/// their names: first the text, then what its cells mean.
#[track_caller]
fn check(size: &str) {
    let fixture = proposed();
    for (screen, keys) in SCREENS {
        let [mut texts, mut layers] = [const { Vec::<(String, Vec<&str>)>::new() }; 2];
        for (look, theme) in looks() {
            let mut driver = driver(&fixture, theme, size);
            driver.play(&keys.parse().unwrap());
            for (kinds, picture) in
                [(&mut texts, driver.screen()), (&mut layers, layer(driver.buffer(), theme))]
            {
                match kinds.iter_mut().find(|(known, _)| *known == picture) {
                    Some((_, looks)) => looks.push(look),
                    None => kinds.push((picture, vec![look])),
                }
            }
        }
        let titled = |(picture, looks): &(String, Vec<&str>)| format!("{}:\n\n{picture}", looks.join(", "));
        let picture = texts.iter().chain(&layers).map(titled).collect::<Vec<_>>().join("\n\n");
        insta::with_settings!({ snapshot_path => "../snapshots", prepend_module_to_snapshot => false, description => keys, omit_expression => true }, {
            insta::assert_snapshot!(format!("{screen}_{size}"), picture);
        });
    }
}

#[test]
fn every_screen_in_every_look_in_a_small_corner() {
    check("40x12");
}

#[test]
fn every_screen_in_every_look_in_a_plain_terminal() {
    check("80x24");
}

#[test]
fn every_screen_in_every_look_in_a_larger_one() {
    check("120x40");
}

#[test]
fn every_screen_in_every_look_in_a_large_one() {
    check("200x50");
}

/// `.` is plain; a capital letter is reversed; `#` is no meaning of its own.
fn layer(buffer: &Buffer, theme: Theme) -> String {
    let line = |y| (0..buffer.area.width).map(|x| letter(&buffer[(x, y)], theme)).collect::<String>();
    let lines: Vec<String> = (0..buffer.area.height).map(line).collect();
    lines.iter().map(|line| line.trim_end_matches('.')).collect::<Vec<_>>().join("\n")
}

fn letter(cell: &Cell, theme: Theme) -> char {
    let reversed = cell.modifier.contains(Modifier::REVERSED);
    let look = |style: Style| {
        let modifier = style.add_modifier - Modifier::REVERSED;
        (style.fg.unwrap_or(Color::Reset), style.bg.unwrap_or(Color::Reset), modifier)
    };
    let own = (cell.fg, cell.bg, cell.modifier - Modifier::REVERSED);
    let meaning = MEANINGS.into_iter().find(|(meaning, _)| look(theme.of(*meaning)) == own);
    let letter = match meaning {
        _ if own == look(Style::new()) => '.',
        Some((Meaning::Warning, _)) => 'w',
        Some((Meaning::NothingOnFile, _)) => 'd',
        // The first letter that tells it from the others.
        Some((_, name)) => match name.trim_start_matches("state.") {
            "to-assess" => 'a',
            "selected" => 'r',
            name => name.chars().next().unwrap(),
        },
        None => '#',
    };
    match (letter, reversed) {
        ('.', true) => 'R',
        (letter, true) => letter.to_ascii_uppercase(),
        (letter, false) => letter,
    }
}

/// On no screen is a letter beyond ASCII that the register does not hold itself.
#[test]
fn ascii_is_ascii_on_every_screen() {
    let fixture = Fixture::new();
    let screens = [
        "",
        "z",
        "s",
        "m",
        "p",
        "/halyard S-1.1<enter><enter>",
        "/halyard S-1.1<enter>d",
        "%",
        "w",
        "a",
        "!",
        "?",
        ":",
        "@",
        "t",
    ];
    for keys in screens.iter().chain(&["/halyard S-1.1<enter>t", "/halyard S-1.1<enter>tj@", "clode<enter>"])
    {
        let mut driver = driver(&fixture, Theme::dark().with_letters(Letters::Ascii), "200x50");
        driver.play(&keys.parse().unwrap());
        let own: Vec<char> = driver.screen().chars().filter(|letter| !letter.is_ascii()).collect();
        let foreign: Vec<&char> = own.iter().filter(|letter| !register_letters().contains(letter)).collect();
        assert!(foreign.is_empty(), "{keys}: {foreign:?}\n{}", driver.screen());
        // Where nothing else can be drawn, nothing else is.
        let mut driver = self::driver(&fixture, Theme::dark().with_letters(Letters::AsciiOnly), "200x50");
        driver.play(&keys.parse().unwrap());
        assert!(driver.screen().is_ascii(), "{keys}\n{}", driver.screen());
    }
}

fn register_letters() -> Vec<char> {
    fn collect(folder: &std::path::Path, letters: &mut Vec<char>) {
        for entry in std::fs::read_dir(folder).unwrap().map(Result::unwrap) {
            match entry.path() {
                path if path.is_dir() => collect(&path, letters),
                path => letters.extend(std::fs::read_to_string(path).unwrap_or_default().chars()),
            }
        }
    }
    let mut letters = Vec::new();
    collect(&crate::fixture::tests().join("register"), &mut letters);
    letters.retain(|letter| !letter.is_ascii());
    letters
}

/// Names as the world writes them: wide letters, marks on letters, joined pictures, right to left, and far too long.
const NAMES: [&str; 7] = [
    "漢字有限公司漢字有限公司",
    "E\u{301}mile Ge\u{301}ne\u{301}rale",
    "👩\u{200d}👩\u{200d}👧 Family 👍🏽",
    "שלום עולם",
    "شركة الذكاء الاصطناعي",
    "🇪🇺 Europe 🏳\u{fe0f}",
    "x",
];

proptest! {
    #![proptest_config(ProptestConfig::with_cases(24))]

    #[test]
    fn columns_stay_in_place_whatever_names_are(
        name in proptest::sample::select(&NAMES[..]),
        repeated in 1..40usize,
        width in 60..220u16,
        height in 20..60u16,
        keys in proptest::sample::select(&["", "s", "m", "p", "chalyard<enter>"][..]),
    ) {
        let fixture = Fixture::new();
        let name = name.repeat(repeated);
        let short: String = name.chars().take(12).collect();
        fixture.write("companies/lodestar/company.toml", &format!("name = '{name}'\nshort = '{short}'\ninvented = true\n"));
        fixture.commit("First Desk", "2026-06-01", "a name");
        let mut driver = driver(&fixture, Theme::dark(), &format!("{width}x{height}"));
        let lines = |driver: &Driver| {
            let text = driver.screen();
            let of = |line: &str| line.match_indices('│').map(|(at, _)| columns(&line[..at])).collect::<Vec<usize>>();
            text.lines().map(of).collect::<Vec<_>>()
        };
        driver.play(&keys.parse().unwrap());
        for y in 0..height {
            let buffer = driver.buffer();
            let mut x = 0;
            while x < width {
                x += buffer[(x, y)].symbol().width().max(1) as u16;
            }
            prop_assert_eq!(x, width, "line {} of\n{}", y, driver.screen());
        }
        if keys.is_empty() {
            // The frozen column ends in one place.
            let label = (width / 3).clamp(24, 52);
            for line in lines(&driver).iter().filter(|line| !line.is_empty()) {
                prop_assert!(line.contains(&usize::from(label)), "{}", driver.screen());
            }
        }
    }
}
