//! The trail of a cell, a company or the register: who, when, from what to what, and why.

use std::ops::RangeInclusive;

use ratatui::Frame;
use ratatui::layout::{Constraint, Layout, Position, Rect};
use ratatui::text::{Line, Span};
use ratatui::widgets::Paragraph;
use unicode_width::UnicodeWidthStr;

use super::{Place, Screen};
use crate::domain::visible::line as visible;
use crate::domain::{CompanyId, Entry, EntryKind};
use crate::register::{At, Trail, Which};
use crate::report::log::Log;
use crate::report::{Report, Table, log};
use crate::ui::action::{Action, Scope};
use crate::ui::intent::Intent;
use crate::ui::mouse::Touched;
use crate::ui::view::View;
use crate::ui::widget::document::Document;
use crate::ui::widget::list::Selection;
use crate::ui::widget::text::{fit, saying};
use crate::ui::worker::{Request, Response};

pub struct History {
    trail: Trail,
    /// Newest first; each commit with everything it did to this trail.
    commits: Vec<Vec<Entry>>,
    complete: bool,
    /// What is shown was read before the register changed, and goes when the first of what is read again is there.
    outdated: bool,
    selection: Selection<String>,
    /// The commit at the other end of what is marked.
    mark: Option<String>,
}

impl History {
    pub fn new(trail: Trail) -> History {
        let selection = Selection::default();
        History { trail, commits: Vec::new(), complete: false, outdated: false, selection, mark: None }
    }
}

impl History {
    fn keys(&self) -> Vec<String> {
        self.commits.iter().map(|entries| entries[0].commit.clone()).collect()
    }

    fn at(&self) -> Option<usize> {
        self.selection.at(&self.keys())
    }

    fn selected(&self) -> Option<&Entry> {
        self.commits.get(self.at()?)?.first()
    }

    fn place(&self, commit: &str) -> Option<usize> {
        self.commits.iter().position(|entries| entries[0].commit == commit)
    }

    /// The lines from the mark to the cursor; none without a mark.
    fn marked(&self) -> Option<RangeInclusive<usize>> {
        let (mark, at) = (self.place(self.mark.as_deref()?)?, self.at()?);
        Some(mark.min(at)..=mark.max(at))
    }

    fn add(&mut self, entry: Entry) {
        match self.commits.last_mut() {
            Some(last) if last[0].commit == entry.commit => last.push(entry),
            _ => self.commits.push(vec![entry]),
        }
    }
}

impl Screen for History {
    fn scope(&self) -> Scope {
        Scope::History
    }

    fn title(&self, view: &View) -> String {
        match &self.trail {
            Trail::Cell(company, measure) => format!("Trail of {} · {measure}", view.name(company)),
            Trail::Company(company) => format!("Trail of {}", view.name(company)),
            Trail::Register => "Trail of the register".into(),
        }
    }

    fn begin(&mut self, view: &View) -> Intent {
        Intent::Ask(Request::History(self.trail.clone(), At::of(&view.snapshot.source)))
    }

    fn refresh(&mut self, view: &View) -> Intent {
        self.outdated = true;
        self.complete = false;
        self.begin(view)
    }

    fn act(&mut self, action: Action, _view: &View) -> Intent {
        let keys = self.keys();
        if self.selection.act(action, &keys) {
            return Intent::Nothing;
        }
        let selected = self.selected().cloned();
        match (action, selected) {
            (Action::Open, Some(entry)) => Intent::Open(Place::Entry { commit: entry.commit }),
            (Action::AsOf, Some(entry)) => Intent::AsOf(entry.commit),
            (Action::Wider, _) => match &self.trail {
                Trail::Cell(company, _) => Intent::Replace(Place::History(Trail::Company(company.clone()))),
                Trail::Company(_) => Intent::Replace(Place::History(Trail::Register)),
                Trail::Register => Intent::Say("This is the whole register's trail.".into()),
            },
            (Action::Mark, Some(entry)) => {
                self.mark = if self.mark.is_some() { None } else { Some(entry.commit) };
                Intent::Nothing
            }
            (Action::Back, _) if self.mark.take().is_some() => Intent::Nothing,
            (Action::Back, _) => Intent::Back,
            _ => Intent::Nothing,
        }
    }

    fn hear(&mut self, response: &Response, _view: &View) -> Intent {
        if let Response::History { trail, entries, complete } = response
            && *trail == self.trail
            && !self.complete
        {
            if std::mem::take(&mut self.outdated) {
                self.commits.clear();
            }
            for entry in entries {
                self.add(entry.clone());
            }
            self.complete = *complete;
        }
        Intent::Nothing
    }

    fn draw(&mut self, frame: &mut Frame, area: Rect, view: &View) {
        if self.commits.is_empty() {
            let text = if self.complete { "No commit touched this yet." } else { "Reading the history …" };
            return frame.render_widget(saying(text, area.width, view.theme.hint()), area);
        }
        // The list takes what it needs, and leaves at least a third to what is said of the selected commit.
        let about_least = (area.height / 3).min(9);
        let needs = u16::try_from(self.commits.len()).unwrap_or(u16::MAX).max(3);
        let [list, reason] = area.layout(&Layout::vertical([
            Constraint::Length(needs.min(area.height - about_least)),
            Constraint::Min(about_least),
        ]));
        let window = self.selection.window(list, &self.keys());
        let selected = self.at();
        let marked = self.marked();
        let rows = window.map(|at| {
            let mark = if marked.as_ref().is_some_and(|marked| marked.contains(&at)) { "*" } else { " " };
            let row = row(&self.commits[at], mark, &self.trail, view, usize::from(list.width));
            if Some(at) == selected { row.patch_style(view.theme.selected()) } else { row }
        });
        frame.render_widget(Paragraph::new(rows.collect::<Vec<_>>()), list);
        self.selection.rest(frame);
        if let Some(entries) = selected.and_then(|at| self.commits.get(at)) {
            let lines = about(entries, &self.trail, view).lines(reason.width, view.theme);
            frame.render_widget(Paragraph::new(lines), reason);
        }
    }

    fn commit(&self) -> Option<String> {
        self.selected().map(|entry| entry.commit.clone())
    }

    fn sheet(&self, view: &View) -> Option<Table> {
        let entries = self.commits.concat();
        let grades = Some(&*view.grades);
        Log { snapshot: &view.snapshot, company: None, measure: None, entries: &entries, grades }.sheet()
    }

    fn touch(&mut self, place: Position, _view: &View) -> Touched {
        self.selection.touch(place)
    }

    fn scroll(&mut self, place: Position, lines: isize) {
        self.selection.scroll(place, lines);
    }

    fn to_undo(&self, _view: &View) -> Option<Which> {
        let at = self.at()?;
        let lines = self.marked().unwrap_or(at..=at);
        let commits = self.commits.get(lines)?;
        Some(Which::Commits(commits.iter().map(|entries| entries[0].commit.clone()).collect()))
    }

    fn legend(&self, view: &View) -> Vec<Line<'static>> {
        let more = if self.complete { "" } else { " so far" };
        let marked = self.marked().map(|marked| format!("; {} marked", marked.count())).unwrap_or_default();
        let at = self.at().map_or(0, |at| at + 1);
        let text = format!("{at} of {}{more}, newest first{marked}", self.commits.len());
        if self.commits.is_empty() { Vec::new() } else { vec![Line::styled(text, view.theme.hint())] }
    }
}

/// From so many columns on there is room for authors.
const NARROW: usize = 60;

/// In a narrower window a review is told by its mark.
const WIDE: usize = 120;

/// Wide enough for every grade.
const REVIEW_WIDTH: usize = 27;

fn row(entries: &[Entry], mark: &str, trail: &Trail, view: &View, width: usize) -> Line<'static> {
    let entry = &entries[0];
    // In a narrow window the author is only told below.
    let author = match width < NARROW {
        true => String::new(),
        false => fit(&visible(&entry.author), (width / 4).min(20)) + "  ",
    };
    let review = view.grades.of(&entry.commit).map_or_else(String::new, |grade| match width < WIDE {
        true => grade.glyph().to_owned(),
        false => grade.marked(),
    });
    let review_width = if width < WIDE { 1 } else { REVIEW_WIDTH };
    let room = width.saturating_sub(14 + author.width() + review_width);
    let mut spans = vec![
        Span::styled(format!("{}{mark} ", entry.day()), view.theme.hint()),
        Span::raw(author),
        Span::styled(format!("{}  ", fit(&review, review_width)), view.theme.hint()),
    ];
    let words = match entries {
        [one] => what(one, trail, view),
        several => format!("{} ({} files)", entry.subject, several.len()),
    };
    spans.push(Span::raw(fit(&visible(&words), room)));
    Line::from(spans)
}

/// What the commit did, in the register's words; names the company only where the trail holds several.
fn what(entry: &Entry, trail: &Trail, view: &View) -> String {
    let of = |company: &CompanyId| match trail {
        Trail::Register => format!("{}, ", view.name(company)),
        _ => String::new(),
    };
    match &entry.kind {
        EntryKind::Assessment { company, slot, from, to, .. } => {
            format!("{}{slot}: {} → {}", of(company), from.words(), to.words())
        }
        EntryKind::Evidence { company, id, how } => format!("{}evidence {id} {}", of(company), how.words()),
        EntryKind::Model { company, id, how } => format!("{}model {id} {}", of(company), how.words()),
        EntryKind::Company { company, how } => format!("{} {}", view.name(company), how.words()),
        EntryKind::Catalogue { how } => format!("{} {}", entry.path, how.words()),
        EntryKind::Other { how } => format!("{} {}", entry.path, how.words()),
        EntryKind::Unread | EntryKind::Cut => entry.words(),
    }
}

fn about(entries: &[Entry], trail: &Trail, view: &View) -> Document {
    let entry = &entries[0];
    let mut page = Document::default();
    page.blank();
    let short = entry.commit.get(..10).unwrap_or(&entry.commit);
    match entry.kind {
        EntryKind::Cut => page.field("commit", short),
        _ => {
            page.field("commit", format!("{short}  {} <{}>", entry.author, entry.email));
            page.field("subject", entry.subject.clone());
        }
    }
    if let Some(grade) = view.grades.of(&entry.commit) {
        page.field("review", grade.marked());
    }
    if let EntryKind::Assessment { reason: Some(reason), .. } = &entry.kind {
        page.field("reason", reason.clone());
    }
    for entry in entries {
        page.styled_field("change", what(entry, trail, view), view.theme.hint());
    }
    for note in log::lacking(entries) {
        page.field("note", note);
    }
    page
}
