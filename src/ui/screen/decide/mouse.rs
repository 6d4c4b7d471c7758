//! The mouse on the form: a click goes to a field, into its text, or chooses a line of its list.

use ratatui::layout::{Position, Rect};

use super::draw::inside;
use super::{Field, Form, list};
use crate::ui::intent::Intent;
use crate::ui::mouse::Touched;
use crate::ui::view::View;
use crate::ui::widget::input::point_into;

/// Columns of the box before a line, from the left edge.
const BOX: u16 = 5;

impl Form {
    pub(super) fn touch_at(&mut self, place: Position, view: &View) -> Touched {
        if let Some(form) = &mut self.document {
            return form.touch(place).map_or(Touched::Selected, |request| Touched::Did(Intent::Ask(request)));
        }
        let Some((field, area)) = self.drawn_at(place) else { return Touched::Nothing };
        let before = std::mem::replace(&mut self.focus, field);
        match field {
            Field::Status | Field::Requirements | Field::Evidence => {
                return self.touch_list(place, area, before == field, view);
            }
            Field::Reason => point_into(&mut self.reason, inside(area), place),
            Field::Place => self.place.touch(place),
            Field::Quote => self.quote.touch(place),
            Field::Owner => self.owner.touch(place),
            Field::ReviewBy => self.review_by.touch(place),
        };
        Touched::Selected
    }

    /// A line's box is ticked at once, its words once it is selected; of a status there can only be one.
    fn touch_list(&mut self, place: Position, area: Rect, has_focus: bool, view: &View) -> Touched {
        let (Some((company, measure)), Some(line)) = (self.subject(view), place.y.checked_sub(area.y + 1))
        else {
            return Touched::Selected;
        };
        let length = self.length(company, measure);
        let cursor = &mut self.cursors[list(self.focus)];
        let row = cursor.row(line);
        if row >= length {
            return Touched::Selected;
        }
        let again = has_focus && cursor.at == row;
        cursor.at = row;
        self.note_positions(company, measure);
        match again || self.focus == Field::Status || place.x < area.x + BOX {
            true => Touched::Did(self.toggle(view)),
            false => Touched::Selected,
        }
    }

    pub(super) fn scroll_at(&mut self, place: Position, lines: isize) {
        if let Some(form) = &mut self.document {
            return form.scroll(place, lines);
        }
        match self.drawn_at(place) {
            Some((field @ (Field::Status | Field::Requirements | Field::Evidence), _)) => {
                self.cursors[list(field)].scroll(lines);
            }
            Some((Field::Reason, _)) => self.reason.scroll((lines as i16, 0)),
            _ => {}
        }
    }

    fn drawn_at(&self, place: Position) -> Option<(Field, Rect)> {
        self.drawn.iter().copied().find(|(_, area)| area.contains(place))
    }
}
