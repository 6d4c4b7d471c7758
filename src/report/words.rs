//! How things are called in text.

use crate::analysis::{Applies, Cell, Counts, State};
use crate::domain::{Basis, Chapter, Company, Snapshot};

/// The company's name; an invented one is never named without saying so.
pub fn name(company: &Company) -> String {
    marked(&company.profile.name, company)
}

/// The name for a column's head.
pub fn short_name(company: &Company) -> String {
    marked(company.short(), company)
}

fn marked(name: &str, company: &Company) -> String {
    match company.profile.invented {
        true => format!("{name} (invented)"),
        false => name.to_owned(),
    }
}

/// Why a cell is looked at: its basis, and whether it binds where it does not simply.
pub fn basis(cell: &Cell) -> String {
    match cell.applies {
        Applies::Binding => cell.basis.words().to_owned(),
        applies => format!("{}, {}", cell.basis.words(), applies.words()),
    }
}

/// The article behind a basis: how a provider shows that it complies.
pub fn basis_article(basis: Basis, chapter: Chapter) -> Option<&'static str> {
    match (basis, chapter) {
        (Basis::Law, _) => None,
        (_, Chapter::SafetySecurity) => Some("Art. 55(2)"),
        _ => Some("Art. 53(4)"),
    }
}

/// `3 gap, 1 partial`, by concern; a dash where there is nothing to count.
pub fn counts(counts: &Counts) -> String {
    let present: Vec<String> =
        counts.present().map(|(state, count)| format!("{count} {}", state.words())).collect();
    if present.is_empty() { "—".to_owned() } else { present.join(", ") }
}

/// A state as the head of a column of numbers.
pub fn head(state: State) -> &'static str {
    match state {
        State::NothingOnFile => "NOTHING",
        State::ToAssess => "TO ASSESS",
        State::NotApplicable => "N/A",
        State::Gap => "GAP",
        State::Partial => "PARTIAL",
        State::Stale => "STALE",
        State::Unknown => "UNKNOWN",
        State::Met => "MET",
        State::Exempt => "EXEMPT",
        State::NotYet => "NOT YET",
    }
}

/// `1 measure`, `3 measures`.
pub fn number(count: usize, one: &str, many: &str) -> String {
    format!("{count} {}", if count == 1 { one } else { many })
}

/// A measure's title, or nothing where the catalogue has no such measure.
pub fn title(snapshot: &Snapshot, measure: crate::domain::MeasureRef) -> &str {
    snapshot.catalogue.measure(measure).map_or("", |measure| &measure.title)
}
