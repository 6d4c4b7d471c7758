//! How much of the register is judged: per chapter and side, and per company.

use serde_json::{Map, Value, json};

use super::table::Kind;
use super::{Page, Report, Table, json, words};
use crate::analysis::{Board, Counts, Group, State, coverage};
use crate::domain::{Chapter, Snapshot};

pub struct CoverageOfAll<'a> {
    pub snapshot: &'a Snapshot,
    pub board: &'a Board,
}

/// One side of one chapter.
struct Side {
    chapter: Chapter,
    group: Group,
    companies: usize,
    counts: Counts,
}

impl CoverageOfAll<'_> {
    /// Chapter by chapter, signatories first; chapters that the catalogue does not have are left out.
    fn sides(&self) -> Vec<Side> {
        let of_group = Group::ALL.map(|group| (group, coverage::of_group(self.board, group)));
        let chapters = self.snapshot.catalogue.chapters.iter().map(|text| text.chapter);
        let sides = chapters.flat_map(|chapter| of_group.map(|(group, coverage)| (chapter, group, coverage)));
        sides
            .map(|(chapter, group, coverage)| Side {
                chapter,
                group,
                companies: self.board.members(group, chapter).count(),
                counts: coverage.chapter(chapter),
            })
            .collect()
    }

    fn totals(&self) -> Vec<(&crate::domain::Company, Counts)> {
        let companies = self.board.companies().iter().filter_map(|id| self.snapshot.companies.get(id));
        companies
            .map(|company| (company.as_ref(), coverage::of_company(self.board, &company.id).total()))
            .collect()
    }

    fn all(&self) -> Counts {
        self.board.cells().map(|(_, _, cell)| cell.state).collect()
    }
}

impl Report for CoverageOfAll<'_> {
    fn view(&self) -> &'static str {
        "coverage"
    }

    fn title(&self) -> String {
        let companies = words::number(self.board.companies().len(), "company", "companies");
        let measures = words::number(self.board.measures().len(), "measure", "measures");
        format!(
            "Register: {companies}, {measures}, {} open cells of {}",
            self.all().open(),
            self.all().total()
        )
    }

    fn text(&self, page: &mut Page) {
        // A state in which nothing stands takes no column.
        let states: Vec<State> = self.all().present().map(|(state, _)| state).collect();
        let numbers = |counts: &Counts| -> Vec<String> {
            states
                .iter()
                .map(|state| counts[*state])
                .map(|count| if count == 0 { "·".into() } else { count.to_string() })
                .collect()
        };
        let heads = || states.iter().map(|state| (words::head(*state), Kind::Number));

        let sides = [("CHAPTER", Kind::Key), ("SIDE", Kind::Key), ("COMPANIES", Kind::Number)];
        let mut table = Table::new(sides.into_iter().chain(heads()));
        for side in self.sides() {
            let lead = [side.chapter.to_string(), side.group.words().to_owned(), side.companies.to_string()];
            table.row(lead.into_iter().chain(numbers(&side.counts)));
        }
        page.table(&table);

        let mut table =
            Table::new([("COMPANY", Kind::Name), ("OPEN", Kind::Number)].into_iter().chain(heads()));
        for (company, counts) in self.totals() {
            let lead = [words::name(company), counts.open().to_string()];
            table.row(lead.into_iter().chain(numbers(&counts)));
        }
        if !table.is_empty() {
            page.table(&table);
        }
    }

    fn json(&self) -> Map<String, Value> {
        let sides = self.sides().into_iter().map(|side| {
            json!({
                "chapter": side.chapter.key(),
                "group": side.group.key(),
                "companies": side.companies,
                "counts": json::counts(&side.counts),
            })
        });
        let companies = self.totals().into_iter().map(
            |(company, counts)| json!({ "company": json::company(company), "counts": json::counts(&counts) }),
        );
        json::object([
            ("counts", json::counts(&self.all())),
            ("sides", sides.collect()),
            ("companies", companies.collect()),
        ])
    }

    /// Per company: the sides add up from it with `show --json`.
    fn sheet(&self) -> Option<Table> {
        let states = State::ALL.map(State::key);
        let mut sheet = Table::of_keys(["company", "name", "invented", "open"].into_iter().chain(states));
        for (company, counts) in self.totals() {
            let lead = [
                company.id.to_string(),
                company.profile.name.clone(),
                company.profile.invented.to_string(),
                counts.open().to_string(),
            ];
            sheet.row(lead.into_iter().chain(State::ALL.map(|state| counts[state].to_string())));
        }
        Some(sheet)
    }
}
