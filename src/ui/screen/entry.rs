//! One commit: its message and exact diff.

use ratatui::Frame;
use ratatui::layout::{Position, Rect};
use ratatui::text::Line;

use super::Screen;
use super::preview::diff_lines;
use crate::register::Which;
use crate::ui::action::{Action, Scope};
use crate::ui::intent::Intent;
use crate::ui::view::View;
use crate::ui::widget::document::Scroll;
use crate::ui::widget::text::saying;
use crate::ui::worker::{Request, Response};

pub struct Commit {
    commit: String,
    text: Option<String>,
    scroll: Scroll,
}

impl Commit {
    pub fn new(commit: String) -> Commit {
        Commit { commit, text: None, scroll: Scroll::default() }
    }
}

impl Screen for Commit {
    fn scope(&self) -> Scope {
        Scope::Entry
    }

    fn title(&self, _view: &View) -> String {
        format!("Commit {}", self.commit.get(..10).unwrap_or(&self.commit))
    }

    fn begin(&mut self, _view: &View) -> Intent {
        Intent::Ask(Request::Show { commit: self.commit.clone() })
    }

    fn act(&mut self, action: Action, _view: &View) -> Intent {
        match action {
            Action::AsOf => return Intent::AsOf(self.commit.clone()),
            Action::Back => return Intent::Back,
            action => {
                self.scroll.act(action);
            }
        }
        Intent::Nothing
    }

    fn hear(&mut self, response: &Response, _view: &View) -> Intent {
        if let Response::Shown { commit, text } = response
            && *commit == self.commit
        {
            self.text = Some(text.clone());
        }
        Intent::Nothing
    }

    fn commit(&self) -> Option<String> {
        Some(self.commit.clone())
    }

    fn to_undo(&self, _view: &View) -> Option<Which> {
        Some(Which::Commits(vec![self.commit.clone()]))
    }

    fn scroll(&mut self, _place: Position, lines: isize) {
        self.scroll.by(lines);
    }

    fn draw(&mut self, frame: &mut Frame, area: Rect, view: &View) {
        match &self.text {
            None => frame.render_widget(saying("Reading the commit …", area.width, view.theme.hint()), area),
            Some(text) => {
                let review = view.grades.of(&self.commit).map(|grade| format!("Review: {}", grade.marked()));
                let review = review.map(|words| Line::styled(words, view.theme.section()));
                let lines = review.into_iter().chain(diff_lines(text, area.width, view.theme));
                self.scroll.draw(frame, area, lines.collect());
            }
        }
    }
}
