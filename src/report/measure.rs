//! One measure: what it asks, and where every company stands on it.

use std::collections::BTreeMap;

use serde_json::{Map, Value, json};

use super::table::Kind;
use super::{Page, Report, Table, json, words};
use crate::analysis::{Board, Cell, Group, Target, coverage};
use crate::domain::catalogue::{Clock, Force};
use crate::domain::{Catalogue, Company, Letter, Level, Limit, Measure, Requirement, Snapshot, Status};

pub struct MeasureReport<'a> {
    pub snapshot: &'a Snapshot,
    pub board: &'a Board,
    pub measure: &'a Measure,
}

impl MeasureReport<'_> {
    /// Signatories of its chapter first, each side by id.
    fn rows(&self) -> impl Iterator<Item = (Group, &Company, Cell)> {
        let members = |group| self.board.members(group, self.measure.id.chapter).map(move |id| (group, id));
        Group::ALL.into_iter().flat_map(members).filter_map(|(group, id)| {
            let company = self.snapshot.companies.get(id)?;
            Some((group, company.as_ref(), self.board.cell(id, self.measure.id)?))
        })
    }
}

impl Report for MeasureReport<'_> {
    fn view(&self) -> &'static str {
        "measure"
    }

    fn title(&self) -> String {
        title(self.measure)
    }

    fn text(&self, page: &mut Page) {
        asks(page, &self.snapshot.catalogue, self.measure, &BTreeMap::new());
        let target = Target::Measure(self.measure.id);
        let counts = coverage::of_target(self.board, target, self.board.companies());
        page.section(format!("Companies: {}", words::counts(&counts)));
        let mut table = Table::new([
            ("SIDE", Kind::Key),
            ("COMPANY", Kind::Name),
            ("STATE", Kind::Key),
            ("BASIS", Kind::Key),
            ("EVIDENCE", Kind::Number),
        ]);
        for (group, company, cell) in self.rows() {
            let (name, basis) = (words::name(company), words::basis(&cell));
            table.row([group.words(), &name, cell.state.words(), &basis, &cell.evidence.to_string()]);
        }
        if !table.is_empty() {
            page.table(&table);
        }
    }

    fn json(&self) -> Map<String, Value> {
        let cells = self.rows().map(|(group, company, cell)| {
            json!({ "company": json::company(company), "group": group.key(), "cell": json::cell(&cell) })
        });
        let cells = cells.collect();
        json::object([
            ("measure", full(&self.snapshot.catalogue, self.measure)),
            ("cells", Value::Array(cells)),
        ])
    }

    fn sheet(&self) -> Option<Table> {
        let mut sheet = Table::of_keys([
            "measure", "group", "company", "name", "invented", "state", "applies", "basis", "evidence",
            "models",
        ]);
        for (group, company, cell) in self.rows() {
            sheet.row([
                &self.measure.id.to_string(),
                group.key(),
                company.id.as_str(),
                &company.profile.name,
                &company.profile.invented.to_string(),
                cell.state.key(),
                cell.applies.key(),
                cell.basis.key(),
                &cell.evidence.to_string(),
                &cell.models.to_string(),
            ]);
        }
        Some(sheet)
    }
}

pub(super) fn title(measure: &Measure) -> String {
    format!("{} {}", measure.id, measure.title)
}

/// What a measure asks, with its lines ticked where a judgement ticked them.
pub(super) fn asks(
    page: &mut Page,
    catalogue: &Catalogue,
    measure: &Measure,
    ticked: &BTreeMap<Letter, Status>,
) {
    page.section("What it asks");
    if let Some(commitment) = catalogue.commitment(measure.id.commitment()) {
        page.prose(format!("{} · {} {}", measure.id.chapter.title(), commitment.id, commitment.title));
    }
    page.prose(&measure.summary);
    let level = match measure.level {
        Level::Provider => "judged per provider",
        Level::Model => "judged per model",
    };
    page.prose(match measure.articles.as_slice() {
        [] => level.to_owned(),
        articles => format!("{level} · AI Act, Art. {}", articles.join(", ")),
    });
    for requirement in &measure.requirements {
        page.item(
            requirement.letter.to_string(),
            requirement_words(requirement, ticked.get(&requirement.letter)),
        );
    }
    for limit in catalogue.limits_of(measure.id) {
        page.item(&limit.key, limit_words(limit));
    }
    for note in measure.sme.iter().map(|sme| format!("SMEs: {sme}")).chain(measure.note.clone()) {
        page.prose(note);
    }
}

fn requirement_words(requirement: &Requirement, ticked: Option<&Status>) -> String {
    let mut text = requirement.text.clone();
    if requirement.force != Force::Required {
        text += &format!(" ({})", requirement.force.key());
    }
    if let Some(status) = ticked {
        text += &format!(": {status}");
    }
    text
}

/// `Framework confirmed: 4 weeks, Article 52(1) notification (deadline, calendar days)`.
fn limit_words(limit: &Limit) -> String {
    let what = limit.what.as_deref().map(|what| format!("{what}: ")).unwrap_or_default();
    let unit = if limit.unit == "-" { String::new() } else { format!(" {}", limit.unit) };
    let clock = match limit.clock {
        Clock::Calendar => "",
        Clock::Business => ", business days",
        Clock::None => ", no clock",
    };
    format!("{what}{}{unit}; {} ({}{clock})", limit.value, limit.trigger, limit.kind.key())
}

/// The measure with the keys of its file, and its limits with those of theirs.
pub(super) fn full(catalogue: &Catalogue, measure: &Measure) -> Value {
    let mut full = json::as_filed(measure);
    full["limits"] = catalogue.limits_of(measure.id).map(json::as_filed).collect();
    full
}
