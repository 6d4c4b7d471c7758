//! What is wrong in the register's files, and what to do about it.

use ratatui::Frame;
use ratatui::layout::{Position, Rect};
use ratatui::style::Style;

use super::Screen;
use crate::domain::Finding;
use crate::ui::action::{Action, Scope};
use crate::ui::intent::Intent;
use crate::ui::view::View;
use crate::ui::widget::document::{Document, Scroll};
use crate::ui::worker::{Request, Response};

#[derive(Default)]
pub struct Findings {
    scroll: Scroll,
    /// What is wrong with kept documents, once they are read.
    documents: Option<Vec<Finding>>,
}

impl Screen for Findings {
    fn scope(&self) -> Scope {
        Scope::Findings
    }

    fn title(&self, view: &View) -> String {
        let documents = self.documents.as_ref().map_or(0, Vec::len);
        format!("Findings ({})", view.snapshot.findings.len() + documents)
    }

    fn begin(&mut self, view: &View) -> Intent {
        Intent::Ask(Request::CheckDocuments { snapshot: view.snapshot.clone() })
    }

    fn refresh(&mut self, view: &View) -> Intent {
        self.documents = None;
        self.begin(view)
    }

    fn hear(&mut self, response: &Response, _view: &View) -> Intent {
        if let Response::Documents(findings) = response {
            self.documents = Some(findings.clone());
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
    fn written(&self, view: &View) -> Document {
        let mut page = Document::default();
        match &self.documents {
            None => page.styled("Kept documents are being read …", view.theme.hint()),
            Some(documents) if documents.is_empty() && view.snapshot.findings.is_empty() => {
                page.text(
                    "Nothing is wrong in the register's files, and every kept document is the one on record.",
                );
            }
            Some(_) => {}
        }
        for finding in view.snapshot.findings.iter().chain(self.documents.iter().flatten()) {
            page.styled(finding.to_string(), view.theme.title());
            if let Some(hint) = &finding.hint {
                page.item("  ", Style::new(), hint.clone());
            }
        }
        page
    }
}
