//! One line of text with a cursor, and what keys and clicks mean wherever one types.

use std::cell::Cell;

use crossterm::event::{KeyCode, KeyEvent, KeyModifiers};
use ratatui::Frame;
use ratatui::layout::{Position, Rect};
use ratatui::style::Style;
use ratatui_textarea::{CursorMove, TextArea};
use unicode_width::UnicodeWidthStr;

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
        frame.render_widget(&self.text, area);
        let column = self.text().chars().take(self.text.cursor().1).collect::<String>().width();
        let (_, left) = self.text.scroll_offset();
        let last = area.width.saturating_sub(1);
        frame.set_cursor_position((area.x + last.min((column as u16).saturating_sub(left)), area.y));
    }
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
    let coordinate = |number: usize| u16::try_from(number).unwrap_or(u16::MAX);
    text.move_cursor(CursorMove::Jump(coordinate(at.0), coordinate(at.1)));
    true
}
