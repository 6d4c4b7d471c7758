//! Object ids of both of git's hash functions.

use std::fmt;
use std::fs::File;
use std::io;
use std::path::Path;
use std::str::FromStr;

use git2::ObjectType;
use sha2::{Digest, Sha256};

/// What names an object. Ids of the two hash functions are never equal.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(super) enum Oid {
    Sha1([u8; 20]),
    Sha256([u8; 32]),
}

/// The hash function of a repository (`extensions.objectFormat`). All its objects are named by the same one.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum ObjectFormat {
    Sha1,
    Sha256,
}

impl ObjectFormat {
    /// By the name git gives it.
    pub fn named(name: &str) -> Option<ObjectFormat> {
        match name {
            "sha1" => Some(ObjectFormat::Sha1),
            "sha256" => Some(ObjectFormat::Sha256),
            _ => None,
        }
    }

    pub fn name(self) -> &'static str {
        match self {
            ObjectFormat::Sha1 => "sha1",
            ObjectFormat::Sha256 => "sha256",
        }
    }

    /// The id that names nothing: git's word for "no such ref" and "no such file".
    pub fn null(self) -> Oid {
        match self {
            ObjectFormat::Sha1 => Oid::Sha1([0; 20]),
            ObjectFormat::Sha256 => Oid::Sha256([0; 32]),
        }
    }

    /// The id of an object with this content.
    pub fn hash(self, kind: ObjectType, bytes: &[u8]) -> Oid {
        match self {
            // libgit2's SHA-1 notices the known collision attacks; it fails for an unknown object type only.
            ObjectFormat::Sha1 => {
                git2::Oid::hash_object(kind, bytes).expect("an object can be hashed").into()
            }
            ObjectFormat::Sha256 => {
                let header = format!("{kind} {}\0", bytes.len());
                let digest = Sha256::new().chain_update(header).chain_update(bytes).finalize();
                Oid::Sha256(digest.into())
            }
        }
    }

    /// The id of a file's bytes as a blob, without holding all of them.
    pub fn hash_file(self, path: &Path) -> io::Result<Oid> {
        match self {
            ObjectFormat::Sha1 => {
                git2::Oid::hash_file(ObjectType::Blob, path).map(Oid::from).map_err(io::Error::other)
            }
            ObjectFormat::Sha256 => {
                let mut file = File::open(path)?;
                let mut digest = Sha256::new_with_prefix(format!("blob {}\0", file.metadata()?.len()));
                io::copy(&mut file, &mut DigestWriter(&mut digest))?;
                Ok(Oid::Sha256(digest.finalize().into()))
            }
        }
    }
}

struct DigestWriter<'a>(&'a mut Sha256);

impl io::Write for DigestWriter<'_> {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.0.update(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

impl Oid {
    /// An id of 20 or 32 bytes.
    pub fn from_bytes(bytes: &[u8]) -> Option<Oid> {
        let sha1 = || bytes.try_into().map(Oid::Sha1).ok();
        let sha256 = || bytes.try_into().map(Oid::Sha256).ok();
        sha1().or_else(sha256)
    }

    pub fn as_bytes(&self) -> &[u8] {
        match self {
            Oid::Sha1(bytes) => bytes,
            Oid::Sha256(bytes) => bytes,
        }
    }

    pub fn format(&self) -> ObjectFormat {
        match self {
            Oid::Sha1(_) => ObjectFormat::Sha1,
            Oid::Sha256(_) => ObjectFormat::Sha256,
        }
    }
}

impl From<git2::Oid> for Oid {
    fn from(id: git2::Oid) -> Oid {
        Oid::from_bytes(id.as_bytes()).expect("libgit2's ids are 20 bytes long")
    }
}

impl fmt::Display for Oid {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        const DIGITS: &[u8; 16] = b"0123456789abcdef";
        let mut text = [0; 64];
        let bytes = self.as_bytes();
        for (digits, byte) in text.chunks_exact_mut(2).zip(bytes) {
            digits[0] = DIGITS[usize::from(byte >> 4)];
            digits[1] = DIGITS[usize::from(byte & 15)];
        }
        f.pad(std::str::from_utf8(&text[..2 * bytes.len()]).map_err(|_| fmt::Error)?)
    }
}

impl FromStr for Oid {
    type Err = String;

    /// Reads a full id; abbreviations are [`super::Ledger::resolve`]'s.
    fn from_str(text: &str) -> Result<Oid, String> {
        let digit = |byte: u8| char::from(byte).to_digit(16).and_then(|digit| u8::try_from(digit).ok());
        let byte = |pair: &[u8]| Some(digit(pair[0])? << 4 | digit(pair[1])?);
        let bytes: Option<Vec<u8>> = text.as_bytes().chunks_exact(2).map(byte).collect();
        bytes
            .filter(|bytes| 2 * bytes.len() == text.len())
            .and_then(|bytes| Oid::from_bytes(&bytes))
            .ok_or_else(|| format!("`{text}` is not a full git object id (40 or 64 hex digits)"))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ids_are_read_and_written_alike() {
        for digits in ["0123456789abcdef0123456789abcdef01234567", &"f0".repeat(32)] {
            assert_eq!(digits.parse::<Oid>().unwrap().to_string(), digits);
        }
        for text in
            ["", "0", &"0".repeat(39), &"0".repeat(41), &"g".repeat(40), &"é".repeat(20), &"0".repeat(63)]
        {
            assert!(text.parse::<Oid>().is_err(), "{text}");
        }
    }

    #[test]
    fn the_empty_blob_has_the_ids_git_gives_it() {
        let empty = |format: ObjectFormat| format.hash(ObjectType::Blob, b"").to_string();
        assert_eq!(empty(ObjectFormat::Sha1), "e69de29bb2d1d6434b8b29ae775ad8c2e48c5391");
        assert_eq!(
            empty(ObjectFormat::Sha256),
            "473a0f4c3be8a93681a267e3b1e9a7dcda1185436fe141f7749120a303721813"
        );
    }
}
