//! What was typed and is not committed, one line for each cell.

use ratatui::Frame;
use ratatui::layout::{Position, Rect};
use ratatui::text::{Line, Span};
use ratatui::widgets::Paragraph;
use unicode_width::UnicodeWidthStr;

use super::Screen;
use crate::domain::visible::line as visible;
use crate::domain::{CompanyId, MeasureRef, Slot};
use crate::ui::action::{Action, Scope};
use crate::ui::draft::Draft;
use crate::ui::intent::Intent;
use crate::ui::mouse::Touched;
use crate::ui::view::View;
use crate::ui::widget::list::Selection;
use crate::ui::widget::text::fit;

#[derive(Default)]
pub struct Drafts {
    selection: Selection<(CompanyId, Slot)>,
}

impl Drafts {
    fn at<'a>(&self, view: &'a View) -> Option<&'a Draft> {
        view.drafts.get(self.selection.at(&keys(view))?)
    }
}

fn keys(view: &View) -> Vec<(CompanyId, Slot)> {
    view.drafts.iter().map(|draft| (draft.company.clone(), draft.slot.clone())).collect()
}

impl Screen for Drafts {
    fn scope(&self) -> Scope {
        Scope::Drafts
    }

    fn title(&self, view: &View) -> String {
        format!("Drafts ({})", view.drafts.len())
    }

    fn act(&mut self, action: Action, view: &View) -> Intent {
        if self.selection.act(action, &keys(view)) {
            return Intent::Nothing;
        }
        match (action, self.at(view)) {
            (Action::Open, Some(draft)) => Intent::Decide(draft.company.clone(), draft.slot.clone()),
            (Action::Back, _) => Intent::Back,
            _ => Intent::Nothing,
        }
    }

    fn touch(&mut self, place: Position, _view: &View) -> Touched {
        self.selection.touch(place)
    }

    fn scroll(&mut self, place: Position, lines: isize) {
        self.selection.scroll(place, lines);
    }

    fn slot(&self, view: &View) -> Option<Slot> {
        self.at(view).map(|draft| draft.slot.clone())
    }

    fn company(&self, view: &View) -> Option<CompanyId> {
        self.at(view).map(|draft| draft.company.clone())
    }

    fn cell(&self, view: &View) -> Option<(CompanyId, MeasureRef)> {
        self.at(view).map(|draft| (draft.company.clone(), draft.slot.measure))
    }

    fn draw(&mut self, frame: &mut Frame, area: Rect, view: &View) {
        if view.drafts.is_empty() {
            let text = "No drafts. A form that is left keeps what was typed, and it is listed here.";
            return frame.render_widget(Line::styled(text, view.theme.hint()), area);
        }
        let keys = keys(view);
        let window = self.selection.window(area, &keys);
        let selected = self.selection.at(&keys);
        let rows = window.map(|at| {
            let row = row(&view.drafts[at], view, usize::from(area.width));
            if Some(at) == selected { row.patch_style(view.theme.selected()) } else { row }
        });
        frame.render_widget(Paragraph::new(rows.collect::<Vec<_>>()), area);
        self.selection.rest(frame);
    }
}

fn row(draft: &Draft, view: &View, width: usize) -> Line<'static> {
    let status = draft.draft.status.map_or("no status yet".to_owned(), |status| status.to_string());
    let cell = format!("{} · {}", view.name(&draft.company), draft.slot);
    let reason = draft.draft.reason.split_whitespace().collect::<Vec<_>>().join(" ");
    let room = width.saturating_sub(52);
    Line::from(vec![
        Span::raw(fit(&visible(&cell), 34)),
        Span::styled(fit(&format!("  {status}"), 18), view.theme.hint()),
        Span::raw(end_of(&visible(&reason), room)),
    ])
}

/// The end of a text: what was typed last.
fn end_of(text: &str, room: usize) -> String {
    let mut end = text;
    while end.width() >= room.max(1) {
        let mut letters = end.chars();
        letters.next();
        end = letters.as_str();
    }
    if end.len() == text.len() { text.to_owned() } else { format!("…{end}") }
}
