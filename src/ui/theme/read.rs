//! A theme's file: names of meanings, and for each a colour and what else sets it apart.
//!
//! ```toml
//! based-on = "light"
//! warning = "black on yellow"
//! [state]
//! gap = "bold #c00000"
//! ```
//!
//! Reading never fails: what cannot be understood is told with its line, and the rest counts.

use std::ops::Range;

use ratatui::style::{Color, Modifier, Style};
use toml::Spanned;
use toml::de::{DeTable, DeValue};

use super::{MEANINGS, Theme};
use crate::domain::suggestion::{did_you_mean, did_you_mean_or_list};

const BUILT_IN: [(&str, &str); 3] = [
    ("dark", include_str!("dark.toml")),
    ("light", include_str!("light.toml")),
    ("classic", include_str!("classic.toml")),
];

/// Something in a theme's file that does not count.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Mistake {
    pub line: usize,
    /// What it is and what was probably meant.
    pub words: String,
}

/// A theme that comes with the program.
pub fn built_in(name: &str) -> Option<Theme> {
    let (_, text) = BUILT_IN.iter().find(|(own, _)| *own == name)?;
    Some(read(text, Theme::EMPTY).0)
}

pub fn built_in_names() -> [&'static str; BUILT_IN.len()] {
    BUILT_IN.map(|(name, _)| name)
}

pub(super) fn shipped(name: &str) -> Theme {
    // The files are ours, and a test reads all of them.
    built_in(name).expect("the theme comes with the program")
}

/// Reads a theme. What the file does not name is as in the theme it is `based-on`, else as in `otherwise`.
pub fn read(text: &str, otherwise: Theme) -> (Theme, Vec<Mistake>) {
    let (table, errors) = DeTable::parse_recoverable(text);
    let mut reading = Reading { text, theme: otherwise, mistakes: Vec::new() };
    for error in errors {
        reading.complain(error.span().unwrap_or_default(), error.message().to_owned());
    }
    let table = table.into_inner();
    if let Some(name) = table.get(BASED_ON) {
        reading.based_on(name);
    }
    for (key, value) in &table {
        match value.get_ref() {
            _ if key.get_ref() == BASED_ON => {}
            DeValue::Table(group) => {
                for (name, value) in group {
                    reading.style(&format!("{}.{}", key.get_ref(), name.get_ref()), value);
                }
            }
            _ => reading.style(key.get_ref(), value),
        }
    }
    reading.mistakes.sort_by_key(|mistake| mistake.line);
    (reading.theme, reading.mistakes)
}

const BASED_ON: &str = "based-on";

struct Reading<'a> {
    text: &'a str,
    theme: Theme,
    mistakes: Vec<Mistake>,
}

impl Reading<'_> {
    fn based_on(&mut self, value: &Spanned<DeValue>) {
        let name = value.get_ref().as_str().unwrap_or_default();
        match built_in(name) {
            Some(Theme { styles, .. }) => self.theme.styles = styles,
            None => {
                let hint = did_you_mean_or_list(name, &built_in_names());
                self.complain(value.span(), with_hint("no theme is called", name, hint));
            }
        }
    }

    fn style(&mut self, name: &str, value: &Spanned<DeValue>) {
        let Some((meaning, _)) = MEANINGS.iter().find(|(_, own)| *own == name) else {
            let hint = did_you_mean(name, MEANINGS.iter().map(|(_, own)| *own));
            return self.complain(value.span(), with_hint("nothing is called", name, hint));
        };
        let Some(words) = value.get_ref().as_str() else {
            let words = format!("`{name}` takes words such as \"bold red\"");
            return self.complain(value.span(), words);
        };
        match style(words) {
            Ok(style) => self.theme.set(*meaning, style),
            Err(words) => self.complain(value.span(), words),
        }
    }

    fn complain(&mut self, at: Range<usize>, words: String) {
        let before = self.text.get(..at.start).unwrap_or_default();
        self.mistakes.push(Mistake { line: before.matches('\n').count() + 1, words });
    }
}

const MODIFIERS: [(&str, Modifier); 5] = [
    ("bold", Modifier::BOLD),
    ("dim", Modifier::DIM),
    ("italic", Modifier::ITALIC),
    ("underlined", Modifier::UNDERLINED),
    ("reversed", Modifier::REVERSED),
];

/// The sixteen, as ratatui reads them; it also takes `#rrggbb` and numbers up to 255.
const COLOURS: [&str; 16] = [
    "black",
    "red",
    "green",
    "yellow",
    "blue",
    "magenta",
    "cyan",
    "gray",
    "dark-gray",
    "light-red",
    "light-green",
    "light-yellow",
    "light-blue",
    "light-magenta",
    "light-cyan",
    "white",
];

/// A style from its words, in any order: `bold`, `red`, `on black`.
fn style(words: &str) -> Result<Style, String> {
    let mut style = Style::new();
    let mut background = false;
    for word in words.split_whitespace() {
        if let Some((_, modifier)) = MODIFIERS.iter().find(|(name, _)| *name == word) {
            style = style.add_modifier(*modifier);
        } else if word == "on" {
            background = true;
        } else if let Ok(colour) = word.parse::<Color>() {
            style = if background { style.bg(colour) } else { style.fg(colour) };
            background = false;
        } else {
            let known = MODIFIERS.iter().map(|(name, _)| *name).chain(COLOURS).chain(["on"]);
            return Err(with_hint("no colour is called", word, did_you_mean(word, known)));
        }
    }
    Ok(style)
}

fn with_hint(what: &str, name: &str, hint: Option<String>) -> String {
    let hint = hint.map(|hint| format!("; {hint}")).unwrap_or_default();
    format!("{what} `{name}`{hint}")
}
