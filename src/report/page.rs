//! A page of text: headings, wrapped prose and tables, written from top to bottom.
//!
//! Whatever is written is made visible first, so a page can hold text from any repository. Prose is wrapped to the
//! page's width; a word longer than a line, such as an address, is kept whole.

use super::markdown::{escaped, escaped_line};
use super::table::{Table, columns};
use crate::domain::visible;

/// Where nobody says how wide a page is: prose stays readable, tables are whole.
const PROSE_WIDTH: usize = 100;

const INDENT: &str = "  ";

pub struct Page {
    text: String,
    form: Form,
}

/// What a page is written as.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Form {
    /// For a terminal of so many columns, or for a file or pipe where there is none.
    Text(Option<usize>),
    /// To be heard or felt: no rules, no columns, every value with its head before it.
    Plain,
    Markdown,
}

impl Page {
    /// A page for a terminal of `width` columns, or for a file or pipe where there is none.
    pub fn new(width: Option<usize>) -> Page {
        Page { text: String::new(), form: Form::Text(width) }
    }

    /// A page to be heard or felt: no rules, no columns, every value with its head before it.
    pub fn plain() -> Page {
        Page { text: String::new(), form: Form::Plain }
    }

    /// A page of Markdown: nothing from a repository is markup in it.
    pub fn markdown() -> Page {
        Page { text: String::new(), form: Form::Markdown }
    }

    pub fn is_plain(&self) -> bool {
        self.form == Form::Plain
    }

    pub fn is_markdown(&self) -> bool {
        self.form == Form::Markdown
    }

    pub fn width(&self) -> Option<usize> {
        match self.form {
            Form::Text(width) => width,
            Form::Plain | Form::Markdown => None,
        }
    }

    pub fn into_text(self) -> String {
        self.text
    }

    /// What stands on top.
    pub fn title(&mut self, text: impl AsRef<str>) {
        match self.form {
            Form::Markdown => self.heading("#", text.as_ref()),
            _ => self.line(text),
        }
    }

    pub fn line(&mut self, text: impl AsRef<str>) {
        match self.form {
            Form::Markdown => self.paragraph(text.as_ref()),
            _ => self.hanging("", text.as_ref()),
        }
    }

    /// A line that programs read too: never wrapped.
    pub fn whole_line(&mut self, text: impl AsRef<str>) {
        let text = visible::line(text.as_ref());
        match self.form {
            // As code, which keeps it as it is.
            Form::Markdown => self.text.push_str(&format!("    {text}\n")),
            _ => self.text.push_str(&format!("{text}\n")),
        }
    }

    /// A blank line, then a heading.
    pub fn section(&mut self, heading: impl AsRef<str>) {
        match self.form {
            Form::Markdown => self.heading("##", heading.as_ref()),
            _ => {
                self.blank();
                self.line(heading);
            }
        }
    }

    pub fn blank(&mut self) {
        if !self.is_markdown() || !self.text.ends_with("\n\n") {
            self.text.push('\n');
        }
    }

    /// Prose below a heading; its own line breaks stay.
    pub fn prose(&mut self, text: impl AsRef<str>) {
        match self.form {
            Form::Markdown => self.paragraph(text.as_ref()),
            _ => self.hanging(INDENT, text.as_ref()),
        }
    }

    /// `mark  text`, where the text's further lines stand below its first.
    pub fn item(&mut self, mark: impl AsRef<str>, text: impl AsRef<str>) {
        let mark = visible::line(mark.as_ref());
        match self.form {
            Form::Markdown => {
                let mark = escaped(mark.trim_matches([' ', '-']));
                let mark = if mark.is_empty() { mark } else { format!("{mark} ") };
                let text = markdown_lines(text.as_ref()).join("\\\n  ");
                self.text.push_str(&format!("- {mark}{text}\n"));
            }
            _ => self.hanging(&format!("{INDENT}{mark}  "), text.as_ref()),
        }
    }

    /// Further lines of an item whose mark is too long to stand beside them.
    pub fn below(&mut self, text: impl AsRef<str>) {
        match self.form {
            Form::Markdown => {
                markdown_lines(text.as_ref())
                    .iter()
                    .for_each(|line| self.text.push_str(&format!("  - {line}\n")));
            }
            _ => self.hanging(&INDENT.repeat(3), text.as_ref()),
        }
    }

    /// A table with a blank line above.
    pub fn table(&mut self, table: &Table) {
        self.blank();
        match self.form {
            Form::Plain => self.text.push_str(&table.plain()),
            Form::Text(width) => self.text.push_str(&table.text(width)),
            Form::Markdown => self.text.push_str(&table.markdown()),
        }
    }

    fn heading(&mut self, marks: &str, text: &str) {
        if !self.text.is_empty() {
            self.blank();
        }
        self.text.push_str(&format!("{marks} {}\n\n", escaped(&visible::line(text))));
    }

    fn paragraph(&mut self, text: &str) {
        let lines = markdown_lines(text);
        if !lines.is_empty() {
            self.blank();
            self.text.push_str(&(lines.join("\\\n") + "\n"));
        }
    }

    /// `text` after `lead`, further lines indented as far as the lead reaches.
    fn hanging(&mut self, lead: &str, text: &str) {
        let indent = columns(lead);
        let room = self.width().unwrap_or(PROSE_WIDTH).saturating_sub(indent);
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

/// A text's lines, none of which is markup.
fn markdown_lines(text: &str) -> Vec<String> {
    let lines = text.trim().lines().map(|line| escaped_line(&visible::line(line)));
    lines.filter(|line| !line.is_empty()).collect()
}

/// Words in lines of at most `room` columns, as far as words allow; an empty text is one empty line.
fn wrap(text: &str, room: usize) -> Vec<String> {
    let mut lines = vec![String::new()];
    for word in text.split(' ').filter(|word| !word.is_empty()) {
        let line = lines.last_mut().expect("starts with one line");
        if line.is_empty() {
            line.push_str(word);
        } else if columns(line) + 1 + columns(word) <= room {
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
    fn markdown_has_structure_and_nothing_else_is_markup() {
        let mut page = Page::markdown();
        page.title("Gaps: *2*");
        page.line("a register");
        page.section("Evidence");
        page.item("- ", "a | <b>\n# no heading");
        page.below("1. source");
        page.prose("one\n\n  two");
        let mut table = Table::of_keys(["a"]);
        table.row(["1"]);
        page.table(&table);
        assert_eq!(
            page.into_text(),
            "# Gaps: \\*2\\*\n\na register\n\n## Evidence\n\n- a \\| \\<b\\>\\\n  \\# no heading\n  - 1\\. source\n\
             \none\\\ntwo\n\n| a |\n| --- |\n| 1 |\n"
        );
    }

    #[test]
    fn nothing_to_say_takes_no_line() {
        let mut page = Page::new(None);
        page.prose("");
        assert_eq!(page.into_text(), "");
    }
}
