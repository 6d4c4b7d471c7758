//! `:`: a command by its name, its words or its key; and what it is done to, behind its name.
//!
//! `:company meta` opens Meta, `:as-of 2026-03-01` the register of that day, `:filter state:gap` narrows the board.

use ratatui::Frame;
use ratatui::layout::Rect;
use ratatui::text::{Line, Span};

use super::help::{self, foot, row, words};
use super::picker::{self, Candidate, candidates};
use super::{Around, Command, Outcome, Search};
use crate::domain::visible::line as visible;
use crate::ui::action::{self, Action, Argument, Binding};
use crate::ui::fuzzy;
use crate::ui::widget::input::Input;
use crate::ui::widget::list::Selection;
use crate::ui::widget::window::{self, Choosing};

#[derive(Default)]
pub struct Palette {
    pub(super) search: Search,
}

/// What the typed line means so far.
enum Typed<'a> {
    /// Commands that match, best first.
    Commands(Vec<&'static Binding>),
    /// A command's name is complete and the word behind it is typed.
    Argument { binding: &'static Binding, text: &'a str, candidates: Vec<Candidate> },
}

impl Typed<'_> {
    fn keys(&self) -> Vec<String> {
        match self {
            Typed::Commands(found) => help::keys(found),
            Typed::Argument { candidates, .. } => picker::keys(candidates),
        }
    }
}

impl Palette {
    pub fn act(&mut self, action: Action, around: &Around) -> Outcome {
        let typed = self.typed(around);
        let keys = typed.keys();
        let at = self.search.selection.at(&keys);
        match (action, typed) {
            (Action::Back, _) => return Outcome::Closed,
            (Action::Accept, Typed::Commands(found)) => {
                return at
                    .and_then(|at| found.get(at))
                    .map_or(Outcome::Open, |binding| Outcome::Run(binding.action.into()));
            }
            (Action::Accept, Typed::Argument { binding, text, candidates }) => {
                let chosen = at.and_then(|at| candidates.get(at)).map_or(text, |candidate| &candidate.value);
                let argument = (!text.is_empty()).then(|| chosen.to_owned());
                return Outcome::Run(Command { action: binding.action, argument });
            }
            (Action::Complete, Typed::Commands(found)) => {
                if let Some(binding) = at.and_then(|at| found.get(at)) {
                    self.write(format!("{} ", binding.action.name()));
                }
            }
            (Action::Complete, Typed::Argument { binding, candidates, .. }) => {
                if let Some(candidate) = at.and_then(|at| candidates.get(at)) {
                    self.write(format!("{} {}", binding.action.name(), candidate.value));
                }
            }
            (action, _) => {
                self.search.selection.act(action, &keys);
            }
        }
        Outcome::Open
    }

    fn write(&mut self, text: String) {
        self.search.input = Input::new(&text);
        self.search.selection = Selection::default();
    }

    fn typed(&self, around: &Around) -> Typed<'_> {
        let text = self.search.input.text().trim_start();
        if let Some((name, text)) = text.split_once(' ')
            && let Some(binding) = in_palette(around)
                .chain(action::elsewhere(around.scope))
                .find(|binding| binding.action.name() == name)
            && let Some(of) = binding.action.argument()
        {
            let text = text.trim();
            let candidates = candidates(of, around.view);
            let candidates = fuzzy::best(text, candidates, |candidate| candidate.words());
            return Typed::Argument { binding, text, candidates };
        }
        // What can run comes before what cannot, and what belongs here before what one has to go elsewhere for.
        let other = action::elsewhere(around.scope).filter(|_| !text.is_empty());
        let mut found =
            fuzzy::best(text.trim(), in_palette(around).chain(other), |binding| words(binding, around));
        found.sort_by_key(|binding| {
            ((around.why_not)(binding.action).is_some(), action::row(around.scope, binding.action).is_none())
        });
        Typed::Commands(found)
    }

    pub fn draw(&mut self, frame: &mut Frame, area: Rect, around: &Around) {
        let theme = around.theme;
        let width = window::inner_width(area);
        let typed = self.typed(around);
        let keys = typed.keys();
        let at = self.search.selection.at(&keys);
        let (rows, foot, nothing): (Vec<Line>, Line, &str) = match typed {
            Typed::Commands(found) => (
                found.iter().map(|binding| row(binding, around, width)).collect(),
                foot(at.map(|at| found[at]), around, width),
                "No command here has these letters.",
            ),
            Typed::Argument { binding, candidates, .. } => {
                let rows = candidates.iter().map(|candidate| candidate.row(theme)).collect();
                let words = format!("{}  Tab completes", binding.description);
                (rows, Line::styled(words, theme.hint()), expected(binding))
            }
        };
        let Search { input, selection, window } = &mut self.search;
        let choosing = Choosing { title: "Command", input, selection, keys, rows, nothing, foot };
        *window = choosing.draw(frame, area, 18, theme);
    }
}

/// Moving about is done with keys; the palette is for everything else.
fn in_palette(around: &Around) -> impl Iterator<Item = &'static Binding> {
    let steps = [Action::Palette, Action::Up, Action::Down, Action::Left, Action::Right, Action::QuitAtOnce];
    action::in_scope(around.scope).filter(move |binding| !steps.contains(&binding.action))
}

fn expected(binding: &Binding) -> &'static str {
    match binding.action.argument() {
        Some(Argument::Revision) => "A day such as 2026-03-01, a branch, a tag or a commit.",
        Some(Argument::Filter) => "Words, or field:value such as state:gap; Enter shows what matches.",
        _ => "Nothing here has this name.",
    }
}

impl Candidate {
    fn row(&self, theme: crate::ui::Theme) -> Line<'static> {
        Line::from(vec![
            Span::styled(format!("{:<18} ", visible(&self.value)), theme.key()),
            Span::raw(visible(&self.name).into_owned()),
        ])
    }
}
