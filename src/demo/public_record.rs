//! The shipped public record, taken apart into dated commits.
//!
//! - A company's file appears with its first position and grows by the positions as their days come.
//! - A document appears on the day it was published; on the last possible day where only a month or a year is known;
//!   last of all where nothing is. Never before its company, and never after the record was last looked at.
//! - A model appears with the first document that names it, or with its company.
//!
//! After the last commit everything stands as it is shipped, byte for byte.

use std::collections::{BTreeMap, BTreeSet};

use jiff::ToSpan;
use jiff::civil::{DateTime, Time};
use serde::Deserialize;

use super::{Author, Changes, DemoCommit, READ_BY_A_TEST, catalogue, whole};
use crate::domain::company::Profile;
use crate::domain::{CompanyId, Day, Evidence, ModelId, PartialDay};
use crate::files::RegisterPath;
use crate::shipped::{self, ShippedFile};

/// The day the public record was last held against its sources: what has no day of its own enters here.
fn last_looked() -> Day {
    Day::new(2026, 10, 3).expect("a day of the calendar")
}

/// Every commit of the public record, oldest first. The first one brings the catalogue.
pub fn commits() -> Vec<DemoCommit> {
    let announced = announced();
    let providers = providers();
    let mut days: BTreeSet<Day> = announced.keys().copied().collect();
    for provider in providers.values() {
        days.extend(&provider.positions);
        days.extend(provider.documents.iter().map(|document| provider.day_of(document)));
    }
    let mut catalogue = catalogue::at_first();
    let mut commits = Vec::new();
    for day in days {
        let mut changes = std::mem::take(&mut catalogue);
        changes.extend(providers.values().flat_map(|provider| provider.positions_entering(day)));
        let positions = (!changes.is_empty()).then(|| (positions_message(&announced, day), changes));
        let documents = providers.values().filter_map(|provider| provider.documents_entering(day));
        let of_day = positions.into_iter().chain(documents).zip(0..);
        commits.extend(of_day.map(|((message, changes), nth)| DemoCommit {
            when: morning(day) + i64::minutes(nth),
            author: Author::PublicRecord,
            message,
            changes,
        }));
    }
    commits
}

/// When the public record is brought up to date: before anybody decides anything on that day.
fn morning(day: Day) -> DateTime {
    day.date().to_datetime(Time::constant(8, 0, 0, 0))
}

/// What is said of the days on which something became known, from `demo/public-record.toml`.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Announced {
    day: Day,
    subject: String,
    body: String,
}

fn announced() -> BTreeMap<Day, Announced> {
    #[derive(Deserialize)]
    struct File {
        event: Vec<Announced>,
    }
    let File { event } = super::data("public-record.toml");
    event.into_iter().map(|event| (event.day, event)).collect()
}

fn positions_message(announced: &BTreeMap<Day, Announced>, day: Day) -> String {
    match announced.get(&day) {
        Some(event) => format!("{}\n\n{}\n", event.subject, event.body.trim()),
        None => format!("public record: positions of {day}\n"),
    }
}

/// One company's files, by what decides when they enter.
#[derive(Default)]
struct Provider {
    name: String,
    /// `company.toml` as it is shipped.
    profile: ShippedFile,
    /// The days on which a position begins.
    positions: BTreeSet<Day>,
    models: BTreeMap<ModelId, ShippedFile>,
    documents: Vec<Document>,
    /// Copies kept beside evidence files, by name.
    copies: BTreeMap<String, ShippedFile>,
}

struct Document {
    file: ShippedFile,
    evidence: Evidence,
}

fn providers() -> BTreeMap<CompanyId, Provider> {
    let mut providers: BTreeMap<CompanyId, Provider> = BTreeMap::new();
    for file in shipped::public_record() {
        let Some(path) = RegisterPath::of(&file.0).expect(READ_BY_A_TEST) else { continue };
        match path {
            RegisterPath::Profile(company) => providers.entry(company).or_default().introduce(file),
            RegisterPath::Model(company, model) => {
                providers.entry(company).or_default().models.insert(model, file);
            }
            RegisterPath::Evidence(company, _) => {
                let evidence = toml::from_slice(file.1).expect(READ_BY_A_TEST);
                providers.entry(company).or_default().documents.push(Document { file, evidence });
            }
            RegisterPath::Document(company, name) => {
                providers.entry(company).or_default().copies.insert(name, file);
            }
            _ => {}
        }
    }
    providers
}

impl Provider {
    fn introduce(&mut self, file: ShippedFile) {
        let profile: Profile = toml::from_slice(file.1).expect(READ_BY_A_TEST);
        self.name = profile.name;
        self.profile = file;
        self.positions = profile.positions.iter().map(|position| position.since).collect();
        if self.positions.is_empty() {
            self.positions.insert(last_looked());
        }
    }

    fn first_day(&self) -> Day {
        self.positions.first().copied().unwrap_or_else(last_looked)
    }

    /// When a document enters.
    fn day_of(&self, document: &Document) -> Day {
        let published = document.evidence.published.map_or_else(last_looked, PartialDay::latest);
        published.min(last_looked()).max(self.first_day())
    }

    /// When the first document that names a model enters, if one does.
    fn day_of_model(&self, model: &ModelId) -> Option<Day> {
        let naming = self.documents.iter().filter(|document| document.evidence.models.contains(model));
        naming.map(|document| self.day_of(document)).min()
    }

    /// The company's file on a day on which a position begins; on the first of them also the models that no document
    /// names.
    fn positions_entering(&self, day: Day) -> Changes {
        if !self.positions.contains(&day) {
            return Changes::new();
        }
        let mut changes = vec![(self.profile.0.clone(), Some(self.profile_on(day).into_bytes()))];
        if day == self.first_day() {
            let unnamed = self.models.iter().filter(|(id, _)| self.day_of_model(id).is_none());
            changes.extend(unnamed.map(|(_, file)| whole(file)));
        }
        changes
    }

    /// The company's file without the positions that begin later.
    fn profile_on(&self, day: Day) -> String {
        let mut profile = super::document(self.profile.1);
        if let Some(positions) = profile.get_mut("position").and_then(|item| item.as_array_of_tables_mut()) {
            positions.retain(|position| since(position) <= day);
        }
        profile.to_string()
    }

    /// The documents of a day, with the copies kept of them and the models they are the first to name.
    fn documents_entering(&self, day: Day) -> Option<(String, Changes)> {
        let documents: Vec<&Document> =
            self.documents.iter().filter(|document| self.day_of(document) == day).collect();
        let named = |document: &&Document| self.copies.get(document.evidence.file.as_ref()?);
        let copies = documents.iter().filter_map(named);
        let models = self.models.iter().filter(|(id, _)| self.day_of_model(id) == Some(day));
        let files = documents.iter().map(|document| &document.file).chain(copies);
        let files = files.chain(models.map(|(_, file)| file));
        (!documents.is_empty())
            .then(|| (documents_message(&self.name, &documents), files.map(whole).collect()))
    }
}

fn since(position: &toml_edit::Table) -> Day {
    let since = position.get("since").and_then(|since| since.as_datetime()).expect(READ_BY_A_TEST);
    since.to_string().parse().expect(READ_BY_A_TEST)
}

/// How wide a subject may grow by naming every document.
const SUBJECT_WIDTH: usize = 72;

fn documents_message(company: &str, documents: &[&Document]) -> String {
    let titles: Vec<&str> = documents.iter().map(|document| document.evidence.title.as_str()).collect();
    let subject = format!("public record: {company}: {}", titles.join("; "));
    let subject = match documents.len() {
        number @ 2.. if subject.chars().count() > SUBJECT_WIDTH => {
            format!("public record: {company}: {number} documents")
        }
        _ => subject,
    };
    let lines: Vec<String> = documents.iter().map(|document| document_line(&document.evidence)).collect();
    format!("{subject}\n\n{}\n", lines.join("\n"))
}

/// `Preparedness Framework, version 2, published 2025-04-15. Recorded in a collection log [FRAME].`
fn document_line(evidence: &Evidence) -> String {
    let version = evidence.version.iter().map(|version| format!(", version {version}")).collect::<String>();
    let published = match evidence.published {
        Some(day) => format!("published {day}"),
        None => "day of publication not recorded".to_owned(),
    };
    format!("{}{version}, {published}. {}.", evidence.title, evidence.source.trim_end_matches('.'))
}
