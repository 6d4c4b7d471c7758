//! What files said at a commit: read once, and remembered by content.

use std::collections::HashMap;
use std::hash::Hash;
use std::rc::Rc;
use std::sync::Arc;

use sha2::{Digest, Sha256};

use super::changed;
use super::standing::SETTINGS;
use crate::domain::catalogue::hex;
use crate::domain::deed::{Filed, Ground, Judgement, Kept, Resettled, Touched};
use crate::domain::snapshot::Settings;
use crate::domain::{Assessment, Catalogue, CompanyId, ContentId, Evidence, EvidenceId, Pinned};
use crate::error::{Error, Result};
use crate::files::RegisterPath;
use crate::files::read::{self, Content, FileBytes, LARGEST_FILE};
use crate::ledger::{
    Blob, CommitId, Filter, Keys, Kind, Ledger, Link, ObjectId, PathChange, TreeReader, Verified,
};
use crate::register::amount::Amount;
use crate::register::trail::read_text;
use crate::register::{documents, load, reversal};

pub struct Facts<'a> {
    ledger: &'a Verified,
    /// What else looks at the same commits shares it.
    pub trees: Rc<TreeReader<'a>>,
    /// See [`Facts::read_so_far`].
    read_bytes: usize,
    /// With whether all of it could be read.
    settings: Memory<ContentId, (Arc<Settings>, bool)>,
    catalogues: Memory<ObjectId, Arc<Catalogue>>,
    assessments: Memory<ContentId, Option<Arc<Assessment>>>,
    evidence: Memory<ContentId, Option<Arc<Evidence>>>,
    digests: Memory<ContentId, String>,
}

/// What commits are judged by: the policy, and the keys it names.
#[derive(Clone)]
pub struct Terms {
    pub policy: Arc<Settings>,
    /// The lists of those that are allowed and of those that are revoked, by content.
    keys: [Option<ContentId>; 2],
}

impl PartialEq for Terms {
    fn eq(&self, other: &Terms) -> bool {
        let rules = |terms: &Terms| (terms.policy.review.clone(), terms.policy.signing.clone());
        self.keys == other.keys && (Arc::ptr_eq(&self.policy, &other.policy) || rules(self) == rules(other))
    }
}

/// What was read, by what it was read from. A full one starts over.
struct Memory<K, V> {
    values: HashMap<K, V>,
    bytes: usize,
}

/// Enough for four thousand ordinary judgements, and for what commits in a row share of larger files.
const MOST_REMEMBERED_BYTES: usize = 16 * 1024 * 1024;

/// A value, and about how much memory it takes.
type Weighed<V> = (V, usize);

impl<K: Eq + Hash, V: Clone> Memory<K, V> {
    /// What is read anew is added to `all`.
    fn get(&mut self, key: K, all: &mut usize, read: impl FnOnce(&K) -> Result<Weighed<V>>) -> Result<V> {
        if let Some(value) = self.values.get(&key) {
            return Ok(value.clone());
        }
        let (value, bytes) = read(&key)?;
        let bytes = bytes + OVERHEAD_BYTES;
        *all += bytes;
        if self.bytes + bytes > MOST_REMEMBERED_BYTES {
            *self = Memory::default();
        }
        self.bytes += bytes;
        self.values.insert(key, value.clone());
        Ok(value)
    }
}

/// What a small one takes anyway.
const OVERHEAD_BYTES: usize = 256;

impl<K, V> Default for Memory<K, V> {
    fn default() -> Memory<K, V> {
        Memory { values: HashMap::new(), bytes: 0 }
    }
}

/// The files of a company's `evidence/` folder, by name.
type Folder = HashMap<String, ContentId>;

impl<'a> Facts<'a> {
    pub fn new(ledger: &'a Verified) -> Facts<'a> {
        Facts::over(ledger, &[])
    }

    /// The same over commits that are listed already.
    pub fn over(ledger: &'a Verified, commits: &[Link]) -> Facts<'a> {
        Facts {
            ledger,
            trees: Rc::new(TreeReader::knowing(ledger, commits)),
            read_bytes: 0,
            settings: Memory::default(),
            catalogues: Memory::default(),
            assessments: Memory::default(),
            evidence: Memory::default(),
            digests: Memory::default(),
        }
    }

    /// About how much memory all took that was read so far, whether it is still remembered or not.
    pub fn read_so_far(&self) -> usize {
        self.read_bytes
    }

    /// `countersign.toml` at a commit; its default where there is none.
    pub fn settings(&mut self, at: Option<CommitId>) -> Result<Arc<Settings>> {
        let id = self.content_at(at, SETTINGS)?;
        Ok(id.map(|id| self.settings_in(id)).transpose()?.map(|(settings, _)| settings).unwrap_or_default())
    }

    /// The policy at a commit, with its keys.
    pub fn terms(&mut self, at: Option<CommitId>) -> Result<Terms> {
        let policy = self.settings(at)?;
        let list = |path: &str| self.content_at(at, path);
        let revoked = policy.signing.revoked_keys.as_deref().map(list).transpose()?.flatten();
        Ok(Terms { keys: [list(&policy.signing.allowed_signers)?, revoked], policy })
    }

    /// The lists themselves.
    pub fn keys(&self, at: Option<CommitId>, policy: &Settings) -> Result<Keys> {
        let revoked = policy.signing.revoked_keys.as_deref().map(|path| self.bytes_at(at, path));
        let allowed_signers = self.bytes_at(at, &policy.signing.allowed_signers)?.unwrap_or_default();
        Ok(Keys { allowed_signers, revoked: revoked.transpose()?.flatten() })
    }

    /// How a file differs between two commits; nothing where it is the same.
    pub fn change(&self, path: &str, from: Option<CommitId>, to: CommitId) -> Result<Option<PathChange>> {
        let (before, after) = (self.content_at(from, path)?, self.content_at(Some(to), path)?);
        Ok((before != after).then(|| PathChange { path: path.to_owned(), before, after }))
    }

    /// `countersign.toml` before and after changes that touched it.
    pub fn resettled(&mut self, changes: &[PathChange]) -> Result<Option<Resettled>> {
        let Some(change) = changes.iter().find(|change| change.path == SETTINGS) else { return Ok(None) };
        let mut whole = |id: &Option<ContentId>| -> Result<Option<Arc<Settings>>> {
            let read = id.clone().map(|id| self.settings_in(id)).transpose()?;
            Ok(read.filter(|(_, whole)| *whole).map(|(settings, _)| settings))
        };
        Ok(Some(Resettled {
            path: change.path.clone(),
            contents: (change.before.clone(), change.after.clone()),
            before: whole(&change.before)?,
            after: whole(&change.after)?,
        }))
    }

    fn settings_in(&mut self, id: ContentId) -> Result<(Arc<Settings>, bool)> {
        let ledger = self.ledger;
        self.settings.get(id, &mut self.read_bytes, |id| {
            let content = match ledger.blob(id, LARGEST_FILE)? {
                Blob::Content(bytes) => Content::Bytes(bytes),
                Blob::TooLarge { size_bytes } => Content::TooLarge(size_bytes),
            };
            let file = FileBytes { path: SETTINGS.to_owned(), id: id.clone(), content };
            let (settings, findings) = read::settings(&file);
            Ok(((Arc::new(settings), findings.is_empty()), Amount::of_text(&file).memory_bytes()))
        })
    }

    /// What the register asked at a commit.
    pub fn catalogue(&mut self, at: Option<CommitId>) -> Result<Arc<Catalogue>> {
        let Some(at) = at else { return Ok(Arc::default()) };
        match self.trees.lookup(at, "commitments")? {
            Some(entry) if entry.kind == Kind::Folder => {
                let ledger = self.ledger;
                self.catalogues.get(entry.id, &mut self.read_bytes, |folder| {
                    let (catalogue, amount) = load::catalogue(ledger, *folder)?;
                    Ok((Arc::new(catalogue), amount.memory_bytes()))
                })
            }
            _ => Ok(Arc::default()),
        }
    }

    /// A file's bytes at a commit; none where there is no such file.
    pub fn bytes_at(&self, at: Option<CommitId>, path: &str) -> Result<Option<Vec<u8>>> {
        let Some(id) = self.content_at(at, path)? else { return Ok(None) };
        match self.ledger.blob(&id, LARGEST_FILE)? {
            Blob::Content(bytes) => Ok(Some(bytes)),
            Blob::TooLarge { .. } => Err(Error::FileUnreadable { path: path.to_owned() }),
        }
    }

    fn content_at(&self, at: Option<CommitId>, path: &str) -> Result<Option<ContentId>> {
        let Some(at) = at else { return Ok(None) };
        let entry = self.trees.lookup(at, path)?.filter(|entry| entry.kind.is_file());
        Ok(entry.map(|entry| entry.id.content()))
    }

    /// The judgements a commit made, changed or took back.
    pub fn judgements(&mut self, commit: CommitId, changes: &[PathChange]) -> Result<Vec<Judgement>> {
        let mut judgements = Vec::new();
        for (change, path) in changed(changes, |path| matches!(path, RegisterPath::Assessment(..))) {
            let RegisterPath::Assessment(company, slot) = path else { continue };
            let before = self.filed(change, &change.before)?;
            let after = self.filed(change, &change.after)?;
            let rests_on = match after.as_ref().and_then(|after| after.assessment.clone()) {
                Some(assessment) => self.grounds(commit, &company, &assessment)?,
                None => Vec::new(),
            };
            judgements.push(Judgement { path: change.path.clone(), company, slot, before, after, rests_on });
        }
        Ok(judgements)
    }

    fn filed(&mut self, change: &PathChange, id: &Option<ContentId>) -> Result<Option<Filed>> {
        let Some(id) = id.clone() else { return Ok(None) };
        let ledger = self.ledger;
        let assessment = self.assessments.get(id.clone(), &mut self.read_bytes, |id| {
            weighed(read_text(ledger, id)?, |text| read::assessment(&change.path, text).0)
        })?;
        Ok(Some(Filed { id, assessment }))
    }

    /// What a judgement rests on.
    fn grounds(
        &mut self,
        commit: CommitId,
        company: &CompanyId,
        assessment: &Assessment,
    ) -> Result<Vec<Ground>> {
        if assessment.evidence.is_empty() {
            return Ok(Vec::new());
        }
        let folder = self.folder(commit, company)?;
        assessment.evidence.iter().map(|pinned| self.ground(commit, company, &folder, pinned)).collect()
    }

    fn ground(
        &mut self,
        commit: CommitId,
        company: &CompanyId,
        folder: &Folder,
        pinned: &Pinned,
    ) -> Result<Ground> {
        let ledger = self.ledger;
        let stood = |name: &str, id: &ContentId| match folder.get(name) == Some(id) {
            true => Ok(true),
            false => ever_stood(ledger, commit, format!("companies/{company}/evidence/{name}"), id),
        };
        let file = format!("{}.toml", pinned.id);
        let mut pin_known = stood(&file, &pinned.pin)?;
        let evidence = if pin_known { self.evidence(&pinned.pin)? } else { None };
        let name = evidence.as_ref().and_then(|evidence| evidence.file.clone());
        if let (Some(document), Some(name)) = (&pinned.document, &name) {
            pin_known &= stood(name, document)?;
        }
        let recorded = evidence.as_ref().is_some_and(|evidence| evidence.sha256.is_some());
        let digest = match &pinned.document {
            Some(document) if recorded && pin_known => Some(self.digest(document)?),
            _ => None,
        };
        Ok(Ground {
            pinned: pinned.clone(),
            on_file: folder.contains_key(&file),
            pin_known,
            evidence,
            digest,
        })
    }

    /// The files a commit touched that hold no judgement.
    pub fn files(&mut self, changes: &[PathChange]) -> Result<Vec<Touched>> {
        let mut files = Vec::new();
        for (change, path) in changed(changes, |path| !matches!(path, RegisterPath::Assessment(..))) {
            let evidence = match (&path, &change.after) {
                (RegisterPath::Evidence(..), Some(id)) => self.evidence(id)?,
                _ => None,
            };
            let contents = (change.before.clone(), change.after.clone());
            files.push(Touched { path: change.path.clone(), name: path.in_a_record(), contents, evidence });
        }
        Ok(files)
    }

    /// Evidence with a document and a digest on record, where a commit touched one of the two.
    pub fn documents(&mut self, commit: CommitId, changes: &[PathChange]) -> Result<Vec<Kept>> {
        let is_evidence =
            |path: &RegisterPath| matches!(path, RegisterPath::Evidence(..) | RegisterPath::Document(..));
        let mut touched: HashMap<CompanyId, Vec<String>> = HashMap::new();
        for (change, path) in changed(changes, is_evidence) {
            if let RegisterPath::Evidence(company, _) | RegisterPath::Document(company, _) = path {
                let name = change.path.rsplit('/').next().unwrap_or_default().to_owned();
                touched.entry(company).or_default().push(name);
            }
        }
        let mut kept = Vec::new();
        for (company, names) in touched {
            let folder = self.folder(commit, &company)?;
            for (file, id) in &folder {
                let Some(evidence_id) = file.strip_suffix(".toml").and_then(|id| id.parse().ok()) else {
                    continue;
                };
                let Some(evidence) = self.evidence(id)? else { continue };
                let (Some(name), Some(recorded)) = (&evidence.file, &evidence.sha256) else { continue };
                let Some(document) = folder.get(name) else { continue };
                if names.contains(file) || names.contains(name) {
                    kept.push(self.kept(&company, evidence_id, name, recorded, document)?);
                }
            }
        }
        kept.sort_by(|one, other| one.path.cmp(&other.path));
        Ok(kept)
    }

    fn kept(
        &mut self,
        company: &CompanyId,
        evidence: EvidenceId,
        name: &str,
        recorded: &str,
        document: &ContentId,
    ) -> Result<Kept> {
        Ok(Kept {
            path: format!("companies/{company}/evidence/{name}"),
            company: company.clone(),
            evidence,
            recorded: recorded.to_owned(),
            digest: self.digest(document)?,
        })
    }

    fn folder(&self, commit: CommitId, company: &CompanyId) -> Result<Folder> {
        let listing = self.trees.entries(commit, &format!("companies/{company}/evidence"))?;
        let files = listing.entries.into_iter().filter(|entry| entry.kind.is_file());
        Ok(files.map(|entry| (entry.name, entry.id.content())).collect())
    }

    /// Refused where a file of a company's `evidence/` folder cannot be read.
    pub fn require_evidence(&mut self, at: CommitId, company: &CompanyId) -> Result<()> {
        let folder = self.folder(at, company)?;
        let files = folder.iter().filter(|(name, _)| name.ends_with(".toml"));
        files.map(|(_, id)| id).try_for_each(|id| self.evidence(id).map(drop))
    }

    fn evidence(&mut self, id: &ContentId) -> Result<Option<Arc<Evidence>>> {
        let ledger = self.ledger;
        self.evidence.get(id.clone(), &mut self.read_bytes, |id| {
            weighed(read_text(ledger, id)?, |text| read::evidence("", text).0)
        })
    }

    /// SHA-256 of a document, in hex.
    pub fn digest(&mut self, id: &ContentId) -> Result<String> {
        let ledger = self.ledger;
        self.digests.get(id.clone(), &mut self.read_bytes, |id| {
            Ok((hex(&Sha256::digest(documents::bytes(ledger, id)?)), 0))
        })
    }
}

/// Whether a content stood at a path in some commit before. Rarely asked: a judgement rests on what is on file, unless it
/// was undone or committed while its evidence was replaced.
fn ever_stood(ledger: &Ledger, commit: CommitId, path: String, id: &ContentId) -> Result<bool> {
    let filter = Filter { paths: vec![path], ..Filter::default() };
    for record in ledger.history(commit, &filter)? {
        let changes = reversal::known(record?)?.changes;
        if changes.iter().any(|change| [&change.before, &change.after].contains(&&Some(id.clone()))) {
            return Ok(true);
        }
    }
    Ok(false)
}

/// What is read of a text, if there is one.
fn weighed<T>(text: Option<String>, read: impl FnOnce(&str) -> Option<T>) -> Result<Weighed<Option<Arc<T>>>> {
    let bytes = text.as_ref().map_or(0, |text| Amount::of(text.as_bytes()).memory_bytes());
    Ok((text.and_then(|text| read(&text)).map(Arc::new), bytes))
}
