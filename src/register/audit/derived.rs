//! What follows from what: files that were moved, and what a merge must hold.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use super::super::trail;
use crate::domain::ContentId;
use crate::domain::deed::Moved;
use crate::error::{Error, Result};
use crate::files::RegisterPath;
use crate::files::merge::{Answers, Versions, answers_behind, weigh};
use crate::files::read::LARGEST_FILE;
use crate::ledger::{CommitId, CommitInfo, Ledger, PathChange, TreeReader};

/// Files of companies that vanished in one place and stand in another with the same content.
pub fn moved(changes: &[PathChange]) -> Vec<Moved> {
    let of_company = |change: &&PathChange| change.path.starts_with("companies/");
    // By what they held and which kind they were, the first last: thousands can hold the same.
    let mut left: HashMap<&ContentId, BTreeMap<Kind, Vec<&PathChange>>> = HashMap::new();
    for from in changes.iter().rev().filter(of_company).filter(|change| change.after.is_none()) {
        if let Some(id) = &from.before {
            left.entry(id).or_default().entry(kind(&from.path)).or_default().push(from);
        }
    }
    let mut moved = Vec::new();
    for to in changes.iter().filter(|change| change.before.is_none()) {
        let Some(kinds) = to.after.as_ref().and_then(|id| left.get_mut(id)) else { continue };
        // Two kinds of files are never one that moved, but a file can be moved out of the register.
        let from = match kind(&to.path) {
            Kind::Other => kinds.values_mut().find_map(Vec::pop),
            kind => kinds.get_mut(&kind).and_then(Vec::pop),
        };
        moved.extend(from.map(|from| Moved { from: from.path.clone(), to: to.path.clone() }));
    }
    moved
}

#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Kind {
    Profile,
    Model,
    Evidence,
    Document,
    Assessment,
    Asked,
    Other,
}

fn kind(path: &str) -> Kind {
    match RegisterPath::of(path).ok().flatten() {
        Some(RegisterPath::Profile(_)) => Kind::Profile,
        Some(RegisterPath::Model(..)) => Kind::Model,
        Some(RegisterPath::Evidence(..)) => Kind::Evidence,
        Some(RegisterPath::Document(..)) => Kind::Document,
        Some(RegisterPath::Assessment(..)) => Kind::Assessment,
        Some(_) => Kind::Asked,
        None => Kind::Other,
    }
}

/// Paths at which a merge holds neither what one side left alone and the other changed, nor, where both changed it, one
/// of the two or what merging them gives.
pub fn not_derived(
    ledger: &Ledger,
    trees: &TreeReader<'_>,
    merge: &CommitInfo,
    bases: &[Option<CommitId>],
    relevant: &dyn Fn(&str) -> bool,
) -> Result<Vec<String>> {
    // Branches merged crosswise share several bases; a path that follows from one of them is sound.
    let mut suspects: Option<BTreeSet<String>> = None;
    for base in bases {
        let strange = not_derived_from(ledger, trees, *base, merge, relevant)?;
        suspects = Some(match suspects {
            None => strange,
            Some(suspects) => suspects.intersection(&strange).cloned().collect(),
        });
    }
    Ok(suspects.unwrap_or_default().into_iter().collect())
}

type Changes = HashMap<String, PathChange>;

/// What a merge and its sides may have changed in all. Many sides that changed all files of a register make more.
const MOST_CHANGES: usize = 500_000;

fn not_derived_from(
    ledger: &Ledger,
    trees: &TreeReader<'_>,
    base: Option<CommitId>,
    merge: &CommitInfo,
    relevant: &dyn Fn(&str) -> bool,
) -> Result<BTreeSet<String>> {
    let mut left = MOST_CHANGES;
    let mut changes = |commit: CommitId| -> Result<Changes> {
        let changes = trees.diff(base, commit)?.into_iter().filter(|change| relevant(&change.path));
        let changes: Changes = changes.map(|change| (change.path.clone(), change)).collect();
        left = left.checked_sub(changes.len()).ok_or(Error::ChangeTooLarge { limit: MOST_CHANGES })?;
        Ok(changes)
    };
    let sides = merge.parents.iter().map(|parent| changes(*parent)).collect::<Result<Vec<Changes>>>()?;
    let result = changes(merge.id)?;
    let paths: BTreeSet<&String> = sides.iter().chain([&result]).flat_map(HashMap::keys).collect();
    let mut strange = BTreeSet::new();
    for path in paths {
        let changed: Vec<&PathChange> = sides.iter().filter_map(|side| side.get(path)).collect();
        if !follows(ledger, path, &changed, result.get(path))? {
            strange.insert(path.clone());
        }
    }
    Ok(strange)
}

/// `changed`: the sides that changed a path; `result`: what the merge made of it, nothing where it is as in the base.
fn follows(
    ledger: &Ledger,
    path: &str,
    changed: &[&PathChange],
    result: Option<&PathChange>,
) -> Result<bool> {
    match (changed, result) {
        ([], None) => Ok(true),
        ([], Some(_)) | (_, None) => Ok(false),
        (changed, Some(result)) if changed.iter().any(|side| side.after == result.after) => Ok(true),
        ([ours, theirs], Some(result)) => match (&ours.after, &theirs.after) {
            (Some(ours), Some(theirs)) => Ok(is_merged_by_lines(ledger, result, ours, theirs)?
                || is_merged_by_keys(ledger, path, result, ours, theirs)),
            _ => Ok(false),
        },
        _ => Ok(false),
    }
}

/// What git does without a merge driver, and so what hosting platforms do.
fn is_merged_by_lines(
    ledger: &Ledger,
    result: &PathChange,
    ours: &ContentId,
    theirs: &ContentId,
) -> Result<bool> {
    let Some(base) = &result.before else { return Ok(false) };
    let merged: Option<ContentId> = ledger.merged(base, ours, theirs, LARGEST_FILE)?;
    Ok(merged.is_some() && merged == result.after)
}

/// What the merge driver does, contested or not, or people settling it key by key with what the sides say; where a side
/// cannot be read that is nothing.
fn is_merged_by_keys(
    ledger: &Ledger,
    path: &str,
    result: &PathChange,
    ours: &ContentId,
    theirs: &ContentId,
) -> bool {
    let Ok(Some(file)) = RegisterPath::of(path) else { return false };
    let text = |id: &ContentId| trail::text_of(ledger, id);
    let base = result.before.as_ref().map_or(Some(String::new()), text);
    let (Some(base), Some(ours), Some(theirs)) = (base, text(ours), text(theirs)) else { return false };
    let Some(after) = result.after.as_ref().filter(|_| file.is_read()) else { return false };
    let versions = Versions { base: &base, ours: &ours, theirs: &theirs };
    let gives = |answers: &Answers| {
        weigh(&file, versions, answers)
            .is_some_and(|weighed| *after == ledger.content_id(weighed.text.as_bytes()))
    };
    let chosen = || text(after).and_then(|text| answers_behind(&file, versions, &text));
    gives(&Answers::default()) || chosen().is_some_and(|chosen| gives(&chosen))
}
