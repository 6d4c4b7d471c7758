//! The form of a decision: status, requirements, reason, evidence, owner, review day.
//!
//! What is typed outlives the form: leaving keeps it as a draft, and opening the same cell again brings it back. What it was
//! opened on is remembered with it: where another judgement is on file by then, both are shown before anything is decided.

mod document;
mod draw;
mod many;
mod mouse;
mod resting;

use std::collections::BTreeMap;
use std::path::PathBuf;

use crossterm::event::{KeyCode, KeyEvent};
use ratatui::Frame;
use ratatui::layout::{Position, Rect};
use ratatui::style::Style;
use ratatui_textarea::{CursorMove, TextArea, WrapMode};

use super::Screen;
use crate::analysis::Refusal;
use crate::analysis::decision::{self, Choice, Cited, choices, decide};
use crate::analysis::filing::Document;
use crate::domain::company::Recorded;
use crate::domain::{Company, CompanyId, Day, EvidenceId, Letter, Measure, MeasureRef, Slot, Status};
use crate::error::Error;
use crate::ui::action::{Action, Scope};
use crate::ui::draft::{Base, Draft, TypedEvidence};
use crate::ui::intent::Intent;
use crate::ui::mouse::Touched;
use crate::ui::view::View;
use crate::ui::widget::input::{Input, type_into};
use crate::ui::widget::list::Cursor;
use crate::ui::worker::{Request, Response};

pub use document::DocumentForm;
pub(super) use draw::{draw_reason, inside};
pub use many::ManyForm;

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
    /// The judgement on file that it was opened on.
    base: Option<Base>,
    /// Whether another one was shown beside what is typed, so that nothing more has to be said of it.
    has_seen_both: bool,
    /// What was typed before it was discarded.
    discarded: Option<Draft>,
    /// The evidence and the line the cursors stand on: a list that changes underneath takes them along.
    evidence_at: Option<EvidenceId>,
    letter_at: Option<Letter>,
    /// Where in the evidence the cursor stands on, and its words.
    place: Input,
    quote: Input,
    /// Documents that are put on file with the judgement, and what was read of them.
    documents: BTreeMap<EvidenceId, TypedEvidence>,
    read: BTreeMap<PathBuf, Result<Document, String>>,
    unfinished: Option<TypedEvidence>,
    /// The document that is being typed.
    document: Option<DocumentForm>,
    /// Whether the preview waits for a file to be read.
    waits: bool,
    /// What was drawn where.
    drawn: Vec<(Field, Rect)>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Field {
    Status,
    Requirements,
    Reason,
    Evidence,
    /// Where in the evidence the cursor stands on.
    Place,
    Quote,
    Owner,
    ReviewBy,
}

const FIELDS: [Field; 8] = [
    Field::Status,
    Field::Requirements,
    Field::Evidence,
    Field::Reason,
    Field::Place,
    Field::Quote,
    Field::Owner,
    Field::ReviewBy,
];

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
            base: None,
            has_seen_both: false,
            discarded: None,
            evidence_at: None,
            letter_at: None,
            place: Input::new(""),
            quote: Input::new(""),
            documents: BTreeMap::new(),
            read: BTreeMap::new(),
            unfinished: None,
            document: None,
            waits: false,
            drawn: Vec::new(),
        }
    }

    /// Fills the form.
    fn fill(&mut self, draft: &decision::Draft, review_by: Option<&str>) {
        self.status = draft.status;
        self.requirements = draft.requirements.clone();
        self.reason = reason_area(&draft.reason);
        self.evidence = draft.evidence.clone();
        self.owner = Input::new(draft.owner.as_deref().unwrap_or_default());
        let day = draft.review_by.map(|day| day.to_string()).unwrap_or_default();
        self.review_by = Input::new(review_by.unwrap_or(&day));
    }

    fn typed(&self) -> decision::Draft {
        let owner = self.owner.text().trim();
        decision::Draft {
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
        subject(&self.company, &self.slot, view)
    }

    /// Evidence that is put on file with the judgement, then what is on file: what bears on the measure first.
    fn offered(&self, company: &Company) -> Vec<EvidenceId> {
        let new = self.documents.keys().filter(|id| !company.evidence.contains_key(id)).cloned();
        let bears = |id: &EvidenceId| {
            company.evidence[id].evidence.bears_on(self.slot.measure, self.slot.model.as_ref())
        };
        let (first, rest): (Vec<EvidenceId>, Vec<EvidenceId>) =
            company.evidence.keys().cloned().partition(bears);
        [new.collect(), first, rest].concat()
    }

    fn choices(&self, company: &Company, measure: &Measure) -> Vec<Choice> {
        let on_file = company.assessments.get(&self.slot).map(|recorded| recorded.assessment.status);
        choices(measure, on_file, &self.typed())
    }

    fn length(&self, company: &Company, measure: &Measure) -> usize {
        match self.focus {
            Field::Status => Status::ALL.len(),
            Field::Requirements => measure.requirements.len(),
            Field::Evidence => self.offered(company).len(),
            _ => 0,
        }
    }

    fn go(&mut self, by: isize, view: &View) {
        let empty = |field| match (field, self.subject(view)) {
            (Field::Requirements, Some((_, measure))) => measure.requirements.is_empty(),
            (Field::Evidence, Some((company, _))) => self.offered(company).is_empty(),
            (Field::Place | Field::Quote, _) => self.cited().is_none(),
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
                let Some(id) = self.evidence_at.clone().filter(|id| offered.contains(id)) else {
                    return Intent::Say("That evidence is no longer on file.".to_owned());
                };
                let before = self.evidence.len();
                self.evidence.retain(|cited| cited.id != id);
                if self.evidence.len() == before {
                    self.evidence.push(Cited { id, at: None, quote: None });
                }
                self.show_pin();
            }
            _ => {}
        }
        Intent::Nothing
    }

    fn on_file<'a>(&self, view: &'a View) -> Option<&'a Recorded> {
        let (company, _) = self.subject(view)?;
        company.assessments.get(&self.slot)
    }

    /// What is on file now, where the form was opened on something else.
    fn overtaken(&self, view: &View) -> Option<Option<Base>> {
        let now = self.on_file(view).map(Base::of);
        (now != self.base).then_some(now)
    }

    /// Back to what is on file, and back again.
    fn discard(&mut self, view: &View) -> Intent {
        if let Some(draft) = self.discarded.take() {
            self.take_draft(&draft);
            return Intent::Say("What was typed is back.".to_owned());
        }
        let typed = self.drafts();
        let _ = self.begin(view);
        self.refusals.clear();
        let untouched = self.drafts();
        self.discarded = typed.into_iter().find(|typed| !untouched.contains(typed));
        let said = if self.discarded.is_some() {
            "What was typed is discarded; the same key brings it back."
        } else {
            "Nothing was typed."
        };
        Intent::Say(said.to_owned())
    }

    fn preview(&mut self, view: &View) -> Intent {
        if let Some(now) = self.overtaken(view) {
            let said = |base: &Option<Base>| base.as_ref().map_or("nothing".to_owned(), Base::words);
            let (then, said_now) = (said(&self.base), said(&now));
            let said_now =
                if then == said_now { "the same, but for the rest of the file".to_owned() } else { said_now };
            self.refusals = vec![
                "another judgement is on file than when this form was opened".to_owned(),
                format!("then: {then}"),
                format!("now: {said_now}"),
                "what is typed here would replace it: the same key again shows how".to_owned(),
            ];
            self.base = now;
            return Intent::Nothing;
        }
        if let Some(path) = self.unread() {
            self.waits = true;
            return Intent::Ask(Request::ReadDocument(path));
        }
        let filings = self.subject(view).map_or(Ok(Vec::new()), |(company, _)| self.filings(view, company));
        match filings {
            Ok(filings) if filings.is_empty() => {}
            Ok(filings) if self.review_day().is_ok() => {
                self.refusals.clear();
                return Intent::Ask(Request::PrepareFiled {
                    snapshot: view.snapshot.clone(),
                    filings,
                    company: self.company.clone(),
                    slot: self.slot.clone(),
                    draft: Box::new(self.typed()),
                });
            }
            Ok(_) => {
                self.refusals = self.review_day().err().into_iter().collect();
                return Intent::Nothing;
            }
            Err(refusals) => {
                self.refusals = refusals;
                return Intent::Nothing;
            }
        }
        let review = self.review_day();
        let decided = decide(&view.snapshot, view.day(), &self.company, &self.slot, &self.typed());
        let words = |refusals: Vec<Refusal>| refusals.iter().map(Refusal::words).collect::<Vec<_>>();
        match (decided, review) {
            (Ok(change), Ok(_)) => {
                self.refusals.clear();
                let changes = vec![change];
                return Intent::Ask(Request::Prepare { snapshot: view.snapshot.clone(), changes });
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
        self.cursors[list(self.focus)].act(action, length);
        self.note_positions(company, measure);
    }

    fn is_list(&self) -> bool {
        matches!(self.focus, Field::Status | Field::Requirements | Field::Evidence)
    }
}

/// Which cursor is a list's.
fn list(field: Field) -> usize {
    match field {
        Field::Requirements => 1,
        Field::Evidence => 2,
        _ => 0,
    }
}

/// The company and measure of a cell that can be judged.
fn subject<'a>(company: &CompanyId, slot: &Slot, view: &'a View) -> Option<(&'a Company, &'a Measure)> {
    decision::cell(&view.snapshot, company, slot).ok()
}

pub(super) fn reason_area(text: &str) -> TextArea<'static> {
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
        let draft = match self.on_file(view) {
            Some(recorded) => decision::Draft::from_assessment(&recorded.assessment),
            None => decision::Draft::default(),
        };
        self.fill(&draft, None);
        self.documents.clear();
        self.unfinished = None;
        self.show_pin();
        self.base = self.on_file(view).map(Base::of);
        self.cursors[0].at = Status::ALL.iter().position(|status| draft.status == Some(*status)).unwrap_or(0);
        Intent::Nothing
    }

    fn refresh(&mut self, view: &View) -> Intent {
        // Lists may have moved below what was drawn.
        self.drawn.clear();
        if std::mem::take(&mut self.has_seen_both) {
            self.base = self.on_file(view).map(Base::of);
        }
        if let Some((company, measure)) = self.subject(view) {
            let offered = self.offered(company);
            let evidence = self.evidence_at.as_ref().and_then(|id| offered.iter().position(|own| own == id));
            let line = self.letter_at.and_then(|letter| {
                measure.requirements.iter().position(|requirement| requirement.letter == letter)
            });
            self.cursors[2].at = evidence.unwrap_or(self.cursors[2].at);
            self.cursors[1].at = line.unwrap_or(self.cursors[1].at);
        }
        Intent::Nothing
    }

    fn act(&mut self, action: Action, view: &View) -> Intent {
        if let Some(form) = &mut self.document {
            let wants = match action {
                Action::NextField => form.go(1),
                Action::PreviousField => form.go(-1),
                Action::Toggle => form.key(KeyCode::Char(' ').into()),
                Action::Preview => return self.take_document(view),
                Action::Back => {
                    self.leave_document();
                    None
                }
                _ => None,
            };
            return wants.map_or(Intent::Nothing, Intent::Ask);
        }
        match action {
            Action::AddDocument => return self.open_document(),
            Action::NextField => self.go(1, view),
            Action::PreviousField => self.go(-1, view),
            Action::Toggle if self.is_list() => return self.toggle(view),
            Action::Toggle => return self.type_key(KeyCode::Char(' ').into(), view),
            Action::Preview => return self.preview(view),
            Action::Discard => return self.discard(view),
            Action::Back => return Intent::Back,
            _ => {}
        }
        Intent::Nothing
    }

    fn type_key(&mut self, key: KeyEvent, view: &View) -> Intent {
        if let Some(form) = &mut self.document {
            return form.key(key).map_or(Intent::Nothing, Intent::Ask);
        }
        match (self.focus, key.code) {
            (Field::Reason, _) => type_into(&mut self.reason, key),
            (Field::Owner | Field::ReviewBy | Field::Place | Field::Quote, KeyCode::Enter) => {
                self.go(1, view)
            }
            (Field::Place, _) => {
                self.place.key(key);
                self.take_pin();
            }
            (Field::Quote, _) => {
                self.quote.key(key);
                self.take_pin();
            }
            (Field::Owner, _) => self.owner.key(key),
            (Field::ReviewBy, _) => self.review_by.key(key),
            (_, KeyCode::Enter) => return self.toggle(view),
            _ => self.move_in_list(key, view),
        }
        Intent::Nothing
    }

    fn paste(&mut self, text: &str) {
        if let Some(form) = &mut self.document {
            return form.paste(text);
        }
        match self.focus {
            Field::Place => {
                self.place.paste(text);
                self.take_pin();
            }
            Field::Quote => {
                self.quote.paste(text);
                self.take_pin();
            }
            Field::Reason => {
                self.reason.insert_str(text);
            }
            Field::Owner => self.owner.paste(text),
            Field::ReviewBy => self.review_by.paste(text),
            _ => {}
        }
    }

    fn hear(&mut self, response: &Response, view: &View) -> Intent {
        match response {
            // Both versions are about to be shown.
            Response::Failed { error: Error::Overtaken { .. }, .. } => self.has_seen_both = true,
            Response::PathCompleted { typed, found } => {
                if let Some(form) = &mut self.document {
                    return form.completed(typed, found);
                }
            }
            Response::Document { path, document } => {
                self.read.insert(path.clone(), document.clone());
                if let Some(form) = &mut self.document {
                    form.hear(path, document);
                }
                if std::mem::take(&mut self.waits) {
                    return self.preview(view);
                }
            }
            Response::Refused { company, slot, refusals }
                if *company == self.company && *slot == self.slot =>
            {
                self.refusals = refusals.iter().map(Refusal::words).collect();
            }
            _ => {}
        }
        Intent::Nothing
    }

    fn touch(&mut self, place: Position, view: &View) -> Touched {
        self.touch_at(place, view)
    }

    fn scroll(&mut self, place: Position, lines: isize) {
        self.scroll_at(place, lines);
    }

    fn cell(&self, _view: &View) -> Option<(CompanyId, MeasureRef)> {
        Some((self.company.clone(), self.slot.measure))
    }

    fn slot(&self, _view: &View) -> Option<Slot> {
        Some(self.slot.clone())
    }

    fn drafts(&self) -> Vec<Draft> {
        vec![Draft {
            company: self.company.clone(),
            slot: self.slot.clone(),
            base: self.base.clone(),
            draft: self.typed(),
            review_by: self.review_by.text().to_owned(),
            documents: self.documents.clone(),
            unfinished: match &self.document {
                Some(form) if form.is_touched(Some(&self.slot)) => Some(form.typed()),
                Some(_) => None,
                None => self.unfinished.clone(),
            },
        }]
    }

    fn take_draft(&mut self, draft: &Draft) {
        self.fill(&draft.draft, Some(&draft.review_by));
        self.base.clone_from(&draft.base);
        self.documents.clone_from(&draft.documents);
        self.unfinished.clone_from(&draft.unfinished);
        self.show_pin();
    }

    fn long_text(&self) -> Option<String> {
        Some(self.reason.lines().join("\n"))
    }

    fn take_long_text(&mut self, text: &str) {
        self.reason = reason_area(text);
        self.focus = Field::Reason;
    }

    fn draw(&mut self, frame: &mut Frame, area: Rect, view: &View) {
        self.draw_on(frame, area, view);
    }
}
