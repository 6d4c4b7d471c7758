//! What follows from what: files that were moved, and what a merge must hold.

use std::collections::{BTreeSet, HashMap};

use super::super::trail;
use crate::domain::ContentId;
use crate::domain::deed::Moved;
use crate::error::Result;
use crate::files::RegisterPath;
use crate::files::merge::{Answers, Versions, answers_behind, weigh};
use crate::files::read::LARGEST_FILE;
use crate::ledger::{CommitId, CommitInfo, Ledger, PathChange, TreeReader};

/// Files of companies that vanished in one place and stand in another with the same content.
pub fn moved(changes: &[PathChange]) -> Vec<Moved> {
    let of_company = |change: &&PathChange| change.path.starts_with("companies/");
    let gone = |change: &&PathChange| change.after.is_none();
    let mut left: Vec<&PathChange> = changes.iter().filter(of_company).filter(gone).collect();
    let mut moved = Vec::new();
    for to in changes.iter().filter(|change| change.before.is_none()) {
        let from = left.iter().position(|from| from.before == to.after && same_kind(&from.path, &to.path));
        if let Some(from) = from.map(|from| left.swap_remove(from)) {
            moved.push(Moved { from: from.path.clone(), to: to.path.clone() });
        }
    }
    moved
}

/// Two kinds of files are never one that moved, but a file can be moved out of the register.
fn same_kind(from: &str, to: &str) -> bool {
    let kind = |path: &str| RegisterPath::of(path).ok().flatten().map(|path| std::mem::discriminant(&path));
    kind(to).is_none() || kind(from) == kind(to)
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

fn not_derived_from(
    ledger: &Ledger,
    trees: &TreeReader<'_>,
    base: Option<CommitId>,
    merge: &CommitInfo,
    relevant: &dyn Fn(&str) -> bool,
) -> Result<BTreeSet<String>> {
    let changes = |commit: CommitId| -> Result<Changes> {
        let changes = trees.diff(base, commit)?.into_iter();
        Ok(changes
            .filter(|change| relevant(&change.path))
            .map(|change| (change.path.clone(), change))
            .collect())
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
