//! Documents recomputed, now and at the time of each judgement.

use serde_json::{Map, Value, json};

use super::{Page, Report, Table, json, words};
use crate::domain::Company;
use crate::domain::verified::{Comparison, Verified};

pub struct Verify<'a> {
    pub company: &'a Company,
    pub verified: &'a [Verified],
}

impl Verify<'_> {
    /// How many documents are not what they should be, now or then.
    pub fn wrong(&self) -> usize {
        let comparisons = self.verified.iter().flat_map(Verified::comparisons);
        comparisons.filter(|comparison| comparison.outcome.is_wrong()).count()
    }
}

impl Report for Verify<'_> {
    fn view(&self) -> &'static str {
        "verify"
    }

    fn title(&self) -> String {
        let wrong = match self.wrong() {
            0 => "nothing differs".to_owned(),
            count => words::number(count, "difference", "differences"),
        };
        format!("Documents of {}: {wrong}", words::name(self.company))
    }

    fn text(&self, page: &mut Page) {
        for verified in self.verified {
            page.section(verified.evidence.as_str());
            match &verified.now {
                Some(now) => page.item("now       ", line(now)),
                None => page.item("now       ", "no longer on file"),
            }
            for then in &verified.judgements {
                let commit = then.commit.get(..10).unwrap_or(&then.commit);
                page.item(
                    then.day.to_string(),
                    format!("{} ({commit}): {}", then.slot, line(&then.comparison)),
                );
            }
        }
    }

    fn json(&self) -> Map<String, Value> {
        let verified = self.verified.iter().map(|verified| {
            let judgements = verified.judgements.iter().map(|then| {
                let mut object = comparison(&then.comparison);
                object.insert("commit".to_owned(), then.commit.clone().into());
                object.insert("day".to_owned(), then.day.to_string().into());
                object.insert("slot".to_owned(), then.slot.to_string().into());
                Value::Object(object)
            });
            json!({
                "id": verified.evidence.as_str(),
                "now": verified.now.as_ref().map(|now| Value::Object(comparison(now))),
                "judgements": judgements.collect::<Vec<_>>(),
            })
        });
        json::object([
            ("company", json::company(self.company)),
            ("wrong", self.wrong().into()),
            ("evidence", verified.collect()),
        ])
    }

    fn sheet(&self) -> Option<Table> {
        let mut sheet = Table::of_keys([
            "company", "invented", "evidence", "when", "commit", "slot", "outcome", "recorded", "digest",
        ]);
        let invented = self.company.profile.invented.to_string();
        let mut row = |evidence: &str, when: &str, commit: &str, slot: &str, found: &Comparison| {
            sheet.row([
                self.company.id.as_str(),
                &invented,
                evidence,
                when,
                commit,
                slot,
                found.outcome.key(),
                found.recorded.as_deref().unwrap_or_default(),
                found.digest.as_deref().unwrap_or_default(),
            ]);
        };
        for verified in self.verified {
            let evidence = verified.evidence.as_str();
            verified.now.iter().for_each(|now| row(evidence, "now", "", "", now));
            for then in &verified.judgements {
                row(evidence, &then.day.to_string(), &then.commit, &then.slot.to_string(), &then.comparison);
            }
        }
        Some(sheet)
    }
}

/// With both digests where they are not the same.
fn line(found: &Comparison) -> String {
    match (&found.recorded, &found.digest) {
        (Some(recorded), Some(digest)) if found.outcome.is_wrong() => {
            format!("{}: sha256 {digest}, on record {recorded}", found.outcome.words())
        }
        _ => found.outcome.words().to_owned(),
    }
}

fn comparison(found: &Comparison) -> Map<String, Value> {
    json::object([
        ("outcome", found.outcome.key().into()),
        ("recorded", found.recorded.clone().into()),
        ("digest", found.digest.clone().into()),
    ])
}
