//! One cell: what the measure asks of a company, why it binds, what is on file, and who decided what.

use std::collections::BTreeMap;

use serde_json::{Map, Value, json};

use super::{Page, Report, json, log, measure, words};
use crate::analysis::audit::Grades;
use crate::analysis::{Cell, Ground, Group, scope};
use crate::domain::company::{Filed, Recorded};
use crate::domain::{
    Assessment, Basis, Chapter, Company, Day, Entry, Evidence, EvidenceId, Letter, Measure, Pinned, Snapshot,
    Status,
};

pub struct CellReport<'a> {
    pub snapshot: &'a Snapshot,
    pub day: Day,
    pub company: &'a Company,
    pub measure: &'a Measure,
    /// The cell as the board shows it, rolled up over its models.
    pub cell: Cell,
    /// What it rolls up: one for the provider, or one per model.
    pub grounds: Vec<Ground<'a>>,
    /// Its last decisions, newest first.
    pub decisions: &'a [Entry],
    /// The review that each of them went through, where that was asked for.
    pub grades: Option<&'a Grades>,
}

impl Report for CellReport<'_> {
    fn view(&self) -> &'static str {
        "cell"
    }

    fn title(&self) -> String {
        let (company, measure) = (words::name(self.company), measure::title(self.measure));
        format!("{company} · {measure}: {}", self.cell.state.words())
    }

    fn text(&self, page: &mut Page) {
        measure::asks(page, &self.snapshot.catalogue, self.measure, self.ticked());
        for ground in &self.grounds {
            if let Some(id) = &ground.slot.model {
                let name = self.company.models.get(id).map_or("", |model| &model.name);
                page.section(format!("Model {id} {name}: {}", ground.state.words()));
            }
            self.why(page, ground);
            judgement(page, ground);
            self.evidence(page, ground);
        }
        page.section("Last decisions");
        match self.decisions {
            [] => page.prose("none recorded"),
            decisions => page.table(&log::table(self.snapshot, decisions, self.grades)),
        }
    }

    fn json(&self) -> Map<String, Value> {
        let slots = self.grounds.iter().map(|ground| {
            let stale = ground.stale.iter().map(|reason| json!({ "key": reason.key(), "words": reason.words() }));
            json!({
                "slot": ground.slot.to_string(),
                "model": ground.slot.model.as_ref().map(|id| id.as_str()),
                "state": ground.state.key(),
                "applicability": json::applicability(&ground.applicability),
                "basis": ground.basis.key(),
                "basis-article": words::basis_article(ground.basis, self.measure),
                "stale": stale.collect::<Value>(),
                "assessment": ground.recorded.map(|recorded| json::as_filed(&recorded.assessment)),
                "evidence": ground.evidence.iter().map(|(id, filed)| evidence_json(id, filed)).collect::<Value>(),
            })
        });
        let slots = slots.collect();
        json::object([
            ("company", json::company(self.company)),
            ("group", Group::of(self.company, self.measure.id.chapter, self.day).key().into()),
            ("measure", measure::full(&self.snapshot.catalogue, self.measure)),
            ("cell", json::cell(&self.cell)),
            ("slots", Value::Array(slots)),
            ("decisions", log::entries(self.snapshot, self.decisions, self.grades)),
        ])
    }
}

impl CellReport<'_> {
    /// The ticks that can stand beside the lines: those of the provider, or of the only model.
    fn ticked(&self) -> &BTreeMap<Letter, Status> {
        static NONE: BTreeMap<Letter, Status> = BTreeMap::new();
        match self.grounds.as_slice() {
            [Ground { recorded: Some(recorded), .. }] => &recorded.assessment.requirements,
            _ => &NONE,
        }
    }

    fn why(&self, page: &mut Page, ground: &Ground) {
        page.section("Why it binds, or not");
        let because = &ground.applicability.because;
        let article = because.article().map(|article| format!(" ({article})")).unwrap_or_default();
        page.prose(format!("{}: {}{article}", ground.applicability.applies.words(), because.words()));
        page.prose(self.basis_words(ground.basis));
    }

    /// `basis: alternative means (Art. 53(4)); declined since 2025-07-18`.
    fn basis_words(&self, basis: Basis) -> String {
        let chapter = self.measure.id.chapter;
        let article = words::basis_article(basis, self.measure);
        let article = article.map(|article| format!(" ({article})")).unwrap_or_default();
        let position = match (chapter, self.company.position(chapter, self.day)) {
            (Chapter::AiAct, _) => "the same for signatories and others".to_owned(),
            (_, Some(position)) => format!("{} since {}", position.stance.words(), position.since),
            (_, None) => scope::stance_words(self.company, chapter, self.day).to_owned(),
        };
        format!("basis: {}{article}; {position}", basis.words())
    }

    /// What is on file for the measure, then what the judgement rests on besides.
    fn evidence(&self, page: &mut Page, ground: &Ground) {
        page.section("Evidence");
        let pinned =
            ground.recorded.map(|recorded| recorded.assessment.evidence.as_slice()).unwrap_or_default();
        let pin = |id: &EvidenceId| pinned.iter().find(|pinned| pinned.id == *id);
        let on_file = |id: &EvidenceId| ground.evidence.iter().any(|(own, _)| *own == id);
        let besides: Vec<&Pinned> = pinned.iter().filter(|pinned| !on_file(&pinned.id)).collect();
        if ground.evidence.is_empty() && besides.is_empty() {
            page.prose("nothing on file");
        }
        for (id, filed) in &ground.evidence {
            self.piece(page, id, filed, pin(id));
        }
        for pinned in besides {
            match self.company.evidence.get(&pinned.id) {
                Some(filed) => self.piece(page, &pinned.id, filed, Some(pinned)),
                None => page.item(pinned.id.as_str(), "no longer on file"),
            }
        }
    }

    fn piece(&self, page: &mut Page, id: &EvidenceId, filed: &Filed, pin: Option<&Pinned>) {
        let evidence = &filed.evidence;
        page.item(id.as_str(), &evidence.title);
        page.below(facts(evidence, self.day));
        page.below(format!("source: {}", evidence.source));
        if let Some(url) = &evidence.url {
            page.below(url);
        }
        if let Some(pin) = pin {
            page.below(pin_words(pin, filed));
            if let Some(quote) = &pin.quote {
                page.below(format!("“{quote}”"));
            }
        }
    }
}

/// State, its reasons, and the judgement as it was recorded.
fn judgement(page: &mut Page, ground: &Ground) {
    page.section(format!("State: {}", ground.state.words()));
    for reason in &ground.stale {
        page.prose(format!("stale: {}", reason.words()));
    }
    match ground.recorded {
        None => page.prose("nobody has judged it yet"),
        Some(Recorded { assessment, .. }) => {
            page.prose(assessment_words(assessment));
            page.prose(&assessment.reason);
            if ground.slot.model.is_some() && !assessment.requirements.is_empty() {
                let ticks =
                    assessment.requirements.iter().map(|(letter, status)| format!("{letter} {status}"));
                page.prose(format!("requirements: {}", ticks.collect::<Vec<_>>().join(", ")));
            }
        }
    }
}

fn assessment_words(assessment: &Assessment) -> String {
    let mut words = format!("recorded: {}, on {}", assessment.status, assessment.assessed);
    words += &format!(", as {}", assessment.means.words());
    if let Some(owner) = &assessment.owner {
        words += &format!(", owner {owner}");
    }
    if let Some(day) = assessment.review_by {
        words += &format!(", review by {day}");
    }
    words
}

/// `framework · version 2 · published 2026-04-07 · public · checked A, read`.
fn facts(evidence: &Evidence, day: Day) -> String {
    let expires = evidence.expires.map(|end| match evidence.expired(day) {
        true => format!("expired {end}"),
        false => format!("expires {end}"),
    });
    let facts = [
        Some(evidence.kind.words().to_owned()),
        evidence.version.as_deref().map(|version| format!("version {version}")),
        evidence.published.map(|day| format!("published {day}")),
        expires,
        Some(evidence.access.words().to_owned()),
        Some(format!("checked {}", evidence.checked.words())),
    ];
    facts.into_iter().flatten().collect::<Vec<_>>().join(" · ")
}

fn pin_words(pin: &Pinned, filed: &Filed) -> String {
    let unchanged = pin.pin == filed.id && pin.document == filed.document;
    let since = if unchanged { "unchanged since" } else { "changed after" };
    let place = pin.at.as_deref().map(|at| format!(", at {at}")).unwrap_or_default();
    format!("pinned {}, {since} the judgement{place}", pin.pin.short())
}

pub(super) fn evidence_json(id: &EvidenceId, filed: &Filed) -> Value {
    let mut evidence = json!({
        "id": id.as_str(),
        "blob": filed.id.to_string(),
        "document-blob": filed.document.as_ref().map(ToString::to_string),
    });
    let (Value::Object(object), Value::Object(file)) = (&mut evidence, json::as_filed(&filed.evidence))
    else {
        unreachable!("both are objects");
    };
    object.extend(file);
    evidence
}
