//! The commits that a request asks for, before they are made.

use super::{Request, Response, Worker};
use crate::analysis::decision::Refused;
use crate::analysis::{Refusal, decision};
use crate::domain::{Change, CompanyId, Day, Filing, Slot, Snapshot};
use crate::error::{Error, Result};
use crate::register::{Prepared, Register, Undo};

impl Worker {
    /// The evidence's commits and the judgement's, or why there is none.
    pub(super) fn prepare_filed(
        &self,
        snapshot: &Snapshot,
        filings: Vec<Filing>,
        (company, slot): (CompanyId, Slot),
        draft: &decision::Draft,
    ) -> Result<Response> {
        match with_filings(&self.register, self.day, snapshot, &filings, (&company, &slot), draft)? {
            Ok(changes) => Ok(Response::Prepared(Box::new(self.register.prepare_all(snapshot, &changes)?))),
            Err(refusals) => Ok(Response::Refused { company, slot, refusals }),
        }
    }

    /// The commits of all of them, or why there are none.
    pub(super) fn decide_all(&self, snapshot: &Snapshot, wanted: &[Wanted]) -> Result<Response> {
        match decided(&self.register, self.day, snapshot, wanted)? {
            Ok(changes) => Ok(Response::Prepared(Box::new(self.register.prepare_all(snapshot, &changes)?))),
            Err(refused) => Ok(Response::RefusedAll(refused)),
        }
    }
}

type Wanted = (CompanyId, Slot, decision::Draft);

/// As [`decision::decide_all`], one after the other, so that it can be followed and ended.
fn decided(
    register: &Register,
    day: Day,
    snapshot: &Snapshot,
    wanted: &[Wanted],
) -> Result<Result<Vec<Change>, Vec<Refused>>> {
    let (mut changes, mut refused) = (Vec::new(), Vec::new());
    register.pulse().expect(wanted.len());
    for one in wanted.chunks(1) {
        register.pulse().step()?;
        match decision::decide_all(snapshot, day, one) {
            Ok(decided) => changes.extend(decided),
            Err(more) => refused.extend(more),
        }
    }
    Ok(if refused.is_empty() { Ok(changes) } else { Err(refused) })
}

/// The evidence's changes and the judgement's, or why there is none.
fn with_filings(
    register: &Register,
    day: Day,
    snapshot: &Snapshot,
    filings: &[Filing],
    (company, slot): (&CompanyId, &Slot),
    draft: &decision::Draft,
) -> Result<Result<Vec<Change>, Vec<Refusal>>> {
    let filed = register.with_filed(snapshot, filings)?;
    let decided = decision::decide(&filed, day, company, slot, draft);
    Ok(decided.map(|decided| filings.iter().cloned().map(Change::File).chain([decided]).collect()))
}

impl Request {
    /// The commits that it asks for; nothing else prepares any.
    pub fn prepare(&self, register: &Register, day: Day) -> Result<Prepared> {
        match self {
            Request::PrepareFiled { snapshot, filings, company, slot, draft } => {
                let changes = with_filings(register, day, snapshot, filings, (company, slot), draft)?;
                let changes = changes.map_err(|refusals| Error::Refused {
                    cell: format!("{company} {slot}"),
                    refusals: refusals.iter().map(Refusal::words).collect(),
                })?;
                register.prepare_all(snapshot, &changes)
            }
            Request::Prepare { snapshot, changes } => register.prepare_all(snapshot, changes),
            Request::DecideAll { snapshot, wanted } => {
                let changes = decided(register, day, snapshot, wanted)?.map_err(|refused| {
                    let words = |refused: &Refused| {
                        let words: Vec<String> = refused.refusals.iter().map(Refusal::words).collect();
                        format!("{} {}: {}", refused.company, refused.slot, words.join("; "))
                    };
                    Error::SomeRefused { of: wanted.len(), cells: refused.iter().map(words).collect() }
                })?;
                register.prepare_all(snapshot, &changes)
            }
            Request::Undo(way, which) => {
                register.undo(&Undo { way: *way, which: which.clone(), reason: None })
            }
            _ => Err(Error::NothingToCommit),
        }
    }
}
