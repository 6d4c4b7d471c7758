//! The audit of everything that led to what is shown: findings as they come, newest commit first.

use ratatui::Frame;
use ratatui::layout::{Constraint, Layout, Position, Rect};
use ratatui::text::{Line, Span};
use ratatui::widgets::Paragraph;

use super::{Place, Screen};
use crate::analysis::audit::{Finding, Grades, Summary};
use crate::domain::visible::line as visible;
use crate::register::At;
use crate::report::{self, Table};
use crate::ui::action::{Action, Scope};
use crate::ui::intent::Intent;
use crate::ui::mouse::Touched;
use crate::ui::view::View;
use crate::ui::widget::document::Document;
use crate::ui::widget::list::Selection;
use crate::ui::widget::text::{fit, saying};
use crate::ui::worker::{Going, Request, Response};

/// Leaving the screen drops it, and that ends the audit behind it.
#[derive(Default)]
pub struct Audit {
    going: Going,
    findings: Vec<Finding>,
    summary: Summary,
    grades: Grades,
    /// Commits there are to look at; none until they are counted.
    commits: Option<usize>,
    state: State,
    /// What is shown was found before the register changed, and goes when the first of what is found again is there.
    outdated: bool,
    selection: Selection<Key>,
}

/// A finding by its commit, path and words.
type Key = (String, Option<String>, String);

#[derive(Clone, Copy, Default, PartialEq, Eq)]
enum State {
    #[default]
    Running,
    Complete,
    /// Not everything could be looked at, so nothing is said of the whole.
    Failed,
}

impl Drop for Audit {
    fn drop(&mut self) {
        self.going.stop();
    }
}

impl Audit {
    fn keys(&self) -> Vec<Key> {
        let key = |finding: &Finding| (finding.commit.clone(), finding.path.clone(), finding.message.clone());
        self.findings.iter().map(key).collect()
    }

    fn progress(&self) -> String {
        let Summary { commits, decisions, recorded, .. } = &self.summary;
        let mut looked_at = format!("{decisions} decisions, {recorded} recorded");
        for (grade, count) in self.summary.reviews.iter().rev() {
            looked_at += &format!("  {} {count} {}", grade.glyph(), grade.words());
        }
        let listed = match self.summary.left_out() {
            0 => String::new(),
            _ => format!("the first {} findings, ", self.findings.len()),
        };
        let commits = format!("{listed}{commits}");
        match (self.state, self.commits) {
            (State::Running, None) => "Reading the history …".to_owned(),
            (State::Running, Some(all)) => format!("{commits} of {all} commits so far, {looked_at}"),
            (State::Complete, _) => format!("{commits} commits, {looked_at}"),
            (State::Failed, _) => format!("Could not look at everything: {commits} commits so far"),
        }
    }

    fn details(&self, finding: &Finding) -> Document {
        let mut page = Document::default();
        page.blank();
        let commit = finding.commit.get(..10).unwrap_or(&finding.commit);
        // What is said of the branch as a whole is nobody's commit.
        if finding.author.is_empty() && finding.email.is_empty() {
            page.field("commit", commit);
        } else {
            page.field("commit", format!("{commit}  {} <{}>", finding.author, finding.email));
            page.field("subject", finding.subject.clone());
        }
        if let Some(path) = &finding.path {
            page.field("file", path.clone());
        }
        page.field("finding", finding.message.clone());
        page.field("meaning", finding.class.reason());
        if let Some(grade) = self.grades.of(&finding.commit) {
            page.field("review", grade.marked());
        }
        page
    }
}

impl Screen for Audit {
    fn scope(&self) -> Scope {
        Scope::Audit
    }

    fn title(&self, _view: &View) -> String {
        format!("Audit ({})", self.findings.len() + self.summary.left_out())
    }

    fn begin(&mut self, view: &View) -> Intent {
        Intent::Ask(Request::Audit(At::of(&view.snapshot.source), self.going.clone()))
    }

    fn refresh(&mut self, view: &View) -> Intent {
        self.going.stop();
        self.going = Going::default();
        self.outdated = true;
        self.state = State::Running;
        self.begin(view)
    }

    fn act(&mut self, action: Action, _view: &View) -> Intent {
        let keys = self.keys();
        if self.selection.act(action, &keys) {
            return Intent::Nothing;
        }
        match (action, self.selection.at(&keys).and_then(|at| self.findings.get(at))) {
            (Action::Open, Some(finding)) => Intent::Open(Place::Entry { commit: finding.commit.clone() }),
            (Action::AsOf, Some(finding)) => Intent::AsOf(finding.commit.clone()),
            (Action::Back, _) => Intent::Back,
            _ => Intent::Nothing,
        }
    }

    fn hear(&mut self, response: &Response, _view: &View) -> Intent {
        match response {
            Response::Audited { going, findings, grades, summary, commits, complete }
                if *going == self.going =>
            {
                if std::mem::take(&mut self.outdated) {
                    self.findings.clear();
                    self.grades = Grades::default();
                }
                self.grades.extend(grades);
                self.findings.extend(findings.iter().cloned());
                self.summary = summary.clone();
                self.commits = Some(*commits);
                if *complete {
                    self.state = State::Complete;
                }
            }
            Response::Failed { while_doing, .. }
                if *while_doing == Request::AUDITING && self.state == State::Running =>
            {
                self.state = State::Failed;
            }
            _ => {}
        }
        Intent::Nothing
    }

    fn draw(&mut self, frame: &mut Frame, area: Rect, view: &View) {
        if self.findings.is_empty() {
            let text = match self.state {
                State::Running => "Holding every commit against what it says …",
                State::Complete => "Every commit is what it says.",
                State::Failed => "The audit could not be finished.",
            };
            return frame.render_widget(saying(text, area.width, view.theme.hint()), area);
        }
        let [list, about] = area
            .layout(&Layout::vertical([Constraint::Min(6), Constraint::Length((area.height / 3).min(9))]));
        let keys = self.keys();
        let window = self.selection.window(list, &keys);
        let selected = self.selection.at(&keys);
        let rows = window.map(|at| {
            let row = row(&self.findings[at], view, usize::from(list.width));
            if Some(at) == selected { row.patch_style(view.theme.selected()) } else { row }
        });
        frame.render_widget(Paragraph::new(rows.collect::<Vec<_>>()), list);
        self.selection.rest(frame);
        if let Some(finding) = selected.and_then(|at| self.findings.get(at)) {
            frame.render_widget(Paragraph::new(self.details(finding).lines(about.width, view.theme)), about);
        }
    }

    fn commit(&self) -> Option<String> {
        let at = self.selection.at(&self.keys())?;
        self.findings.get(at).map(|finding| finding.commit.clone())
    }

    fn sheet(&self, _view: &View) -> Option<Table> {
        Some(report::audit::sheet(&self.findings, &self.grades))
    }

    fn touch(&mut self, place: Position, _view: &View) -> Touched {
        self.selection.touch(place)
    }

    fn scroll(&mut self, place: Position, lines: isize) {
        self.selection.scroll(place, lines);
    }

    fn legend(&self, view: &View) -> Vec<Line<'static>> {
        vec![Line::styled(self.progress(), view.theme.hint())]
    }
}

/// Wide enough for the longest class.
const CLASS_WIDTH: usize = 21;

fn row(finding: &Finding, view: &View, width: usize) -> Line<'static> {
    let class = format!("{:<CLASS_WIDTH$}  ", finding.class.key());
    let words = match &finding.path {
        Some(path) => format!("{path}: {}", finding.message),
        None => finding.message.clone(),
    };
    let room = width.saturating_sub(12 + class.len());
    Line::from(vec![
        Span::styled(format!("{}  ", finding.day), view.theme.hint()),
        Span::styled(class, view.theme.error()),
        Span::raw(fit(&visible(&words), room)),
    ])
}
