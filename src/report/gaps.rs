//! Cells worst first: what is still owed, or whatever was asked for.

use serde_json::{Map, Value, json};

use super::table::Kind;
use super::{Page, Report, Table, json, words};
use crate::analysis::{Counts, Gap};
use crate::domain::{Company, Snapshot};

pub struct Gaps<'a> {
    pub snapshot: &'a Snapshot,
    pub gaps: Vec<Gap>,
    /// States of the cells that were looked at and not listed, so that an empty list cannot pass for a good one.
    pub not_listed: Counts,
}

impl Gaps<'_> {
    fn counts(&self) -> Counts {
        self.gaps.iter().map(|gap| gap.cell.state).collect()
    }

    fn rows(&self) -> impl Iterator<Item = (&Gap, &Company)> {
        self.gaps.iter().filter_map(|gap| Some((gap, self.snapshot.companies.get(&gap.company)?.as_ref())))
    }
}

impl Report for Gaps<'_> {
    fn view(&self) -> &'static str {
        "gaps"
    }

    fn title(&self) -> String {
        format!("Gaps: {}", words::counts(&self.counts()))
    }

    fn text(&self, page: &mut Page) {
        let mut table = Table::new([
            ("STATE", Kind::Key),
            ("MEASURE", Kind::Key),
            ("WHAT", Kind::Text),
            ("COMPANY", Kind::Name),
            ("BASIS", Kind::Key),
            ("EVIDENCE", Kind::Number),
        ]);
        for (gap, company) in self.rows() {
            table.row([
                gap.cell.state.words(),
                &gap.measure.to_string(),
                words::title(self.snapshot, gap.measure),
                &words::name(company),
                &words::basis(&gap.cell),
                &gap.cell.evidence.to_string(),
            ]);
        }
        if !table.is_empty() {
            page.table(&table);
        }
        page.section(format!("Not listed: {}", words::counts(&self.not_listed)));
    }

    fn json(&self) -> Map<String, Value> {
        let cells = self.rows().map(|(gap, company)| {
            json!({
                "company": json::company(company),
                "measure": gap.measure.to_string(),
                "title": words::title(self.snapshot, gap.measure),
                "group": gap.group.key(),
                "cell": json::cell(&gap.cell),
            })
        });
        let cells = cells.collect();
        json::object([
            ("counts", json::counts(&self.counts())),
            ("not-listed", json::counts(&self.not_listed)),
            ("cells", Value::Array(cells)),
        ])
    }

    fn sheet(&self) -> Option<Table> {
        let mut sheet = Table::of_keys([
            "state", "measure", "title", "company", "name", "invented", "group", "applies", "basis",
            "evidence", "models",
        ]);
        for (gap, company) in self.rows() {
            sheet.row([
                gap.cell.state.key(),
                &gap.measure.to_string(),
                words::title(self.snapshot, gap.measure),
                company.id.as_str(),
                &company.profile.name,
                &company.profile.invented.to_string(),
                gap.group.key(),
                gap.cell.applies.key(),
                gap.cell.basis.key(),
                &gap.cell.evidence.to_string(),
                &gap.cell.models.to_string(),
            ]);
        }
        Some(sheet)
    }
}
