//! A value as it is written in TOML.

use std::fmt;

use toml::Spanned;
use toml::de::DeValue;

use crate::domain::Day;
use crate::files::read::unified;

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Literal<'a> {
    Text(&'a str),
    Day(Day),
}

impl Literal<'_> {
    /// Whether a value in a text says this already, however it is written.
    pub fn is(self, value: &Spanned<DeValue>, text: &str) -> bool {
        match (self, value.get_ref()) {
            (Literal::Day(day), DeValue::Datetime(found)) => found.to_string() == day.to_string(),
            (Literal::Text(meant), DeValue::String(_)) => {
                // As it will be read: with its lines ended by `\n`.
                let written = unified(text.get(value.span()).unwrap_or_default());
                DeValue::parse(&written).is_ok_and(|value| value.get_ref().as_str() == Some(meant))
            }
            _ => false,
        }
    }
}

impl fmt::Display for Literal<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Literal::Day(day) => day.fmt(f),
            Literal::Text(text) if text.contains('\n') => write!(f, "\"\"\"\n{}\"\"\"", escaped(text, true)),
            Literal::Text(text) => write!(f, "\"{}\"", escaped(text, false)),
        }
    }
}

/// Text as it stands between quotes. What would act on a screen or hide on it is written as its number.
fn escaped(text: &str, over_lines: bool) -> String {
    let mut escaped = String::with_capacity(text.len() + 2);
    let mut letters = text.chars().peekable();
    while let Some(letter) = letters.next() {
        match letter {
            '\n' if over_lines => escaped.push('\n'),
            // Over several lines one quote may stand bare; not two in a row, and not where the text ends.
            '"' if over_lines && letters.peek().is_some_and(|next| *next != '"') => escaped.push('"'),
            '"' => escaped.push_str("\\\""),
            '\\' => escaped.push_str("\\\\"),
            '\n' => escaped.push_str("\\n"),
            '\r' => escaped.push_str("\\r"),
            '\t' => escaped.push_str("\\t"),
            _ if letter.is_control() || is_invisible(letter) => {
                escaped.push_str(&format!("\\u{:04X}", u32::from(letter)));
            }
            _ => escaped.push(letter),
        }
    }
    escaped
}

/// Direction marks, line separators and the byte order mark.
fn is_invisible(letter: char) -> bool {
    matches!(letter, '\u{200e}' | '\u{200f}' | '\u{2028}'..='\u{202e}' | '\u{2066}'..='\u{2069}' | '\u{feff}')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn texts_are_written_so_that_people_can_read_them() {
        let check = |text, expected: &str| assert_eq!(Literal::Text(text).to_string(), expected);
        check("plain", r#""plain""#);
        check(r#"a "quote" and a \"#, r#""a \"quote\" and a \\""#);
        check("two\nlines", "\"\"\"\ntwo\nlines\"\"\"");
        check("a \"quote\"\n\"\"\"", "\"\"\"\na \"quote\"\n\\\"\\\"\\\"\"\"\"");
        check("\u{202e}evil\u{1b}[2J", r#""\u202Eevil\u001B[2J""#);
    }
}
