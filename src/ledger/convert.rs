//! Between a file in the work tree and its blob: line endings and filters, as gitattributes(5) defines them.
//!
//! Most files are the same bytes on both sides; then nothing is started. Where an attribute or a setting may say
//! otherwise, git converts.

use std::path::Path;

use git2::ObjectType;

use super::git::Git;
use super::object::content;
use super::oid::Oid;
use super::{Ledger, Settings, strange};
use crate::domain::ContentId;
use crate::error::{Error, Result};

impl Ledger {
    /// The id git would store these bytes under at `path`, for naming a file in the message of the commit that brings
    /// it. May run the filter the user configured for the path.
    pub fn stored_id(&self, settings: &Settings, path: &str, bytes: &[u8]) -> Result<ContentId> {
        let git = Git::of(self)?;
        Ok(content(Conversion { ledger: self, git: &git, settings }.id(path, bytes)?))
    }
}

pub(super) struct Conversion<'a> {
    pub ledger: &'a Ledger,
    pub git: &'a Git,
    pub settings: &'a Settings,
}

impl Conversion<'_> {
    /// Stores the blob of a file.
    pub fn store(&self, path: &str, bytes: &[u8]) -> Result<Oid> {
        if !self.applies(path)? {
            return self.ledger.store.write(ObjectType::Blob, bytes);
        }
        self.hash(&["-w"], path, bytes)
    }

    /// The id of a file's blob.
    pub fn id(&self, path: &str, bytes: &[u8]) -> Result<Oid> {
        if !self.applies(path)? {
            return Ok(self.ledger.store.format().hash(ObjectType::Blob, bytes));
        }
        self.hash(&[], path, bytes)
    }

    /// A blob's bytes as a file of the work tree.
    pub fn to_worktree(&self, path: &str, blob: Oid) -> Result<Vec<u8>> {
        if !self.applies(path)? {
            return self.ledger.object(blob, ObjectType::Blob);
        }
        let arguments = ["--filters".to_owned(), format!("--path={path}"), blob.to_string()];
        self.git.plumbing("cat-file", arguments).output()
    }

    fn hash(&self, options: &[&str], path: &str, bytes: &[u8]) -> Result<Oid> {
        let path = format!("--path={path}");
        let arguments = [options, &["--stdin", &path]].concat();
        let id = self.git.plumbing("hash-object", arguments).input(bytes).line()?;
        id.parse().map_err(|detail| Error::Repository { detail })
    }

    fn applies(&self, path: &str) -> Result<bool> {
        let Some(root) = self.ledger.workdir() else { return Ok(false) };
        strange::refuse_attributes(root, path)?;
        // libgit2 reads attributes where its own settings say; anything else is left to git.
        let is_told = |name: &str, usual: &str| {
            self.settings.get(name).is_some_and(|setting| setting.value.as_deref() != Some(usual))
        };
        Ok(is_told("core.autocrlf", "false")
            || is_told("core.attributesfile", "")
            || self.ledger.store.may_convert(path)?
            || self.hides_attributes(path)?)
    }

    /// Whether attributes of a path are committed and not checked out.
    fn hides_attributes(&self, path: &str) -> Result<bool> {
        let (Some(root), Some(head)) = (self.ledger.workdir(), self.ledger.head()?.commit()) else {
            return Ok(false);
        };
        for folder in Path::new(path).ancestors().skip(1) {
            let file = folder.join(".gitattributes");
            if !root.join(&file).exists() && self.ledger.lookup(head, &file.to_string_lossy())?.is_some() {
                return Ok(true);
            }
        }
        Ok(false)
    }
}
