//! One line of text with a cursor.

use crossterm::event::KeyEvent;
use ratatui::Frame;
use ratatui::layout::Rect;
use ratatui::style::Style;
use ratatui_textarea::{CursorMove, TextArea};
use unicode_width::UnicodeWidthStr;

pub struct Input(TextArea<'static>);

impl Input {
    /// With a text and the cursor behind it.
    pub fn new(text: &str) -> Input {
        let mut area = TextArea::new(vec![text.to_owned()]);
        area.move_cursor(CursorMove::End);
        area.set_cursor_line_style(Style::new());
        Input(area)
    }

    pub fn text(&self) -> &str {
        self.0.lines().first().map_or("", String::as_str)
    }

    pub fn key(&mut self, key: KeyEvent) {
        self.0.input(key);
    }

    pub fn paste(&mut self, text: &str) {
        // One line: a line end in what is pasted is a space.
        self.0.insert_str(text.split_whitespace().collect::<Vec<_>>().join(" "));
    }

    pub fn draw(&self, frame: &mut Frame, area: Rect) {
        frame.render_widget(&self.0, area);
        let column = self.text().chars().take(self.0.cursor().1).collect::<String>().width();
        let last = area.width.saturating_sub(1);
        frame.set_cursor_position((area.x + last.min(column as u16), area.y));
    }
}
