//! Two companies against each other, measure by measure.

use serde_json::{Map, Value, json};

use super::table::Kind;
use super::{Page, Report, Table, json, words};
use crate::analysis::{Cell, Counts, Pair};
use crate::domain::{Company, Snapshot};

pub struct PairReport<'a> {
    pub snapshot: &'a Snapshot,
    pub left: &'a Company,
    pub right: &'a Company,
    pub pairs: Vec<Pair>,
}

impl PairReport<'_> {
    fn counts(&self, side: fn(&Pair) -> Cell) -> Counts {
        self.pairs.iter().map(|pair| side(pair).state).collect()
    }
}

impl Report for PairReport<'_> {
    fn view(&self) -> &'static str {
        "pair"
    }

    fn title(&self) -> String {
        let differ = self.pairs.iter().filter(|pair| pair.differs()).count();
        let (left, right) = (words::name(self.left), words::name(self.right));
        format!(
            "{left} and {right}: {differ} of {} differ",
            words::number(self.pairs.len(), "measure", "measures")
        )
    }

    fn text(&self, page: &mut Page) {
        page.blank();
        let counts =
            |company, side| format!("{}: {}", words::name(company), words::counts(&self.counts(side)));
        page.line(counts(self.left, |pair| pair.left));
        page.line(counts(self.right, |pair| pair.right));
        let mut table = Table::new([
            (" ", Kind::Key),
            ("MEASURE", Kind::Key),
            ("WHAT", Kind::Text),
            (&words::short_name(self.left), Kind::Key),
            (&words::short_name(self.right), Kind::Key),
        ]);
        for pair in &self.pairs {
            let state = |cell: &Cell| format!("{} · {}", cell.state.words(), words::basis(cell));
            table.row([
                if pair.differs() { "≠" } else { " " },
                &pair.measure.to_string(),
                words::title(self.snapshot, pair.measure),
                &state(&pair.left),
                &state(&pair.right),
            ]);
        }
        if !table.is_empty() {
            page.table(&table);
        }
    }

    fn json(&self) -> Map<String, Value> {
        let pairs = self.pairs.iter().map(|pair| {
            json!({
                "measure": pair.measure.to_string(),
                "title": words::title(self.snapshot, pair.measure),
                "differs": pair.differs(),
                "left": json::cell(&pair.left),
                "right": json::cell(&pair.right),
            })
        });
        json::object([
            ("left", json::company(self.left)),
            ("right", json::company(self.right)),
            ("measures", pairs.collect()),
        ])
    }

    fn sheet(&self) -> Option<Table> {
        let mut sheet = Table::of_keys([
            "measure",
            "title",
            "differs",
            "left",
            "left-invented",
            "left-state",
            "left-applies",
            "left-basis",
            "right",
            "right-invented",
            "right-state",
            "right-applies",
            "right-basis",
        ]);
        for pair in &self.pairs {
            sheet.row([
                &pair.measure.to_string(),
                words::title(self.snapshot, pair.measure),
                &pair.differs().to_string(),
                self.left.id.as_str(),
                &self.left.profile.invented.to_string(),
                pair.left.state.key(),
                pair.left.applies.key(),
                pair.left.basis.key(),
                self.right.id.as_str(),
                &self.right.profile.invented.to_string(),
                pair.right.state.key(),
                pair.right.applies.key(),
                pair.right.basis.key(),
            ]);
        }
        Some(sheet)
    }
}
