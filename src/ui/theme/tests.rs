use std::collections::HashSet;

use palette::color_difference::Ciede2000;
use palette::white_point::D65;
use palette::{FromColor, Lab, LinSrgb, Srgb};
use ratatui::style::Color;

use super::*;

#[test]
fn the_built_in_themes_have_no_mistakes_and_name_everything() {
    for name in built_in_names() {
        let path = format!("{}/src/ui/theme/{name}.toml", env!("CARGO_MANIFEST_DIR"));
        let (theme, mistakes) = read(&std::fs::read_to_string(path).unwrap(), Theme::dark());
        assert_eq!(mistakes, [], "{name}");
        assert_eq!(Some(theme), built_in(name));
        for (meaning, own) in MEANINGS {
            assert_ne!(theme.of(meaning), Style::new(), "{name} leaves out {own}");
        }
    }
}

#[test]
fn every_name_is_documented() {
    let page = std::fs::read_to_string(concat!(env!("CARGO_MANIFEST_DIR"), "/docs/themes.md")).unwrap();
    let names = MEANINGS.iter().map(|(_, name)| *name).chain(built_in_names());
    let missing: Vec<&str> = names.filter(|name| !page.contains(&format!("`{name}`"))).collect();
    assert!(missing.is_empty(), "{missing:?}");
}

#[test]
fn meanings_stand_in_the_order_of_their_styles() {
    for (at, (meaning, _)) in MEANINGS.into_iter().enumerate() {
        assert_eq!(meaning as usize, at);
    }
}

#[test]
fn every_mistake_is_told_with_its_line_and_what_was_meant_and_the_rest_counts() {
    let text = "based-on = \"lihgt\"\nhnt = \"red\"\n[state]\ngpa = \"red\"\nmet = \"bold gren\"\nstale = 7\n\
                gap = \"italic 196 on #ffffff\"\npartial = red\n";
    let (theme, mistakes) = read(text, Theme::dark());
    let told: Vec<String> =
        mistakes.iter().map(|mistake| format!("{} {}", mistake.line, mistake.words)).collect();
    let expected = [
        "1 no theme is called `lihgt`; did you mean `light`?",
        "2 nothing is called `hnt`; did you mean `hint`?",
        "4 nothing is called `state.gpa`; did you mean `state.gap`?",
        "5 no colour is called `gren`; did you mean `green`?",
        "6 `state.stale` takes words such as \"bold red\"",
    ];
    assert_eq!(told[..5], expected);
    assert!(told[5].starts_with("8 "), "{told:?}");
    let gap =
        Style::new().add_modifier(Modifier::ITALIC).fg(Color::Indexed(196)).bg(Color::Rgb(255, 255, 255));
    assert_eq!(theme.of(Meaning::Gap), gap);
    assert_eq!(theme.of(Meaning::Met), Theme::dark().of(Meaning::Met));
}

#[test]
fn a_theme_may_stand_on_another() {
    let (theme, mistakes) = read("based-on = \"light\"\n[state]\nmet = \"green\"", Theme::dark());
    assert_eq!(mistakes, []);
    assert_eq!(theme.of(Meaning::Gap), Theme::light().of(Meaning::Gap));
    assert_eq!(theme.of(Meaning::Met), Style::new().fg(Color::Green));
}

#[test]
fn without_colour_only_what_is_selected_is_reversed() {
    let theme = Theme::dark().colourless();
    for (meaning, name) in MEANINGS {
        let style = theme.of(meaning);
        assert_eq!((style.fg, style.bg), (None, None), "{name}");
        let reversed = style.add_modifier.contains(Modifier::REVERSED);
        assert_eq!(reversed, meaning == Meaning::Selected, "{name}");
    }
}

#[test]
fn no_two_states_share_a_glyph_or_a_word() {
    let glyphs: HashSet<&str> = State::ALL.into_iter().map(glyph).collect();
    let words: HashSet<&str> = State::ALL.into_iter().map(State::words).collect();
    assert_eq!((glyphs.len(), words.len()), (State::ALL.len(), State::ALL.len()));
}

/// What common terminals draw for red, yellow, blue and cyan.
const ON_LIGHT: [(&str, [u32; 4]); 5] = [
    ("xterm", [0xcd0000, 0xcdcd00, 0x0000ee, 0x00cdcd]),
    ("VS Code", [0xcd3131, 0x949800, 0x0451a5, 0x0598bc]),
    ("GNOME Terminal", [0xcc0000, 0xc4a000, 0x3465a4, 0x06989a]),
    ("Terminal.app", [0xc23621, 0xadad27, 0x492ee1, 0x33bbc8]),
    ("Windows Terminal", [0xc50f1f, 0xc19c00, 0x0037da, 0x3a96dd]),
];

/// And for the bright ones.
const ON_DARK: [(&str, [u32; 4]); 6] = [
    ("xterm", [0xff0000, 0xffff00, 0x5c5cff, 0x00ffff]),
    ("VS Code", [0xf14c4c, 0xf5f543, 0x3b8eea, 0x29b8db]),
    ("GNOME Terminal", [0xef2929, 0xfce94f, 0x729fcf, 0x34e2e2]),
    ("Terminal.app", [0xfc391f, 0xeaec23, 0x5833ff, 0x14f0f0]),
    ("Windows Terminal", [0xe74856, 0xf9f1a5, 0x3b78ff, 0x61d6d6]),
    ("Linux console", [0xff5555, 0xffff55, 0x5555ff, 0x55ffff]),
];

/// Machado, Oliveira and Fernandes (2009), at full severity, for linear sRGB.
const SIGHTS: [(&str, [[f32; 3]; 3]); 3] = [
    ("full sight", [[1.0, 0.0, 0.0], [0.0, 1.0, 0.0], [0.0, 0.0, 1.0]]),
    (
        "protanopia",
        [[0.152286, 1.052583, -0.204868], [0.114503, 0.786281, 0.099216], [-0.003882, -0.048116, 1.051998]],
    ),
    (
        "deuteranopia",
        [[0.367322, 0.860646, -0.227968], [0.280085, 0.672501, 0.047413], [-0.011820, 0.042940, 0.968881]],
    ),
];

/// A difference of 2.3 is just noticeable where two areas touch. Letters are small and stand apart, so we ask for four
/// times that; red and green, or green and yellow, of the same palettes come down to 1.2.
const LEAST_DIFFERENCE: f32 = 10.0;

#[test]
fn the_states_colours_stay_apart_for_those_who_do_not_tell_red_from_green() {
    let dark = [Color::LightRed, Color::LightYellow, Color::LightBlue, Color::LightCyan];
    let light = [Color::Red, Color::Yellow, Color::Blue, Color::Cyan];
    check_distances(Theme::dark(), dark, &ON_DARK);
    check_distances(Theme::light(), light, &ON_LIGHT);
}

#[track_caller]
fn check_distances(theme: Theme, colours: [Color; 4], terminals: &[(&str, [u32; 4])]) {
    let used: HashSet<Color> = State::ALL.into_iter().filter_map(|state| theme.state(state).fg).collect();
    assert_eq!(used, colours.into_iter().collect(), "the colours that are tested are those that are used");
    for (terminal, shown) in terminals {
        for (sight, matrix) in SIGHTS {
            let seen = shown.map(|colour| seen_as(colour, matrix));
            for (at, one) in seen.iter().enumerate() {
                for (other_at, other) in seen.iter().enumerate().skip(at + 1) {
                    let difference = one.difference(*other);
                    let (one, other) = (colours[at], colours[other_at]);
                    assert!(
                        difference >= LEAST_DIFFERENCE,
                        "{one} {other} {difference}: {terminal}, {sight}"
                    );
                }
            }
        }
    }
}

fn seen_as(colour: u32, matrix: [[f32; 3]; 3]) -> Lab<D65> {
    let [_, red, green, blue] = colour.to_be_bytes();
    let linear: LinSrgb = Srgb::new(red, green, blue).into_format::<f32>().into_linear();
    let channels = [linear.red, linear.green, linear.blue];
    let [red, green, blue] =
        matrix.map(|row| row.iter().zip(channels).map(|(a, b)| a * b).sum::<f32>().clamp(0.0, 1.0));
    Lab::from_color(LinSrgb::new(red, green, blue))
}
