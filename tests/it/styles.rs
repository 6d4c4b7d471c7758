//! What the screen's cells look like besides their letters, as a second picture: one letter for each meaning.

use countersign::register::{At, Register};
use countersign::ui::driver::Driver;
use countersign::ui::theme::{MEANINGS, Meaning};
use countersign::ui::{Letters, Options, Personal, Theme};
use proptest::prelude::*;
use ratatui::buffer::{Buffer, Cell};
use ratatui::style::{Color, Modifier, Style};
use unicode_width::UnicodeWidthStr;

use crate::fixture::Fixture;

pub fn driver(fixture: &Fixture, theme: Theme, size: &str) -> Driver {
    let register = Register::open(&fixture.path()).unwrap();
    let personal = Personal::default();
    let options = Options { at: At::Head, on: "2026-11-20".parse().unwrap(), theme, personal };
    Driver::new(register, options, size.parse().unwrap())
}

const BOARD: &str = "";
const DETAIL: &str = "/halyard S-1.1<enter><enter>";
const FORM: &str = "/halyard S-1.1<enter>d<tab>";

#[track_caller]
fn check(name: &str, theme: Theme, size: &str, keys: &str) {
    let fixture = Fixture::new();
    let mut driver = driver(&fixture, theme, size);
    driver.play(&keys.parse().unwrap());
    let picture = format!("{}\n\n{}", driver.screen(), layer(driver.buffer(), theme));
    insta::with_settings!({ snapshot_path => "../snapshots", prepend_module_to_snapshot => false, description => keys, omit_expression => true }, {
        insta::assert_snapshot!(format!("style_{name}_{size}"), picture);
    });
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

#[test]
fn the_board_at_every_size() {
    for size in ["40x12", "80x24", "120x40", "200x50"] {
        check("board_dark", Theme::dark(), size, BOARD);
    }
}

#[test]
fn the_board_in_every_look() {
    check("board_light", Theme::light(), "80x24", BOARD);
    check("board_colourless", Theme::dark().colourless(), "80x24", BOARD);
    check("board_ascii", Theme::dark().with_letters(Letters::Ascii), "80x24", BOARD);
}

#[test]
fn the_detail_and_the_form() {
    for size in ["80x24", "120x40"] {
        check("detail_dark", Theme::dark(), size, DETAIL);
        check("form_dark", Theme::dark(), size, FORM);
        check("form_colourless", Theme::dark().colourless(), size, FORM);
    }
}

/// A small corner of a large terminal: everything can be read and reached there too.
#[test]
fn a_small_terminal() {
    for (name, keys) in [
        ("detail", DETAIL),
        ("form", FORM),
        ("trail", "/halyard S-1.1<enter>t"),
        ("preview", "/halyard S-1.1<enter>d<tab><tab><tab> Still missing.<ctrl-s>"),
        ("sides", "s"),
        ("company", "/halyard<enter>p"),
        ("help", "?"),
        ("filter", "/halyard st"),
    ] {
        check(&format!("{name}_dark"), Theme::dark(), "40x12", keys);
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
    "شركة الذكاء",
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
            let of = |line: &str| line.match_indices('│').map(|(at, _)| line[..at].width()).collect::<Vec<usize>>();
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
