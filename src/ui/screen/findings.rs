//! What is wrong in the register's files, and what to do about it; and below, what somebody answers for.

use ratatui::Frame;
use ratatui::layout::{Position, Rect};
use ratatui::style::Style;

use super::Screen;
use crate::analysis::check::{State, Verdict, Waived};
use crate::report::check::terms;
use crate::ui::action::{Action, Scope};
use crate::ui::intent::Intent;
use crate::ui::view::View;
use crate::ui::widget::document::{Document, Scroll};
use crate::ui::worker::{Request, Response};

#[derive(Default)]
pub struct Findings {
    scroll: Scroll,
    /// What the check came to, once the kept documents are read.
    verdict: Option<Verdict>,
}

impl Screen for Findings {
    fn scope(&self) -> Scope {
        Scope::Findings
    }

    fn title(&self, view: &View) -> String {
        let Verdict { findings, waived, .. } = self.verdict(view);
        let beside = if waived.is_empty() { String::new() } else { format!(", {} waived", waived.len()) };
        format!("Findings ({}{beside})", findings.len())
    }

    fn begin(&mut self, view: &View) -> Intent {
        Intent::Ask(Request::CheckDocuments { snapshot: view.snapshot.clone() })
    }

    fn refresh(&mut self, view: &View) -> Intent {
        self.verdict = None;
        self.begin(view)
    }

    fn hear(&mut self, response: &Response, view: &View) -> Intent {
        if let Response::Documents(findings) = response {
            let state = State::new(&view.snapshot, findings.clone(), view.day());
            self.verdict = Some(Verdict::of(state));
        }
        Intent::Nothing
    }

    fn act(&mut self, action: Action, _view: &View) -> Intent {
        if action == Action::Back {
            return Intent::Back;
        }
        self.scroll.act(action);
        Intent::Nothing
    }

    fn scroll(&mut self, _place: Position, lines: isize) {
        self.scroll.by(lines);
    }

    fn draw(&mut self, frame: &mut Frame, area: Rect, view: &View) {
        let page = self.written(view);
        self.scroll.draw_page(frame, area, &page, view.theme);
    }

    fn page(&self, view: &View) -> Option<Document> {
        Some(self.written(view))
    }
}

impl Findings {
    fn verdict<'a>(&'a self, view: &'a View) -> &'a Verdict {
        self.verdict.as_ref().unwrap_or(&view.verdict)
    }

    fn written(&self, view: &View) -> Document {
        let mut page = Document::default();
        let verdict = self.verdict(view);
        if self.verdict.is_none() {
            page.styled("Kept documents are being read …", view.theme.hint());
        } else if verdict.findings.is_empty() {
            page.text(match verdict.waived.is_empty() {
                true => {
                    "Nothing is wrong in the register's files, and every kept document is the one on record."
                }
                false => "Nothing counts: somebody answers for everything that is wrong.",
            });
        }
        for concern in &verdict.findings {
            page.styled(concern.to_string(), view.theme.title());
            if let Some(hint) = concern.hint() {
                page.item("  ", Style::new(), hint);
            }
        }
        if !verdict.waived.is_empty() {
            page.heading(format!("Waived, not counted ({})", verdict.waived.len()));
        }
        for Waived { concern, waiver } in &verdict.waived {
            page.styled(concern.to_string(), view.theme.hint());
            page.item("  ", Style::new(), format!("waived {}", terms(waiver)));
        }
        page
    }
}
