//! The documents kept beside evidence, held against the digests on record.

use std::cell::RefCell;
use std::collections::HashMap;
use std::fs::File;
use std::io::Read;
use std::path::Path;
use std::sync::Arc;

use sha2::{Digest, Sha256};

use super::uncommitted::Uncommitted;
use super::{Pulse, Register, load};
use crate::domain::catalogue::hex;
use crate::domain::{ContentId, Finding, Snapshot, Source};
use crate::error::{Error, Result};
use crate::files::{RegisterPath, check};
use crate::ledger::{Blob, Ledger, TreeReader, WorkFile, from_home};

/// Documents are only hashed; a larger one is left alone.
pub(super) const LARGEST_DOCUMENT: u64 = 64 * MEGABYTE;

const MEGABYTE: u64 = 1024 * 1024;

impl Register {
    /// A finding for each kept document that is not the one on record, or cannot be read. Reads every such document as a
    /// whole, which is why a snapshot does not ask for it; what is read from git is hashed again.
    pub fn check_documents(&self, snapshot: &Snapshot) -> Result<Vec<Finding>> {
        match &snapshot.source {
            Source::Commit(id) => {
                let ledger = self.ledger.verified()?;
                let commit = ledger.resolve(id)?;
                let trees = TreeReader::new(&ledger);
                let read = |id: &ContentId| Some(ledger.blob(id, LARGEST_DOCUMENT));
                self.check_by(snapshot, &read, &|path| load::text_at(&ledger, &trees, commit, path))
            }
            Source::WorkTree | Source::Staged => {
                let uncommitted = match snapshot.source {
                    Source::Staged => Uncommitted::staged(&self.ledger)?,
                    _ => Uncommitted::work_tree(&self.ledger)?,
                };
                let files = uncommitted.found.files.iter();
                let by_id: HashMap<&ContentId, &WorkFile> = files.map(|file| (&file.id, file)).collect();
                let read = |id: &ContentId| Some(uncommitted.content(by_id.get(id)?, LARGEST_DOCUMENT));
                self.check_by(snapshot, &read, &|path| uncommitted.text(path))
            }
            Source::Unborn => Ok(Vec::new()),
        }
    }

    /// A document that cannot be read is a finding, too: it must not pass for one that is right.
    fn check_by(
        &self,
        snapshot: &Snapshot,
        read: &dyn Fn(&ContentId) -> Option<Result<Blob>>,
        text: check::TextOf,
    ) -> Result<Vec<Finding>> {
        let unread = RefCell::new(HashMap::new());
        // One document can stand in thousands of places.
        let known: RefCell<HashMap<ContentId, Option<String>>> = RefCell::default();
        let digest = |id: &ContentId| match read(id)? {
            Ok(Blob::Content(bytes)) => Some(hex(&Sha256::digest(bytes))),
            Ok(Blob::TooLarge { .. }) => None,
            Err(error) => {
                unread.borrow_mut().insert(id.clone(), error);
                None
            }
        };
        let digest = |id: &ContentId| {
            let known_digest = known.borrow().get(id).cloned();
            known_digest.unwrap_or_else(|| {
                let digest = digest(id);
                known.borrow_mut().insert(id.clone(), digest.clone());
                digest
            })
        };
        let mut findings = digests(&self.pulse, snapshot, &digest, text)?;
        findings.extend(unreadable(snapshot, &unread.into_inner()));
        Ok(findings)
    }
}

/// The documents among these that no git object can be read of.
fn unreadable(snapshot: &Snapshot, unread: &HashMap<ContentId, Error>) -> Vec<Finding> {
    let mut findings = Vec::new();
    for company in snapshot.companies.values().filter(|_| !unread.is_empty()) {
        for filed in company.evidence.values() {
            let error = filed.document.as_ref().and_then(|document| unread.get(document));
            findings.extend(filed.evidence.file.clone().zip(error).map(|(name, error)| {
                load::unreadable(RegisterPath::Document(company.id.clone(), name).to_string(), error)
            }));
        }
    }
    findings
}

fn digests(
    pulse: &Pulse,
    snapshot: &Snapshot,
    digest: &dyn Fn(&ContentId) -> Option<String>,
    text: check::TextOf,
) -> Result<Vec<Finding>> {
    pulse.expect(snapshot.companies.len());
    let mut findings = Vec::new();
    for company in snapshot.companies.values() {
        pulse.step()?;
        findings.extend(check::digests(company, digest, text));
    }
    Ok(findings)
}

/// A document that somebody names, as a whole, megabyte by megabyte.
pub fn read_document(path: &Path, pulse: &Pulse) -> Result<Arc<[u8]>> {
    let path = &from_home(path);
    let file = File::open(path).map_err(Error::io("read", path))?;
    if file.metadata().is_ok_and(|about| !about.is_file()) {
        return Err(Error::NotAFile { path: path.display().to_string() });
    }
    pulse.expect(file.metadata().map_or(0, |about| about.len().div_ceil(MEGABYTE)) as usize);
    let mut bytes = Vec::new();
    while (&file).take(MEGABYTE).read_to_end(&mut bytes).map_err(Error::io("read", path))? > 0 {
        pulse.step()?;
        if bytes.len() as u64 > LARGEST_DOCUMENT {
            return Err(Error::DocumentTooLong { path: path.to_owned(), limit_bytes: LARGEST_DOCUMENT });
        }
    }
    Ok(bytes.into())
}

/// What the name of a file can be completed to.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Completed {
    /// As far as all of them agree; what was typed where there is none.
    pub text: String,
    /// The names there are, folders with a `/` behind.
    pub names: Vec<String>,
}

/// Completes the name of a file as shells do.
pub fn complete_path(typed: &str) -> Completed {
    let (folder, begun) =
        typed.rsplit_once('/').map_or(("", typed), |(_, begun)| (&typed[..typed.len() - begun.len()], begun));
    let listed = if folder.is_empty() { Path::new(".").to_owned() } else { from_home(Path::new(folder)) };
    let named = |entry: std::fs::DirEntry| {
        let name = entry.file_name().into_string().ok()?;
        // What begins with a dot is only there for who asks for it.
        let is_asked_for = name.starts_with(begun) && (!name.starts_with('.') || begun.starts_with('.'));
        let folder = entry.path().is_dir();
        is_asked_for.then(|| if folder { name + "/" } else { name })
    };
    let entries = std::fs::read_dir(listed).into_iter().flatten().flatten();
    let mut names: Vec<String> = entries.filter_map(named).collect();
    names.sort();
    let first = names.first().map_or(begun, String::as_str);
    let shared = names.iter().fold(first.to_owned(), |shared, name| {
        let same = shared.chars().zip(name.chars()).take_while(|(one, other)| one == other);
        same.map(|(letter, _)| letter).collect()
    });
    Completed { text: format!("{folder}{shared}"), names }
}

/// A document's bytes.
pub(super) fn bytes(ledger: &Ledger, id: &ContentId) -> Result<Vec<u8>> {
    match ledger.blob(id, LARGEST_DOCUMENT)? {
        Blob::Content(bytes) => Ok(bytes),
        Blob::TooLarge { size_bytes } => Err(Error::DocumentTooLarge { id: id.to_string(), size_bytes }),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_is_completed_as_far_as_all_agree() {
        let folder = tempfile::tempdir().unwrap();
        let within = |name: &str| format!("{}/{name}", folder.path().display());
        for name in ["framework-v1.pdf", "framework-v2.pdf", ".hidden"] {
            std::fs::write(within(name), "").unwrap();
        }
        std::fs::create_dir(within("minutes")).unwrap();
        let check = |typed: &str, text: &str, names: &[&str]| {
            let expected =
                Completed { text: within(text), names: names.iter().map(ToString::to_string).collect() };
            assert_eq!(complete_path(&within(typed)), expected, "{typed}");
        };
        check("fr", "framework-v", &["framework-v1.pdf", "framework-v2.pdf"]);
        check("framework-v2", "framework-v2.pdf", &["framework-v2.pdf"]);
        check("m", "minutes/", &["minutes/"]);
        check("minutes/", "minutes/", &[]);
        check("", "", &["framework-v1.pdf", "framework-v2.pdf", "minutes/"]);
        check(".h", ".hidden", &[".hidden"]);
        check("gone/a", "gone/a", &[]);
    }
}
