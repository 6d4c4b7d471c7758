//! The form of a decision: status, requirements, reason, evidence, owner, review day.
//!
//! What is typed outlives the form: leaving keeps it as a draft, and opening the same cell again brings it back.

use std::collections::BTreeMap;

use crossterm::event::{KeyCode, KeyEvent};
use ratatui::Frame;
use ratatui::layout::{Constraint, Layout, Rect};
use ratatui::style::{Modifier, Style};
use ratatui::text::{Line, Span};
use ratatui::widgets::Paragraph;
use ratatui_textarea::{CursorMove, TextArea, WrapMode};

use super::Screen;
use crate::analysis::decision::{Choice, Cited, Draft, choices, decide};
use crate::analysis::{Refusal, decision};
use crate::domain::catalogue::Force;
use crate::domain::visible::line as visible;
use crate::domain::{Company, CompanyId, Day, EvidenceId, Letter, Measure, MeasureRef, Slot, Status};
use crate::ui::action::{Action, Scope};
use crate::ui::intent::Intent;
use crate::ui::theme;
use crate::ui::view::View;
use crate::ui::widget::input::Input;
use crate::ui::widget::list::Cursor;
use crate::ui::widget::text::cut;
use crate::ui::worker::Request;

pub struct Form {
    company: CompanyId,
    slot: Slot,
    focus: Field,
    status: Option<Status>,
    requirements: BTreeMap<Letter, Status>,
    reason: TextArea<'static>,
    evidence: Vec<Cited>,
    owner: Input,
    review_by: Input,
    cursors: [Cursor; 3],
    /// What stood against the last try.
    refusals: Vec<String>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Field {
    Status,
    Requirements,
    Reason,
    Evidence,
    Owner,
    ReviewBy,
}

const FIELDS: [Field; 6] =
    [Field::Status, Field::Requirements, Field::Evidence, Field::Reason, Field::Owner, Field::ReviewBy];

impl Form {
    pub fn new(company: CompanyId, slot: Slot) -> Form {
        Form {
            company,
            slot,
            focus: Field::Status,
            status: None,
            requirements: BTreeMap::new(),
            reason: reason_area(""),
            evidence: Vec::new(),
            owner: Input::new(""),
            review_by: Input::new(""),
            cursors: Default::default(),
            refusals: Vec::new(),
        }
    }

    /// Fills the form.
    pub fn fill(&mut self, draft: &Draft, review_by: Option<&str>) {
        self.status = draft.status;
        self.requirements = draft.requirements.clone();
        self.reason = reason_area(&draft.reason);
        self.evidence = draft.evidence.clone();
        self.owner = Input::new(draft.owner.as_deref().unwrap_or_default());
        let day = draft.review_by.map(|day| day.to_string()).unwrap_or_default();
        self.review_by = Input::new(review_by.unwrap_or(&day));
    }

    fn draft(&self) -> Draft {
        let owner = self.owner.text().trim();
        Draft {
            status: self.status,
            reason: self.reason.lines().join("\n"),
            requirements: self.requirements.clone(),
            evidence: self.evidence.clone(),
            owner: (!owner.is_empty()).then(|| owner.to_owned()),
            review_by: self.review_day().ok().flatten(),
        }
    }

    fn review_day(&self) -> Result<Option<Day>, String> {
        match self.review_by.text().trim() {
            "" => Ok(None),
            text => text.parse().map(Some),
        }
    }

    fn subject<'a>(&self, view: &'a View) -> Option<(&'a Company, &'a Measure)> {
        decision::cell(&view.snapshot, &self.company, &self.slot).ok()
    }

    /// Evidence on file: what bears on the measure first.
    fn offered(&self, company: &Company) -> Vec<EvidenceId> {
        let bears = |id: &EvidenceId| {
            company.evidence[id].evidence.bears_on(self.slot.measure, self.slot.model.as_ref())
        };
        let (first, rest): (Vec<EvidenceId>, Vec<EvidenceId>) =
            company.evidence.keys().cloned().partition(bears);
        [first, rest].concat()
    }

    fn choices(&self, company: &Company, measure: &Measure) -> Vec<Choice> {
        let on_file = company.assessments.get(&self.slot).map(|recorded| recorded.assessment.status);
        choices(measure, on_file, &self.draft())
    }

    fn length(&self, company: &Company, measure: &Measure) -> usize {
        match self.focus {
            Field::Status => Status::ALL.len(),
            Field::Requirements => measure.requirements.len(),
            Field::Evidence => company.evidence.len(),
            _ => 0,
        }
    }

    fn go(&mut self, by: isize, view: &View) {
        let empty = |field| match (field, self.subject(view)) {
            (Field::Requirements, Some((_, measure))) => measure.requirements.is_empty(),
            (Field::Evidence, Some((company, _))) => company.evidence.is_empty(),
            _ => false,
        };
        let count = FIELDS.len() as isize;
        let mut at = FIELDS.iter().position(|field| *field == self.focus).unwrap_or(0) as isize;
        loop {
            at = (at + by).rem_euclid(count);
            if !empty(FIELDS[at as usize]) {
                break;
            }
        }
        self.focus = FIELDS[at as usize];
    }

    fn toggle(&mut self, view: &View) -> Intent {
        let Some((company, measure)) = self.subject(view) else { return Intent::Nothing };
        match self.focus {
            Field::Status => {
                let choices = self.choices(company, measure);
                let choice = &choices[self.cursors[0].at.min(choices.len() - 1)];
                self.status = Some(choice.status);
                if let Some(refusal) = &choice.refusal {
                    return Intent::Say(format!(
                        "{} is not possible yet: {}",
                        choice.status,
                        refusal.words()
                    ));
                }
            }
            Field::Requirements => {
                let Some(requirement) = measure.requirements.get(self.cursors[1].at) else {
                    return Intent::Nothing;
                };
                let next = match self.requirements.get(&requirement.letter) {
                    None => Some(Status::Met),
                    Some(Status::Met) => Some(Status::Partial),
                    Some(Status::Partial) => Some(Status::Gap),
                    Some(Status::Gap) => Some(Status::NotApplicable),
                    Some(Status::NotApplicable) => None,
                };
                match next {
                    Some(status) => self.requirements.insert(requirement.letter, status),
                    None => self.requirements.remove(&requirement.letter),
                };
            }
            Field::Evidence => {
                let offered = self.offered(company);
                let Some(id) = offered.get(self.cursors[2].at) else { return Intent::Nothing };
                let before = self.evidence.len();
                self.evidence.retain(|cited| cited.id != *id);
                if self.evidence.len() == before {
                    self.evidence.push(Cited { id: id.clone(), at: None, quote: None });
                }
            }
            _ => {}
        }
        Intent::Nothing
    }

    fn preview(&mut self, view: &View) -> Intent {
        let review = self.review_day();
        let decided = decide(&view.snapshot, view.day(), &self.company, &self.slot, &self.draft());
        let words = |refusals: Vec<Refusal>| refusals.iter().map(Refusal::words).collect::<Vec<_>>();
        match (decided, review) {
            (Ok(change), Ok(_)) => {
                self.refusals.clear();
                return Intent::Ask(Request::Prepare {
                    snapshot: view.snapshot.clone(),
                    change: Box::new(change),
                });
            }
            (decided, review) => {
                self.refusals = decided.err().map(words).unwrap_or_default();
                self.refusals.extend(review.err());
            }
        }
        Intent::Nothing
    }

    /// Keys of a list: arrows move, everything else is none of its business.
    fn move_in_list(&mut self, key: KeyEvent, view: &View) {
        let Some((company, measure)) = self.subject(view) else { return };
        let length = self.length(company, measure);
        let action = match key.code {
            KeyCode::Up | KeyCode::Char('k') => Action::Up,
            KeyCode::Down | KeyCode::Char('j') => Action::Down,
            KeyCode::PageUp => Action::PageUp,
            KeyCode::PageDown => Action::PageDown,
            KeyCode::Home => Action::First,
            KeyCode::End => Action::Last,
            _ => return,
        };
        self.cursors[self.list()].act(action, length);
    }

    fn list(&self) -> usize {
        match self.focus {
            Field::Requirements => 1,
            Field::Evidence => 2,
            _ => 0,
        }
    }

    fn is_list(&self) -> bool {
        matches!(self.focus, Field::Status | Field::Requirements | Field::Evidence)
    }
}

fn reason_area(text: &str) -> TextArea<'static> {
    let mut area = TextArea::new(text.lines().map(str::to_owned).collect());
    area.set_wrap_mode(WrapMode::Word);
    area.set_cursor_line_style(Style::new());
    area.set_placeholder_text("Why: what a later reader has to go by.");
    area.move_cursor(CursorMove::Bottom);
    area.move_cursor(CursorMove::End);
    area
}

impl Screen for Form {
    fn scope(&self) -> Scope {
        Scope::Decide
    }

    fn title(&self, view: &View) -> String {
        format!("Decide {} · {}", view.name(&self.company), self.slot)
    }

    fn begin(&mut self, view: &View) -> Intent {
        let recorded = self.subject(view).and_then(|(company, _)| company.assessments.get(&self.slot));
        if let Some(recorded) = recorded {
            let draft = Draft::from_assessment(&recorded.assessment);
            self.fill(&draft, None);
            self.cursors[0].at =
                Status::ALL.iter().position(|status| draft.status == Some(*status)).unwrap_or(0);
        }
        Intent::Nothing
    }

    fn act(&mut self, action: Action, view: &View) -> Intent {
        match action {
            Action::NextField => self.go(1, view),
            Action::PreviousField => self.go(-1, view),
            Action::Toggle if self.is_list() => return self.toggle(view),
            Action::Toggle => return self.type_key(KeyCode::Char(' ').into(), view),
            Action::Preview => return self.preview(view),
            Action::Back => return Intent::Back,
            _ => {}
        }
        Intent::Nothing
    }

    fn type_key(&mut self, key: KeyEvent, view: &View) -> Intent {
        match (self.focus, key.code) {
            (Field::Reason, _) => {
                self.reason.input(key);
            }
            (Field::Owner, KeyCode::Enter) | (Field::ReviewBy, KeyCode::Enter) => self.go(1, view),
            (Field::Owner, _) => self.owner.key(key),
            (Field::ReviewBy, _) => self.review_by.key(key),
            (_, KeyCode::Enter) => return self.toggle(view),
            _ => self.move_in_list(key, view),
        }
        Intent::Nothing
    }

    fn paste(&mut self, text: &str) {
        match self.focus {
            Field::Reason => {
                self.reason.insert_str(text);
            }
            Field::Owner => self.owner.paste(text),
            Field::ReviewBy => self.review_by.paste(text),
            _ => {}
        }
    }

    fn cell(&self, _view: &View) -> Option<(CompanyId, MeasureRef)> {
        Some((self.company.clone(), self.slot.measure))
    }

    fn slot(&self, _view: &View) -> Option<Slot> {
        Some(self.slot.clone())
    }

    fn draft(&self) -> Option<super::Draft> {
        Some(super::Draft {
            company: self.company.clone(),
            slot: self.slot.clone(),
            draft: Form::draft(self),
            review_by: self.review_by.text().to_owned(),
        })
    }

    fn take_draft(&mut self, draft: &super::Draft) {
        self.fill(&draft.draft, Some(&draft.review_by));
    }

    fn draw(&mut self, frame: &mut Frame, area: Rect, view: &View) {
        let Some((company, measure)) = self.subject(view) else {
            let gone = "This cell is no longer in the register. Esc keeps what was typed.";
            return frame.render_widget(Line::styled(gone, view.theme.error()), area);
        };
        let lists = area.height.saturating_sub(7 + self.refusals.len() as u16 + 1);
        let requirements = (measure.requirements.len() as u16).min(lists / 3).max(1);
        let evidence = (company.evidence.len() as u16).clamp(1, 4).min((lists / 4).max(1));
        let [head, status, need, proof, reason, owner, review, wrong] = area.layout(&Layout::vertical([
            Constraint::Length(1),
            Constraint::Length(Status::ALL.len() as u16 + 1),
            Constraint::Length(requirements + 1),
            Constraint::Length(evidence + 1),
            Constraint::Min(3),
            Constraint::Length(1),
            Constraint::Length(1),
            Constraint::Length(self.refusals.len() as u16),
        ]));
        let title = format!("{} {}", measure.id, measure.title);
        frame.render_widget(
            Line::styled(cut(&visible(&title), usize::from(head.width)).into_owned(), view.theme.title()),
            head,
        );
        self.draw_list(
            frame,
            status,
            view,
            Field::Status,
            "Status",
            self.status_rows(view, company, measure),
        );
        self.draw_list(
            frame,
            need,
            view,
            Field::Requirements,
            "Requirements",
            self.requirement_rows(view, measure),
        );
        self.draw_list(frame, proof, view, Field::Evidence, "Evidence", self.evidence_rows(view, company));
        self.draw_reason(frame, reason, view);
        draw_line(frame, owner, view, "Owner", &self.owner, self.focus == Field::Owner, "who answers for it");
        let hint = "last day it stands, as 2027-05-20";
        draw_line(frame, review, view, "Review by", &self.review_by, self.focus == Field::ReviewBy, hint);
        let lines: Vec<Line> = self
            .refusals
            .iter()
            .map(|text| Line::styled(format!("✗ {}", visible(text)), view.theme.error()))
            .collect();
        frame.render_widget(Paragraph::new(lines), wrong);
    }
}

impl Form {
    fn status_rows(&self, view: &View, company: &Company, measure: &Measure) -> Vec<Line<'static>> {
        let row = |choice: Choice| {
            let mark = if self.status == Some(choice.status) { "(•)" } else { "( )" };
            let style = view.theme.status(choice.status);
            let mut spans = vec![
                Span::raw(format!("{mark} ")),
                Span::styled(
                    format!("{} {}", theme::glyph(theme::of_status(choice.status)), choice.status),
                    style,
                ),
            ];
            if let Some(refusal) = choice.refusal {
                spans.push(Span::styled(format!("  not yet: {}", refusal.words()), view.theme.hint()));
            }
            Line::from(spans)
        };
        self.choices(company, measure).into_iter().map(row).collect()
    }

    fn requirement_rows(&self, view: &View, measure: &Measure) -> Vec<Line<'static>> {
        let row = |requirement: &crate::domain::Requirement| {
            let status = self.requirements.get(&requirement.letter).copied();
            let (mark, style) = match status {
                None => ("[ ]".to_owned(), Style::new()),
                Some(status) => {
                    (format!("[{}]", theme::glyph(theme::of_status(status))), view.theme.status(status))
                }
            };
            let force = if requirement.force == Force::Required { "" } else { " (encouraged)" };
            let words = status.map(|status| format!("{status}: ")).unwrap_or_default();
            Line::from(vec![
                Span::styled(mark, style),
                Span::raw(format!(" {}. {words}{}{force}", requirement.letter, visible(&requirement.text))),
            ])
        };
        measure.requirements.iter().map(row).collect()
    }

    fn evidence_rows(&self, view: &View, company: &Company) -> Vec<Line<'static>> {
        let row = |id: EvidenceId| {
            let evidence = &company.evidence[&id].evidence;
            let chosen = self.evidence.iter().any(|cited| cited.id == id);
            let bears = evidence.bears_on(self.slot.measure, self.slot.model.as_ref());
            let about = if bears { "" } else { "  (not filed for this measure)" };
            let mark = if chosen { "[x]" } else { "[ ]" };
            Line::from(vec![
                Span::raw(format!("{mark} {} ", visible(&evidence.title))),
                Span::styled(format!("{}{about}", evidence.checked.key()), view.theme.hint()),
            ])
        };
        self.offered(company).into_iter().map(row).collect()
    }

    fn draw_list(
        &mut self,
        frame: &mut Frame,
        area: Rect,
        view: &View,
        field: Field,
        title: &str,
        rows: Vec<Line<'static>>,
    ) {
        let focused = self.focus == field;
        let cursor = match field {
            Field::Requirements => &mut self.cursors[1],
            Field::Evidence => &mut self.cursors[2],
            _ => &mut self.cursors[0],
        };
        let [head, list] = area.layout(&Layout::vertical([Constraint::Length(1), Constraint::Min(0)]));
        let window = cursor.window(usize::from(list.height), rows.len());
        let more = rows.len() > window.len();
        let place = if more {
            format!("{title}  {}–{} of {}", window.start + 1, window.end, rows.len())
        } else {
            title.to_owned()
        };
        frame.render_widget(Line::styled(place, heading(view, focused)), head);
        if rows.is_empty() {
            let words =
                if field == Field::Evidence { "  none on file" } else { "  the measure has no checklist" };
            return frame.render_widget(Line::styled(words, view.theme.hint()), list);
        }
        let at = cursor.at;
        let shown = rows.into_iter().enumerate().skip(window.start).take(window.len());
        let lines: Vec<Line> = shown
            .map(|(index, mut row)| {
                row.spans.insert(0, Span::raw("  "));
                if focused && index == at { row.patch_style(view.theme.selected()) } else { row }
            })
            .collect();
        frame.render_widget(Paragraph::new(lines), list);
        if focused {
            cursor.rest(frame, list);
        }
    }

    fn draw_reason(&mut self, frame: &mut Frame, area: Rect, view: &View) {
        let focused = self.focus == Field::Reason;
        let [head, body] = area.layout(&Layout::vertical([Constraint::Length(1), Constraint::Min(1)]));
        frame.render_widget(Line::styled("Reason", heading(view, focused)), head);
        let inside = Rect { x: body.x + 2, width: body.width.saturating_sub(2), ..body };
        self.reason.set_cursor_style(if focused { view.theme.selected() } else { Style::new() });
        self.reason.set_placeholder_style(view.theme.hint());
        frame.render_widget(&self.reason, inside);
        if focused {
            // Nothing else in it is drawn like the place where one types.
            let typed = |place: &ratatui::layout::Position| {
                frame.buffer_mut()[*place].modifier.contains(Modifier::REVERSED)
            };
            let place = inside.positions().find(typed).unwrap_or(inside.as_position());
            frame.set_cursor_position(place);
        }
    }
}

fn heading(view: &View, focused: bool) -> Style {
    if focused { view.theme.section().patch(view.theme.crosshair()) } else { view.theme.section() }
}

fn draw_line(
    frame: &mut Frame,
    area: Rect,
    view: &View,
    label: &str,
    input: &Input,
    focused: bool,
    hint: &str,
) {
    let [name, field] = area.layout(&Layout::horizontal([Constraint::Length(12), Constraint::Min(10)]));
    frame.render_widget(Span::styled(label.to_owned(), heading(view, focused)), name);
    match (focused, input.text().is_empty()) {
        (true, _) => input.draw(frame, field),
        (false, true) => frame.render_widget(Span::styled(hint.to_owned(), view.theme.hint()), field),
        (false, false) => frame.render_widget(Span::raw(visible(input.text()).into_owned()), field),
    }
}
