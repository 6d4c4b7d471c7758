//! What share of what binds is met, partial, a gap and so on: both sides, chapter by chapter and company by company.

use serde_json::{Map, Value, json};

use super::Chart;
use super::svg::{self, Anchor, Drawing, LETTER, MARGIN, QUIET, WIDTH};
use crate::analysis::coverage::{self, SHARES};
use crate::analysis::{Board, Counts, Covered, Group, State, Target};
use crate::domain::{Chapter, CompanyId, Snapshot};
use crate::report::table::{Kind, shorten, shorten_name};
use crate::report::{Origin, Page, Report, Table, json, words};

pub struct CoverageChart<'a> {
    pub snapshot: &'a Snapshot,
    pub board: &'a Board,
    /// Only this chapter.
    pub chapter: Option<Chapter>,
}

/// Letters of a bar in text.
const BAR_LETTERS: usize = 24;

impl CoverageChart<'_> {
    fn target(&self) -> Target {
        self.chapter.map_or(Target::Everything, Target::Chapter)
    }

    fn chapters(&self) -> impl Iterator<Item = Chapter> {
        let chapters = self.snapshot.catalogue.chapters.iter().map(|text| text.chapter);
        chapters.filter(|chapter| self.target().covers_some_of(*chapter))
    }

    /// A side, then its chapters, then its companies: what stands before a bar, and what the bar is made of.
    fn bars(&self, side: &Covered) -> Vec<(String, Counts)> {
        let mut bars = Vec::new();
        if self.chapter.is_none() {
            bars.push(("All chapters".to_owned(), side.counts));
        }
        for chapter in self.chapters() {
            let counts = coverage::of_group(self.board, side.group).chapter(chapter);
            bars.push((format!("{chapter} {}", chapter.title()), counts));
        }
        bars.extend(side.companies.iter().map(|(id, counts)| (self.name(id), *counts)));
        bars
    }

    fn name(&self, id: &CompanyId) -> String {
        self.snapshot.companies.get(id).map_or_else(|| id.to_string(), |company| words::name(company))
    }
}

impl Report for CoverageChart<'_> {
    fn view(&self) -> &'static str {
        "chart-coverage"
    }

    fn title(&self) -> String {
        let of = self.chapter.map(|chapter| format!(" of {}", chapter.title())).unwrap_or_default();
        format!("Coverage{of}: how what binds, or may, stands today")
    }

    fn text(&self, page: &mut Page) {
        page.line(legend().join("  "));
        for side in coverage::of_sides(self.board, self.target()) {
            page.section(side_words(&side));
            let heads = SHARES.map(|state| (words::head(state), Kind::Number));
            let first = [("", Kind::Name), ("BINDING", Kind::Number), ("", Kind::Key)];
            let mut table = Table::new(first.into_iter().chain(heads));
            for (label, counts) in self.bars(&side) {
                let bar = counts.parts(BAR_LETTERS);
                let bar: String = bar.iter().map(|(state, part)| state.glyph().repeat(*part)).collect();
                let numbers = SHARES.map(|state| counts[state]).map(|count| match count {
                    0 => "·".to_owned(),
                    count => count.to_string(),
                });
                table.row([label, counts.binding().to_string(), bar].into_iter().chain(numbers));
            }
            page.table(&table);
        }
    }

    fn json(&self) -> Map<String, Value> {
        let sides = coverage::of_sides(self.board, self.target()).map(|side| {
            let of_group = coverage::of_group(self.board, side.group);
            let chapters: Vec<Value> = self
                .chapters()
                .map(|chapter| json!({ "chapter": chapter.key(), "counts": counts(&of_group.chapter(chapter)) }))
                .collect();
            let companies: Vec<Value> = side
                .companies
                .iter()
                .filter_map(|(id, total)| Some((self.snapshot.companies.get(id)?, total)))
                .map(|(company, total)| json!({ "company": json::company(company), "counts": counts(total) }))
                .collect();
            json!({
                "group": side.group.key(),
                "counts": counts(&side.counts),
                "chapters": chapters,
                "companies": companies,
            })
        });
        json::object([
            ("chapter", self.chapter.map(Chapter::key).into()),
            ("sides", Value::from(sides.to_vec())),
        ])
    }

    /// A row for each company and chapter.
    fn sheet(&self) -> Option<Table> {
        let heads = ["group", "chapter", "company", "name", "invented", "binding"];
        let mut sheet = Table::of_keys(heads.into_iter().chain(SHARES.map(State::key)));
        for group in Group::ALL {
            for chapter in self.chapters() {
                let target = Target::Chapter(chapter);
                for company in self.board.members(group, chapter) {
                    let Some(known) = self.snapshot.companies.get(company) else { continue };
                    let counts = coverage::of_target(self.board, target, std::slice::from_ref(company));
                    let lead = [
                        group.key().to_owned(),
                        chapter.key().to_owned(),
                        company.to_string(),
                        known.profile.name.clone(),
                        known.profile.invented.to_string(),
                        counts.binding().to_string(),
                    ];
                    let numbers = SHARES.map(|state| counts[state].to_string());
                    sheet.row(lead.into_iter().chain(numbers));
                }
            }
        }
        Some(sheet)
    }
}

const ROW: f32 = 20.0;
const LABEL: f32 = 250.0;
const BAR: f32 = 420.0;

impl Chart for CoverageChart<'_> {
    fn svg(&self, origin: &Origin) -> String {
        let sides = coverage::of_sides(self.board, self.target());
        let described: Vec<String> = sides
            .iter()
            .map(|side| format!("{}: {}.", side_words(side), words::counts(&side.counts)))
            .collect();
        let mut drawing = Drawing::new(&self.title(), &format!("{} {}", origin.words(), described.join(" ")));
        let mut y = MARGIN + 16.0;
        drawing.heading([MARGIN, y], 18, &self.title());
        y += 20.0;
        drawing.words([MARGIN, y], Anchor::Start, QUIET, &origin.words());
        y += 14.0;
        let mut x = MARGIN;
        for (state, words) in SHARES.into_iter().zip(legend()) {
            drawing.fill([x, y, 14.0, 14.0], svg::colours(state).0);
            drawing.words([x + 20.0, y + 11.0], Anchor::Start, svg::INK, &words);
            x += 20.0 + (words.chars().count() as f32 + 2.0) * LETTER;
        }
        y += 24.0;
        for side in &sides {
            y += 22.0;
            drawing.heading([MARGIN, y], 14, &side_words(side));
            y += 10.0;
            for (label, counts) in self.bars(side) {
                bar(&mut drawing, y, &label, &counts);
                y += ROW;
            }
        }
        drawing.finish(y + MARGIN)
    }
}

/// A label, the bar, and the same in numbers.
fn bar(drawing: &mut Drawing, y: f32, label: &str, counts: &Counts) {
    let letters = (LABEL / LETTER) as usize - 1;
    drawing.words([MARGIN, y + 13.0], Anchor::Start, svg::INK, &shorten_name(label, letters));
    let total = counts.binding() as f32;
    let mut x = MARGIN + LABEL;
    let present = SHARES.into_iter().filter(|state| counts[*state] > 0);
    for state in present.clone() {
        let width = BAR * counts[state] as f32 / total;
        drawing.part([x, y, width, ROW - 4.0], state, counts[state]);
        x += width;
    }
    let numbers: Vec<String> = present.map(|state| format!("{}{}", state.glyph(), counts[state])).collect();
    let numbers = if numbers.is_empty() { "nothing binds".to_owned() } else { numbers.join(" ") };
    let x = MARGIN + LABEL + BAR + 8.0;
    let room = ((WIDTH - MARGIN - x) / LETTER) as usize;
    drawing.words([x, y + 13.0], Anchor::Start, QUIET, &shorten(&numbers, room));
}

fn legend() -> [String; 7] {
    SHARES.map(|state| format!("{} {}", state.glyph(), state.words()))
}

fn side_words(side: &Covered) -> String {
    let companies = words::number(side.companies.len(), "company", "companies");
    format!(
        "{} ({companies}, {} binding)",
        side.group.words(),
        words::number(side.counts.binding() as usize, "cell", "cells")
    )
}

/// The counts of what binds, and their sum.
fn counts(counts: &Counts) -> Value {
    let mut object: Map<String, Value> =
        SHARES.into_iter().map(|state| (state.key().to_owned(), counts[state].into())).collect();
    object.insert("binding".into(), counts.binding().into());
    Value::Object(object)
}
