//! Text from a repository, made safe to print: characters that steer a terminal or hide are shown, not obeyed.
//!
//! What comes out holds no control character but the newlines of [`text`], no character that reorders a line, and none
//! that takes no room unless it belongs to the letter before it. Text without such characters is given back as it is.

use std::borrow::Cow;

/// For one line: a newline is shown as `␊`.
pub fn line(text: &str) -> Cow<'_, str> {
    shown(text, |_| false)
}

/// For text of several lines: newlines stay.
pub fn text(text: &str) -> Cow<'_, str> {
    shown(text, |letter| letter == '\n')
}

/// Whether a terminal would obey a character, or a reader not see it.
pub fn is_hidden(letter: char) -> bool {
    letter.is_control() || is_invisible(letter)
}

fn shown(text: &str, stays: impl Fn(char) -> bool) -> Cow<'_, str> {
    let hidden = |letter: char| is_hidden(letter) && !stays(letter);
    if !text.contains(hidden) {
        return Cow::Borrowed(text);
    }
    let mut shown = String::with_capacity(text.len() + 16);
    for letter in text.chars() {
        match letter {
            letter if !hidden(letter) => shown.push(letter),
            '\0'..='\u{1f}' => shown.extend(picture(letter)),
            '\u{7f}' => shown.push('␡'),
            letter => shown.push_str(&format!("⟨U+{:04X}⟩", u32::from(letter))),
        }
    }
    Cow::Owned(shown)
}

/// Unicode's own picture of a C0 control character, such as `␛`.
fn picture(control: char) -> Option<char> {
    char::from_u32(0x2400 + u32::from(control))
}

/// Characters that reorder a line, break it, or take no room and mean nothing by themselves.
///
/// Combining marks and variation selectors are not among them: they belong to the letter before.
fn is_invisible(letter: char) -> bool {
    matches!(letter,
        '\u{ad}' | '\u{34f}' | '\u{61c}' | '\u{180e}' | '\u{feff}'
        // Hangul fillers: letters that are drawn as nothing.
        | '\u{115f}' | '\u{1160}' | '\u{3164}' | '\u{ffa0}'
        // Zero width, direction marks, line and paragraph separators, embeddings, overrides and isolates.
        | '\u{200b}'..='\u{200f}' | '\u{2028}'..='\u{202e}' | '\u{2060}'..='\u{206f}'
        | '\u{fff0}'..='\u{fffb}' | '\u{fffe}' | '\u{ffff}'
        // Musical formatting, and the tags that can carry a whole hidden text.
        | '\u{1d173}'..='\u{1d17a}' | '\u{e0000}'..='\u{e0fff}')
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn what_steers_a_terminal_is_shown() {
        for (given, expected) in [
            ("plain text, é, 漢字", "plain text, é, 漢字"),
            ("\u{1b}[31mred\u{7}", "␛[31mred␇"),
            ("one\ntwo\r\n\tthree", "one␊two␍␊␉three"),
            ("rub\u{7f}out", "rub␡out"),
            ("\u{9b}2J\u{85}", "⟨U+009B⟩2J⟨U+0085⟩"),
            ("met\u{202e}pag", "met⟨U+202E⟩pag"),
            ("gap\u{200b}gap\u{feff}", "gap⟨U+200B⟩gap⟨U+FEFF⟩"),
            ("tag\u{e0041}", "tag⟨U+E0041⟩"),
        ] {
            assert_eq!(line(given), expected);
        }
    }

    #[test]
    fn newlines_stay_where_several_lines_are_meant() {
        assert_eq!(text("one\ntwo\rthree"), "one\ntwo␍three");
    }

    #[test]
    fn clean_text_is_not_copied() {
        assert!(matches!(line("Advanced AI Scaling Framework"), Cow::Borrowed(_)));
        assert!(matches!(text("one\ntwo"), Cow::Borrowed(_)));
    }

    proptest! {
        #[test]
        fn nothing_hidden_comes_through(given in "(\\PC|[\u{0}-\u{a0}]|[\u{2000}-\u{2070}]|[\u{feff}\u{e0000}-\u{e007f}]){0,40}") {
            prop_assert!(!line(&given).contains(is_hidden));
            prop_assert!(!text(&given).replace('\n', "").contains(is_hidden));
        }

        #[test]
        fn made_visible_once_it_stays(given in any::<String>()) {
            let once = line(&given).into_owned();
            prop_assert_eq!(line(&once), once.as_str());
        }
    }
}
