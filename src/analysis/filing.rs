//! Holding evidence against the snapshot before it is put on file.

use std::collections::BTreeSet;
use std::sync::Arc;

use sha2::{Digest, Sha256};

use crate::domain::catalogue::hex;
use crate::domain::{
    Access, Checked, Company, CompanyId, Day, Evidence, EvidenceId, EvidenceKind, Filing, ModelId,
    PartialDay, Ref, Snapshot,
};

/// What a person says of a document.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Draft {
    pub title: String,
    pub kind: Option<EvidenceKind>,
    pub version: Option<String>,
    pub published: Option<PartialDay>,
    pub url: Option<String>,
    pub also_at: Vec<String>,
    pub bears_on: Vec<Ref>,
    pub models: Vec<ModelId>,
    pub access: Option<Access>,
    pub checked: Option<Checked>,
    pub source: String,
    pub expires: Option<Day>,
    pub note: Option<String>,
    pub copy: Copy,
    /// Why, for the commit's message.
    pub reason: String,
}

/// What becomes of the document itself.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub enum Copy {
    /// It was not looked at: what is on file about it stays.
    #[default]
    AsOnFile,
    /// Nothing is kept of it, and no digest is on record.
    None,
    /// Its digest is recorded.
    Seen(Document),
    /// It is kept beside the evidence, too.
    Kept(Document),
}

/// A document that was read.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Document {
    /// Of the file it was read from.
    pub name: String,
    pub bytes: Arc<[u8]>,
    digest: String,
}

impl Document {
    pub fn new(name: String, bytes: Arc<[u8]>) -> Document {
        Document { digest: hex(&Sha256::digest(&bytes)), name, bytes }
    }

    /// SHA-256 in hex. A large document takes a while, so it is done once, where the document is read.
    pub fn digest(&self) -> &str {
        &self.digest
    }
}

/// Whether something of this id is expected to be on file.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum How {
    Add,
    Replace,
}

impl Draft {
    /// What is on file, as a starting point.
    pub fn from_evidence(evidence: &Evidence) -> Draft {
        let evidence = evidence.clone();
        Draft {
            title: evidence.title,
            kind: Some(evidence.kind),
            version: evidence.version,
            published: evidence.published,
            url: evidence.url,
            also_at: evidence.also_at,
            bears_on: evidence.bears_on,
            models: evidence.models,
            access: Some(evidence.access),
            checked: Some(evidence.checked),
            source: evidence.source,
            expires: evidence.expires,
            note: evidence.note,
            copy: Copy::AsOnFile,
            reason: String::new(),
        }
    }
}

/// Why evidence is not filed as it is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Refusal {
    UnknownCompany(CompanyId),
    OnFile(EvidenceId),
    NotOnFile(EvidenceId),
    NoTitle,
    NoKind,
    NoAccess,
    NotSaidHowChecked,
    NoSource,
    NoAddress(String),
    UnknownPart(Ref),
    UnknownModel(ModelId),
    Twice(String),
    NameTaken(String, EvidenceId),
    CopyOfAnotherVersion(String),
    NothingChanges,
}

impl Refusal {
    /// What is wrong and what to do.
    pub fn words(&self) -> String {
        match self {
            Refusal::UnknownCompany(id) => format!("there is no company {id} in this register"),
            Refusal::OnFile(id) => {
                format!("evidence {id} is on file already: replace it, or choose another id")
            }
            Refusal::NotOnFile(id) => format!("there is no evidence {id} on file to replace: add it"),
            Refusal::NoTitle => "give the document's title".into(),
            Refusal::NoKind => "say what kind of document it is".into(),
            Refusal::NoAccess => "say who can see it: public, to-ai-office or internal".into(),
            Refusal::NotSaidHowChecked => {
                "say how it was checked: A read, B recorded by a careful secondary source, C mentioned only"
                    .into()
            }
            Refusal::NoSource => "say who recorded it, or where it was read".into(),
            Refusal::NoAddress(text) => format!("`{text}` is no address: write it whole, as https://…"),
            Refusal::UnknownPart(part) => {
                format!("there is no measure or commitment {part} in this register")
            }
            Refusal::UnknownModel(model) => format!("there is no model {model} on file for this company"),
            Refusal::Twice(what) => format!("{what} is named twice"),
            Refusal::NameTaken(name, id) => format!("{name} is the document of evidence {id}"),
            Refusal::CopyOfAnotherVersion(name) => format!(
                "{name} is a copy of the version on file: give the file of this one, or say that no copy is kept"
            ),
            Refusal::NothingChanges => "nothing would change".into(),
        }
    }
}

/// Makes a draft evidence to be filed, or says everything that stands against it.
pub fn file(
    snapshot: &Snapshot,
    company: &CompanyId,
    id: &EvidenceId,
    how: How,
    draft: &Draft,
) -> Result<Filing, Vec<Refusal>> {
    let Some(company) = snapshot.companies.get(company) else {
        return Err(vec![Refusal::UnknownCompany(company.clone())]);
    };
    let old = company.evidence.get(id).map(|filed| &filed.evidence);
    match (how, old) {
        (How::Add, Some(_)) => return Err(vec![Refusal::OnFile(id.clone())]),
        (How::Replace, None) => return Err(vec![Refusal::NotOnFile(id.clone())]),
        _ => {}
    }
    let mut refusals = parts(snapshot, company, draft);
    let evidence = evidence(id, old, draft, &mut refusals);
    let Some(evidence) = evidence.filter(|_| refusals.is_empty()) else { return Err(refusals) };
    let others = company.evidence.iter().filter(|(other, _)| *other != id);
    let mut taken =
        others.filter(|(_, other)| evidence.file.is_some() && other.evidence.file == evidence.file);
    if let (Some(name), Some((other, _))) = (&evidence.file, taken.next()) {
        return Err(vec![Refusal::NameTaken(name.clone(), other.clone())]);
    }
    // A document with the digest on record is the one that is kept.
    if old == Some(&evidence) {
        return Err(vec![Refusal::NothingChanges]);
    }
    let document = match &draft.copy {
        Copy::Kept(document) => Some(document.bytes.clone()),
        _ => None,
    };
    let reason = draft.reason.trim().to_owned();
    Ok(Filing { company: company.id.clone(), id: id.clone(), evidence, document, reason })
}

/// What it names that is not there, or names twice.
fn parts(snapshot: &Snapshot, company: &Company, draft: &Draft) -> Vec<Refusal> {
    let mut refusals = Vec::new();
    let mut seen = BTreeSet::new();
    for part in &draft.bears_on {
        let catalogue = &snapshot.catalogue;
        let known = match part {
            Ref::Commitment(id) => catalogue.commitment(*id).is_some(),
            Ref::Measure(id) => catalogue.measure(*id).is_some(),
        };
        refusals.extend((!known).then_some(Refusal::UnknownPart(*part)));
        refusals.extend((!seen.insert(part.to_string())).then(|| Refusal::Twice(part.to_string())));
    }
    for model in &draft.models {
        let known = company.models.contains_key(model);
        refusals.extend((!known).then(|| Refusal::UnknownModel(model.clone())));
        refusals.extend((!seen.insert(model.to_string())).then(|| Refusal::Twice(model.to_string())));
    }
    for address in draft.url.iter().chain(&draft.also_at) {
        let whole = address.contains("://") && !address.contains(|letter: char| letter.is_whitespace());
        refusals.extend((!whole).then(|| Refusal::NoAddress(address.clone())));
    }
    refusals
}

/// The evidence that is meant, as far as enough is said of it.
fn evidence(
    id: &EvidenceId,
    old: Option<&Evidence>,
    draft: &Draft,
    refusals: &mut Vec<Refusal>,
) -> Option<Evidence> {
    let [title, source] = [&draft.title, &draft.source].map(|text| text.trim().to_owned());
    let missing = [
        (title.is_empty(), Refusal::NoTitle),
        (draft.kind.is_none(), Refusal::NoKind),
        (draft.access.is_none(), Refusal::NoAccess),
        (draft.checked.is_none(), Refusal::NotSaidHowChecked),
        (source.is_empty(), Refusal::NoSource),
    ];
    refusals.extend(missing.into_iter().filter(|(missing, _)| *missing).map(|(_, refusal)| refusal));
    let (file, sha256) = match &draft.copy {
        Copy::AsOnFile => old.map(|old| (old.file.clone(), old.sha256.clone())).unwrap_or_default(),
        Copy::None => (None, None),
        Copy::Seen(document) => (None, Some(document.digest().to_owned())),
        Copy::Kept(document) => (Some(copy_name(id, &document.name)), Some(document.digest().to_owned())),
    };
    let mut evidence = Evidence {
        title,
        kind: draft.kind?,
        version: draft.version.clone(),
        published: draft.published,
        url: draft.url.clone(),
        also_at: draft.also_at.clone(),
        file,
        sha256,
        bears_on: draft.bears_on.clone(),
        models: draft.models.clone(),
        access: draft.access?,
        checked: draft.checked?,
        source,
        expires: draft.expires,
        earlier: old.map(|old| old.earlier.clone()).unwrap_or_default(),
        note: draft.note.clone(),
    };
    if let Some(old) = old.filter(|old| evidence.is_another_version_than(old)) {
        let about_the_old = draft.copy == Copy::AsOnFile && (old.file.is_some() || old.sha256.is_some());
        let name = || old.file.clone().unwrap_or_else(|| "the digest on record".to_owned());
        refusals.extend(about_the_old.then(|| Refusal::CopyOfAnotherVersion(name())));
        let earlier = old.as_earlier_than(&evidence);
        evidence.earlier.insert(0, earlier);
    }
    Some(evidence)
}

/// What a kept document is called: no other evidence has its id, and every file system takes it.
fn copy_name(id: &EvidenceId, name: &str) -> String {
    let ending = name.rsplit_once('.').map(|(_, ending)| ending.to_lowercase());
    let plain = |ending: &String| {
        (1..=8).contains(&ending.len()) && ending.bytes().all(|byte| byte.is_ascii_alphanumeric())
    };
    match ending.filter(plain).as_deref() {
        // A TOML file beside evidence would be evidence.
        None | Some("toml") => format!("{id}.document"),
        Some(ending) => format!("{id}.{ending}"),
    }
}

/// An id made of a title that no evidence of the company has.
pub fn id_of(company: &Company, title: &str) -> Option<EvidenceId> {
    let plain = |letter: char| if letter.is_ascii_alphanumeric() { letter.to_ascii_lowercase() } else { ' ' };
    let words: String = title.chars().map(plain).collect();
    let mut id = String::new();
    for word in words.split_whitespace() {
        if id.len() + word.len() > 60 {
            break;
        }
        if !id.is_empty() {
            id.push('-');
        }
        id.push_str(word);
    }
    let numbered = (2..).map(|number| format!("{id}-{number}"));
    let mut ids = [id.clone()].into_iter().chain(numbered).map_while(|id| id.parse::<EvidenceId>().ok());
    ids.find(|id| !company.evidence.contains_key(id))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_copy_is_named_after_its_evidence() {
        let id: EvidenceId = "framework".parse().unwrap();
        for (name, copy) in [
            ("Safety Framework v2.PDF", "framework.pdf"),
            ("notes", "framework.document"),
            ("a.toml", "framework.document"),
            ("x.../../etc", "framework.document"),
        ] {
            assert_eq!(copy_name(&id, name), copy);
        }
    }
}
