//! The trail: what each commit did to the register, newest first.

use jiff::Timestamp;
use jiff::tz::{Offset, TimeZone};
use serde_json::{Map, Value, json};

use super::table::Kind;
use super::{Page, Report, Table, json, words};
use crate::analysis::Grade;
use crate::analysis::audit::Grades;
use crate::domain::entry::Touch;
use crate::domain::{Company, Entry, EntryKind, Judged, MeasureRef, Snapshot};
use crate::error::{Error, TO_GET_OBJECTS};

pub struct Log<'a> {
    pub snapshot: &'a Snapshot,
    /// Whose trail it is; the whole register's where neither is named.
    pub company: Option<&'a Company>,
    pub measure: Option<MeasureRef>,
    pub entries: &'a [Entry],
    /// The review that each commit went through, where that was asked for.
    pub grades: Option<&'a Grades>,
}

impl Report for Log<'_> {
    fn view(&self) -> &'static str {
        "log"
    }

    fn title(&self) -> String {
        let company = self.company.map(|company| format!(" of {}", words::name(company))).unwrap_or_default();
        let measure = self.measure.map(|measure| format!(" · {measure}")).unwrap_or_default();
        let entries = self.entries.iter().filter(|entry| entry.kind != EntryKind::Cut).count();
        format!("Log{company}{measure}: {}", words::number(entries, "entry", "entries"))
    }

    fn text(&self, page: &mut Page) {
        if !self.entries.is_empty() {
            page.table(&table(self.snapshot, self.entries, self.grades));
        }
    }

    fn json(&self) -> Map<String, Value> {
        json::object([("entries", entries(self.snapshot, self.entries, self.grades))])
    }

    fn sheet(&self) -> Option<Table> {
        let mut heads = vec![
            "time", "commit", "author", "email", "kind", "company", "invented", "what", "from", "to", "how",
            "reason", "path", "subject",
        ];
        heads.extend(self.grades.map(|_| "review"));
        let mut sheet = Table::of_keys(heads);
        for entry in self.entries {
            let facts = Facts::of(entry);
            let (time, invented) = (moment(entry), invented(self.snapshot, &facts).to_string());
            let mut row = vec![
                time.as_str(),
                &entry.commit,
                &entry.author,
                &entry.email,
                facts.kind,
                facts.company.unwrap_or_default(),
                &invented,
                &facts.what,
                facts.from.key().unwrap_or_default(),
                facts.to.key().unwrap_or_default(),
                facts.how.unwrap_or_default(),
                facts.reason.unwrap_or_default(),
                &entry.path,
                &entry.subject,
            ];
            row.extend(self.grades.map(|grades| grades.of(&entry.commit).map_or("", Grade::key)));
            sheet.row(row);
        }
        Some(sheet)
    }
}

/// Entries for the eye.
pub(super) fn table(snapshot: &Snapshot, entries: &[Entry], grades: Option<&Grades>) -> Table {
    let mut heads = vec![
        ("DAY", Kind::Key),
        ("COMMIT", Kind::Key),
        ("WHO", Kind::Text),
        ("COMPANY", Kind::Name),
        ("WHAT", Kind::Text),
        ("WHY", Kind::Text),
    ];
    heads.extend(grades.map(|_| ("REVIEW", Kind::Text)));
    let mut table = Table::new(heads);
    for entry in entries {
        let facts = Facts::of(entry);
        let id = facts.company.unwrap_or_default();
        let mark = if invented(snapshot, &facts) { words::INVENTED } else { "" };
        let what = match &entry.kind {
            EntryKind::Assessment { .. } => {
                format!("{}: {} → {}", facts.what, facts.from.words(), facts.to.words())
            }
            EntryKind::Unread | EntryKind::Cut => entry.words(),
            _ => [facts.kind, &facts.what, facts.how.unwrap_or_default()]
                .into_iter()
                .filter(|part| !part.is_empty())
                .collect::<Vec<_>>()
                .join(" "),
        };
        let (day, company) = (entry.day().to_string(), format!("{id}{mark}"));
        let mut row = vec![
            day.as_str(),
            entry.commit.get(..10).unwrap_or(&entry.commit),
            &entry.author,
            &company,
            &what,
            facts.reason.unwrap_or(&entry.subject).lines().next().unwrap_or_default(),
        ];
        row.extend(grades.map(|grades| grades.of(&entry.commit).map_or("", Grade::words)));
        table.row(row);
    }
    table
}

pub(super) fn entries(snapshot: &Snapshot, entries: &[Entry], grades: Option<&Grades>) -> Value {
    entries
        .iter()
        .map(|entry| {
            let facts = Facts::of(entry);
            let mut line = json!({
                "commit": entry.commit,
                "time": moment(entry),
                "author": entry.author,
                "email": entry.email,
                "subject": entry.subject,
                "path": entry.path,
                "kind": facts.kind,
                "company": facts.company,
                "invented": invented(snapshot, &facts),
                "what": facts.what,
                "from": facts.from.key(),
                "to": facts.to.key(),
                "how": facts.how,
                "reason": facts.reason,
            });
            if let Some(grades) = grades {
                line["review"] = grades.of(&entry.commit).map(Grade::key).into();
            }
            line
        })
        .collect()
}

/// An entry's kind, flattened: what a row of a table holds.
struct Facts<'a> {
    kind: &'static str,
    company: Option<&'a str>,
    /// The slot, evidence or model; empty where the company or catalogue itself is meant.
    what: String,
    from: Judged,
    to: Judged,
    how: Option<&'static str>,
    reason: Option<&'a str>,
}

impl Facts<'_> {
    fn of(entry: &Entry) -> Facts<'_> {
        let bare = |kind, company, what: &str| Facts {
            kind,
            company,
            what: what.to_owned(),
            from: Judged::Not,
            to: Judged::Not,
            how: None,
            reason: None,
        };
        let touched = |kind, company, what: &str, how: Touch| Facts {
            how: Some(how.words()),
            ..bare(kind, company, what)
        };
        match &entry.kind {
            EntryKind::Assessment { company, slot, from, to, reason } => Facts {
                kind: "assessment",
                company: Some(company.as_str()),
                what: slot.to_string(),
                from: *from,
                to: *to,
                how: None,
                reason: reason.as_deref(),
            },
            EntryKind::Evidence { company, id, how } => touched("evidence", Some(company.as_str()), id, *how),
            EntryKind::Model { company, id, how } => touched("model", Some(company.as_str()), id, *how),
            EntryKind::Company { company, how } => touched("company", Some(company.as_str()), "", *how),
            EntryKind::Catalogue { how } => touched("catalogue", None, &entry.path, *how),
            EntryKind::Other { how } => touched("other", None, &entry.path, *how),
            EntryKind::Unread => bare("not-here", None, &entry.path),
            EntryKind::Cut => bare("cut", None, ""),
        }
    }
}

fn invented(snapshot: &Snapshot, facts: &Facts) -> bool {
    let id = facts.company.and_then(|id| id.parse().ok());
    id.and_then(|id| snapshot.companies.get(&id)).is_some_and(|company| company.profile.invented)
}

/// What a trail could not tell, and how to get it.
pub fn lacking(entries: &[Entry]) -> Vec<String> {
    let mut notes = Vec::new();
    if entries.iter().any(|entry| entry.kind == EntryKind::Cut) {
        notes.push(format!("{}. {}", Error::Shallow, Error::Shallow.hint()));
    }
    if entries.iter().any(|entry| entry.kind.is_not_here()) {
        notes.push(format!(
            "some files of earlier commits are not in this repository, or damaged. {TO_GET_OBJECTS}"
        ));
    }
    notes
}

/// When, on the author's own clock: `2026-09-14T10:00:00+02:00`. A commit may claim any time; one that no calendar
/// has reads as 1970.
fn moment(entry: &Entry) -> String {
    let offset = Offset::from_seconds(entry.offset_minutes.saturating_mul(60)).unwrap_or(Offset::UTC);
    let time = Timestamp::from_second(entry.time).unwrap_or_default();
    time.to_zoned_datetime(TimeZone::fixed(offset)).strftime("%Y-%m-%dT%H:%M:%S%:z").to_string()
}
