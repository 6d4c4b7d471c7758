//! Edits to a text: pieces that are replaced, added and cut, while everything around them stays.

use std::borrow::Cow;
use std::ops::Range;

use toml::Spanned;
use toml::de::DeValue;

use crate::files::tree::{self, Path};

/// Edits gathered against one text, and made together.
#[must_use]
pub struct Edits<'t> {
    /// Ends with a line end, so that every line is whole.
    text: Cow<'t, str>,
    /// The line end was not there.
    completed: bool,
    edits: Vec<(Range<usize>, String)>,
}

const BYTE_ORDER_MARK: &str = "\u{feff}";

impl<'t> Edits<'t> {
    pub fn of(text: &'t str) -> Edits<'t> {
        let completed = !text.is_empty() && !text.ends_with('\n');
        let text =
            if completed { Cow::Owned(format!("{text}{}", line_end(text))) } else { Cow::Borrowed(text) };
        Edits { text, completed, edits: Vec::new() }
    }

    /// The text that all positions are about.
    pub fn text(&self) -> &str {
        &self.text
    }

    /// The text with all edits made.
    pub fn made(mut self) -> String {
        let line_end = line_end(&self.text);
        // At one place what is added comes before what is replaced or cut, in the order it was added.
        self.edits.sort_by_key(|(range, _)| (range.start, range.end));
        let mut made = String::with_capacity(self.text.len() + 64);
        let mut done = 0;
        for (range, with) in &self.edits {
            if range.start < done {
                continue; // Cut already, as a part of something larger.
            }
            made.push_str(&self.text[done..range.start]);
            made.push_str(&with.replace('\n', line_end));
            done = range.end;
        }
        made.push_str(&self.text[done..]);
        if self.completed && made.ends_with(line_end) {
            made.truncate(made.len() - line_end.len());
        }
        made
    }

    pub fn replace(&mut self, piece: Range<usize>, with: &str) {
        self.edits.push((piece, with.to_owned()));
    }

    /// Adds whole lines after the line on which a byte stands.
    pub fn after(&mut self, offset: usize, lines: &str) {
        let end = self.line_after(offset);
        self.edits.push((end..end, lines.to_owned()));
    }

    /// Adds whole lines before the line on which a byte stands.
    pub fn before(&mut self, offset: usize, lines: &str) {
        let start = self.line_start(offset);
        self.edits.push((start..start, lines.to_owned()));
    }

    pub fn at_end(&mut self, lines: &str) {
        let end = self.text.len();
        self.edits.push((end..end, lines.to_owned()));
    }

    /// What stands before a byte on its line: the indent of a key, and the keys before a dot.
    pub fn before_on_line(&self, offset: usize) -> &str {
        &self.text[self.line_start(offset)..offset]
    }

    /// Cuts an entry that has its lines to itself; a comment behind it stays.
    pub fn cut(&mut self, entry: Range<usize>) {
        let start = self.line_start(entry.start);
        let next = self.line_after(entry.end);
        let behind = &self.text[entry.end..next];
        let end = if behind.trim().is_empty() { next } else { next - behind.trim_start().len() };
        self.edits.push((start..end, String::new()));
    }

    /// Cuts the header of a section and one empty line before it.
    pub fn cut_header(&mut self, header: Range<usize>) {
        let start = self.line_start(header.start);
        let above = self.text[..start].trim_end_matches(['\n', '\r', ' ', '\t']);
        let empty = self.text[above.len()..start].matches('\n').count() > 1;
        if empty {
            let previous = self.line_start(start - 1);
            self.edits.push((previous..start, String::new()));
        }
        self.cut(header);
    }

    /// Replaces the whole value of an entry, or cuts the entry where there is no value any more. Comments inside the
    /// value move to lines above it.
    pub fn rewrite(&mut self, entry: Range<usize>, value: &Spanned<DeValue>, with: &str) {
        let comments = self.comments_in(value);
        self.before(entry.start, &comments);
        if with.is_empty() { self.cut(entry) } else { self.replace(value.span(), with) }
    }

    fn comments_in(&self, value: &Spanned<DeValue>) -> String {
        // A `#` within a key or a text begins no comment.
        let mut solid: Vec<Range<usize>> = Vec::new();
        tree::walk(value, &mut Path::new(), &mut |_, key, inner| {
            solid.extend(key);
            let written = &self.text[inner.clone()];
            if written.starts_with(['"', '\'']) {
                solid.push(inner);
            }
        });
        let range = value.span();
        let mut comments = String::new();
        let mut at = range.start;
        while at < range.end {
            let rest = &self.text[at..range.end];
            if let Some(solid) = solid.iter().find(|solid| solid.start == at) {
                at = solid.end.max(at + 1);
            } else if rest.starts_with('#') {
                let comment = rest.lines().next().unwrap_or_default();
                comments.push_str(comment);
                comments.push('\n');
                at += comment.len();
            } else {
                at += rest.chars().next().map_or(1, char::len_utf8);
            }
        }
        comments
    }

    fn line_start(&self, offset: usize) -> usize {
        let first = if self.text.starts_with(BYTE_ORDER_MARK) { BYTE_ORDER_MARK.len() } else { 0 };
        self.text[..offset].rfind('\n').map_or(0, |newline| newline + 1).max(first)
    }

    fn line_after(&self, offset: usize) -> usize {
        self.text[offset..].find('\n').map_or(self.text.len(), |newline| offset + newline + 1)
    }
}

/// As the first line of a text ends.
fn line_end(text: &str) -> &'static str {
    match text.split_once('\n') {
        Some((line, _)) if line.ends_with('\r') => "\r\n",
        _ => "\n",
    }
}
