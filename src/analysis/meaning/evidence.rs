//! Evidence: put on file, taken off, described otherwise, or with another document kept beside it.

use std::collections::BTreeSet;

use super::field::{self, Field};
use super::text::{self, Run};
use super::{Documents, How};
use crate::domain::company::Filed;
use crate::domain::{CompanyId, ContentId, Evidence, EvidenceId, Snapshot};

#[derive(Clone, Debug, PartialEq)]
pub struct EvidenceChange {
    pub company: CompanyId,
    pub id: EvidenceId,
    pub before: Option<Evidence>,
    pub after: Option<Evidence>,
    pub fields: Vec<Field>,
    pub document: Option<DocumentChange>,
}

/// The copy kept beside evidence.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DocumentChange {
    pub before: Option<Kept>,
    pub after: Option<Kept>,
    /// All words of both; none where one of the two is no text.
    pub words: Vec<Run>,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Kept {
    pub id: ContentId,
    /// In hex; none where the document is too large to be read.
    pub sha256: Option<String>,
}

impl EvidenceChange {
    pub fn how(&self) -> How {
        How::of(&self.before, &self.after)
    }

    /// As it is now, or was last.
    pub fn evidence(&self) -> Option<&Evidence> {
        self.after.as_ref().or(self.before.as_ref())
    }
}

/// By company, then by id.
pub fn evidence(before: &Snapshot, after: &Snapshot, documents: &Documents) -> Vec<EvidenceChange> {
    let names = |snapshot: &Snapshot| -> Vec<(CompanyId, EvidenceId)> {
        let companies = snapshot.companies.iter();
        companies
            .flat_map(|(company, known)| known.evidence.keys().map(|id| (company.clone(), id.clone())))
            .collect()
    };
    let names: BTreeSet<(CompanyId, EvidenceId)> = names(before).into_iter().chain(names(after)).collect();
    names
        .into_iter()
        .filter_map(|(company, id)| {
            let (old, new) = (of(before, &company, &id), of(after, &company, &id));
            let document = document(old, new, documents);
            let (before, after) = (old.map(|filed| &filed.evidence), new.map(|filed| &filed.evidence));
            let mut fields = field::fields(before, after);
            if document.as_ref().is_some_and(|document| document.is_as_recorded(before, after)) {
                fields.retain(|field| field.name != "sha256");
            }
            if fields.is_empty() && document.is_none() {
                return None;
            }
            Some(EvidenceChange {
                company,
                id,
                before: before.cloned(),
                after: after.cloned(),
                fields,
                document,
            })
        })
        .collect()
}

fn of<'s>(snapshot: &'s Snapshot, company: &CompanyId, id: &EvidenceId) -> Option<&'s Filed> {
    snapshot.companies.get(company)?.evidence.get(id)
}

fn document(before: Option<&Filed>, after: Option<&Filed>, documents: &Documents) -> Option<DocumentChange> {
    let id = |filed: Option<&Filed>| filed.and_then(|filed| filed.document.clone());
    let (before, after) = (id(before), id(after));
    if before == after {
        return None;
    }
    let text = |id: &Option<ContentId>| documents.get(id.as_ref()?)?.text.as_deref();
    let words = match (text(&before), text(&after)) {
        (Some(before), Some(after)) => text::runs(before, after),
        _ => Vec::new(),
    };
    let kept = |id: ContentId| {
        let sha256 = documents.get(&id).map(|document| document.sha256.clone());
        Kept { id, sha256 }
    };
    Some(DocumentChange { before: before.map(kept), after: after.map(kept), words })
}

impl DocumentChange {
    /// Whether the evidence file says on either side what the document has: then it needs not be said twice.
    fn is_as_recorded(&self, before: Option<&Evidence>, after: Option<&Evidence>) -> bool {
        let same = |kept: &Option<Kept>, evidence: Option<&Evidence>| {
            let digest = kept.as_ref().and_then(|kept| kept.sha256.as_deref());
            let recorded = evidence.and_then(|evidence| evidence.sha256.as_deref());
            recorded.is_none_or(|recorded| digest.is_some_and(|digest| digest.eq_ignore_ascii_case(recorded)))
        };
        same(&self.before, before) && same(&self.after, after)
    }
}
