//! Commits before they are made: message and diff as they will be, nothing else.

use ratatui::Frame;
use ratatui::layout::{Position, Rect};
use ratatui::style::Style;
use ratatui::text::Line;

use super::Screen;
use crate::domain::visible::line as visible;
use crate::register::{Planned, Prepared};
use crate::ui::action::{Action, Scope};
use crate::ui::intent::Intent;
use crate::ui::theme::Theme;
use crate::ui::view::View;
use crate::ui::widget::document::Scroll;
use crate::ui::widget::text::wrap;
use crate::ui::worker::{Request, Response};

pub struct Preview {
    prepared: Prepared,
    committing: bool,
    scroll: Scroll,
}

impl Preview {
    pub fn new(prepared: Prepared) -> Preview {
        Preview { prepared, committing: false, scroll: Scroll::default() }
    }
}

impl Screen for Preview {
    fn scope(&self) -> Scope {
        Scope::Preview
    }

    fn title(&self, _view: &View) -> String {
        "Preview: nothing is committed yet".into()
    }

    fn act(&mut self, action: Action, _view: &View) -> Intent {
        match action {
            Action::Commit if self.committing => return Intent::Nothing,
            Action::Commit => {
                self.committing = true;
                return Intent::Ask(Request::Commit(Box::new(self.prepared.clone())));
            }
            Action::Back => return Intent::Back,
            action => {
                self.scroll.act(action);
            }
        }
        Intent::Nothing
    }

    fn hear(&mut self, response: &Response, _view: &View) -> Intent {
        // The same change, for a proposal.
        if let Response::Prepared(prepared) = response {
            self.prepared = (**prepared).clone();
        }
        // After a refusal it can be tried again.
        if let Response::Failed { .. } | Response::Declined = response {
            self.committing = false;
        }
        Intent::Nothing
    }

    fn scroll(&mut self, _place: Position, lines: isize) {
        self.scroll.by(lines);
    }

    fn draw(&mut self, frame: &mut Frame, area: Rect, view: &View) {
        let commits = self.prepared.commits();
        let these = match commits.len() {
            1 => "this commit".to_owned(),
            count => format!("these {count} commits, all or none,"),
        };
        let what = format!("Enter makes {these} on {}.", visible(self.prepared.branch()));
        let mut lines = vec![Line::styled(what, view.theme.title())];
        if self.prepared.is_proposal() {
            lines.push(Line::styled("It waits there for review; nothing here changes.", view.theme.hint()));
        }
        if commits.len() > 1 {
            let subjects = commits.iter().enumerate();
            let subjects = subjects.map(|(at, commit)| format!("{}. {}", at + 1, visible(commit.subject())));
            let width = area.width.saturating_sub(1);
            lines.extend(subjects.flat_map(|subject| wrap(&subject, width)).map(Line::raw));
        }
        for (at, commit) in commits.iter().enumerate() {
            lines.push(Line::default());
            if commits.len() > 1 {
                let heading = format!("Commit {} of {}", at + 1, commits.len());
                lines.extend([Line::styled(heading, view.theme.section()), Line::default()]);
            }
            lines.extend(planned_lines(commit, area.width, view.theme));
        }
        self.scroll.draw(frame, area, lines);
    }
}

/// Message and diff of a commit that is not made yet.
fn planned_lines(commit: &Planned, width: u16, theme: Theme) -> Vec<Line<'static>> {
    let message = commit.message();
    let wrapped = message.lines().flat_map(|line| wrap(&visible(line), width.saturating_sub(5)));
    let mut lines: Vec<Line> = wrapped.map(|line| Line::raw(format!("    {line}"))).collect();
    lines.push(Line::default());
    lines.extend(diff_lines(&commit.diff(), width, theme));
    lines
}

/// A unified diff, or what `git show` prints, with its lines coloured by what they are and none cut off.
pub fn diff_lines(text: &str, width: u16, theme: Theme) -> Vec<Line<'static>> {
    let style = |line: &str| match line.as_bytes() {
        [b'+', b'+', b'+', ..] | [b'-', b'-', b'-', ..] => theme.title(),
        [b'+', ..] => theme.added(),
        [b'-', ..] => theme.removed(),
        [b'@', b'@', ..] => theme.section(),
        _ => Style::new(),
    };
    text.lines()
        .flat_map(|line| {
            let style = style(line);
            wrap(&visible(line), width.saturating_sub(1))
                .into_iter()
                .map(move |line| Line::styled(line, style))
        })
        .collect()
}
