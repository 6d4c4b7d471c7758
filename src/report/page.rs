//! A page of text: headings, wrapped prose and tables, written from top to bottom.
//!
//! Whatever is written is made visible first, so a page can hold text from any repository. Prose is wrapped to the
//! page's width; a word longer than a line, such as an address, is kept whole.

use unicode_width::UnicodeWidthStr;

use super::table::Table;
use crate::domain::visible;

/// Where nobody says how wide a page is: prose stays readable, tables are whole.
const PROSE_WIDTH: usize = 100;

const INDENT: &str = "  ";

pub struct Page {
    text: String,
    width: Option<usize>,
    plain: bool,
}

impl Page {
    /// A page for a terminal of `width` columns, or for a file or pipe where there is none.
    pub fn new(width: Option<usize>) -> Page {
        Page { text: String::new(), width, plain: false }
    }

    /// A page to be heard or felt: no rules, no columns, every value with its head before it.
    pub fn plain() -> Page {
        Page { text: String::new(), width: None, plain: true }
    }

    pub fn is_plain(&self) -> bool {
        self.plain
    }

    pub fn width(&self) -> Option<usize> {
        self.width
    }

    pub fn into_text(self) -> String {
        self.text
    }

    pub fn line(&mut self, text: impl AsRef<str>) {
        self.hanging("", text.as_ref());
    }

    /// A line that programs read too: never wrapped.
    pub fn whole_line(&mut self, text: impl AsRef<str>) {
        self.text.push_str(&visible::line(text.as_ref()));
        self.text.push('\n');
    }

    /// A blank line, then a heading.
    pub fn section(&mut self, heading: impl AsRef<str>) {
        self.blank();
        self.line(heading);
    }

    pub fn blank(&mut self) {
        self.text.push('\n');
    }

    /// Prose below a heading; its own line breaks stay.
    pub fn prose(&mut self, text: impl AsRef<str>) {
        self.hanging(INDENT, text.as_ref());
    }

    /// `mark  text`, where the text's further lines stand below its first.
    pub fn item(&mut self, mark: impl AsRef<str>, text: impl AsRef<str>) {
        self.hanging(&format!("{INDENT}{}  ", visible::line(mark.as_ref())), text.as_ref());
    }

    /// Further lines of an item whose mark is too long to stand beside them.
    pub fn below(&mut self, text: impl AsRef<str>) {
        self.hanging(&INDENT.repeat(3), text.as_ref());
    }

    /// A table with a blank line above.
    pub fn table(&mut self, table: &Table) {
        self.blank();
        match self.plain {
            true => self.text.push_str(&table.plain()),
            false => self.text.push_str(&table.text(self.width)),
        }
    }

    /// `text` after `lead`, further lines indented as far as the lead reaches.
    fn hanging(&mut self, lead: &str, text: &str) {
        let indent = lead.width();
        let room = self.width.unwrap_or(PROSE_WIDTH).saturating_sub(indent);
        let below = " ".repeat(indent);
        let mut lead = lead;
        for paragraph in visible::text(text.trim_end()).lines() {
            for line in wrap(paragraph, room) {
                self.text.push_str(format!("{lead}{line}").trim_end());
                self.text.push('\n');
                lead = &below;
            }
        }
    }
}

/// Words in lines of at most `room` columns, as far as words allow; an empty text is one empty line.
fn wrap(text: &str, room: usize) -> Vec<String> {
    let mut lines = vec![String::new()];
    for word in text.split(' ').filter(|word| !word.is_empty()) {
        let line = lines.last_mut().expect("starts with one line");
        if line.is_empty() {
            line.push_str(word);
        } else if line.width() + 1 + word.width() <= room {
            line.push(' ');
            line.push_str(word);
        } else {
            lines.push(word.to_owned());
        }
    }
    lines
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn prose_is_wrapped_below_its_mark() {
        let mut page = Page::new(Some(24));
        page.line("Asks");
        page.item("a", "one two three four five six\nhttps://example.org/very/long/address\u{1b}");
        assert_eq!(
            page.into_text(),
            "Asks\n  a  one two three four\n     five six\n     https://example.org/very/long/address␛\n"
        );
    }

    #[test]
    fn nothing_to_say_takes_no_line() {
        let mut page = Page::new(None);
        page.prose("");
        assert_eq!(page.into_text(), "");
    }
}
