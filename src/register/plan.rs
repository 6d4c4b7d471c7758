//! Changes as commits to be made, one after the other, each looked at as if those before it were made.

pub(super) mod message;

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use super::Register;
use super::prepare::{FileEdit, Planned, Version};
use crate::domain::company::Filed;
use crate::domain::{Change, Company, CompanyId, Filing, Snapshot, Source};
use crate::error::{Error, Result};
use crate::files::{RegisterPath, write};
use crate::ledger::{CommitId, Ground, Message, Settings, Trailer};

/// What was planned so far.
pub(super) struct Planning<'a> {
    register: &'a Register,
    pub settings: Settings,
    signed_off: Trailer,
    head: Option<CommitId>,
    /// The register as the commits so far leave it.
    snapshot: Snapshot,
    /// The files they touch, as they leave them.
    files: BTreeMap<String, Option<Version>>,
    pub commits: Vec<Planned>,
    /// What they rest on and leave alone.
    pub grounds: Vec<Ground>,
}

impl Register {
    /// The snapshot as it would be with this evidence on file, so that a judgement can be made that rests on it.
    pub fn with_filed(&self, snapshot: &Snapshot, filings: &[Filing]) -> Result<Snapshot> {
        let head = match &snapshot.source {
            Source::Commit(id) => Some(self.ledger.resolve(id)?),
            Source::Unborn | Source::WorkTree | Source::Staged => None,
        };
        let changes: Vec<Change> = filings.iter().cloned().map(Change::File).collect();
        Ok(self.plan(snapshot, head, &changes)?.snapshot)
    }

    pub(super) fn plan(
        &self,
        snapshot: &Snapshot,
        head: Option<CommitId>,
        changes: &[Change],
    ) -> Result<Planning<'_>> {
        let settings = self.ledger.require_trust_to_convert()?;
        let mut planning = Planning {
            register: self,
            settings,
            signed_off: self.signed_off()?,
            head,
            snapshot: snapshot.clone(),
            files: BTreeMap::new(),
            commits: Vec::new(),
            grounds: Vec::new(),
        };
        self.pulse.expect(changes.len());
        for change in changes {
            self.pulse.step()?;
            planning.add(change)?;
        }
        // What one of them writes is told by its edit.
        planning.grounds.retain(|ground| !planning.files.contains_key(&ground.path));
        let mut seen = BTreeSet::new();
        planning.grounds.retain(|ground| seen.insert(ground.path.clone()));
        Ok(planning)
    }
}

impl Planning<'_> {
    fn add(&mut self, change: &Change) -> Result<()> {
        let grounds = self.register.grounds(&self.snapshot, change, self.head)?;
        self.grounds.extend(grounds);
        let file = self.told(change)?;
        let (mut message, files) = match change {
            Change::Assess(decision) => {
                (message::assessed(&self.snapshot, decision, message::record(&file)), vec![file])
            }
            Change::File(filing) => self.filed(filing, file)?,
            Change::Position(new) => {
                let message = message::positioned(new, message::record(&file));
                self.change_company(&new.company, |company| company.profile = (*new.profile).clone());
                (message, vec![file])
            }
            Change::Model(new) => {
                let message = message::described_model(&self.snapshot, new, message::record(&file));
                self.change_company(&new.company, |company| {
                    company.models.insert(new.id.clone(), new.model.clone());
                });
                (message, vec![file])
            }
            Change::View(new) => {
                let message = message::kept_view(&self.snapshot, new, message::record(&file));
                self.snapshot.settings = (*new.settings).clone();
                (message, vec![file])
            }
        };
        message.trailers.push(self.signed_off.clone());
        self.files.extend(files.iter().map(|file| (file.path.clone(), file.after.clone())));
        self.commits.push(Planned { message, way: None, merges: None, files });
        Ok(())
    }

    /// What the commits after it find.
    fn change_company(&mut self, id: &CompanyId, change: impl FnOnce(&mut Company)) {
        if let Some(company) = self.snapshot.companies.get_mut(id) {
            change(Arc::make_mut(company));
        }
    }

    /// The file a change is told in.
    fn told(&self, change: &Change) -> Result<FileEdit> {
        let path = write::path(change).to_string();
        let before = self.version_at(&path)?;
        let after =
            write::text(change, before.as_ref().and_then(Version::text)).map_err(
                |refused| match refused {
                    write::Refused::Unsettled => Error::Unsettled { path: path.clone() },
                    refused => Error::NotWritten { path: path.clone(), reason: refused.to_string() },
                },
            )?;
        let id = self.register.ledger.stored_id(&self.settings, &path, after.as_bytes())?;
        let after = Some(Version { id, bytes: after.into_bytes() });
        Ok(FileEdit { path, before, after, executable: false })
    }

    /// A file as the commits so far leave it.
    fn version_at(&self, path: &str) -> Result<Option<Version>> {
        match (self.files.get(path), self.head) {
            (Some(version), _) => Ok(version.clone()),
            (None, Some(head)) => self.register.text_at(head, path),
            (None, None) => Ok(None),
        }
    }

    /// A document as the commits so far leave it.
    fn document_at(&self, path: &str) -> Result<Option<Version>> {
        if let Some(version) = self.files.get(path) {
            return Ok(version.clone());
        }
        let Some(head) = self.head else { return Ok(None) };
        let content = self.register.content_at(head, path)?;
        content.map(|id| self.register.version(&id)).transpose()
    }

    /// Evidence, the document that is kept beside it, and the one that no longer is.
    fn filed(&mut self, filing: &Filing, file: FileEdit) -> Result<(Message, Vec<FileEdit>)> {
        let Filing { company, id, evidence, document, .. } = filing;
        let beside = |name: &String| RegisterPath::Document(company.clone(), name.clone()).to_string();
        let on_file = self.snapshot.companies.get(company).cloned();
        let old = on_file.as_ref().and_then(|company| company.evidence.get(id));
        let mut files = vec![file];
        let mut kept =
            old.filter(|old| old.evidence.file == evidence.file).and_then(|old| old.document.clone());
        if let (Some(bytes), Some(name)) = (document, &evidence.file) {
            let path = beside(name);
            let after = self.as_it_is(&path, bytes)?;
            kept = Some(after.id.clone());
            let before = self.document_at(&path)?;
            if before.as_ref() != Some(&after) {
                files.push(FileEdit { path, before, after: Some(after), executable: false });
            }
        }
        let is_left = |name: &&String| {
            let mut others =
                on_file.iter().flat_map(|company| &company.evidence).filter(|(other, _)| *other != id);
            evidence.file.as_ref() != Some(*name)
                && !others.any(|(_, other)| other.evidence.file.as_ref() == Some(*name))
        };
        let left = old.and_then(|old| old.evidence.file.as_ref()).filter(is_left);
        if let Some(path) = left.map(beside)
            && let Some(before) = self.document_at(&path)?
        {
            files.push(FileEdit { path, before: Some(before), after: None, executable: false });
        }
        let message = message::filed(filing, old, &files);
        if let (Some(mut company), Some(told)) = (on_file, &files[0].after) {
            let filed = Filed { evidence: evidence.clone(), id: told.id.clone(), document: kept };
            Arc::make_mut(&mut company).evidence.insert(id.clone(), filed);
            self.snapshot.companies.insert(filing.company.clone(), company);
        }
        Ok((message, files))
    }

    /// A document's bytes as they are; refused where git would make others of them, whose digest is another one.
    fn as_it_is(&self, path: &str, bytes: &[u8]) -> Result<Version> {
        let ledger = &self.register.ledger;
        let id = ledger.content_id(bytes);
        match ledger.stored_id(&self.settings, path, bytes)? == id {
            true => Ok(Version { id, bytes: bytes.to_vec() }),
            false => Err(Error::Converted { path: path.to_owned() }),
        }
    }
}
