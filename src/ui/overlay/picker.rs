//! A choice of what an action is done to, found by some letters of its name.

use ratatui::Frame;
use ratatui::layout::Rect;
use ratatui::text::{Line, Span};
use strum::VariantArray;
use unicode_width::UnicodeWidthStr;

use super::{Around, Command, Outcome, Search};
use crate::domain::view::Order;
use crate::domain::visible::line as visible;
use crate::ui::action::{Action, Argument, Scope};
use crate::ui::fuzzy;
use crate::ui::view::View;
use crate::ui::widget::text::fit;
use crate::ui::widget::window::{self, Choosing};

pub struct Picker {
    action: Action,
    of: Argument,
    title: String,
    pub(super) search: Search,
}

/// Something that can be chosen.
pub struct Candidate {
    /// As it is written behind a command.
    pub value: String,
    pub name: String,
}

impl Candidate {
    /// What it can be found by.
    pub fn words(&self) -> String {
        format!("{} {}", self.value, self.name)
    }
}

/// What a list of candidates is selected in by.
pub fn keys(found: &[Candidate]) -> Vec<String> {
    found.iter().map(|candidate| candidate.value.clone()).collect()
}

/// Everything an argument can name, in the register's order.
pub fn candidates(of: Argument, view: Option<&View>) -> Vec<Candidate> {
    let Some(view) = view else { return Vec::new() };
    match of {
        Argument::Company => {
            let company = |id| Candidate { value: ToString::to_string(id), name: view.name(id) };
            view.snapshot.companies.keys().map(company).collect()
        }
        Argument::Measure => {
            let measures = view.snapshot.catalogue.measures();
            measures
                .map(|measure| Candidate { value: measure.id.to_string(), name: measure.title.clone() })
                .collect()
        }
        Argument::Order => {
            let order = |order: &Order| Candidate {
                value: order.key().to_owned(),
                name: format!("by {}", order.words()),
            };
            Order::VARIANTS.iter().map(order).collect()
        }
        Argument::View => {
            let views = view.snapshot.settings.views.iter();
            views.map(|view| Candidate { value: view.name.clone(), name: view.words() }).collect()
        }
        Argument::Filter | Argument::Revision => Vec::new(),
    }
}

impl Picker {
    pub fn new(action: Action, of: Argument, title: String) -> Picker {
        Picker { action, of, title, search: Search::default() }
    }

    fn found(&self, around: &Around) -> Vec<Candidate> {
        fuzzy::best(self.search.input.text(), candidates(self.of, around.view), Candidate::words)
    }

    pub fn act(&mut self, action: Action, around: &Around) -> Outcome {
        let found = self.found(around);
        match action {
            Action::Back => return Outcome::Closed,
            Action::Accept => {
                let chosen = self.search.selection.at(&keys(&found)).and_then(|at| found.into_iter().nth(at));
                let run = |chosen: Candidate| Command { action: self.action, argument: Some(chosen.value) };
                return chosen.map_or(Outcome::Open, |chosen| Outcome::Run(run(chosen)));
            }
            Action::DeleteView if self.of == Argument::View => {
                let chosen = self.search.selection.at(&keys(&found)).and_then(|at| found.into_iter().nth(at));
                let run = |chosen: Candidate| Command { action, argument: Some(chosen.value) };
                return chosen.map_or(Outcome::Open, |chosen| Outcome::Run(run(chosen)));
            }
            action => self.search.selection.act(action, &keys(&found)),
        };
        Outcome::Open
    }

    pub fn draw(&mut self, frame: &mut Frame, area: Rect, around: &Around) {
        let theme = around.theme;
        let found = self.found(around);
        let keys = keys(&found);
        let all = candidates(self.of, around.view);
        let widest = all.iter().map(|candidate| candidate.value.width()).max().unwrap_or_default();
        let width = widest.min(window::inner_width(area) * 2 / 5);
        let rows = found.into_iter().map(|candidate| {
            let value = Span::styled(fit(&visible(&candidate.value), width), theme.hint());
            Line::from(vec![value, Span::raw(format!("  {}", visible(&candidate.name)))])
        });
        let rows = rows.collect();
        let mut foot = "some letters of the name find it; Enter chooses".to_owned();
        let deletes = around.keymap.keys(Scope::Window, Action::DeleteView).into_iter().next();
        if let (Action::Views, Some(key)) = (self.action, deletes) {
            foot = format!("Enter shows it, {key} deletes it; some letters find it");
        }
        let foot = Line::styled(foot, theme.hint());
        let Search { input, selection, window } = &mut self.search;
        *window = Choosing {
            title: &self.title,
            input,
            selection,
            keys,
            rows,
            nothing: "Nothing here has these letters.",
            foot,
        }
        .draw(frame, area, 18, theme);
    }
}
