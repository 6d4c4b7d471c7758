//! The form of a decision: status, requirements, reason, evidence, owner, review day.
//!
//! What is typed outlives the form: leaving keeps it as a draft, and opening the same cell again brings it back. What it was
//! opened on is remembered with it: where another judgement is on file by then, both are shown before anything is decided.

mod document;
mod draw;
mod field;
mod lists;
mod many;
mod mouse;
mod preview;
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
use crate::analysis::decision::{self, Cited};
use crate::analysis::filing::Document;
use crate::domain::{Company, CompanyId, EvidenceId, Letter, Measure, MeasureRef, Slot, Status};
use crate::error::Error;
use crate::ui::action::{Action, Scope};
use crate::ui::draft::{Base, Draft, TypedEvidence};
use crate::ui::intent::Intent;
use crate::ui::mouse::Touched;
use crate::ui::view::View;
use crate::ui::widget::input::{Input, type_into};
use crate::ui::widget::list::Cursor;
use crate::ui::worker::Response;

pub use document::DocumentForm;
pub(super) use draw::{draw_reason, inside};
use field::{FIELDS, Field};
use lists::list;
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

    fn subject<'a>(&self, view: &'a View) -> Option<(&'a Company, &'a Measure)> {
        subject(&self.company, &self.slot, view)
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
