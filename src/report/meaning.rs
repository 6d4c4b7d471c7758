//! What changed in meaning between two states of the register: as an outline, and each cell that stands differently.

use serde_json::{Map, Value, json};

use super::table::Kind;
use super::{Page, Report, Table, json, log};
use crate::analysis::meaning::{
    AskedChange, BecameStale, CompanyChange, EvidenceChange, Gaps, JudgementChange, Kept, ModelChange,
    PinChange, PositionChange, RequirementChange, Turned, Unread,
};
use crate::analysis::{Difference, Group, Meaning, State, difference};
use crate::domain::{Day, Finding, Snapshot, Status};

pub struct MeaningReport<'a> {
    /// The later state.
    pub snapshot: &'a Snapshot,
    /// The earlier one in words, and the day it is judged by.
    pub from: String,
    pub from_day: Day,
    pub meaning: &'a Meaning,
}

impl Report for MeaningReport<'_> {
    fn view(&self) -> &'static str {
        "diff"
    }

    fn title(&self) -> String {
        format!("Since {}: {}", self.from, self.meaning.headline())
    }

    fn text(&self, page: &mut Page) {
        for section in self.meaning.outline() {
            page.section(&section.heading);
            for item in section.items {
                page.item(item.how.mark(), &item.title);
                item.lines.iter().for_each(|line| page.below(line.words()));
            }
        }
        if self.meaning.cells.is_empty() {
            return;
        }
        page.section(self.meaning.cells_heading());
        let mut table = Table::new([
            ("MEASURE", Kind::Key),
            ("COMPANY", Kind::Name),
            ("FROM", Kind::Key),
            ("TO", Kind::Key),
            ("DAY", Kind::Key),
            ("BY", Kind::Text),
            ("COMMIT", Kind::Key),
        ]);
        for difference in &self.meaning.cells {
            let last = difference.by.first();
            table.row([
                difference.measure.to_string(),
                self.meaning.name(&difference.company),
                word(difference.from).to_owned(),
                word(difference.to).to_owned(),
                last.map(|entry| entry.day().to_string()).unwrap_or_default(),
                last.map_or(difference::BY_TIME, |entry| &entry.author).to_owned(),
                last.map(|entry| entry.commit.get(..10).unwrap_or(&entry.commit).to_owned())
                    .unwrap_or_default(),
            ]);
        }
        page.table(&table);
    }

    fn json(&self) -> Map<String, Value> {
        let Meaning {
            unread,
            settings,
            waivers,
            asked,
            companies,
            positions,
            models,
            evidence,
            judgements,
            stale,
            gaps,
            cells,
            files,
            ..
        } = self.meaning;
        let cells = cells.iter().map(|cell| self.cell(cell));
        let gaps =
            Group::ALL.iter().zip(gaps).map(|(group, gaps)| (group.key().to_owned(), self::gaps(gaps)));
        json::object([
            ("from", self.from.clone().into()),
            ("from-day", self.from_day.to_string().into()),
            ("files", (*files).into()),
            ("unread", unread.iter().map(self::unread).collect()),
            ("positions", positions.iter().map(position).collect()),
            ("judgements", judgements.iter().map(judgement).collect()),
            ("evidence", evidence.iter().map(self::evidence).collect()),
            ("companies", companies.iter().map(company).collect()),
            ("models", models.iter().map(model).collect()),
            ("asked", asked.iter().map(self::asked).collect()),
            ("settings", json::as_filed(settings)),
            ("waivers", json::as_filed(waivers)),
            ("stale", stale.iter().map(self::stale).collect()),
            ("gaps", Value::Object(gaps.collect())),
            ("cells", cells.collect()),
        ])
    }

    fn sheet(&self) -> Option<Table> {
        Some(sheet(self.meaning))
    }
}

/// A row for each cell that stands differently.
pub fn sheet(meaning: &Meaning) -> Table {
    let heads = ["measure", "company", "name", "from", "to", "day", "by", "commit"];
    let mut sheet = Table::of_keys(heads);
    for difference in &meaning.cells {
        let last = difference.by.first();
        sheet.row([
            difference.measure.to_string(),
            difference.company.to_string(),
            meaning.name(&difference.company),
            difference.from.map(State::key).unwrap_or_default().to_owned(),
            difference.to.map(State::key).unwrap_or_default().to_owned(),
            last.map(|entry| entry.day().to_string()).unwrap_or_default(),
            last.map(|entry| entry.author.clone()).unwrap_or_default(),
            last.map(|entry| entry.commit.clone()).unwrap_or_default(),
        ]);
    }
    sheet
}

impl MeaningReport<'_> {
    fn cell(&self, difference: &Difference) -> Value {
        json!({
            "company": difference.company.as_str(),
            "measure": difference.measure.to_string(),
            "from": difference.from.map(State::key),
            "to": difference.to.map(State::key),
            "by": log::entries(self.snapshot, &difference.by, None),
        })
    }
}

fn word(state: Option<State>) -> &'static str {
    state.map_or("not there", State::words)
}

fn unread(Unread { path, before, after }: &Unread) -> Value {
    let side = |finding: &Option<Finding>| finding.as_ref().map(|finding| finding.message.clone());
    json!({ "path": path, "before": side(before), "after": side(after) })
}

fn position(change: &PositionChange) -> Value {
    let PositionChange { company, chapter, since, before, after, was, fields } = change;
    json!({
        "company": company.as_str(),
        "chapter": chapter.key(),
        "since": since.to_string(),
        "how": change.how().key(),
        "was": was.map(|stance| stance.key()),
        "from": before.as_ref().map(|position| position.stance.key()),
        "to": after.as_ref().map(|position| position.stance.key()),
        "fields": json::as_filed(fields),
    })
}

fn judgement(change: &JudgementChange) -> Value {
    let status = |status: Option<Status>| status.map(Status::key);
    let (from, to) = change.status();
    let requirement = |change: &RequirementChange| json!({ "letter": change.letter.to_string(), "from": status(change.before), "to": status(change.after) });
    let pin = |PinChange { id, before, after }: &PinChange| json!({ "id": id.as_str(), "before": json::as_filed(before), "after": json::as_filed(after) });
    json!({
        "company": change.company.as_str(),
        "slot": change.slot.to_string(),
        "how": change.how().key(),
        "from": status(from),
        "to": status(to),
        "reason": change.reason().map(|(before, after)| json!({ "before": before, "after": after })),
        "requirements": change.requirements.iter().map(requirement).collect::<Value>(),
        "pins": change.pins.iter().map(pin).collect::<Value>(),
        "fields": json::as_filed(&change.fields),
    })
}

fn evidence(change: &EvidenceChange) -> Value {
    let kept = |kept: &Option<Kept>| {
        kept.as_ref().map(|kept| json!({ "blob": kept.id.to_string(), "sha256": kept.sha256 }))
    };
    let document = change.document.as_ref().map(|document| {
        json!({
            "before": kept(&document.before),
            "after": kept(&document.after),
            "words": json::as_filed(&document.words),
        })
    });
    json!({
        "company": change.company.as_str(),
        "id": change.id.as_str(),
        "title": change.evidence().map(|evidence| evidence.title.as_str()),
        "how": change.how().key(),
        "document": document,
        "fields": json::as_filed(&change.fields),
    })
}

fn company(CompanyChange { company, how, fields }: &CompanyChange) -> Value {
    json!({ "company": company.as_str(), "how": how.key(), "fields": json::as_filed(fields) })
}

fn model(ModelChange { company, model, how, name, fields }: &ModelChange) -> Value {
    json!({
        "company": company.as_str(),
        "model": model.as_str(),
        "name": name,
        "how": how.key(),
        "fields": json::as_filed(fields),
    })
}

fn asked(AskedChange { part, how, fields }: &AskedChange) -> Value {
    json!({ "part": part.words(), "how": how.key(), "fields": json::as_filed(fields) })
}

fn stale(BecameStale { company, slot, reasons }: &BecameStale) -> Value {
    let reasons = reasons.iter().map(|reason| json!({ "key": reason.key(), "words": reason.words() }));
    json!({ "company": company.as_str(), "slot": slot.to_string(), "reasons": reasons.collect::<Value>() })
}

fn gaps(Gaps { opened, closed }: &Gaps) -> Value {
    let turned = |Turned { measure, company, before, after }: &Turned| {
        json!({
            "company": company.as_str(),
            "measure": measure.to_string(),
            "from": before.map(State::key),
            "to": after.map(State::key),
        })
    };
    json!({
        "opened": opened.iter().map(turned).collect::<Value>(),
        "closed": closed.iter().map(turned).collect::<Value>(),
    })
}
