//! The form for several cells: what is the same for all of them. Evidence and lines stay as each cell has them.

use std::collections::BTreeMap;
use std::sync::Arc;

use crossterm::event::{KeyCode, KeyEvent};
use ratatui::Frame;
use ratatui::layout::{Constraint, Layout, Position, Rect};
use ratatui::style::Style;
use ratatui::text::{Line, Span};
use ratatui::widgets::Paragraph;
use ratatui_textarea::TextArea;

use super::draw::inside;
use super::reason_area;
use crate::analysis::decision::{self, Refusal, Refused};
use crate::domain::visible::line as visible;
use crate::domain::{CompanyId, Day, Slot, Status};
use crate::ui::action::{Action, Scope};
use crate::ui::draft::{Base, Draft};
use crate::ui::intent::Intent;
use crate::ui::mouse::Touched;
use crate::ui::screen::Screen;
use crate::ui::theme;
use crate::ui::view::View;
use crate::ui::widget::input::{Input, point_into, type_into};
use crate::ui::widget::lines::{draw_line, heading};
use crate::ui::widget::list::Cursor;
use crate::ui::widget::text::wrap;
use crate::ui::worker::{Request, Response};

pub struct ManyForm {
    /// Each with what is on file there.
    cells: Vec<Draft>,
    focus: Field,
    status: Option<Status>,
    cursor: Cursor,
    reason: TextArea<'static>,
    owner: Input,
    review_by: Input,
    refusals: Vec<String>,
    /// Whether anything was ever typed, so that there are drafts to keep or to forget.
    was_touched: bool,
    /// What was drawn where.
    drawn: [(Field, Rect); 4],
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Field {
    Status,
    Reason,
    Owner,
    ReviewBy,
}

/// Cells that are called by their names where all of them would fill a screen.
const MOST_NAMED: usize = 40;

/// Cells that each keep what is typed with every pause.
const MOST_UNSAVED: usize = 64;

const FIELDS: [Field; 4] = [Field::Status, Field::Reason, Field::Owner, Field::ReviewBy];

impl ManyForm {
    pub fn new(cells: Vec<(CompanyId, Slot)>) -> ManyForm {
        let untouched = |(company, slot)| Draft {
            company,
            slot,
            base: None,
            draft: decision::Draft::default(),
            review_by: String::new(),
            documents: BTreeMap::new(),
            unfinished: None,
        };
        ManyForm {
            cells: cells.into_iter().map(untouched).collect(),
            focus: Field::Status,
            status: None,
            cursor: Cursor::default(),
            reason: reason_area(""),
            owner: Input::new(""),
            review_by: Input::new(""),
            refusals: Vec::new(),
            was_touched: false,
            drawn: FIELDS.map(|field| (field, Rect::ZERO)),
        }
    }

    fn is_touched(&self) -> bool {
        let texts = [self.owner.text(), self.review_by.text()];
        self.status.is_some() || !self.reason.is_empty() || texts.iter().any(|text| !text.is_empty())
    }

    /// What is wanted of a cell: what is typed here over what is on file there.
    fn wanted(&self, cell: &Draft) -> Draft {
        let mut wanted = cell.clone();
        wanted.draft.status = self.status.or(wanted.draft.status);
        let reason = self.reason.lines().join("\n");
        if self.status != cell.draft.status || !reason.trim().is_empty() {
            // A reason belongs to its status.
            wanted.draft.reason = reason;
        }
        let owner = self.owner.text().trim();
        if !owner.is_empty() {
            wanted.draft.owner = Some(owner.to_owned());
        }
        let day = self.review_by.text().trim();
        if !day.is_empty() {
            day.clone_into(&mut wanted.review_by);
        }
        wanted
    }

    fn preview(&mut self, view: &View) -> Intent {
        self.refusals.clear();
        if let Some(moved) = self.cells.iter().find(|cell| base(cell, view) != cell.base) {
            let name = format!("{} {}", moved.company, moved.slot);
            self.refusals
                .push(format!("another judgement is on file for {name}: the same key again goes on"));
            let _ = self.begin(view);
            return Intent::Nothing;
        }
        let mut wanted = Vec::new();
        for cell in &self.cells {
            let Draft { company, slot, mut draft, review_by, .. } = self.wanted(cell);
            match review_by.trim() {
                "" => draft.review_by = None,
                day => match day.parse::<Day>() {
                    Ok(day) => draft.review_by = Some(day),
                    Err(why) => {
                        self.refusals.push(why);
                        return Intent::Nothing;
                    }
                },
            }
            wanted.push((company, slot, draft));
        }
        Intent::Ask(Request::DecideAll { snapshot: view.snapshot.clone(), wanted: Arc::new(wanted) })
    }

    fn drafts_of(&self, cells: &[Draft]) -> Vec<Draft> {
        match (self.is_touched(), self.was_touched) {
            (true, _) => cells.iter().map(|cell| self.wanted(cell)).collect(),
            (false, true) => cells.to_vec(),
            (false, false) => Vec::new(),
        }
    }

    fn go(&mut self, by: isize) {
        let at = FIELDS.iter().position(|field| *field == self.focus).unwrap_or(0) as isize;
        self.focus = FIELDS[(at + by).rem_euclid(FIELDS.len() as isize) as usize];
    }
}

/// The judgement on file of a cell.
fn base(cell: &Draft, view: &View) -> Option<Base> {
    view.company(&cell.company)?.assessments.get(&cell.slot).map(Base::of)
}

/// Cells by name, the first of them where they are many.
fn named(cells: &[String]) -> String {
    let (first, others) = cells.split_at(cells.len().min(MOST_NAMED));
    let others = if others.is_empty() { String::new() } else { format!(" and {} more", others.len()) };
    format!("{}{others}", first.join(", "))
}

/// Why nothing is decided: each reason once, with the cells that it is about.
fn told(refused: &[Refused], of: usize) -> Vec<String> {
    let mut reasons: Vec<(String, Vec<String>)> = Vec::new();
    for Refused { company, slot, refusals } in refused {
        for words in refusals.iter().map(Refusal::words) {
            let cell = format!("{company} {slot}");
            match reasons.iter_mut().find(|(known, _)| *known == words) {
                Some((_, cells)) => cells.push(cell),
                None => reasons.push((words, vec![cell])),
            }
        }
    }
    let line = |(words, cells): (String, Vec<String>)| match cells.len() == of && of > 1 {
        true => words,
        false => format!("{}: {words}", named(&cells)),
    };
    reasons.into_iter().map(line).collect()
}

impl Screen for ManyForm {
    fn scope(&self) -> Scope {
        Scope::Decide
    }

    fn title(&self, _view: &View) -> String {
        format!("Decide {} cells alike", self.cells.len())
    }

    fn begin(&mut self, view: &View) -> Intent {
        for cell in &mut self.cells {
            cell.base = base(cell, view);
            let recorded =
                view.company(&cell.company).and_then(|company| company.assessments.get(&cell.slot));
            let on_file = recorded.map(|recorded| decision::Draft::from_assessment(&recorded.assessment));
            cell.draft = on_file.unwrap_or_default();
            cell.review_by = cell.draft.review_by.take().map(|day| day.to_string()).unwrap_or_default();
        }
        Intent::Nothing
    }

    fn act(&mut self, action: Action, view: &View) -> Intent {
        match action {
            Action::NextField => self.go(1),
            Action::PreviousField => self.go(-1),
            Action::Toggle if self.focus == Field::Status => {
                self.was_touched = true;
                self.status = Some(Status::ALL[self.cursor.at.min(Status::ALL.len() - 1)]);
            }
            Action::Toggle => return self.type_key(KeyCode::Char(' ').into(), view),
            Action::Preview => return self.preview(view),
            Action::Back => return Intent::Back,
            _ => {}
        }
        Intent::Nothing
    }

    fn type_key(&mut self, key: KeyEvent, view: &View) -> Intent {
        self.was_touched |= self.focus != Field::Status;
        match (self.focus, key.code) {
            (Field::Reason, _) => type_into(&mut self.reason, key),
            (Field::Owner | Field::ReviewBy, KeyCode::Enter) => self.go(1),
            (Field::Owner, _) => self.owner.key(key),
            (Field::ReviewBy, _) => self.review_by.key(key),
            (Field::Status, KeyCode::Enter) => return self.act(Action::Toggle, view),
            (Field::Status, KeyCode::Up | KeyCode::Char('k')) => {
                self.cursor.act(Action::Up, Status::ALL.len());
            }
            (Field::Status, KeyCode::Down | KeyCode::Char('j')) => {
                self.cursor.act(Action::Down, Status::ALL.len());
            }
            _ => {}
        }
        Intent::Nothing
    }

    fn paste(&mut self, text: &str) {
        self.was_touched |= self.focus != Field::Status;
        match self.focus {
            Field::Status => {}
            Field::Reason => {
                self.reason.insert_str(text);
            }
            Field::Owner => self.owner.paste(text),
            Field::ReviewBy => self.review_by.paste(text),
        }
    }

    fn drafts(&self) -> Vec<Draft> {
        self.drafts_of(&self.cells)
    }

    /// The same was typed for all of them: one of very many keeps it while one types.
    fn unsaved(&self) -> Vec<Draft> {
        let cells = &self.cells[..];
        self.drafts_of(if cells.len() > MOST_UNSAVED { &cells[..1] } else { cells })
    }

    fn hear(&mut self, response: &Response, _view: &View) -> Intent {
        if let Response::RefusedAll(refused) = response {
            self.refusals = told(refused, self.cells.len());
        }
        Intent::Nothing
    }

    fn take_draft(&mut self, draft: &Draft) {
        self.status = draft.draft.status;
        self.reason = reason_area(&draft.draft.reason);
        self.was_touched = true;
    }

    fn why_not(&self, action: Action, _view: &View) -> Option<String> {
        match action {
            Action::AddDocument => Some("A document is put on file with one judgement at a time.".to_owned()),
            Action::Discard => Some("Esc leaves this form; D lists drafts, to discard them.".to_owned()),
            _ => None,
        }
    }

    fn touch(&mut self, place: Position, view: &View) -> Touched {
        let Some((field, area)) = self.drawn.into_iter().find(|(_, area)| area.contains(place)) else {
            return Touched::Nothing;
        };
        self.focus = field;
        match field {
            Field::Status if place.y > area.y => {
                self.cursor.at = self.cursor.row(place.y - area.y - 1).min(Status::ALL.len() - 1);
                return Touched::Did(self.act(Action::Toggle, view));
            }
            Field::Status => false,
            Field::Reason => point_into(&mut self.reason, inside(area), place),
            Field::Owner => self.owner.touch(place),
            Field::ReviewBy => self.review_by.touch(place),
        };
        Touched::Selected
    }

    fn scroll(&mut self, place: Position, lines: isize) {
        if self.drawn.iter().any(|(field, area)| *field == Field::Reason && area.contains(place)) {
            self.reason.scroll((lines as i16, 0));
        }
    }

    fn long_text(&self) -> Option<String> {
        Some(self.reason.lines().join("\n"))
    }

    fn take_long_text(&mut self, text: &str) {
        self.was_touched = true;
        self.reason = reason_area(text);
        self.focus = Field::Reason;
    }

    fn draw(&mut self, frame: &mut Frame, area: Rect, view: &View) {
        // A name and its slot take more than four columns: no more of them can be seen.
        let room = usize::from(area.height / 4).max(1);
        let seen = self.cells.iter().take(room * usize::from(area.width) / 4 + 1);
        let names: Vec<String> =
            seen.map(|cell| format!("{} {}", view.name(&cell.company), cell.slot)).collect();
        let mut cells = wrap(&visible(&names.join(", ")), area.width);
        if cells.len() > room {
            cells.truncate(room);
            cells.push(format!("… {} cells in all", self.cells.len()));
        }
        let wrong: Vec<String> =
            self.refusals.iter().flat_map(|text| wrap(&format!("✗ {}", visible(text)), area.width)).collect();
        let wrong = &wrong[..wrong.len().min(usize::from(area.height / 3))];
        let [head, status, reason, owner, review, refused] = area.layout(&Layout::vertical([
            Constraint::Length(cells.len() as u16 + 1),
            Constraint::Length(Status::ALL.len() as u16 + 1),
            Constraint::Min(3),
            Constraint::Length(1),
            Constraint::Length(1),
            Constraint::Length(wrong.len() as u16),
        ]));
        self.drawn = [
            (Field::Status, status),
            (Field::Reason, reason),
            (Field::Owner, owner),
            (Field::ReviewBy, review),
        ];
        let cells: Vec<Line> = cells.into_iter().map(|line| Line::styled(line, view.theme.title())).collect();
        frame.render_widget(Paragraph::new(cells), head);
        self.draw_status(frame, status, view);
        super::draw::draw_reason(frame, reason, view, &mut self.reason, self.focus == Field::Reason);
        let hint = "as each cell has it";
        draw_line(frame, owner, view.theme, "Owner", &self.owner, self.focus == Field::Owner, hint);
        draw_line(
            frame,
            review,
            view.theme,
            "Review by",
            &self.review_by,
            self.focus == Field::ReviewBy,
            hint,
        );
        let wrong: Vec<Line> =
            wrong.iter().map(|line| Line::styled(line.clone(), view.theme.error())).collect();
        frame.render_widget(Paragraph::new(wrong), refused);
    }
}

impl ManyForm {
    fn draw_status(&mut self, frame: &mut Frame, area: Rect, view: &View) {
        let focused = self.focus == Field::Status;
        let [head, list] = area.layout(&Layout::vertical([Constraint::Length(1), Constraint::Min(0)]));
        frame.render_widget(Line::styled("Status", heading(view.theme, focused)), head);
        let window = self.cursor.window(usize::from(list.height), Status::ALL.len());
        let row = |at: usize| {
            let status = Status::ALL[at];
            let mark = if self.status == Some(status) { "(•)" } else { "( )" };
            let words = format!("{} {status}", theme::glyph(theme::of_status(status)));
            let row = Line::from(vec![
                Span::styled(format!("  {mark} "), Style::new()),
                Span::styled(words, view.theme.status(status)),
            ]);
            if focused && at == self.cursor.at { row.patch_style(view.theme.selected()) } else { row }
        };
        frame.render_widget(Paragraph::new(window.map(row).collect::<Vec<_>>()), list);
        if focused {
            self.cursor.rest(frame, list);
        }
    }
}
