//! Object ids, and the bytes behind them.

use std::fmt;
use std::fs;
use std::ops::Deref;
use std::str::FromStr;

use git2::ObjectType;

use super::Ledger;
use super::oid::{ObjectFormat, Oid};
use super::raw::RawCommit;
use super::store::Object;
use crate::domain::ContentId;
use crate::error::{Error, Result};

/// The id of any git object: a folder's, for instance, which stands for everything below it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct ObjectId(pub(super) Oid);

/// The id of a commit.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct CommitId(pub(super) Oid);

/// More than anybody has to say of a change, with its signatures and the tags it merges.
const LARGEST_COMMIT_MEBIBYTES: u64 = 4;

/// What is behind a blob's id.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Blob {
    Content(Vec<u8>),
    /// More than the caller wanted to read.
    TooLarge {
        size_bytes: u64,
    },
}

impl Ledger {
    /// The content of a blob, unless it is larger than `limit_bytes`: to find that out takes hardly more memory.
    pub fn blob(&self, id: impl Into<ObjectId>, limit_bytes: u64) -> Result<Blob> {
        let ObjectId(id) = id.into();
        if let Some(read) = self.store.read_at_most(id, limit_bytes)? {
            return self.sound(id, read, ObjectType::Blob).map(Blob::Content);
        }
        match self.store.header(id)? {
            (ObjectType::Blob, size_bytes) => Ok(Blob::TooLarge { size_bytes }),
            (kind, _) => Err(wrong_kind(id, kind, ObjectType::Blob)),
        }
    }

    /// The id these bytes have as a file's content here, when nothing converts them (line endings, filters).
    pub fn content_id(&self, bytes: &[u8]) -> ContentId {
        content(self.store.format().hash(ObjectType::Blob, bytes))
    }

    /// A second handle whose every read is hashed again and held against its id: for audits. Display reads are not,
    /// because hashing adds a third to their time; what is shown is bound to an id by its tree either way.
    pub fn verified(&self) -> Result<Verified> {
        Ok(Verified { ledger: Ledger { rehashes: true, ..self.reopen()? } })
    }

    /// An object of a kind. Every read of the layer comes through here or [`Ledger::blob`].
    pub(super) fn object(&self, id: Oid, wanted: ObjectType) -> Result<Vec<u8>> {
        self.sound(id, self.store.read(id)?, wanted)
    }

    fn sound(&self, id: Oid, (kind, bytes): Object, wanted: ObjectType) -> Result<Vec<u8>> {
        if self.rehashes && id.format().hash(kind, &bytes) != id {
            let detail = "its content has another hash".to_owned();
            return Err(Error::DamagedObject { id: id.to_string(), detail });
        }
        if kind == wanted { Ok(bytes) } else { Err(wrong_kind(id, kind, wanted)) }
    }

    pub(super) fn commit_object(&self, id: CommitId) -> Result<RawCommit> {
        let bytes = self.commit_bytes(id)?;
        RawCommit::parse(&bytes).ok_or_else(|| unreadable_header(id))
    }

    pub(super) fn commit_bytes(&self, id: CommitId) -> Result<Vec<u8>> {
        let limit_mebibytes = LARGEST_COMMIT_MEBIBYTES;
        match self.store.read_at_once(id.0, limit_mebibytes << 20)? {
            Some(read) => self.sound(id.0, read, ObjectType::Commit),
            None => Err(Error::ObjectTooLarge { id: id.0.to_string(), kind: "commit", limit_mebibytes }),
        }
    }

    /// The commits at which a shallow clone ends: their parents are not there, and not missed.
    pub(super) fn shallow(&self) -> Vec<CommitId> {
        let list = fs::read_to_string(self.common_dir().join("shallow")).unwrap_or_default();
        list.lines().filter_map(|line| line.parse().ok()).collect()
    }
}

fn wrong_kind(id: Oid, kind: ObjectType, wanted: ObjectType) -> Error {
    Error::DamagedObject { id: id.to_string(), detail: format!("a {kind}, not a {wanted}") }
}

pub(super) fn unreadable_header(id: CommitId) -> Error {
    Error::DamagedObject { id: id.to_string(), detail: "its header cannot be read".to_owned() }
}

/// A [`Ledger`] that re-hashes what it reads.
#[derive(Debug)]
pub struct Verified {
    ledger: Ledger,
}

impl Deref for Verified {
    type Target = Ledger;

    fn deref(&self) -> &Ledger {
        &self.ledger
    }
}

/// The id git gives to these bytes in a repository of SHA-1 objects, when nothing converts them. A repository's own is
/// [`Ledger::content_id`].
pub fn content_id(bytes: &[u8]) -> ContentId {
    content(ObjectFormat::Sha1.hash(ObjectType::Blob, bytes))
}

pub(super) fn content(id: Oid) -> ContentId {
    id.to_string().parse().expect("object ids are written as full hex")
}

impl ObjectId {
    /// The same id as a file's content.
    pub fn content(self) -> ContentId {
        content(self.0)
    }
}

impl From<CommitId> for ObjectId {
    fn from(CommitId(oid): CommitId) -> ObjectId {
        ObjectId(oid)
    }
}

impl From<&ContentId> for ObjectId {
    fn from(id: &ContentId) -> ObjectId {
        ObjectId(id.to_string().parse().expect("content ids are full hex"))
    }
}

impl CommitId {
    /// The first ten digits, for the eye.
    pub fn short(self) -> String {
        let mut digits = self.0.to_string();
        digits.truncate(10);
        digits
    }
}

macro_rules! written_in_hex {
    ($($name:ident),*) => {$(
        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                self.0.fmt(f)
            }
        }

        impl FromStr for $name {
            type Err = String;

            /// Reads a full id; abbreviations are [`Ledger::resolve`]'s.
            fn from_str(text: &str) -> Result<$name, String> {
                text.parse().map($name)
            }
        }
    )*};
}

written_in_hex!(ObjectId, CommitId);
