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
use crate::ui::sketch::Sketch;
use crate::ui::view::View;
use crate::ui::widget::list::Selection;
use crate::ui::widget::text::{fit, saying};

#[derive(Default)]
pub struct Drafts {
    /// By the names they are kept under.
    selection: Selection<String>,
}

/// One of them.
enum Kept<'a> {
    Draft(&'a Draft),
    Sketch(&'a Sketch),
}

impl Drafts {
    fn at<'a>(&self, view: &'a View) -> Option<Kept<'a>> {
        let at = self.selection.at(&keys(view))?;
        let sketch = || view.sketches.get(at - view.drafts.len()).map(Kept::Sketch);
        view.drafts.get(at).map(Kept::Draft).or_else(sketch)
    }

    fn draft<'a>(&self, view: &'a View) -> Option<&'a Draft> {
        match self.at(view)? {
            Kept::Draft(draft) => Some(draft),
            Kept::Sketch(_) => None,
        }
    }
}

fn keys(view: &View) -> Vec<String> {
    view.drafts.iter().map(Draft::name).chain(view.sketches.iter().map(Sketch::name)).collect()
}

impl Screen for Drafts {
    fn scope(&self) -> Scope {
        Scope::Drafts
    }

    fn title(&self, view: &View) -> String {
        format!("Drafts ({})", view.drafts.len() + view.sketches.len())
    }

    fn act(&mut self, action: Action, view: &View) -> Intent {
        if self.selection.act(action, &keys(view)) {
            return Intent::Nothing;
        }
        match (action, self.at(view)) {
            (Action::Open, Some(Kept::Draft(draft))) => {
                Intent::Decide(draft.company.clone(), draft.slot.clone())
            }
            (Action::Open, Some(Kept::Sketch(sketch))) => {
                Intent::Record(sketch.company.clone(), sketch.what())
            }
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
        self.draft(view).map(|draft| draft.slot.clone())
    }

    fn company(&self, view: &View) -> Option<CompanyId> {
        self.at(view).map(|kept| match kept {
            Kept::Draft(draft) => draft.company.clone(),
            Kept::Sketch(sketch) => sketch.company.clone(),
        })
    }

    fn sketched(&self, view: &View) -> Option<Sketch> {
        match self.at(view)? {
            Kept::Draft(_) => None,
            Kept::Sketch(sketch) => Some(sketch.clone()),
        }
    }

    fn cell(&self, view: &View) -> Option<(CompanyId, MeasureRef)> {
        self.draft(view).map(|draft| (draft.company.clone(), draft.slot.measure))
    }

    fn draw(&mut self, frame: &mut Frame, area: Rect, view: &View) {
        if view.drafts.is_empty() && view.sketches.is_empty() {
            let text = "No drafts. A form that is left keeps what was typed, and it is listed here.";
            return frame.render_widget(saying(text, area.width, view.theme.hint()), area);
        }
        let keys = keys(view);
        let window = self.selection.window(area, &keys);
        let selected = self.selection.at(&keys);
        let rows = window.map(|at| {
            let width = usize::from(area.width);
            let row = match view.drafts.get(at) {
                Some(draft) => row(draft, view, width),
                None => sketched(&view.sketches[at - view.drafts.len()], view, width),
            };
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
    line(view, width, &cell, &status, &reason)
}

fn sketched(sketch: &Sketch, view: &View, width: usize) -> Line<'static> {
    line(view, width, &view.name(&sketch.company), &sketch.what().words(), &sketch.words())
}

fn line(view: &View, width: usize, about: &str, what: &str, typed: &str) -> Line<'static> {
    let room = width.saturating_sub(52);
    Line::from(vec![
        Span::raw(fit(&visible(about), 34)),
        Span::styled(fit(&format!("  {}", visible(what)), 18), view.theme.hint()),
        Span::raw(end_of(&visible(typed), room)),
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
