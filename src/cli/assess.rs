//! `countersign assess`

use clap::Args;
use serde_json::json;

use super::offer::{self, Offer};
use super::reading::{Where, today};
use super::{resolve, trust, words};
use crate::analysis::decision::{self, Cited};
use crate::analysis::{Draft, Refusal};
use crate::domain::{Assessment, Company, Day, EvidenceId, Letter, Slot, Status, visible};
use crate::error::{Error, Result};
use crate::register::{At, Planned};
use crate::report;

/// Record a judgement as one commit
///
/// Starts from what is on file: options that are left out keep it, evidence is pinned anew. Shows the exact commit
/// message and file diff, asks, and commits; without a terminal it needs --yes.
#[derive(Debug, Args)]
pub struct Assess {
    /// The company, by id or name
    company: String,
    /// The measure; one judged per model takes the model too
    #[arg(value_name = "MEASURE[@MODEL]")]
    measure: String,
    #[arg(long, value_parser = words::status())]
    status: Option<Status>,
    /// Why, in sentences; `@FILE` reads a file, `-` reads stdin. A new status needs a new reason
    #[arg(long, value_name = "TEXT", allow_hyphen_values = true)]
    reason: Option<String>,
    /// One line of the measure, such as a=met; a=none takes the mark back; may be repeated
    #[arg(long = "requirement", value_name = "LETTER=STATUS", value_parser = requirement)]
    requirements: Vec<(Letter, Option<Status>)>,
    /// Evidence it rests on, and where in the document; may be repeated
    #[arg(long = "evidence", value_name = "ID[:PLACE]", value_parser = evidence)]
    evidence: Vec<(EvidenceId, Option<String>)>,
    /// Exact words of evidence it rests on; may be repeated
    #[arg(long = "quote", value_name = "ID:WORDS", value_parser = quote)]
    quotes: Vec<(EvidenceId, String)>,
    /// Evidence it no longer rests on; may be repeated
    #[arg(long, value_name = "ID")]
    without_evidence: Vec<EvidenceId>,
    /// Who answers for it; an empty text takes the owner out
    #[arg(long, value_name = "WHO")]
    owner: Option<String>,
    /// Last day on which it stands unreviewed, or `none`
    #[arg(long, value_name = "DAY", value_parser = review_day)]
    review_by: Option<ReviewDay>,
    /// The day of the judgement [default: today]
    #[arg(long, value_name = "DAY")]
    on: Option<Day>,
    #[command(flatten)]
    offer: Offer,
    #[command(flatten)]
    register: Where,
}

/// A review day, or none at all.
#[derive(Clone, Copy, Debug)]
struct ReviewDay(Option<Day>);

impl Assess {
    pub fn run(&self) -> Result<()> {
        let register = self.offer.open(&self.register, &self.company, &self.measure)?;
        let snapshot = register.snapshot(&At::Head)?;
        let company = resolve::company(&snapshot, &self.company)?;
        let slot = resolve::slot(&snapshot, &self.measure)?;
        let on_file = company.assessments.get(&slot).map(|recorded| &recorded.assessment);
        let draft = self.draft(on_file)?;
        let day = self.on.unwrap_or_else(today);
        let change = decision::decide(&snapshot, day, &company.id, &slot, &draft)
            .map_err(|refusals| refused(company, &slot, &refusals))?;
        let prepared = trust::asking(&register, || register.prepare(&snapshot, &change))?;

        let heading = format!("{} · {slot}", report::name(company));
        let text = format!("{}\n\n{}", visible::line(&heading), offer::preview(prepared.first()));
        let document = as_json(company, &slot, prepared.first());
        self.offer.carry_out(&register, &prepared, &text, document, |document, committed| {
            document["commit"] = committed.id().into();
        })
    }

    /// What is on file, with what was asked for on top.
    fn draft(&self, on_file: Option<&Assessment>) -> Result<Draft> {
        let mut draft = on_file.map(Draft::from_assessment).unwrap_or_default();
        if let Some(status) = self.status {
            // A reason belongs to its status: it is not carried over to another one.
            if draft.status != Some(status) {
                draft.reason.clear();
            }
            draft.status = Some(status);
        }
        if let Some(reason) = &self.reason {
            draft.reason = offer::reason(reason)?;
        }
        for (letter, status) in &self.requirements {
            match status {
                Some(status) => draft.requirements.insert(*letter, *status),
                None => draft.requirements.remove(letter),
            };
        }
        for (id, at) in &self.evidence {
            let cited = cite(&mut draft, id);
            cited.at = at.clone().or_else(|| cited.at.take());
        }
        for (id, words) in &self.quotes {
            cite(&mut draft, id).quote = Some(words.clone());
        }
        draft.evidence.retain(|cited| !self.without_evidence.contains(&cited.id));
        draft.owner = self.owner.clone().or(draft.owner);
        draft.review_by = self.review_by.map_or(draft.review_by, |ReviewDay(day)| day);
        Ok(draft)
    }
}

/// The draft's citation of this evidence, made if there is none.
fn cite<'a>(draft: &'a mut Draft, id: &EvidenceId) -> &'a mut Cited {
    let at = draft.evidence.iter().position(|cited| cited.id == *id).unwrap_or_else(|| {
        draft.evidence.push(Cited { id: id.clone(), at: None, quote: None });
        draft.evidence.len() - 1
    });
    &mut draft.evidence[at]
}

fn refused(company: &Company, slot: &Slot, refusals: &[Refusal]) -> Error {
    let words = |refusal: &Refusal| match refusal {
        Refusal::UnknownEvidence(id) => {
            let known = company.evidence.keys().map(|known| (known.as_str(), known.as_str()));
            match resolve::nearest(id.as_str(), known) {
                Some(near) => format!("{}; did you mean {near}?", refusal.words()),
                None => refusal.words(),
            }
        }
        _ => refusal.words(),
    };
    Error::Refused { cell: format!("{} {slot}", company.id), refusals: refusals.iter().map(words).collect() }
}

fn as_json(company: &Company, slot: &Slot, commit: &Planned) -> serde_json::Value {
    json!({
        "format": 1,
        "view": "assess",
        "company": report::json::company(company),
        "slot": slot.to_string(),
        "commit": null,
        "replayed-on": null,
        "path": commit.paths().next(),
        "message": commit.message(),
        "diff": commit.diff(),
    })
}

fn requirement(text: &str) -> Result<(Letter, Option<Status>), String> {
    let (letter, status) = text.split_once('=').ok_or("write it as a=met")?;
    let status = if status == "none" { None } else { Some(status.parse()?) };
    Ok((letter.parse()?, status))
}

fn evidence(text: &str) -> Result<(EvidenceId, Option<String>), String> {
    match text.split_once(':') {
        None => Ok((text.parse()?, None)),
        Some((id, place)) => Ok((id.parse()?, Some(place.trim().to_owned()))),
    }
}

fn quote(text: &str) -> Result<(EvidenceId, String), String> {
    let (id, words) = text.split_once(':').ok_or("write it as ID:WORDS")?;
    Ok((id.parse()?, words.trim().to_owned()))
}

fn review_day(text: &str) -> Result<ReviewDay, String> {
    if text == "none" {
        return Ok(ReviewDay(None));
    }
    text.parse().map(Some).map(ReviewDay)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn options_say_what_they_mean() {
        let (letter, status) = requirement("a=met").unwrap();
        assert_eq!((letter.to_string().as_str(), status), ("a", Some(Status::Met)));
        assert_eq!(requirement("b=none").unwrap().1, None);
        let (id, place) = evidence("framework:section 3.2, p. 12").unwrap();
        assert_eq!((id.as_str(), place.as_deref()), ("framework", Some("section 3.2, p. 12")));
        assert_eq!(evidence("framework").unwrap().1, None);
        assert_eq!(quote("framework: a: b").unwrap().1, "a: b");
        assert!(review_day("none").unwrap().0.is_none());
    }

    #[test]
    fn what_means_nothing_is_refused() {
        for text in ["a", "aa=met", "a=done", "=met", ""] {
            assert!(requirement(text).is_err(), "{text}");
        }
        for text in ["Framework", ":place", "a/b"] {
            assert!(evidence(text).is_err(), "{text}");
        }
        assert!(quote("framework").is_err());
        assert!(review_day("soon").is_err());
    }
}
