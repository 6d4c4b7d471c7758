//! One folder below `companies/`.

use std::collections::{BTreeMap, BTreeSet};

use litemap::LiteMap;

use crate::domain::company::{Filed, Model, Profile, Recorded};
use crate::domain::{Assessment, Chapter, Company, CompanyId, ContentId, Evidence, Finding, Rule, Slot};
use crate::files::RegisterPath;
use crate::files::tree::at;

use super::catalogue::twice;
use super::salvage::{Mistake, Patience};
use super::{Content, FileBytes, from_text, known, none, repeats, value};

/// A company from the files below its folder. With nothing readable in `company.toml` it goes by its id.
pub fn company(id: &CompanyId, files: &[FileBytes], patience: &Patience) -> (Company, Vec<Finding>) {
    let mut reading = Reading::of(id.clone(), patience);
    for file in files {
        reading.read(file);
    }
    reading.finish()
}

/// The judgement in a file's text.
pub fn assessment(path: &str, text: &str) -> (Option<Assessment>, Vec<Finding>) {
    from_text(path, text, assessment_mistakes)
}

/// The evidence in a file's text.
pub fn evidence(path: &str, text: &str) -> (Option<Evidence>, Vec<Finding>) {
    from_text(path, text, evidence_mistakes)
}

/// What a company's own file says.
pub fn profile(path: &str, text: &str) -> (Option<Profile>, Vec<Finding>) {
    from_text(path, text, profile_mistakes)
}

/// The model in a file's text.
pub fn model(path: &str, text: &str) -> (Option<Model>, Vec<Finding>) {
    from_text(path, text, none)
}

struct Reading<'p> {
    patience: &'p Patience,
    company: Company,
    profile_seen: bool,
    /// Evidence files that could not be read: what they say of documents is not known.
    unread_evidence: bool,
    documents: BTreeMap<String, ContentId>,
    /// A map that is made of all of them at once is half the size of one that grows.
    assessments: Vec<(Slot, Recorded)>,
    findings: Vec<Finding>,
}

impl Reading<'_> {
    fn of(id: CompanyId, patience: &Patience) -> Reading<'_> {
        let profile = named(id.as_str());
        let (models, evidence, assessments) = (LiteMap::new(), LiteMap::new(), LiteMap::new());
        Reading {
            patience,
            company: Company { id, profile, models, evidence, assessments },
            profile_seen: false,
            unread_evidence: false,
            documents: BTreeMap::new(),
            assessments: Vec::new(),
            findings: Vec::new(),
        }
    }

    fn read(&mut self, file: &FileBytes) {
        let findings = match known(file, &mut self.findings) {
            Some(RegisterPath::Profile(id)) if id == self.company.id => {
                let (profile, findings) = value(file, profile_mistakes, self.patience);
                self.profile_seen = true;
                self.company.profile = profile.unwrap_or_else(|| named(id.as_str()));
                findings
            }
            Some(RegisterPath::Model(id, model)) if id == self.company.id => {
                let (read, findings) = value::<Model>(file, none, self.patience);
                self.company.models.extend(read.map(|read| (model, read)));
                findings
            }
            Some(RegisterPath::Evidence(id, evidence)) if id == self.company.id => {
                let (read, findings) = value(file, evidence_mistakes, self.patience);
                self.unread_evidence |= read.is_none();
                let filed = read.map(|evidence| Filed { evidence, id: file.id.clone(), document: None });
                self.company.evidence.extend(filed.map(|filed| (evidence, filed)));
                findings
            }
            Some(RegisterPath::Assessment(id, slot)) if id == self.company.id => {
                let (read, findings) = value(file, assessment_mistakes, self.patience);
                let recorded = read.map(|assessment| Recorded { assessment, id: file.id.clone() });
                self.assessments.extend(recorded.map(|recorded| (slot, recorded)));
                findings
            }
            Some(RegisterPath::Document(id, name)) if id == self.company.id => match file.content {
                Content::NotAFile(_) => value::<()>(file, none, self.patience).1,
                _ => {
                    self.documents.insert(name, file.id.clone());
                    Vec::new()
                }
            },
            _ => Vec::new(),
        };
        self.findings.extend(findings);
    }

    fn finish(mut self) -> (Company, Vec<Finding>) {
        self.company.assessments = self.assessments.into_iter().collect();
        if !self.profile_seen {
            self.findings.push(Finding {
                path: RegisterPath::Profile(self.company.id.clone()).to_string(),
                place: None,
                rule: Rule::MissingKey,
                message: "the company has no company.toml".to_owned(),
                hint: Some("write one with at least its `name`".to_owned()),
            });
        }
        let mut named = BTreeSet::new();
        for (_, filed) in &mut self.company.evidence {
            let name = filed.evidence.file.as_ref();
            filed.document = name.and_then(|name| self.documents.get(name)).cloned();
            named.extend(name);
        }
        if !self.unread_evidence {
            let mut stray = self.documents.keys().filter(|name| !named.contains(name));
            let told = stray.by_ref().take(MOST_STRAY);
            self.findings.extend(told.map(|name| stray_document(&self.company.id, name)));
            if let Some(name) = stray.next() {
                let mut last = stray_document(&self.company.id, name);
                let more = stray.count();
                if more > 0 {
                    last.message += &format!(", nor {more} more behind it");
                }
                self.findings.push(last);
            }
        }
        self.findings.sort();
        (self.company, self.findings)
    }
}

/// More documents without evidence than a company's folder has by mistake.
const MOST_STRAY: usize = 100;

fn stray_document(company: &CompanyId, name: &str) -> Finding {
    Finding {
        path: RegisterPath::Document(company.clone(), name.to_owned()).to_string(),
        place: None,
        rule: Rule::UnknownFile,
        message: "no evidence names this document".to_owned(),
        hint: Some(format!("name it in an evidence file: file = \"{name}\"")),
    }
}

/// What is known of a company of which nothing but its name is.
fn named(name: &str) -> Profile {
    Profile {
        name: name.to_owned(),
        short: None,
        invented: false,
        legal_name: None,
        legal_name_source: None,
        seat: None,
        seat_source: None,
        established: None,
        representative: None,
        notes: Vec::new(),
        positions: Vec::new(),
        compute: Vec::new(),
    }
}

/// Stances on what cannot be signed, and two for the same chapter from the same day on.
pub(super) fn profile_mistakes(profile: &Profile) -> Vec<Mistake> {
    let mut mistakes = Vec::new();
    let mut taken = BTreeSet::new();
    for (row, position) in profile.positions.iter().enumerate() {
        for (index, chapter) in position.chapters.iter().enumerate() {
            let at = at!["position", row, "chapters", index];
            if !Chapter::CODE.contains(chapter) {
                mistakes.push(Mistake {
                    at,
                    rule: Rule::WrongValue,
                    message: "the Act binds without a position on it".to_owned(),
                    hint: Some("chapters to take a position on are T, C and S".to_owned()),
                });
            } else if !taken.insert((*chapter, position.since)) {
                let message = format!("a second position on {chapter} from {} on", position.since);
                let hint = Some("keep one of them".to_owned());
                mistakes.push(Mistake { at, rule: Rule::Duplicate, message, hint });
            }
        }
    }
    mistakes
}

pub(super) fn evidence_mistakes(evidence: &Evidence) -> Vec<Mistake> {
    let mut mistakes = Vec::new();
    for index in repeats(&evidence.bears_on) {
        mistakes.push(twice(at!["bears-on", index], evidence.bears_on[index]));
    }
    for index in repeats(&evidence.models) {
        mistakes.push(twice(at!["models", index], &evidence.models[index]));
    }
    if let Some(digest) = &evidence.sha256
        && !is_sha256(digest)
    {
        mistakes.push(Mistake {
            at: at!["sha256"],
            rule: Rule::WrongValue,
            message: "`sha256` is not a SHA-256 digest".to_owned(),
            hint: Some("write its 64 hex digits".to_owned()),
        });
    }
    mistakes
}

pub(super) fn assessment_mistakes(assessment: &Assessment) -> Vec<Mistake> {
    let cited = &assessment.evidence;
    repeats(cited.iter().map(|pinned| &pinned.id))
        .into_iter()
        .map(|index| twice(at!["evidence", index], &cited[index].id))
        .collect()
}

fn is_sha256(text: &str) -> bool {
    text.len() == 64 && text.bytes().all(|byte| byte.is_ascii_hexdigit())
}
