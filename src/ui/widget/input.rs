//! One line of text with a cursor, and what keys and clicks mean wherever one types.

use std::borrow::Cow;
use std::cell::Cell;

use crossterm::event::{KeyCode, KeyEvent, KeyModifiers};
use ratatui::Frame;
use ratatui::layout::{Position, Rect};
use ratatui::style::Style;
use ratatui_textarea::{CursorMove, DataCursor, TextArea};
use unicode_width::UnicodeWidthStr;

use crate::domain::visible;

pub struct Input {
    text: TextArea<'static>,
    /// Where it was drawn.
    area: Cell<Rect>,
}

impl Input {
    /// With a text and the cursor behind it.
    pub fn new(text: &str) -> Input {
        let mut area = TextArea::new(vec![text.to_owned()]);
        area.move_cursor(CursorMove::End);
        area.set_cursor_line_style(Style::new());
        Input { text: area, area: Cell::default() }
    }

    pub fn text(&self) -> &str {
        self.text.lines().first().map_or("", String::as_str)
    }

    pub fn key(&mut self, key: KeyEvent) {
        type_into(&mut self.text, key);
    }

    /// It is drawn here, whoever draws it.
    pub fn is_at(&self, area: Rect) {
        self.area.set(area);
    }

    /// Puts the cursor where the mouse points; false where that is beside it.
    pub fn touch(&mut self, place: Position) -> bool {
        point_into(&mut self.text, self.area.get(), place)
    }

    pub fn paste(&mut self, text: &str) {
        // One line: a line end in what is pasted is a space.
        self.text.insert_str(text.split_whitespace().collect::<Vec<_>>().join(" "));
    }

    pub fn draw(&self, frame: &mut Frame, area: Rect) {
        self.area.set(area);
        let text = seen(&self.text);
        frame.render_widget(&*text, area);
        let typed = text.lines().first().map_or("", String::as_str);
        let column = typed.chars().take(text.cursor().1).collect::<String>().width();
        let (_, left) = text.scroll_offset();
        let last = area.width.saturating_sub(1);
        frame.set_cursor_position((area.x + last.min((column as u16).saturating_sub(left)), area.y));
    }
}

/// A text as it is drawn while one types in it: of one with characters that steer a terminal or hide, a copy that shows them.
pub fn seen<'t>(text: &'t TextArea<'static>) -> Cow<'t, TextArea<'static>> {
    if !text.lines().iter().any(|line| line.contains(visible::is_hidden)) {
        return Cow::Borrowed(text);
    }
    let shown = |line: &String| visible::line(line).into_owned();
    let mut copy = TextArea::new(text.lines().iter().map(shown).collect());
    copy.set_wrap_mode(text.wrap_mode());
    copy.set_style(text.style());
    copy.set_cursor_style(text.cursor_style());
    copy.set_cursor_line_style(text.cursor_line_style());
    let DataCursor(row, column) = text.cursor();
    let before: String =
        text.lines().get(row).into_iter().flat_map(|line| line.chars().take(column)).collect();
    copy.move_cursor(CursorMove::Jump(coordinate(row), coordinate(visible::line(&before).chars().count())));
    Cow::Owned(copy)
}

fn coordinate(number: usize) -> u16 {
    u16::try_from(number).unwrap_or(u16::MAX)
}

/// Takes a key as shells do: Ctrl-U deletes what stands before the cursor, Ctrl-_ takes back what was typed last.
pub fn type_into(text: &mut TextArea, key: KeyEvent) {
    let control = key.modifiers == KeyModifiers::CONTROL;
    match key.code {
        KeyCode::Char('u') if control => text.delete_line_by_head(),
        // Terminals send Ctrl-7 for it.
        KeyCode::Char('_' | '/' | '7') if control => text.undo(),
        _ => text.input(key),
    };
}

/// Puts the cursor of a text that was drawn in `area` where the mouse points; false where that is beside it.
pub fn point_into(text: &mut TextArea, area: Rect, place: Position) -> bool {
    if !area.contains(place) {
        return false;
    }
    let (top, left) = text.scroll_offset();
    let line = usize::from(top + place.y - area.y);
    let at = text.screen_to_data(line, usize::from(left + place.x - area.x));
    text.move_cursor(CursorMove::Jump(coordinate(at.0), coordinate(at.1)));
    true
}
