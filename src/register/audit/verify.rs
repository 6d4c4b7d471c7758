//! Digests and pins of a company's documents, recomputed from bytes that are hashed again as they are read.

use std::collections::BTreeMap;

use super::facts::Facts;
use crate::domain::deed::Ground;
use crate::domain::verified::{Comparison, Outcome, Then, Verified};
use crate::domain::{Company, EvidenceId};
use crate::error::Result;
use crate::ledger::Filter;
use crate::register::{At, Register, reversal, trail};

impl Register {
    /// Every document of a company, or the one of `only`: as it stands at a revision, and as each judgement up to then
    /// pinned it. Refused where a shallow clone holds only part of them.
    pub fn verify(&self, at: &At, company: &Company, only: Option<&EvidenceId>) -> Result<Vec<Verified>> {
        let ledger = self.ledger.verified()?;
        let head = self.commit_at(&ledger, at)?;
        let mut facts = Facts::new(&ledger);
        // What cannot be read must not pass for what is not on file.
        facts.require_evidence(head, &company.id)?;
        let wanted = |id: &EvidenceId| only.is_none_or(|only| only == id);
        let mut found = BTreeMap::new();
        for (id, filed) in company.evidence.iter().filter(|(id, _)| wanted(id)) {
            let digest = filed.document.as_ref().map(|document| facts.digest(document)).transpose()?;
            let evidence = &filed.evidence;
            let now = Some(Comparison::of(evidence.file.is_some(), evidence.sha256.clone(), digest));
            found.insert(id.clone(), Verified { evidence: id.clone(), now, judgements: Vec::new() });
        }
        let paths = vec![format!("companies/{}/assessments", company.id)];
        for record in ledger.history(head, &Filter { paths, ..Filter::default() })? {
            let record = reversal::known(record?)?;
            for judgement in facts.judgements(record.commit.id, &record.changes)? {
                for ground in judgement.rests_on.iter().filter(|ground| wanted(&ground.pinned.id)) {
                    let evidence = ground.pinned.id.clone();
                    let entry = found.entry(evidence.clone());
                    let verified = entry.or_insert(Verified { evidence, now: None, judgements: Vec::new() });
                    verified.judgements.push(Then {
                        commit: record.commit.id.to_string(),
                        day: trail::day_of(&record.commit.committer),
                        slot: judgement.slot.clone(),
                        comparison: then(&mut facts, ground)?,
                    });
                }
            }
        }
        Ok(found.into_values().collect())
    }
}

fn then(facts: &mut Facts<'_>, ground: &Ground) -> Result<Comparison> {
    let recorded = ground.evidence.as_ref().and_then(|evidence| evidence.sha256.clone());
    if !ground.pin_known {
        return Ok(Comparison { recorded, digest: None, outcome: Outcome::NotOnFile });
    }
    let digest = ground.pinned.document.as_ref().map(|document| facts.digest(document)).transpose()?;
    let named = ground.evidence.as_ref().is_some_and(|evidence| evidence.file.is_some());
    Ok(Comparison::of(named, recorded, digest))
}
