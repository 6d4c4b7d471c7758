//! The form's lists: what there is to choose from, and choosing.

use crossterm::event::{KeyCode, KeyEvent};

use super::Form;
use super::field::Field;
use crate::analysis::decision::{Choice, Cited, choices};
use crate::domain::{Company, EvidenceId, Measure, Status};
use crate::ui::action::Action;
use crate::ui::intent::Intent;
use crate::ui::view::View;

impl Form {
    /// Evidence that is put on file with the judgement, then what is on file: what bears on the measure first.
    pub(super) fn offered(&self, company: &Company) -> Vec<EvidenceId> {
        let new = self.documents.keys().filter(|id| !company.evidence.contains_key(id)).cloned();
        let bears = |id: &EvidenceId| {
            company.evidence[id].evidence.bears_on(self.slot.measure, self.slot.model.as_ref())
        };
        let (first, rest): (Vec<EvidenceId>, Vec<EvidenceId>) =
            company.evidence.keys().cloned().partition(bears);
        [new.collect(), first, rest].concat()
    }

    pub(super) fn choices(&self, company: &Company, measure: &Measure) -> Vec<Choice> {
        let on_file = company.assessments.get(&self.slot).map(|recorded| recorded.assessment.status);
        choices(measure, on_file, &self.typed())
    }

    pub(super) fn length(&self, company: &Company, measure: &Measure) -> usize {
        match self.focus {
            Field::Status => Status::ALL.len(),
            Field::Requirements => measure.requirements.len(),
            Field::Evidence => self.offered(company).len(),
            _ => 0,
        }
    }

    pub(super) fn toggle(&mut self, view: &View) -> Intent {
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

    /// Keys of a list: arrows move, everything else is none of its business.
    pub(super) fn move_in_list(&mut self, key: KeyEvent, view: &View) {
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

    pub(super) fn is_list(&self) -> bool {
        matches!(self.focus, Field::Status | Field::Requirements | Field::Evidence)
    }
}

/// Which cursor is a list's.
pub(super) fn list(field: Field) -> usize {
    match field {
        Field::Requirements => 1,
        Field::Evidence => 2,
        _ => 0,
    }
}
