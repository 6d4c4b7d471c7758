//! `?`: what can be done here and with which keys, to be searched and run.

use ratatui::Frame;
use ratatui::layout::Rect;
use ratatui::text::{Line, Span};
use unicode_width::UnicodeWidthStr;

use super::{Around, Outcome, Search};
use crate::ui::action::{self, Action, Binding};
use crate::ui::fuzzy;
use crate::ui::widget::text::fit;
use crate::ui::widget::window::{self, Choosing, NARROW};

#[derive(Default)]
pub struct Help {
    pub(super) search: Search,
}

/// Columns of the keys.
pub const KEYS_WIDTH: usize = 17;

impl Help {
    pub fn act(&mut self, action: Action, around: &Around) -> Outcome {
        let found = self.found(around);
        match action {
            Action::Back => return Outcome::Closed,
            Action::Accept => {
                let chosen = self.search.selection.at(&keys(&found)).map(|at| found[at]);
                return chosen.map_or(Outcome::Closed, |binding| Outcome::Run(binding.action.into()));
            }
            action => self.search.selection.act(action, &keys(&found)),
        };
        Outcome::Open
    }

    /// The screen's own first; a key that was typed as it is written comes before words that have it in them.
    fn found(&self, around: &Around) -> Vec<&'static Binding> {
        let typed = self.search.input.text().trim();
        let (mut rows, general): (Vec<_>, Vec<_>) =
            action::in_scope(around.scope).partition(|binding| binding.is_special());
        rows.extend(general);
        let mut found = fuzzy::with_words(typed, rows, |binding| words(binding, around));
        let is_key = |binding: &&Binding| {
            around.keymap.keys(around.scope, binding.action).iter().any(|keys| keys == typed)
        };
        found.sort_by_key(|binding| !is_key(binding));
        found
    }

    pub fn draw(&mut self, frame: &mut Frame, area: Rect, around: &Around) {
        let found = self.found(around);
        let width = window::inner_width(area);
        let rows: Vec<Line> = found.iter().map(|binding| row(binding, around, width)).collect();
        let keys = keys(&found);
        let selected = self.search.selection.at(&keys).map(|at| found[at]);
        let foot = foot(selected, around, width);
        let height = action::in_scope(around.scope).count() as u16 + 4;
        let title = "Help: type to search, Enter runs";
        let Search { input, selection, window } = &mut self.search;
        let nothing = "No command here has these words.";
        *window = Choosing { title, input, selection, keys, rows, nothing, foot }.draw(
            frame,
            area,
            height,
            around.theme,
        );
    }
}

/// What a list of commands is selected in by.
pub fn keys(found: &[&Binding]) -> Vec<String> {
    found.iter().map(|binding| binding.action.name().to_owned()).collect()
}

/// All that a binding can be found by.
pub fn words(binding: &Binding, around: &Around) -> String {
    let keys = around.keymap.keys(around.scope, binding.action).join(" ");
    format!("{keys} {} {} {}", binding.action.name(), binding.label, binding.description)
}

/// Columns of the keys where there are few columns.
const NARROW_KEYS_WIDTH: usize = 8;

/// Keys, what they do, and where there is room the name; in the style of a hint where it cannot run now.
pub fn row(binding: &Binding, around: &Around, width: usize) -> Line<'static> {
    let theme = around.theme;
    let keys = around.keymap.keys(around.scope, binding.action);
    let keys = match width + 2 < usize::from(NARROW) {
        true => fit(keys.first().map_or("", String::as_str), NARROW_KEYS_WIDTH - 1) + " ",
        false => fit(&keys.join("  "), KEYS_WIDTH - 1) + " ",
    };
    let mut spans = vec![Span::styled(keys, theme.key()), Span::raw(binding.description)];
    let room = width.saturating_sub(KEYS_WIDTH + binding.description.width());
    if width > usize::from(NARROW) && room > 0 {
        spans.push(Span::styled(format!("{:>room$}", binding.action.name()), theme.hint()));
    }
    match (around.why_not)(binding.action) {
        Some(_) => Line::from(spans.into_iter().map(|span| span.style(theme.hint())).collect::<Vec<_>>()),
        None => Line::from(spans),
    }
}

/// Why the selected action cannot run now, or what it is called; where its row is cut, what it does.
pub fn foot(selected: Option<&Binding>, around: &Around, width: usize) -> Line<'static> {
    let Some(binding) = selected else { return Line::default() };
    match (around.why_not)(binding.action) {
        Some(why) => Line::styled(format!("Not now: {why}"), around.theme.error()),
        None if NARROW_KEYS_WIDTH + binding.description.len() > width => {
            Line::styled(binding.description, around.theme.hint())
        }
        None => {
            let own = match action::row(around.scope, binding.action) {
                None => "back on the board",
                Some(_) if binding.is_special() => "this screen",
                Some(_) => "everywhere",
            };
            let command = binding.action.command().map(|command| format!("  {command}")).unwrap_or_default();
            Line::styled(format!(":{}  ({own}){command}", binding.action.name()), around.theme.hint())
        }
    }
}
