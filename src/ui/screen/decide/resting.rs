//! What a judgement rests on: places and words in its evidence, and documents that are put on file with it.

use std::path::PathBuf;

use super::document::{self, DocumentForm};
use super::{Field, Form, subject};
use crate::analysis::decision::Cited;
use crate::analysis::filing::{self, How};
use crate::domain::{Company, EvidenceId, Filing, Measure};
use crate::ui::draft::Line;
use crate::ui::intent::Intent;
use crate::ui::view::View;
use crate::ui::widget::input::Input;

impl Form {
    /// The citation of the evidence the cursor stands on, where it is chosen.
    pub(super) fn cited(&self) -> Option<&Cited> {
        self.evidence.iter().find(|cited| Some(&cited.id) == self.evidence_at.as_ref())
    }

    pub(super) fn show_pin(&mut self) {
        let cited = self.cited().cloned();
        let text = |text: Option<String>| Input::new(&text.unwrap_or_default());
        self.place = text(cited.as_ref().and_then(|cited| cited.at.clone()));
        self.quote = text(cited.and_then(|cited| cited.quote));
    }

    /// Takes what is typed of the place and the words into the citation.
    pub(super) fn take_pin(&mut self) {
        let text = |input: &Input| Some(input.text().trim().to_owned()).filter(|text| !text.is_empty());
        let (at, quote) = (text(&self.place), text(&self.quote));
        let id = self.evidence_at.clone();
        if let Some(cited) = self.evidence.iter_mut().find(|cited| Some(&cited.id) == id.as_ref()) {
            (cited.at, cited.quote) = (at, quote);
        }
    }

    /// What the cursors stand on, as it is drawn.
    pub(super) fn note_positions(&mut self, company: &Company, measure: &Measure) {
        let offered = self.offered(company);
        let at = offered.get(self.cursors[2].at.min(offered.len().saturating_sub(1))).cloned();
        if at != self.evidence_at {
            self.evidence_at = at;
            self.show_pin();
        }
        let line = measure.requirements.get(self.cursors[1].at);
        self.letter_at = line.map(|requirement| requirement.letter);
    }

    /// Opens the form of a document: the one the cursor stands on, the unfinished one, or a new one.
    pub(super) fn open_document(&mut self) -> Intent {
        let typed =
            self.evidence_at.as_ref().and_then(|id| self.documents.get(id)).or(self.unfinished.as_ref());
        let mut form = DocumentForm::new(typed, Some(&self.slot));
        self.read.iter().for_each(|(path, read)| form.hear(path, read));
        let wants = form.wants();
        self.document = Some(form);
        wants.map_or(Intent::Nothing, Intent::Ask)
    }

    /// Takes the document that is typed: it is put on file with the judgement, which rests on it.
    pub(super) fn take_document(&mut self, view: &View) -> Intent {
        let (Some(form), Some((company, _))) = (&mut self.document, subject(&self.company, &self.slot, view))
        else {
            return Intent::Nothing;
        };
        if let Some(request) = form.wants() {
            form.refusals = vec!["the file is being read: the same key again goes on".to_owned()];
            return Intent::Ask(request);
        }
        let filed = form.meant(company).and_then(|(id, draft)| {
            filing::file(&view.snapshot, &company.id, &id, How::Add, &draft)
                .map_err(|refusals| refusals.iter().map(filing::Refusal::words).collect())
        });
        match filed {
            Ok(Filing { id, .. }) => {
                self.documents.insert(id.clone(), form.typed());
                self.unfinished = None;
                self.document = None;
                if !self.evidence.iter().any(|cited| cited.id == id) {
                    self.evidence.push(Cited { id: id.clone(), at: None, quote: None });
                }
                let offered = self.offered(company);
                self.cursors[2].at = offered.iter().position(|own| *own == id).unwrap_or(0);
                self.evidence_at = Some(id);
                self.show_pin();
                self.focus = Field::Evidence;
                return Intent::Say(
                    "It is put on file with the judgement, in a commit of its own before it.".to_owned(),
                );
            }
            Err(refusals) => form.refusals = refusals,
        }
        Intent::Nothing
    }

    /// Leaves the document's form; what is typed waits there.
    pub(super) fn leave_document(&mut self) {
        if let Some(form) = self.document.take() {
            let typed = form.typed();
            let untouched = DocumentForm::new(None, Some(&self.slot)).typed();
            let is_known = self.documents.values().any(|known| *known == typed);
            self.unfinished = (typed != untouched && !is_known).then_some(typed);
        }
    }

    /// The documents the judgement rests on that are not on file yet.
    pub(super) fn filings(&self, view: &View, company: &Company) -> Result<Vec<Filing>, Vec<String>> {
        let mut filings = Vec::new();
        for (id, typed) in &self.documents {
            if !self.evidence.iter().any(|cited| cited.id == *id) || company.evidence.contains_key(id) {
                continue;
            }
            let path = typed.get(&Line::File).map(PathBuf::from);
            let read = path.as_ref().and_then(|path| self.read.get(path));
            let (_, draft) = document::meant(typed, read, company)?;
            let filed = filing::file(&view.snapshot, &company.id, id, How::Add, &draft);
            filings.push(
                filed.map_err(|refusals| refusals.iter().map(filing::Refusal::words).collect::<Vec<_>>())?,
            );
        }
        Ok(filings)
    }

    /// A file of a chosen document that was not read yet.
    pub(super) fn unread(&self) -> Option<PathBuf> {
        let chosen = |id: &EvidenceId| self.evidence.iter().any(|cited| cited.id == *id);
        let files = self
            .documents
            .iter()
            .filter(|(id, _)| chosen(id))
            .filter_map(|(_, typed)| typed.get(&Line::File));
        files.map(PathBuf::from).find(|path| !self.read.contains_key(path))
    }
}
