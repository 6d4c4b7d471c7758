//! `edited-by-hand` and `contradicts-its-record`: a judgement against the record in its commit's message.

use super::{Class, Doubt};
use crate::analysis::review::arrived;
use crate::domain::deed::{Arrival, Contents, Filed, Judgement, Reversal, Undoing};
use crate::domain::{Assessment, Claim, CompanyId, ContentId, Deed, Slot, Status};

pub(super) fn rule(deed: &Deed) -> Vec<Doubt> {
    if deed.is_merge() {
        return Vec::new();
    }
    let of_files = deed.judgements.iter().filter_map(|judgement| against_record(deed, judgement));
    let mut doubts: Vec<Doubt> = of_files.collect();
    doubts.extend(claims_of_nothing(deed));
    doubts.extend(undoing(deed));
    doubts.extend(subject(deed));
    doubts
}

/// The record of a cell, if the message has one.
pub(super) fn claim_of<'a>(deed: &'a Deed, company: &CompanyId, slot: &Slot) -> Option<&'a Claim> {
    deed.claims.iter().find(|claim| names(claim, company, slot))
}

fn names(claim: &Claim, company: &CompanyId, slot: &Slot) -> bool {
    claim.cell.as_ref().is_some_and(|(named, cell)| named == company && cell == slot)
}

fn against_record(deed: &Deed, judgement: &Judgement) -> Option<Doubt> {
    let Judgement { path, company, slot, .. } = judgement;
    let is_moved = deed.moved.iter().any(|moved| moved.from == *path || moved.to == *path);
    match claim_of(deed, company, slot) {
        None if is_moved => None,
        None => what_moved(judgement).map(|moved| {
            let approved = matches!(deed.arrival, Arrival::Replayed(_)) && arrived(deed).counts();
            let class = if approved { Class::LostInMerge } else { Class::EditedByHand };
            Doubt::about(class, path, format!("{moved}, and the commit has no record of it"))
        }),
        Some(claim) => {
            let mut lies = lies(claim, judgement);
            if deed.claims.iter().filter(|claim| names(claim, company, slot)).count() > 1 {
                lies.push("it has more than one record of this cell".to_owned());
            }
            (!lies.is_empty()).then(|| Doubt::about(Class::ContradictsRecord, path, lies.join("; ")))
        }
    }
}

/// What an edit means; nothing where only the spelling of the file changed.
fn what_moved(judgement: &Judgement) -> Option<String> {
    let (before, after) = (&judgement.before, &judgement.after);
    let (from, to) = (status_of(before), status_of(after));
    if from != to {
        return Some(format!("{from} → {to}"));
    }
    let (Some(before), Some(after)) = (read(before), read(after)) else {
        return Some("the file cannot be read".to_owned());
    };
    let parts = [
        ("reason", before.reason != after.reason),
        ("checklist", before.requirements != after.requirements),
        ("evidence", before.evidence != after.evidence),
        ("basis", before.means != after.means),
        ("day", before.assessed != after.assessed),
        ("review day", before.review_by != after.review_by),
        ("owner", before.owner != after.owner),
        ("measure's digest", before.measure != after.measure),
    ];
    let changed: Vec<&str> =
        parts.into_iter().filter(|(_, changed)| *changed).map(|(part, _)| part).collect();
    (!changed.is_empty()).then(|| format!("still {to}, with another {}", changed.join(", ")))
}

fn read(filed: &Option<Filed>) -> Option<&Assessment> {
    filed.as_ref()?.assessment.as_deref()
}

/// A status in the words of a record.
fn status_of(filed: &Option<Filed>) -> &'static str {
    match filed {
        None => "unassessed",
        Some(filed) => filed.assessment.as_ref().map_or("unreadable", |assessment| assessment.status.key()),
    }
}

/// Everything a record says that the commit did not do.
fn lies(claim: &Claim, judgement: &Judgement) -> Vec<String> {
    let mut lies = Vec::new();
    let statuses = (status_of(&judgement.before), status_of(&judgement.after));
    match &claim.status {
        Some((from, to)) if (from.as_str(), to.as_str()) == statuses => {}
        Some((from, to)) => {
            lies.push(format!("it says {from} → {to}, the files say {} → {}", statuses.0, statuses.1));
        }
        None => lies.push("its record names no status".to_owned()),
    }
    let id = |filed: &Option<Filed>| filed.as_ref().map(|filed| filed.id.clone());
    let ids = (id(&judgement.before), id(&judgement.after));
    match &claim.record {
        Some((before, after)) if same_content(before, &ids.0) && same_content(after, &ids.1) => {}
        Some((before, after)) => {
            let words = |id: &Option<ContentId>| {
                id.as_ref().map_or("no file".to_owned(), |id| short(&id.to_string()))
            };
            lies.push(format!(
                "it records the file {} → {}, which is {} → {}",
                short(before),
                short(after),
                words(&ids.0),
                words(&ids.1)
            ));
        }
        None => lies.push("its record names no file content".to_owned()),
    }
    if let Some(after) = read(&judgement.after) {
        lies.extend(evidence_lies(claim, after, judgement));
    }
    lies
}

fn evidence_lies(claim: &Claim, after: &Assessment, judgement: &Judgement) -> Option<String> {
    let claimed = claim.evidence.iter().map(|evidence| (evidence.id.as_str(), evidence.pin.clone()));
    let named = after.evidence.iter().map(|pinned| (pinned.id.as_str(), pinned.pin.to_string()));
    if !claimed.eq(named) {
        return Some("it names other evidence than the judgement".to_owned());
    }
    let digests = claim.evidence.iter().zip(&judgement.rests_on);
    let wrong = digests.filter(|(claimed, ground)| match (&claimed.sha256, &ground.evidence) {
        (Some(claimed), Some(evidence)) => {
            !evidence.sha256.as_ref().is_some_and(|recorded| recorded.eq_ignore_ascii_case(claimed))
        }
        _ => false,
    });
    let wrong: Vec<&str> = wrong.map(|(claimed, _)| claimed.id.as_str()).collect();
    (!wrong.is_empty()).then(|| format!("it gives another digest of {}", wrong.join(", ")))
}

pub(super) fn same_content(claimed: &str, actual: &Option<ContentId>) -> bool {
    match actual {
        Some(actual) => claimed == actual.to_string(),
        None => !claimed.is_empty() && claimed.bytes().all(|digit| digit == b'0'),
    }
}

pub(super) fn short(id: &str) -> String {
    id.chars().take(10).collect()
}

/// Records of cells that the commit leaves as they were.
fn claims_of_nothing(deed: &Deed) -> Vec<Doubt> {
    let done = |company: &CompanyId, slot: &Slot| {
        deed.judgements.iter().any(|judgement| judgement.company == *company && judgement.slot == *slot)
    };
    let cells = deed.claims.iter().filter_map(|claim| claim.cell.as_ref());
    cells
        .filter(|(company, slot)| !done(company, slot))
        .map(|(company, slot)| {
            let message = format!("it records a judgement on {company} {slot}, which it does not change");
            Doubt::new(Class::ContradictsRecord, message)
        })
        .collect()
}

/// A commit that says it takes another one back does exactly that, and names it.
fn undoing(deed: &Deed) -> Option<Doubt> {
    let contradicts = |message: String| Some(Doubt::new(Class::ContradictsRecord, message));
    let Some(Undoing { commit, reversal, others }) = &deed.undoing else {
        let names_none = "it says it takes something back, and names no commit";
        return if deed.claims.iter().any(Claim::turns_over) {
            contradicts(names_none.to_owned())
        } else {
            None
        };
    };
    let says = format!("it says it takes back {}", short(commit));
    match reversal {
        Reversal::Exact => {
            let unnamed = deed.claims.iter().filter(|claim| claim.cell.is_none() && claim.turns_over());
            let recorded: Vec<_> = unnamed.map(|claim| claim.record.as_ref()).collect();
            let restored = |(before, after): &Contents| {
                let is = |record: &&Option<&(String, String)>| {
                    record.is_some_and(|(from, to)| same_content(from, before) && same_content(to, after))
                };
                recorded.iter().any(|record| is(&record))
            };
            let same = recorded.len() == others.len() && others.iter().all(restored);
            if same { None } else { contradicts("its records are not of the files it restores".to_owned()) }
        }
        Reversal::NotBefore => contradicts(format!("{says}, which does not stand before it")),
        Reversal::Merge => contradicts(format!("{says}, which is a merge")),
        Reversal::Several => contradicts("it says it takes back more than one commit".to_owned()),
        Reversal::Differs { path } => {
            let message = format!("{says}, and does not put back what stood here before that");
            Some(Doubt::about(Class::ContradictsRecord, path, message))
        }
    }
}

/// The subject is what people read: of a single record it says the same as the record. A hook may word it freely.
fn subject(deed: &Deed) -> Option<Doubt> {
    let [judgement] = &deed.judgements[..] else { return None };
    let subject = ["undo ", "redo "].iter().find_map(|verb| deed.subject.strip_prefix(verb));
    let (cell, statuses) = subject.unwrap_or(&deed.subject).strip_prefix("assess ")?.split_once(": ")?;
    let (from, to) = statuses.split_once(" → ")?;
    let known = |word: &str| word == "unassessed" || word.parse::<Status>().is_ok();
    let actual = (status_of(&judgement.before), status_of(&judgement.after));
    let same = cell == format!("{} {}", judgement.company, judgement.slot) && (from, to) == actual;
    (known(from) && known(to) && !same).then(|| {
        let message = format!("its subject says something else than its files: {} → {}", actual.0, actual.1);
        Doubt::about(Class::ContradictsRecord, &judgement.path, message)
    })
}
