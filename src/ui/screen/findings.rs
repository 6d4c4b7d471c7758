//! What is wrong in the register's files, and what to do about it.

use ratatui::Frame;
use ratatui::layout::Rect;
use ratatui::style::Style;

use super::Screen;
use crate::ui::action::{Action, Scope};
use crate::ui::intent::Intent;
use crate::ui::view::View;
use crate::ui::widget::document::{Document, Scroll};

#[derive(Default)]
pub struct Findings {
    scroll: Scroll,
}

impl Screen for Findings {
    fn scope(&self) -> Scope {
        Scope::Findings
    }

    fn title(&self, view: &View) -> String {
        format!("Findings ({})", view.snapshot.findings.len())
    }

    fn act(&mut self, action: Action, _view: &View) -> Intent {
        if action == Action::Back {
            return Intent::Back;
        }
        self.scroll.act(action);
        Intent::Nothing
    }

    fn draw(&mut self, frame: &mut Frame, area: Rect, view: &View) {
        let mut page = Document::default();
        if view.snapshot.findings.is_empty() {
            page.text("Nothing is wrong in the register's files.");
        }
        for finding in &view.snapshot.findings {
            page.styled(finding.to_string(), view.theme.title());
            if let Some(hint) = &finding.hint {
                page.item("  ", Style::new(), hint.clone());
            }
        }
        self.scroll.draw(frame, area, page.lines(area.width.saturating_sub(1), view.theme));
    }
}
