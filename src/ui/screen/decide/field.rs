//! The fields of the form, and going from one to the next.

use super::Form;
use crate::ui::view::View;

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Field {
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

pub(super) const FIELDS: [Field; 8] = [
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
    pub(super) fn go(&mut self, by: isize, view: &View) {
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
}
