//! The screen for terminals that draw no more than ASCII, and the cursor for those that reverse nothing.
//!
//! Both are done to the cells after everything else is drawn, so that no screen has to think of them and none can
//! forget. A letter is replaced by letters of the same width: nothing moves.

use ratatui::buffer::Buffer;
use ratatui::layout::Rect;
use ratatui::style::Modifier;
use unicode_width::UnicodeWidthStr;

/// What the terminal can draw.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Letters {
    #[default]
    Unicode,
    /// Lines, marks and punctuation in ASCII; letters of the register stay as they are.
    Ascii,
    /// Nothing but ASCII, because other bytes would mean something else there.
    AsciiOnly,
}

impl Letters {
    /// Replaces what cannot be drawn.
    pub fn replace(self, buffer: &mut Buffer) {
        if self == Letters::Unicode {
            return;
        }
        for at in 0..buffer.content.len() {
            let symbol = buffer.content[at].symbol();
            if symbol.is_ascii() {
                continue;
            }
            let mut letters = symbol.chars();
            let plain = letters.next().and_then(plain).filter(|_| letters.next().is_none());
            match (plain, self) {
                (Some(plain), _) => {
                    buffer.content[at].set_char(plain);
                }
                (None, Letters::AsciiOnly) => {
                    // The second cell of a wide letter lies beside it.
                    let width = symbol.width().max(1);
                    for cell in buffer.content.iter_mut().skip(at).take(width) {
                        cell.set_char('?');
                    }
                }
                (None, _) => {}
            }
        }
    }
}

/// The nearest ASCII letter of a mark, line or punctuation; all of them are one column wide.
fn plain(letter: char) -> Option<char> {
    Some(match letter {
        '│' | '┃' | '║' | '▐' => '|',
        '─' | '━' | '═' | '–' | '—' | '−' | '▏' | '▎' | '▍' => '-',
        '┌' | '┐' | '└' | '┘' | '├' | '┤' | '┬' | '┴' | '┼' | '╭' | '╮' | '╰' | '╯' | '†' => {
            '+'
        }
        '█' | '▉' | '▊' | '▋' | '▌' | '▓' | '≠' => '#',
        '\u{2581}'..='\u{2587}' | '▒' | '\u{2801}'..='\u{28ff}' => ':',
        '\u{2800}' => ' ',
        '·' | '…' | '░' => '.',
        '→' | '▸' | '›' | '»' | '⟩' | '≥' => '>',
        '←' | '◂' | '‹' | '«' | '⟨' | '≤' => '<',
        '↑' | '▲' | '▴' | '\u{2400}'..='\u{2421}' => '^',
        '↓' | '▼' | '▾' => 'v',
        '✗' | '×' => 'x',
        '◆' => '#',
        '◇' => '+',
        '□' => '=',
        '≈' => '~',
        '◐' => '%',
        '○' => 'o',
        '●' | '•' => '*',
        '∅' => '0',
        '✎' => 'e',
        '§' => 'S',
        '“' | '”' | '„' => '"',
        '‘' | '’' => '\'',
        _ => return None,
    })
}

/// Puts a `>` before everything selected. `MARGIN` keeps the room for it at the left.
pub fn mark_selected(buffer: &mut Buffer) {
    let Rect { x: left, width, .. } = buffer.area;
    for y in buffer.area.rows().map(|row| row.y) {
        for x in left..(left + width).saturating_sub(1) {
            let selected = |x| buffer[(x, y)].modifier.contains(Modifier::REVERSED);
            let free = matches!(buffer[(x, y)].symbol(), " " | "│");
            if free && !selected(x) && selected(x + 1) {
                buffer[(x, y)].set_char('>');
            }
        }
    }
}

/// Columns that stay empty at the left for the mark.
pub const MARGIN: u16 = 1;

#[cfg(test)]
mod tests {
    use std::collections::HashSet;

    use proptest::prelude::*;
    use ratatui::style::Style;

    use super::*;
    use crate::analysis::{Grade, State};
    use crate::domain::Basis;
    use crate::ui::theme::{basis_mark, glyph};

    fn line(text: &str, letters: Letters) -> String {
        let mut buffer = Buffer::empty(Rect::new(0, 0, 20, 1));
        buffer.set_string(0, 0, text, Style::new());
        letters.replace(&mut buffer);
        buffer.content.iter().map(|cell| cell.symbol()).collect()
    }

    #[test]
    fn marks_become_ascii_and_stay_apart() {
        let plain: HashSet<String> = State::ALL.map(|state| line(glyph(state), Letters::Ascii)).into();
        assert_eq!(plain.len(), State::ALL.len());
        assert!(plain.iter().all(|glyph| glyph.is_ascii()), "{plain:?}");
        let plain: HashSet<String> = Grade::ALL.map(|grade| line(grade.glyph(), Letters::Ascii)).into();
        assert!(plain.len() == Grade::ALL.len() && plain.iter().all(|glyph| glyph.is_ascii()), "{plain:?}");
        for basis in Basis::ALL {
            assert!(line(basis_mark(basis), Letters::Ascii).is_ascii());
        }
    }

    #[test]
    fn the_registers_own_letters_stay_where_they_can_be_drawn() {
        assert_eq!(line("Émile 漢 → x", Letters::Ascii).trim_end(), "Émile 漢  > x");
        assert_eq!(line("Émile 漢 → x", Letters::AsciiOnly).trim_end(), "?mile ?? > x");
        assert_eq!(line("Émile 漢 → x", Letters::Unicode).trim_end(), "Émile 漢  → x");
    }

    #[test]
    fn what_is_selected_has_a_mark_before_it() {
        let mut buffer = Buffer::with_lines(["a │~ a 2  b"]);
        buffer.set_style(Rect::new(3, 0, 5, 1), Style::new().add_modifier(Modifier::REVERSED));
        mark_selected(&mut buffer);
        let text: String = buffer.content.iter().map(|cell| cell.symbol()).collect();
        assert_eq!(text, "a >~ a 2  b");
    }

    proptest! {
        #[test]
        fn nothing_else_is_left_where_only_ascii_can_be_drawn(text in "\\PC{0,30}") {
            prop_assert!(line(&text, Letters::AsciiOnly).is_ascii());
        }
    }
}
