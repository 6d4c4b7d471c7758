//! A list with a cursor: what is selected and which lines are in view.

use std::ops::Range;

use ratatui::Frame;
use ratatui::layout::{Position, Rect};

use crate::ui::action::Action;
use crate::ui::mouse::Touched;

/// A list whose selected thing is kept by what it is, so that it stays selected when the list changes around it. Where
/// it is gone nothing is selected, until a draw has shown what took its place.
#[derive(Clone, Debug)]
pub struct Selection<K> {
    selected: Option<K>,
    cursor: Cursor,
    /// What was drawn last, and where.
    drawn: Vec<K>,
    area: Rect,
}

impl<K> Default for Selection<K> {
    fn default() -> Selection<K> {
        Selection::starting_at(0)
    }
}

impl<K> Selection<K> {
    pub fn starting_at(at: usize) -> Selection<K> {
        let cursor = Cursor { at, ..Cursor::default() };
        Selection { selected: None, cursor, drawn: Vec::new(), area: Rect::ZERO }
    }

    /// Lets the terminal's own cursor rest on the selected line. After `window`.
    pub fn rest(&self, frame: &mut Frame) {
        self.rest_at(frame, self.area.x);
    }

    /// The same, in a column of the line.
    pub fn rest_at(&self, frame: &mut Frame, x: u16) {
        self.cursor.rest(frame, Rect { x, ..self.area });
    }

    /// Scrolls a list that lies under the mouse. The selection stays in view.
    pub fn scroll(&mut self, place: Position, lines: isize) {
        if self.area.contains(place) {
            self.cursor.scroll(lines);
        }
    }
}

impl<K: Clone + PartialEq> Selection<K> {
    pub fn select(&mut self, key: K) {
        self.selected = Some(key);
    }

    /// Where what is selected stands.
    pub fn at(&self, keys: &[K]) -> Option<usize> {
        match &self.selected {
            Some(selected) => keys.iter().position(|key| key == selected),
            None => keys.len().checked_sub(1).map(|last| self.cursor.at.min(last)),
        }
    }

    /// Moves for an action; false where it is none of a list's.
    pub fn act(&mut self, action: Action, keys: &[K]) -> bool {
        self.cursor.at = self.at(keys).unwrap_or(self.cursor.at);
        let moves = self.cursor.act(action, keys.len());
        if moves {
            self.selected = keys.get(self.cursor.at).cloned();
        }
        moves
    }

    /// The lines in view for an area; one of them is selected from now on.
    pub fn window(&mut self, area: Rect, keys: &[K]) -> Range<usize> {
        self.cursor.at = self.at(keys).unwrap_or(self.cursor.at);
        let window = self.cursor.window(usize::from(area.height), keys.len());
        self.selected = keys.get(self.cursor.at).cloned();
        self.drawn = keys[window.clone()].to_vec();
        self.area = area;
        window
    }

    /// Selects what was drawn at a place.
    pub fn touch(&mut self, place: Position) -> Touched {
        let line = usize::from(place.y.saturating_sub(self.area.y));
        let Some(key) = self.drawn.get(line).filter(|_| self.area.contains(place)) else {
            return Touched::Nothing;
        };
        match self.selected.as_ref() == Some(key) {
            true => Touched::Again,
            false => {
                self.selected = Some(key.clone());
                self.cursor.at = self.cursor.top + line;
                Touched::Selected
            }
        }
    }
}

/// The cursor of a list whose length is known when it is moved and drawn.
#[derive(Clone, Copy, Debug, Default)]
pub struct Cursor {
    pub at: usize,
    top: usize,
    page: usize,
    /// Lines the selected row was drawn on beyond its first.
    beyond: usize,
    /// Scrolled since the last draw: what is in view is where the selection has to be, not the other way round.
    scrolled: bool,
}

impl Cursor {
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

    /// Which row was drawn on a line of the list.
    pub fn row(&self, line: u16) -> usize {
        let row = self.top + usize::from(line);
        if row > self.at { row.saturating_sub(self.beyond).max(self.at) } else { row }
    }

    pub fn scroll(&mut self, lines: isize) {
        self.top = self.top.saturating_add_signed(lines);
        self.scrolled = true;
    }

    /// The same where the selected row takes several lines, of which at least the first is in view.
    pub fn window_around(&mut self, height: usize, length: usize, lines: usize) -> Range<usize> {
        self.beyond = lines.min(height).saturating_sub(1);
        self.window(height - self.beyond, length)
    }

    /// The lines in view for a height; the selected one is among them.
    pub fn window(&mut self, height: usize, length: usize) -> Range<usize> {
        self.page = height;
        self.top = self.top.min(length.saturating_sub(height));
        if std::mem::take(&mut self.scrolled) {
            self.at = self.at.clamp(self.top, self.top + height.saturating_sub(1));
        }
        self.at = self.at.min(length.saturating_sub(1));
        self.top = self.top.min(self.at);
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
    fn what_is_selected_stays_so_while_the_list_changes() {
        let area = Rect::new(0, 2, 10, 3);
        let place = |y| Position { x: 5, y };
        let mut list = Selection::default();
        list.window(area, &["a", "b", "c", "d"]);
        assert!(matches!(list.touch(place(3)), Touched::Selected));
        assert_eq!(list.at(&["a", "b", "c", "d"]), Some(1));
        assert!(list.touch(place(3)).is_again());
        assert_eq!(list.at(&["new", "a", "b"]), Some(2), "it is found where it is now");
        // A click means what was seen there, whatever has moved since.
        assert!(matches!(list.touch(place(4)), Touched::Selected));
        assert_eq!(list.at(&["c", "a", "b"]), Some(0));
        assert_eq!(list.at(&["a", "b", "d"]), None, "what is gone is not another one");
        list.window(area, &["a", "b", "d"]);
        assert_eq!(list.at(&["a", "b", "d"]), Some(2), "what is shown instead is selected");
        for outside in [1, 5, 9] {
            assert!(list.touch(place(outside)).is_nothing());
        }
    }

    #[test]
    fn scrolling_takes_the_selection_along_only_at_the_edge() {
        let keys: Vec<usize> = (0..20).collect();
        let area = Rect::new(0, 0, 10, 5);
        let mut list = Selection::default();
        list.window(area, &keys);
        list.scroll(Position { x: 50, y: 0 }, 3);
        assert_eq!(list.window(area, &keys), 0..5, "it is not under the mouse");
        for (lines, window, at) in [(3, 3..8, 3), (-1, 2..7, 3), (-9, 0..5, 3), (99, 15..20, 15)] {
            list.scroll(Position::ORIGIN, lines);
            assert_eq!(list.window(area, &keys), window);
            assert_eq!(list.at(&keys), Some(at));
        }
    }

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
