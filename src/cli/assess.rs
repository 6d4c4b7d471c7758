//! `countersign assess`

use std::collections::BTreeSet;
use std::sync::Arc;

use clap::Args;
use serde_json::{Value, json};

use super::offer::{self, Offer};
use super::reading::{self, Where, today};
use super::{resolve, trust, words};
use crate::analysis::decision::{self, Cited, Refused};
use crate::analysis::{Board, Draft, Refusal};
use crate::domain::{
    Assessment, Company, CompanyId, Day, EvidenceId, Letter, Slot, Snapshot, Status, visible,
};
use crate::error::{Error, Result};
use crate::register::{At, Planned, Prepared, Register};
use crate::report;

/// Record a judgement as one commit
///
/// Starts from what is on file: options that are left out keep it, evidence is pinned anew. Shows the exact commit
/// message and file diff, asks, and commits; without a terminal it needs --yes. Of several cells each gets a commit of its
/// own; all of them are made, or none.
#[derive(Debug, Args)]
pub struct Assess {
    /// The company, by id or name
    #[arg(required_unless_present_any = ["cells", "filter"], requires = "measure")]
    company: Option<String>,
    /// The measure; one judged per model takes the model too
    #[arg(value_name = "MEASURE[@MODEL]")]
    measure: Option<String>,
    /// A further cell, to be decided alike, such as "meta S-1.1"; may be repeated
    #[arg(long = "cell", value_name = "CELL", value_parser = cell)]
    cells: Vec<(String, String)>,
    /// Every cell that matches, and of one judged per model each model: `state:to-assess company:meta`
    #[arg(long, value_name = "FILTER", conflicts_with = "company")]
    filter: Option<String>,
    /// What is judged: how far the company meets the measure
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

/// A cell, with its company as it stood.
type Cell = (Arc<Company>, Slot);

/// A review day, or none at all.
#[derive(Clone, Copy, Debug)]
struct ReviewDay(Option<Day>);

impl Assess {
    pub fn run(&self) -> Result<()> {
        let named = self.company.as_deref().zip(self.measure.as_deref());
        let mut register = match named {
            Some((company, measure)) => self.offer.open(&self.register, Some(company), measure)?,
            None => self.register.open_to_write(self.offer.branch())?,
        };
        // What stdin says is said once.
        let reason = self.reason.as_deref().map(offer::reason).transpose()?;
        let (mut cells, mut prepared) = self.prepare(&register, reason.as_deref())?;
        if named.is_none()
            && let Some(proposal) = self.offer.redirect(register.reopen()?, &prepared)?
        {
            register = proposal;
            (cells, prepared) = self.prepare(&register, reason.as_deref())?;
        }
        match &cells[..] {
            [(company, slot)] if named.is_some() => self.offer_one(&register, &prepared, company, slot),
            _ => self.offer_all(&register, &prepared, &cells),
        }
    }

    /// The cells that were chosen, and the commits that decide them.
    fn prepare(&self, register: &Register, reason: Option<&str>) -> Result<(Vec<Cell>, Prepared)> {
        let snapshot = register.snapshot(&At::Head)?;
        let day = self.on.unwrap_or_else(today);
        let wanted = self.chosen(&snapshot, day)?.into_iter().map(|(company, slot)| {
            let on_file = company.assessments.get(&slot).map(|recorded| &recorded.assessment);
            (company.id.clone(), slot, self.draft(on_file, reason))
        });
        let wanted: Vec<(CompanyId, Slot, Draft)> = wanted.collect();
        let changes = decision::decide_all(&snapshot, day, &wanted)
            .map_err(|refused| refusal(&snapshot, &wanted, &refused))?;
        let prepared = trust::asking(register, || register.prepare_all(&snapshot, &changes))?;
        let cells = wanted.into_iter().map(|(company, slot, _)| (snapshot.companies[&company].clone(), slot));
        Ok((cells.collect(), prepared))
    }

    fn offer_one(
        &self,
        register: &Register,
        prepared: &Prepared,
        company: &Company,
        slot: &Slot,
    ) -> Result<()> {
        let heading = format!("{} · {slot}", report::name(company));
        let text = format!("{}\n\n{}", visible::line(&heading), offer::previews(prepared));
        let mut document = json!({ "format": 1, "view": "assess" });
        about(&mut document, company, slot, prepared.first());
        document["replayed-on"] = json!(null);
        self.offer.carry_out(register, prepared, &text, document, |document, committed| {
            document["commit"] = committed.id().into();
        })
    }

    fn offer_all(&self, register: &Register, prepared: &Prepared, cells: &[Cell]) -> Result<()> {
        let commits = cells.iter().zip(prepared.commits()).map(|((company, slot), commit)| {
            let mut document = json!({});
            about(&mut document, company, slot, commit);
            document
        });
        let commits: Vec<Value> = commits.collect();
        let document = json!({ "format": 1, "view": "assess", "replayed-on": null, "commits": commits });
        self.offer.carry_out(
            register,
            prepared,
            &offer::previews(prepared),
            document,
            |document, committed| {
                for (at, id) in committed.ids.iter().enumerate() {
                    document["commits"][at]["commit"] = id.as_str().into();
                }
            },
        )
    }

    /// The cells that were named or that match, each once, in the order of the register.
    fn chosen<'a>(&self, snapshot: &'a Snapshot, day: Day) -> Result<Vec<(&'a Company, Slot)>> {
        let mut chosen: Vec<(&Company, Slot)> = Vec::new();
        let named = self.company.as_deref().zip(self.measure.as_deref());
        let further = self.cells.iter().map(|(company, slot)| (company.as_str(), slot.as_str()));
        for (company, slot) in named.into_iter().chain(further) {
            chosen.push((resolve::company(snapshot, company)?, resolve::slot(snapshot, slot)?));
        }
        if let Some(text) = &self.filter {
            let board = reading::filter(text, snapshot)?.board(snapshot, &Board::new(snapshot, day));
            for company in board.companies() {
                let measures = board.measures().iter().filter(|id| board.cell(company, **id).is_some());
                for slot in measures.flat_map(|id| decision::slots(snapshot, company, *id)) {
                    chosen.push((&snapshot.companies[company], slot));
                }
            }
        }
        let mut seen = BTreeSet::new();
        chosen.retain(|(company, slot)| seen.insert((company.id.clone(), slot.clone())));
        if chosen.is_empty() { Err(Error::NoCell) } else { Ok(chosen) }
    }

    /// What is on file, with what was asked for on top.
    fn draft(&self, on_file: Option<&Assessment>, reason: Option<&str>) -> Draft {
        let mut draft = on_file.map(Draft::from_assessment).unwrap_or_default();
        if let Some(status) = self.status {
            // A reason belongs to its status: it is not carried over to another one.
            if draft.status != Some(status) {
                draft.reason.clear();
            }
            draft.status = Some(status);
        }
        if let Some(reason) = reason {
            reason.clone_into(&mut draft.reason);
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
        draft
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

/// Why nothing is decided: of the one cell that was named every reason, of several each that cannot be.
fn refusal(snapshot: &Snapshot, wanted: &[(CompanyId, Slot, Draft)], refused: &[Refused]) -> Error {
    let words = |cell: &Refused| -> Vec<String> {
        let company = snapshot.companies.get(&cell.company);
        cell.refusals.iter().map(|refusal| words_of(company.map(AsRef::as_ref), refusal)).collect()
    };
    let name = |cell: &Refused| format!("{} {}", cell.company, cell.slot);
    match (wanted, refused) {
        ([_], [one]) => Error::Refused { cell: name(one), refusals: words(one) },
        _ => {
            let cells = refused.iter().map(|cell| format!("{}: {}", name(cell), words(cell).join("; ")));
            Error::SomeRefused { of: wanted.len(), cells: cells.collect() }
        }
    }
}

fn words_of(company: Option<&Company>, refusal: &Refusal) -> String {
    let Refusal::UnknownEvidence(id) = refusal else { return refusal.words() };
    let known = company.into_iter().flat_map(|company| company.evidence.keys());
    match resolve::nearest(id.as_str(), known.map(|known| (known.as_str(), known.as_str()))) {
        Some(near) => format!("{}; did you mean {near}?", refusal.words()),
        None => refusal.words(),
    }
}

fn about(document: &mut Value, company: &Company, slot: &Slot, commit: &Planned) {
    document["company"] = report::json::company(company);
    document["slot"] = slot.to_string().into();
    document["commit"] = Value::Null;
    document["path"] = commit.paths().next().into();
    document["message"] = commit.message().into();
    document["diff"] = commit.diff().into();
}

fn cell(text: &str) -> Result<(String, String), String> {
    let (company, slot) = text.trim().rsplit_once(' ').ok_or("write it as \"meta S-1.1\"")?;
    Ok((company.to_owned(), slot.to_owned()))
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
