//! How things are called in text.

use crate::analysis::{Applies, Cell, Counts, State};
use crate::domain::{Basis, Chapter, Company, Measure, MeasureRef, Snapshot};

/// The mark of an invented company.
pub const INVENTED: &str = " (invented)";

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
        true => format!("{name}{INVENTED}"),
        false => name.to_owned(),
    }
}

/// Why a cell is looked at: its basis, and how it binds where neither that nor the state says so.
pub fn basis(cell: &Cell) -> String {
    let basis = cell.basis.words();
    match cell.applies {
        Applies::Unknown if cell.state != State::Unknown => format!("{basis}, not known whether it binds"),
        Applies::Voluntary => format!("{basis}, voluntary"),
        _ => basis.to_owned(),
    }
}

/// The article behind a basis: the duty itself, or how a provider shows that it complies with one.
pub fn basis_article(basis: Basis, measure: &Measure) -> Option<String> {
    match (basis, measure.id.chapter) {
        (Basis::Law, _) if measure.articles.is_empty() => None,
        (Basis::Law, _) => Some(format!("Art. {}", measure.articles.join(", "))),
        (_, Chapter::SafetySecurity) => Some("Art. 55(2)".to_owned()),
        _ => Some("Art. 53(4)".to_owned()),
    }
}

/// `3 gap, 1 partial`, by concern.
pub fn counts(counts: &Counts) -> String {
    let present: Vec<String> =
        counts.present().map(|(state, count)| format!("{count} {}", state.words())).collect();
    if present.is_empty() { "none".to_owned() } else { present.join(", ") }
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
pub fn title(snapshot: &Snapshot, measure: MeasureRef) -> &str {
    snapshot.catalogue.measure(measure).map_or("", |measure| &measure.title)
}
