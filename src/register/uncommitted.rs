//! The register as it lies in the work tree or the index.

use std::collections::BTreeMap;
use std::sync::Arc;

use super::amount::{Amount, InAll};
use super::crowd::{self, Crowd};
use super::lately::Asked;
use super::load::{
    Parts, Read, content_of, is_read, no_register, refused, snapshot, text_in, unreadable_content,
};
use crate::domain::{CompanyId, Finding, Snapshot, Source};
use crate::error::{Error, Result};
use crate::files::layout;
use crate::files::read::{self, Content, FileBytes};
use crate::ledger::{Blob, Ledger, WorkFile, WorkFiles};

/// What is not committed yet: a work tree's files, or those of the index.
pub struct Uncommitted<'a> {
    ledger: &'a Ledger,
    is_staged: bool,
    pub found: WorkFiles,
}

impl<'a> Uncommitted<'a> {
    pub fn work_tree(ledger: &'a Ledger) -> Result<Uncommitted<'a>> {
        Ok(Uncommitted { ledger, is_staged: false, found: ledger.worktree_files()? })
    }

    pub fn staged(ledger: &'a Ledger) -> Result<Uncommitted<'a>> {
        Ok(Uncommitted { ledger, is_staged: true, found: ledger.staged_files()? })
    }

    /// What a file holds, read now.
    pub fn content(&self, file: &WorkFile, limit_bytes: u64) -> Result<Blob> {
        match self.is_staged {
            true => self.ledger.blob(&file.id, limit_bytes),
            false => self.ledger.worktree_content(&file.path, limit_bytes),
        }
    }

    pub fn text(&self, path: &str) -> Option<String> {
        let at = self.found.files.binary_search_by(|file| file.path.as_str().cmp(path)).ok()?;
        text_in(self.content(&self.found.files[at], read::LARGEST_FILE))
    }

    fn file(&self, file: &WorkFile) -> Result<FileBytes> {
        let content = match is_read(&file.path) {
            true => told(self.content(file, read::LARGEST_FILE))?,
            false => Content::NotRead,
        };
        Ok(FileBytes { path: file.path.clone(), id: file.id.clone(), content })
    }

    fn source(&self) -> Source {
        if self.is_staged { Source::Staged } else { Source::WorkTree }
    }
}

/// What keeps one file from being read says nothing of the others.
fn told(content: Result<Blob>) -> Result<Content> {
    match content {
        Err(error @ (Error::Io { .. } | Error::NotAFile { .. })) => Ok(unreadable_content(&error)),
        Err(error) if error.is_of_one_object() => Ok(unreadable_content(&error)),
        content => content_of(content),
    }
}

/// As a snapshot, read company by company, so that no more text is held than one of them has.
pub fn snapshot_of(uncommitted: &Uncommitted<'_>) -> Result<Snapshot> {
    let Uncommitted { ledger, found, .. } = uncommitted;
    let in_all = InAll::default();
    in_all.add(Amount { files: found.files.len() + found.refused.len(), ..Amount::default() })?;
    // Of one company, or of what is asked.
    let read_files = |files: Vec<&WorkFile>, findings: &mut Vec<Finding>| -> Result<Vec<FileBytes>> {
        let (mut read, mut crowd) = (Vec::new(), Crowd::default());
        for file in files {
            if crowd.lets_in(&file.path) {
                let file = uncommitted.file(file)?;
                read.extend(crowd.takes(&file).then_some(file));
            }
        }
        in_all.add(crowd.text())?;
        findings.extend(crowd.findings());
        Ok(read)
    };
    let refused = found.refused.iter().cloned().map(refused).collect();
    let mut parts = Parts { findings: refused, ..Parts::default() };
    let mut by_company: BTreeMap<CompanyId, Vec<&WorkFile>> = BTreeMap::new();
    let mut asked = Vec::new();
    for file in &found.files {
        match file.path.strip_prefix("companies/").and_then(|rest| rest.split_once('/')) {
            None => asked.push(file),
            Some((folder, _)) => match layout::company_folder(folder) {
                Ok(company) => by_company.entry(company).or_default().push(file),
                Err(finding) => parts.findings.push(finding),
            },
        }
    }
    // The settings, without which there is no register, before what may have no room.
    asked.sort_by_key(|file| file.path.contains('/'));
    parts.asked = read_files(asked, &mut parts.findings)?;
    let (settings, waivers) = parts.settings().ok_or_else(|| no_register(ledger))?;
    let Asked { catalogue, mut findings } = Asked::read(&parts.asked);
    findings.append(&mut parts.findings);
    let mut companies = BTreeMap::new();
    let mut by_company: Vec<_> = by_company.into_iter().collect();
    findings.extend(crowd::of_companies(&mut by_company));
    for (id, files) in by_company {
        let files = read_files(files, &mut findings)?;
        let patience = in_all.patience();
        let (company, mut found) = read::company(&id, &files, &patience);
        in_all.add(Amount::of_mistakes(&patience))?;
        findings.append(&mut found);
        companies.insert(id, Arc::new(company));
    }
    let read = Read { source: uncommitted.source(), settings, catalogue, companies, waivers };
    Ok(snapshot(read, findings, &|path| uncommitted.text(path)))
}
