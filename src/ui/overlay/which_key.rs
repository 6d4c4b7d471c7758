//! What can follow the keys that were typed so far.

use ratatui::Frame;
use ratatui::layout::Rect;
use ratatui::text::{Line, Span};
use ratatui::widgets::Paragraph;

use super::Around;
use crate::ui::action;
use crate::ui::keymap::Sequence;
use crate::ui::widget::window;

/// A small window at the bottom, out of the way of what is being looked at.
pub fn draw(frame: &mut Frame, area: Rect, around: &Around, typed: &Sequence) {
    let row = |(keys, action): (Sequence, action::Action)| {
        let description = action::row(around.scope, action).map_or("", |binding| binding.description);
        let keys = Span::styled(format!(" {:<8}", keys.to_string()), around.theme.key());
        Line::from(vec![keys, Span::raw(description)])
    };
    let rows: Vec<Line> = around.keymap.after(around.scope, typed).map(row).collect();
    let width = rows.iter().map(Line::width).max().unwrap_or(0) as u16 + 3;
    let size = (width.clamp(24, area.width), (rows.len() as u16 + 2).min(area.height));
    // Above the footer, at the right.
    let bottom = area.bottom().saturating_sub(1).max(area.y + size.1);
    let place = Rect::new(area.right() - size.0, bottom - size.1, size.0, size.1);
    let inside = window::frame_off(frame, place, &format!("{typed} …  Esc cancels"));
    frame.render_widget(Paragraph::new(rows), inside);
}
