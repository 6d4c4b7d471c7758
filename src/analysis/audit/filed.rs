//! `contradicts-its-record`: evidence and other files that are no judgement, against the records of them. A file without
//! a record is ordinary work.

use super::record::{same_content, short};
use super::{Class, Doubt};
use crate::domain::deed::Touched;
use crate::domain::{Claim, Deed};

pub(super) fn rule(deed: &Deed) -> Vec<Doubt> {
    if deed.is_merge() {
        return Vec::new();
    }
    // What takes something back is held against what it takes back.
    let records = deed.claims.iter().filter(|claim| !claim.turns_over());
    let records: Vec<(&Claim, &str)> = records.filter_map(|claim| Some((claim, claim.file()?))).collect();
    let mut doubts = Vec::new();
    for (at, (claim, named)) in records.iter().enumerate() {
        let Some(touched) = deed.files.iter().find(|touched| touched.name == *named) else {
            let message = format!("it has a record of {named}, which it does not change");
            doubts.push(Doubt::new(Class::ContradictsRecord, message));
            continue;
        };
        let mut lies = lies(claim, touched);
        if records[..at].iter().any(|(_, earlier)| earlier == named) {
            lies.push(format!("it has more than one record of {named}"));
        }
        if !lies.is_empty() {
            doubts.push(Doubt::about(Class::ContradictsRecord, &touched.path, lies.join("; ")));
        }
    }
    doubts.extend(subject(deed, &records));
    doubts
}

fn lies(claim: &Claim, touched: &Touched) -> Vec<String> {
    let mut lies = Vec::new();
    let (before, after) = &touched.contents;
    match &claim.record {
        Some((from, to)) if same_content(from, before) && same_content(to, after) => {}
        Some((from, to)) => {
            lies.push(format!("it records another content of the file: {} → {}", short(from), short(to)));
        }
        None => lies.push("its record names no file content".to_owned()),
    }
    let Some(evidence) = &touched.evidence else { return lies };
    for claimed in &claim.evidence {
        let digest = claimed.sha256.as_deref();
        let same_digest = match (digest, evidence.sha256.as_deref()) {
            (Some(claimed), Some(recorded)) => claimed.eq_ignore_ascii_case(recorded),
            (claimed, recorded) => claimed == recorded,
        };
        if touched.name.split_whitespace().last() != Some(&claimed.id) || !same_content(&claimed.pin, after) {
            lies.push("it names other evidence than the file".to_owned());
        } else if !same_digest {
            lies.push(format!("it gives another digest of {}", claimed.id));
        }
    }
    lies
}

/// What people read says the same as a single record. A hook may word it freely.
fn subject(deed: &Deed, records: &[(&Claim, &str)]) -> Option<Doubt> {
    let (_, named) = records.first()?;
    let (said, how) = deed.subject.split_once(": ")?;
    let says_so = ["evidence ", "model "].iter().any(|noun| said.starts_with(noun))
        && ["added", "replaced", "corrected"].contains(&how);
    let company = said.strip_prefix("position ").and_then(|rest| rest.split_whitespace().next());
    let other_company = company.is_some_and(|company| *named != format!("company {company}"));
    ((says_so && said != *named) || other_company).then(|| {
        let message = format!("its subject says something else than its record: {named}");
        Doubt::new(Class::ContradictsRecord, message)
    })
}
