//! Object ids, and the bytes behind them.

use std::fmt;
use std::ops::Deref;
use std::str::FromStr;
use std::sync::{Mutex, Once, PoisonError};

use git2::{ErrorCode, ObjectType, Oid};

use super::Ledger;
use crate::domain::ContentId;
use crate::error::{Error, Result};

/// The id of any git object: a folder's, for instance, which stands for everything below it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct ObjectId(pub(super) Oid);

/// The id of a commit.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct CommitId(pub(super) Oid);

/// What is behind a blob's id.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Blob {
    Content(Vec<u8>),
    /// More than the caller wanted to read; nothing was inflated.
    TooLarge {
        size_bytes: u64,
    },
}

impl Ledger {
    /// The content of a blob, unless it is larger than `limit_bytes`: the size is read from the object's header first.
    pub fn blob(&self, id: impl Into<ObjectId>, limit_bytes: u64) -> Result<Blob> {
        let ObjectId(id) = id.into();
        let odb = self.repository.odb()?;
        let (size, kind) = odb.read_header(id).map_err(|error| unreadable(id, error))?;
        if kind != ObjectType::Blob {
            return Err(Error::DamagedObject { id: id.to_string(), detail: format!("a {kind}, not a blob") });
        }
        if size as u64 > limit_bytes {
            return Ok(Blob::TooLarge { size_bytes: size as u64 });
        }
        let object = odb.read(id).map_err(|error| unreadable(id, error))?;
        Ok(Blob::Content(object.data().to_vec()))
    }

    /// A second handle whose every read is hashed again and held against its id: for audits. Display reads are not,
    /// because hashing adds a third to their time; what is shown is bound to an id by its tree either way.
    pub fn verified(&self) -> Result<Verified> {
        let rehashing = Rehashing::start();
        Ok(Verified { ledger: self.reopen()?, _rehashing: rehashing })
    }
}

/// A [`Ledger`] that re-hashes what it reads. It starts with an empty object cache, so nothing it returns was read
/// unchecked before.
#[derive(Debug)]
pub struct Verified {
    ledger: Ledger,
    _rehashing: Rehashing,
}

impl Deref for Verified {
    type Target = Ledger;

    fn deref(&self) -> &Ledger {
        &self.ledger
    }
}

/// libgit2 has one switch for the whole process: on while anybody verifies, off otherwise.
#[derive(Debug)]
struct Rehashing;

static VERIFYING: Mutex<usize> = Mutex::new(0);

impl Rehashing {
    fn start() -> Rehashing {
        let mut verifying = VERIFYING.lock().unwrap_or_else(PoisonError::into_inner);
        *verifying += 1;
        git2::opts::strict_hash_verification(true);
        Rehashing
    }
}

impl Drop for Rehashing {
    fn drop(&mut self) {
        let mut verifying = VERIFYING.lock().unwrap_or_else(PoisonError::into_inner);
        *verifying -= 1;
        if *verifying == 0 {
            git2::opts::strict_hash_verification(false);
        }
    }
}

/// The process starts with bulk reads unverified; only [`Ledger::verified`] turns checking on.
pub(super) fn read_without_rehashing() {
    static START: Once = Once::new();
    START.call_once(|| drop(Rehashing::start()));
}

/// The id git gives to these bytes when nothing converts them (line endings, filters).
pub fn content_id(bytes: &[u8]) -> ContentId {
    // Hashing fails only for an unknown object type.
    content(Oid::hash_object(ObjectType::Blob, bytes).expect("a blob can be hashed"))
}

pub(super) fn content(oid: Oid) -> ContentId {
    oid.to_string().parse().expect("git writes object ids as full hex")
}

pub(super) fn unreadable(id: Oid, error: git2::Error) -> Error {
    let id = id.to_string();
    match error.code() {
        ErrorCode::NotFound => Error::MissingObject { id },
        _ => Error::DamagedObject { id, detail: error.message().to_owned() },
    }
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
    /// An id of the other hash function names nothing in this repository; it becomes the null id, which is never found.
    fn from(id: &ContentId) -> ObjectId {
        ObjectId(Oid::from_str(id.as_str()).unwrap_or(Oid::ZERO_SHA1))
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
                let whole = (text.len() == 40).then(|| Oid::from_str(text).ok()).flatten();
                whole.map($name).ok_or_else(|| format!("`{text}` is not a full git object id (40 hex digits)"))
            }
        }
    )*};
}

written_in_hex!(ObjectId, CommitId);
