//! What git's merge, rebase, cherry-pick or pull left to people: the files in conflict, and the form that settles one.
//!
//! Sides have the names people give them, `on main` and `in your change`, never git's "ours" and "theirs". Nothing is
//! written before it was shown and confirmed, and git itself ends what it is in the middle of. What is chosen and typed
//! for a file is kept as drafts are, until it is settled.

mod form;

use std::collections::HashMap;
use std::sync::Arc;

use crossterm::event::{KeyCode, KeyEvent};
use ratatui::Frame;
use ratatui::layout::{Constraint, Layout, Position, Rect};
use ratatui::text::{Line, Span};
use ratatui::widgets::Paragraph;
use unicode_width::UnicodeWidthStr;

use super::preview::diff_lines;
use super::{Place, Screen};
use crate::domain::visible::line as visible;
use crate::domain::{CompanyId, Day, MeasureRef, Slot};
use crate::register::conflicts::{Answers, Choice, Conflict, Conflicts, Point, Version};
use crate::ui::action::{Action, Scope};
use crate::ui::chosen::Chosen;
use crate::ui::intent::Intent;
use crate::ui::mouse::Touched;
use crate::ui::settling::{Settled, Settling};
use crate::ui::view::{DRAFT, View};
use crate::ui::widget::document::{Document, Scroll};
use crate::ui::widget::list::Selection;
use crate::ui::widget::text::{fit, wrap};
use crate::ui::worker::{Request, Response};
use form::Form;

/// How to go on from this screen.
const HERE: &str = "`c`";

#[derive(Default)]
pub struct ConflictsScreen {
    found: Option<Arc<Conflicts>>,
    selection: Selection<Row>,
    /// By path: what was chosen and typed for a file as it is in conflict.
    forms: HashMap<String, Form>,
    /// The path of the file that is being settled.
    open: Option<String>,
    preview: Option<Preview>,
}

/// What a file would be settled with, to be looked at.
struct Preview {
    choice: Choice,
    diff: String,
    scroll: Scroll,
    settling: bool,
}

#[derive(Clone, Debug, PartialEq, Eq)]
enum Row {
    File(String),
    /// Outside of the register.
    Elsewhere(String),
    /// A judgement that a merge put together from two.
    Contested(CompanyId, Slot),
}

impl ConflictsScreen {
    fn rows(&self) -> Vec<Row> {
        let Some(found) = &self.found else { return Vec::new() };
        let files = found.files.iter().map(|file| Row::File(file.path.clone()));
        let elsewhere = found.elsewhere.iter().cloned().map(Row::Elsewhere);
        let contested =
            found.contested.iter().map(|(company, slot)| Row::Contested(company.clone(), slot.clone()));
        files.chain(elsewhere).chain(contested).collect()
    }

    fn selected(&self) -> Option<Row> {
        let rows = self.rows();
        self.selection.at(&rows).map(|at| rows[at].clone())
    }

    fn form(&mut self) -> Option<&mut Form> {
        self.forms.get_mut(self.open.as_ref()?)
    }

    fn take(&mut self, found: &Arc<Conflicts>) {
        // Another conflict in the same file is another question.
        self.forms.retain(|_, form| found.files.contains(&form.conflict));
        if self.open.as_ref().is_some_and(|path| !self.forms.contains_key(path)) {
            (self.open, self.preview) = (None, None);
        }
        self.found = Some(found.clone());
    }

    fn open_selected(&mut self, view: &View) -> Intent {
        let found = self.found.clone();
        match (self.selected(), found) {
            (Some(Row::File(path)), Some(found)) => {
                if let Some(conflict) = found.files.iter().find(|conflict| conflict.path == path) {
                    let kept = view.chosen.iter().find(|chosen| chosen.is_of(conflict));
                    self.forms.entry(path.clone()).or_insert_with(|| Form::new(conflict.clone(), kept));
                    self.open = Some(path);
                }
                Intent::Nothing
            }
            (Some(Row::Elsewhere(path)), _) => {
                Intent::Say(format!("{path} is no file of the register: edit it, and git add it."))
            }
            (Some(Row::Contested(company, slot)), _) => {
                Intent::Open(Place::Detail { company, measure: slot.measure })
            }
            _ => Intent::Nothing,
        }
    }

    fn act_in_preview(&mut self, action: Action) -> Intent {
        let Some(preview) = &mut self.preview else { return Intent::Nothing };
        match action {
            Action::Back => self.preview = None,
            Action::Settle if !preview.settling => {
                preview.settling = true;
                let choice = preview.choice.clone();
                if let Some(form) = self.form() {
                    let settling = Settling::Settle(Box::new(form.conflict.clone()), choice);
                    return Intent::Ask(Request::Settle(settling));
                }
            }
            action => {
                preview.scroll.act(action);
            }
        }
        Intent::Nothing
    }

    fn draw_list(&mut self, frame: &mut Frame, area: Rect, view: &View) {
        let Some(found) = self.found.clone() else {
            return frame
                .render_widget(Line::styled("Reading what is in conflict …", view.theme.hint()), area);
        };
        let rows = self.rows();
        let head = wrap(&visible(&what_happened(&found)), area.width.saturating_sub(1));
        let height = (area.height / 2).min(16);
        let [words, list, about] = area.layout(&Layout::vertical([
            Constraint::Length(head.len() as u16 + 1),
            Constraint::Min(2),
            Constraint::Length(if rows.is_empty() { 0 } else { height }),
        ]));
        let head: Vec<Line> = head.into_iter().map(|line| Line::styled(line, view.theme.title())).collect();
        frame.render_widget(Paragraph::new(head), words);
        if rows.is_empty() {
            let hint = "What git's merge, rebase, cherry-pick or pull leaves in conflict appears here.";
            let lines = wrap(hint, list.width).into_iter().map(|line| Line::styled(line, view.theme.hint()));
            return frame.render_widget(Paragraph::new(lines.collect::<Vec<_>>()), list);
        }
        let window = self.selection.window(list, &rows);
        let selected = self.selection.at(&rows);
        let lines = window.map(|at| {
            let line = row(&rows[at], &found, view, usize::from(list.width));
            if Some(at) == selected { line.patch_style(view.theme.selected()) } else { line }
        });
        frame.render_widget(Paragraph::new(lines.collect::<Vec<_>>()), list);
        if let Some(Row::File(path)) = selected.map(|at| &rows[at])
            && let Some(conflict) = found.files.iter().find(|conflict| conflict.path == *path)
        {
            let page = about_it(conflict, view);
            frame.render_widget(Paragraph::new(page.lines(about.width, view.theme)), about);
        }
        self.selection.rest(frame);
    }
}

impl Screen for ConflictsScreen {
    fn scope(&self) -> Scope {
        match (&self.open, &self.preview) {
            (None, _) => Scope::Conflicts,
            (Some(_), None) => Scope::Settle,
            (Some(_), Some(_)) => Scope::Settled,
        }
    }

    fn title(&self, view: &View) -> String {
        let conflict = self.open.as_ref().and_then(|path| self.forms.get(path)).map(|form| &form.conflict);
        match (conflict, &self.preview, &self.found) {
            (Some(_), Some(_), _) => "Preview: nothing is written yet".to_owned(),
            (Some(conflict), None, _) => format!("Settle {}", name(conflict, view)),
            (None, _, Some(found)) => format!("Conflicts ({})", found.files.len()),
            (None, _, None) => "Conflicts".to_owned(),
        }
    }

    fn begin(&mut self, _view: &View) -> Intent {
        Intent::Ask(Request::Settle(Settling::List))
    }

    fn refresh(&mut self, view: &View) -> Intent {
        self.begin(view)
    }

    fn look(&mut self, view: &View) -> Intent {
        self.begin(view)
    }

    fn hear(&mut self, response: &Response, _view: &View) -> Intent {
        match response {
            Response::Settled(Settled::List(found)) => self.take(found),
            Response::Settled(Settled::File { path, left }) => {
                self.take(left);
                let next = match left.files.len() {
                    // Without a merge it is a file that was marked.
                    0 => left.way_on(HERE).unwrap_or_else(|| "Commit it: git commit".to_owned()),
                    1 => "1 file is left.".to_owned(),
                    count => format!("{count} files are left."),
                };
                return Intent::Say(format!("Settled {path} and staged it. {next}"));
            }
            Response::Settled(Settled::WentOn { is_over, left }) => {
                let before = self.found.as_ref().and_then(|found| found.operation).unwrap_or_default();
                self.take(left);
                return Intent::Say(match is_over {
                    true => format!("git has ended the {before}."),
                    false => format!("git went on with the {before}, and stopped again."),
                });
            }
            Response::Failed { .. } | Response::Declined => {
                if let Some(preview) = &mut self.preview {
                    preview.settling = false;
                }
            }
            _ => {}
        }
        Intent::Nothing
    }

    fn act(&mut self, action: Action, view: &View) -> Intent {
        if self.preview.is_some() {
            return self.act_in_preview(action);
        }
        if let Some(form) = self.form() {
            match action {
                Action::Back => self.open = None,
                Action::Preview => {
                    if let Some((choice, diff)) = form.settled() {
                        let scroll = Scroll::default();
                        self.preview = Some(Preview { choice, diff, scroll, settling: false });
                    }
                }
                Action::Discard => return form.discard(),
                action => form.act(action),
            }
            return Intent::Nothing;
        }
        let rows = self.rows();
        match action {
            Action::Back => Intent::Back,
            Action::Open => self.open_selected(view),
            Action::Continue => match &self.found {
                Some(found) if found.operation.is_some() => {
                    Intent::Ask(Request::Settle(Settling::GoOn { signs: found.signs }))
                }
                _ => Intent::Say("git is in the middle of nothing.".to_owned()),
            },
            action => {
                self.selection.act(action, &rows);
                Intent::Nothing
            }
        }
    }

    fn type_key(&mut self, key: KeyEvent, _view: &View) -> Intent {
        if let Some(form) = self.form() {
            match (key.code, form.types()) {
                (KeyCode::Enter, false) => form.act(Action::Toggle),
                _ => form.key(key),
            }
        }
        Intent::Nothing
    }

    fn paste(&mut self, text: &str) {
        if let Some(form) = self.form() {
            form.paste(text);
        }
    }

    fn chosen(&self) -> Vec<(Chosen, bool)> {
        self.forms.values().map(Form::chosen).collect()
    }

    fn long_text(&self) -> Option<String> {
        self.forms.get(self.open.as_ref()?)?.long_text()
    }

    fn take_long_text(&mut self, text: &str) {
        if let Some(form) = self.form() {
            form.take_long_text(text);
        }
    }

    fn cell(&self, _view: &View) -> Option<(CompanyId, MeasureRef)> {
        let cell = match self.selected()? {
            Row::File(path) => {
                let found = self.found.as_ref()?;
                found.files.iter().find(|conflict| conflict.path == path)?.cell.clone()?
            }
            Row::Contested(company, slot) => (company, slot),
            Row::Elsewhere(_) => return None,
        };
        Some((cell.0, cell.1.measure))
    }

    fn touch(&mut self, place: Position, _view: &View) -> Touched {
        match (self.preview.is_some(), self.form()) {
            (true, _) => Touched::Nothing,
            (false, Some(form)) => form.touch(place),
            (false, None) => self.selection.touch(place),
        }
    }

    fn scroll(&mut self, place: Position, lines: isize) {
        match &mut self.preview {
            Some(preview) => preview.scroll.by(lines),
            None => self.selection.scroll(place, lines),
        }
    }

    fn draw(&mut self, frame: &mut Frame, area: Rect, view: &View) {
        let path = self.open.clone();
        match (path, &mut self.preview) {
            (Some(path), Some(preview)) => {
                let what = format!("Enter writes {path} so, and stages it.");
                let mut lines = vec![Line::styled(visible(&what).into_owned(), view.theme.title())];
                let next = "Nothing is committed: git does that when it goes on.";
                lines.extend([Line::styled(next, view.theme.hint()), Line::default()]);
                lines.extend(match preview.diff.as_str() {
                    "" => {
                        vec![Line::raw("It stays as it is committed here.")]
                    }
                    diff => diff_lines(diff, area.width, view.theme),
                });
                preview.scroll.draw(frame, area, lines);
            }
            (Some(path), None) => {
                if let Some(form) = self.forms.get_mut(&path) {
                    form.draw(frame, area, view);
                }
            }
            (None, _) => self.draw_list(frame, area, view),
        }
    }
}

/// What git is in the middle of, and whose the sides are.
fn what_happened(found: &Conflicts) -> String {
    match (found.files.len(), found.operation) {
        (0, _) => match (found.way_on(HERE), found.contested.len()) {
            (Some(way_on), _) => way_on,
            (None, 0) => "Nothing is to be settled.".to_owned(),
            (None, _) => "Nothing is in conflict. These were judged otherwise on both sides of a merge, and want to be \
                          decided again."
                .to_owned(),
        },
        (_, operation) => {
            let stopped = operation.map(|operation| format!("git stopped in a {operation}. "));
            let (ours, theirs) = match found.files.iter().find(|file| !file.is_marked()) {
                Some(file) => (&file.names[0], &file.names[1]),
                None => return "An earlier merge left these files to people, and nobody has settled them.".to_owned(),
            };
            format!("{}These files say one thing {ours}, and another {theirs}.", stopped.unwrap_or_default())
        }
    }
}

/// A file as people call it.
fn name(conflict: &Conflict, view: &View) -> String {
    match &conflict.cell {
        Some((company, slot)) => format!("{} · {slot}", view.name(company)),
        None => conflict.path.clone(),
    }
}

/// Columns for what a row is.
const NAME_WIDTH: usize = 40;

fn row(row: &Row, found: &Conflicts, view: &View, width: usize) -> Line<'static> {
    let name_width = NAME_WIDTH.min(width / 2);
    let (mark, style, name, words) = match row {
        Row::File(path) => {
            let Some(conflict) = found.files.iter().find(|conflict| conflict.path == *path) else {
                return Line::default();
            };
            let begun = view.chosen.iter().any(|chosen| chosen.is_of(conflict));
            let words = if begun { format!("{DRAFT} {}", in_short(conflict)) } else { in_short(conflict) };
            ("✗", view.theme.error(), name(conflict, view), words)
        }
        Row::Elsewhere(path) => {
            ("✗", view.theme.hint(), path.clone(), "outside of the register: git settles it".to_owned())
        }
        Row::Contested(company, slot) => {
            let name = format!("{} · {slot}", view.name(company));
            ("~", view.theme.warning(), name, "to be decided again".to_owned())
        }
    };
    Line::from(vec![
        Span::styled(format!("{mark} "), style),
        Span::raw(fit(&visible(&name), name_width)),
        Span::styled(
            format!(" {}", fit(&visible(&words), width.saturating_sub(name_width + 3))),
            view.theme.hint(),
        ),
    ])
}

/// In what the sides contradict each other.
fn in_short(conflict: &Conflict) -> String {
    let [ours, theirs] = &conflict.names;
    match (conflict.ours.is_there, conflict.theirs.is_there) {
        (false, false) => "removed on both sides".to_owned(),
        (false, true) => format!("removed {ours}"),
        (true, false) => format!("removed {theirs}"),
        (true, true) => match conflict.together(&Answers::default()) {
            Some(weighed) if !weighed.points.is_empty() => {
                weighed.points.into_iter().map(|point| point.name).collect::<Vec<_>>().join("; ")
            }
            Some(_) => "nothing against each other".to_owned(),
            None => "no keys to choose between".to_owned(),
        },
    }
}

fn about_it(conflict: &Conflict, view: &View) -> Document {
    let mut page = Document::default();
    page.blank();
    if conflict.cell.is_some() {
        page.styled(conflict.path.clone(), view.theme.hint());
    }
    said_last(&mut page, conflict, view);
    for point in conflict.together(&Answers::default()).into_iter().flat_map(|weighed| weighed.points) {
        page.heading(point.name.clone());
        said(&mut page, &versions(&conflict.names, &point), view);
    }
    page
}

/// The versions of a key, each with what it is called.
fn versions<'t>([ours, theirs]: &'t [String; 2], point: &'t Point) -> [(&'t str, Option<&'t str>); 3] {
    [(ours, point.ours.as_deref()), (theirs, point.theirs.as_deref()), ("before", point.base.as_deref())]
}

/// What each version says.
fn said(page: &mut Document, versions: &[(&str, Option<&str>)], view: &View) {
    let width = versions.iter().map(|(name, _)| visible(name).width()).max().unwrap_or_default() + 2;
    for (name, version) in versions {
        let name = visible(name);
        let lead = format!("  {name:<width$}");
        match version {
            Some(text) => page.item(lead, view.theme.hint(), *text),
            None => page.styled_item(lead, view.theme.hint(), "not there", view.theme.hint()),
        }
    }
}

/// Who touched each side's file last.
fn said_last(page: &mut Document, conflict: &Conflict, view: &View) {
    if conflict.is_marked() {
        let words = "  An earlier merge left it to people, and nobody has settled it: the file says so in [[unsettled]].";
        return page.styled(words, view.theme.hint());
    }
    let [ours, theirs] = &conflict.names;
    let lasts = [&conflict.ours, &conflict.theirs].map(last);
    said(page, &[(ours, Some(&lasts[0])), (theirs, Some(&lasts[1]))], view);
}

/// Who touched a side's file last.
fn last(version: &Version) -> String {
    let by = version.by.as_ref().map(|(who, subject)| {
        format!("{}, {}: {subject}", who.name, Day::at(who.time_seconds, who.offset_minutes))
    });
    let by = by.unwrap_or_else(|| "not committed".to_owned());
    if version.is_there { by } else { format!("removed by {by}") }
}
