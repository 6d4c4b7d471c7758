//! A list with a cursor: which line is selected and which are in view.

use ratatui::Frame;
use ratatui::layout::Rect;

use crate::ui::action::Action;

/// The cursor of a list whose length is known when it is moved and drawn.
#[derive(Clone, Copy, Debug, Default)]
pub struct Cursor {
    pub at: usize,
    top: usize,
    page: usize,
}

impl Cursor {
    pub fn starting_at(at: usize) -> Cursor {
        Cursor { at, ..Cursor::default() }
    }

    /// Moves for an action; false where it is none of a list's.
    pub fn act(&mut self, action: Action, length: usize) -> bool {
        let last = length.saturating_sub(1);
        let page = self.page.max(2) - 1;
        self.at = match action {
            Action::Up => self.at.saturating_sub(1),
            Action::Down => (self.at + 1).min(last),
            Action::PageUp => self.at.saturating_sub(page),
            Action::PageDown => (self.at + page).min(last),
            Action::First => 0,
            Action::Last => last,
            _ => return false,
        };
        true
    }

    /// Lets the terminal's own cursor rest on the selected line: screen readers and magnifiers follow it. After `window`.
    pub fn rest(&self, frame: &mut Frame, list: Rect) {
        let line = self.at.saturating_sub(self.top) as u16;
        frame.set_cursor_position((list.x, (list.y + line).min(list.bottom().saturating_sub(1))));
    }

    /// The lines in view for a height; the selected one is among them.
    pub fn window(&mut self, height: usize, length: usize) -> std::ops::Range<usize> {
        self.page = height;
        self.at = self.at.min(length.saturating_sub(1));
        self.top = self.top.min(length.saturating_sub(height)).min(self.at);
        if height > 0 && self.at >= self.top + height {
            self.top = self.at + 1 - height;
        }
        self.top..(self.top + height).min(length)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_selected_line_is_always_in_view() {
        let mut cursor = Cursor::default();
        for action in
            [Action::PageDown, Action::Last, Action::Up, Action::PageUp, Action::First, Action::Down]
        {
            for (height, length) in [(5, 3), (5, 50), (1, 50), (5, 1), (5, 0)] {
                assert!(cursor.act(action, length));
                let window = cursor.window(height, length);
                assert!(length == 0 || window.contains(&cursor.at), "{action:?} {height} {length}");
            }
        }
    }
}
