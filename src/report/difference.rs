//! Two moments held against each other: each cell that stands differently, from what to what, and by whom.

use serde_json::{Map, Value, json};

use super::table::Kind;
use super::{Page, Report, Table, json, log, words};
use crate::analysis::{Difference, State};
use crate::domain::{Day, Snapshot};

pub struct DifferenceReport<'a> {
    /// The later moment.
    pub snapshot: &'a Snapshot,
    /// The earlier one in words, and the day it is judged by.
    pub from: String,
    pub from_day: Day,
    pub differences: &'a [Difference],
}

/// Who moved a cell that no commit bears on.
const BY_TIME: &str = "by the calendar";

impl DifferenceReport<'_> {
    fn name(&self, difference: &Difference) -> String {
        let company = self.snapshot.companies.get(&difference.company);
        company.map_or_else(|| difference.company.to_string(), |company| words::name(company))
    }
}

impl Report for DifferenceReport<'_> {
    fn view(&self) -> &'static str {
        "diff"
    }

    fn title(&self) -> String {
        let cells = words::number(self.differences.len(), "cell stands", "cells stand");
        format!("{cells} differently since {}", self.from)
    }

    fn text(&self, page: &mut Page) {
        if self.differences.is_empty() {
            return;
        }
        let mut table = Table::new([
            ("MEASURE", Kind::Key),
            ("COMPANY", Kind::Name),
            ("FROM", Kind::Key),
            ("TO", Kind::Key),
            ("DAY", Kind::Key),
            ("BY", Kind::Text),
            ("COMMIT", Kind::Key),
        ]);
        for difference in self.differences {
            let last = difference.by.first();
            table.row([
                difference.measure.to_string(),
                self.name(difference),
                word(difference.from).to_owned(),
                word(difference.to).to_owned(),
                last.map(|entry| entry.day().to_string()).unwrap_or_default(),
                last.map_or(BY_TIME, |entry| &entry.author).to_owned(),
                last.map(|entry| entry.commit.get(..10).unwrap_or(&entry.commit).to_owned())
                    .unwrap_or_default(),
            ]);
        }
        page.table(&table);
    }

    fn json(&self) -> Map<String, Value> {
        let cells = self.differences.iter().map(|difference| {
            json!({
                "company": difference.company.as_str(),
                "measure": difference.measure.to_string(),
                "from": difference.from.map(State::key),
                "to": difference.to.map(State::key),
                "by": log::entries(self.snapshot, &difference.by),
            })
        });
        json::object([
            ("from", self.from.clone().into()),
            ("from-day", self.from_day.to_string().into()),
            ("cells", cells.collect()),
        ])
    }

    fn sheet(&self) -> Option<Table> {
        let heads = ["measure", "company", "name", "from", "to", "day", "by", "commit"];
        let mut sheet = Table::of_keys(heads);
        for difference in self.differences {
            let last = difference.by.first();
            sheet.row([
                difference.measure.to_string(),
                difference.company.to_string(),
                self.name(difference),
                difference.from.map(State::key).unwrap_or_default().to_owned(),
                difference.to.map(State::key).unwrap_or_default().to_owned(),
                last.map(|entry| entry.day().to_string()).unwrap_or_default(),
                last.map(|entry| entry.author.clone()).unwrap_or_default(),
                last.map(|entry| entry.commit.clone()).unwrap_or_default(),
            ]);
        }
        Some(sheet)
    }
}

fn word(state: Option<State>) -> &'static str {
    state.map_or("not there", State::words)
}
