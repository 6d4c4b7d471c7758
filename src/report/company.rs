//! One company: its positions, models and evidence, and where it stands on every measure.

use serde_json::{Map, Value, json};

use super::cell::evidence_json;
use super::table::Kind;
use super::{Page, Report, Table, json, words};
use crate::analysis::{Board, Cell, coverage, scope};
use crate::domain::{Chapter, Company, Day, Measure, Snapshot};

pub struct CompanyReport<'a> {
    pub snapshot: &'a Snapshot,
    pub board: &'a Board,
    pub company: &'a Company,
    pub day: Day,
}

impl CompanyReport<'_> {
    fn cells(&self) -> impl Iterator<Item = (&Measure, Cell)> {
        let measures = self.snapshot.catalogue.measures();
        measures.filter_map(|measure| Some((measure, self.board.cell(&self.company.id, measure.id)?)))
    }
}

impl Report for CompanyReport<'_> {
    fn view(&self) -> &'static str {
        "company"
    }

    fn title(&self) -> String {
        let counts = coverage::of_company(self.board, &self.company.id).total();
        format!("{}: {}", words::name(self.company), words::counts(&counts))
    }

    fn text(&self, page: &mut Page) {
        self.profile(page);
        self.positions(page);
        self.models(page);
        self.evidence(page);
        self.measures(page);
    }

    fn json(&self) -> Map<String, Value> {
        let company = self.company;
        let standing = Chapter::CODE.map(|chapter| {
            json!({
                "chapter": chapter.key(),
                "group": self.board.group(&company.id, chapter).key(),
                "stance": company.position(chapter, self.day).map(|position| position.stance.key()),
            })
        });
        let models = company.models.iter().map(|(id, model)| {
            let mut file = json::as_filed(model);
            file["id"] = id.as_str().into();
            file
        });
        let cells = self
            .cells()
            .map(|(measure, cell)| json!({ "measure": json::measure(measure), "cell": json::cell(&cell) }));
        let coverage = coverage::of_company(self.board, &company.id);
        let chapters = self.snapshot.catalogue.chapters.iter().map(|text| text.chapter);
        let counts =
            chapters.map(|chapter| (chapter.key().to_owned(), json::counts(&coverage.chapter(chapter))));
        json::object([
            ("company", json::company(company)),
            ("profile", json::as_filed(&company.profile)),
            ("standing", Value::Array(standing.into())),
            ("models", models.collect()),
            ("evidence", company.evidence.iter().map(|(id, filed)| evidence_json(id, filed)).collect()),
            ("counts", Value::Object(counts.collect())),
            ("cells", cells.collect()),
        ])
    }

    fn sheet(&self) -> Option<Table> {
        let mut sheet = Table::of_keys([
            "company", "name", "invented", "measure", "title", "chapter", "state", "applies", "basis",
            "evidence", "models",
        ]);
        for (measure, cell) in self.cells() {
            sheet.row([
                self.company.id.as_str(),
                &self.company.profile.name,
                &self.company.profile.invented.to_string(),
                &measure.id.to_string(),
                &measure.title,
                measure.id.chapter.key(),
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

impl CompanyReport<'_> {
    fn profile(&self, page: &mut Page) {
        let profile = &self.company.profile;
        let sourced = |value: &Option<String>, source: &Option<String>| {
            let source = source.as_deref().map(|source| format!(" ({source})")).unwrap_or_default();
            value.as_deref().map(|value| format!("{value}{source}"))
        };
        let facts = [
            ("legal name:", sourced(&profile.legal_name, &profile.legal_name_source)),
            ("seat:", sourced(&profile.seat, &profile.seat_source)),
            ("representative:", profile.representative.clone()),
        ];
        let known: Vec<_> = facts.into_iter().filter_map(|(label, fact)| Some((label, fact?))).collect();
        if !known.is_empty() || !profile.notes.is_empty() {
            page.blank();
        }
        for (label, fact) in known {
            page.item(label, fact);
        }
        for note in &profile.notes {
            let source = note.source.as_deref().map(|source| format!(" ({source})")).unwrap_or_default();
            page.item("note:", format!("{}{source}", note.text));
        }
    }

    fn positions(&self, page: &mut Page) {
        page.section(format!("Positions on {}", self.day));
        for chapter in Chapter::CODE {
            page.item(chapter.key(), scope::stance_words(self.company, chapter, self.day));
        }
        let mut table = Table::new([
            ("SINCE", Kind::Key),
            ("CHAPTERS", Kind::Key),
            ("STANCE", Kind::Key),
            ("SOURCE", Kind::Text),
        ]);
        let mut positions: Vec<_> = self.company.profile.positions.iter().collect();
        positions.sort_by_key(|position| position.since);
        for position in positions {
            let chapters: Vec<&str> = position.chapters.iter().map(|chapter| chapter.key()).collect();
            table.row([
                &position.since.to_string(),
                &chapters.join(" "),
                position.stance.words(),
                position.source.as_str(),
            ]);
        }
        if !table.is_empty() {
            page.table(&table);
        }
    }

    fn models(&self, page: &mut Page) {
        page.section("Models");
        if self.company.models.is_empty() {
            page.prose("none on file");
            return;
        }
        let mut table = Table::new([
            ("MODEL", Kind::Key),
            ("NAME", Kind::Text),
            ("SYSTEMIC RISK", Kind::Key),
            ("OPEN SOURCE", Kind::Key),
            ("ON THE MARKET", Kind::Key),
        ]);
        for (id, model) in &self.company.models {
            let placed = model.placed_on_market.map_or("unknown".to_owned(), |day| day.to_string());
            let (risk, open_source) = (model.systemic_risk.key(), model.open_source.key());
            table.row([id.as_str(), &model.name, risk, open_source, &placed]);
        }
        page.table(&table);
    }

    fn evidence(&self, page: &mut Page) {
        page.section("Evidence");
        if self.company.evidence.is_empty() {
            page.prose("nothing on file");
            return;
        }
        let mut table = Table::new([
            ("EVIDENCE", Kind::Text),
            ("TITLE", Kind::Text),
            ("KIND", Kind::Key),
            ("PUBLISHED", Kind::Key),
            ("CHECKED", Kind::Key),
            ("BEARS ON", Kind::Text),
        ]);
        for (id, filed) in &self.company.evidence {
            let evidence = &filed.evidence;
            let refs: Vec<String> = evidence.bears_on.iter().map(ToString::to_string).collect();
            let published = evidence.published.map_or("unknown".to_owned(), |day| day.to_string());
            let checked = evidence.checked.key();
            table.row([
                id.as_str(),
                &evidence.title,
                evidence.kind.words(),
                &published,
                checked,
                &refs.join(" "),
            ]);
        }
        page.table(&table);
    }

    fn measures(&self, page: &mut Page) {
        page.section("Measures");
        let mut table = Table::new([
            ("MEASURE", Kind::Key),
            ("WHAT", Kind::Text),
            ("STATE", Kind::Key),
            ("BASIS", Kind::Key),
            ("EVIDENCE", Kind::Number),
        ]);
        for (measure, cell) in self.cells() {
            let (basis, evidence) = (words::basis(&cell), cell.evidence.to_string());
            table.row([&measure.id.to_string(), &measure.title, cell.state.words(), &basis, &evidence]);
        }
        page.table(&table);
    }
}
