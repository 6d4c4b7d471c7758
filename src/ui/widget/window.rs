//! A framed window over the screen, and a list to search in it.

use ratatui::Frame;
use ratatui::layout::{Constraint, Layout, Rect};
use ratatui::text::Line;
use ratatui::widgets::{Block, Clear, Paragraph};

use super::input::Input;
use super::list::Selection;
use super::text::{cut, cut_line, saying, wrap};
use crate::domain::visible::line as visible;
use crate::ui::theme::Theme;

/// Columns that text has in a window on the narrowest usual terminal, 80 columns wide.
pub const NARROW: u16 = 78;
/// Columns a window takes where there is room.
const WIDE: u16 = 110;

/// Clears a part of the screen and frames it; gives its inside.
pub fn frame_off(frame: &mut Frame, area: Rect, title: &str) -> Rect {
    frame.render_widget(Clear, area);
    let room = usize::from(area.width.saturating_sub(4));
    let block = Block::bordered().title(format!(" {} ", cut(&visible(title), room)));
    let inside = block.inner(area);
    frame.render_widget(block, area);
    inside
}

/// A window in the middle of the screen; as wide as it needs, and as tall.
pub fn centred(area: Rect, height: u16) -> Rect {
    let width = if area.width >= WIDE + 10 { WIDE } else { NARROW.min(area.width) };
    area.centered(Constraint::Length(width), Constraint::Length(height.min(area.height)))
}

/// The columns of text in a [`centred`] window.
pub fn inner_width(area: Rect) -> usize {
    usize::from(centred(area, area.height).width.saturating_sub(2))
}

/// Lines that what is said of the selected row takes at most.
const FOOT: usize = 2;

/// Something to choose: a field to search in, a list, and what is to be said of the selected row.
pub struct Choosing<'a> {
    pub title: &'a str,
    pub input: &'a Input,
    pub selection: &'a mut Selection<String>,
    /// What the rows are, one for each.
    pub keys: Vec<String>,
    pub rows: Vec<Line<'static>>,
    /// Said where nothing matches.
    pub nothing: &'a str,
    pub foot: Line<'static>,
}

impl Choosing<'_> {
    /// Where it was drawn is given back.
    pub fn draw(mut self, frame: &mut Frame, area: Rect, height: u16, theme: Theme) -> Rect {
        let place = centred(area, height);
        let inside = frame_off(frame, place, self.title);
        let said = wrap(&self.foot.to_string(), inside.width).into_iter().take(FOOT);
        let said: Vec<Line> = said.map(|line| Line::styled(line, self.foot.style)).collect();
        let [field, list, foot] = inside.layout(&Layout::vertical([
            Constraint::Length(1),
            Constraint::Min(1),
            Constraint::Length(said.len().max(1) as u16),
        ]));
        self.input.draw(frame, field);
        frame.render_widget(Paragraph::new(said), foot);
        if self.rows.is_empty() {
            frame.render_widget(saying(self.nothing, list.width, theme.hint()), list);
            return place;
        }
        let window = self.selection.window(list, &self.keys);
        if let Some(row) = self.selection.at(&self.keys).and_then(|at| self.rows.get_mut(at)) {
            row.style = row.style.patch(theme.selected());
        }
        let rows = self.rows.drain(window).map(|row| cut_line(row, usize::from(list.width)));
        frame.render_widget(Paragraph::new(rows.collect::<Vec<_>>()), list);
        place
    }
}
