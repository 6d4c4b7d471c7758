//! What was parsed before, by content: `<git folder>/countersign/companies-<version>.cache`.
//!
//! Each company is kept under its folder's tree id, which stands for everything below it, so a kept company can never
//! be older than the commit it is read for. The file can be deleted at any time; whatever is surprising about it (length,
//! checksum, version) means that it is ignored and written anew.

use std::collections::HashMap;
use std::fs;
use std::io::Write;
use std::ops::Range;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};

use crate::domain::{Company, CompanyId, Finding};
use crate::ledger::ObjectId;

/// Registers below this are read faster than a cache is worth.
const SMALLEST_WORTH: usize = 64;

/// One company as it was read.
#[derive(Clone, Debug)]
pub struct Parsed {
    pub company: Arc<Company>,
    pub findings: Vec<Finding>,
    /// Read just now, not kept from before.
    pub fresh: bool,
}

#[derive(Serialize)]
struct Kept<'a> {
    company: &'a Company,
    findings: &'a [Finding],
}

#[derive(Deserialize)]
struct Owned {
    company: Company,
    findings: Vec<Finding>,
}

/// The kept companies of one repository; empty where there are none.
pub struct Cache {
    path: Option<PathBuf>,
    bytes: Vec<u8>,
    places: HashMap<String, Range<usize>>,
}

/// Where each company stands in the file, by tree id: start and length.
type Index = Vec<(String, u64, u64)>;

/// Checksum, then the length of the index.
const HEAD: usize = 32 + 8;

impl Cache {
    pub fn open(git_folder: &Path, companies: usize) -> Cache {
        if companies < SMALLEST_WORTH {
            return Cache { path: None, bytes: Vec::new(), places: HashMap::new() };
        }
        // The format follows the types, and the types the version.
        let name = format!("companies-{}.cache", env!("CARGO_PKG_VERSION"));
        let path = git_folder.join("countersign").join(name);
        let bytes = fs::read(&path).unwrap_or_default();
        let places = places(&bytes).unwrap_or_default();
        Cache { path: Some(path), bytes, places }
    }

    pub fn get(&self, folder: ObjectId, id: &CompanyId) -> Option<Parsed> {
        let bytes = self.bytes.get(self.places.get(&folder.to_string())?.clone())?;
        let Owned { company, findings } = postcard::from_bytes(bytes).ok()?;
        // Two companies with the very same files differ in their id.
        (company.id == *id).then(|| Parsed { company: Arc::new(company), findings, fresh: false })
    }

    /// Writes the cache anew if something in it is new. That it could not be written is nobody's trouble.
    pub fn keep<'a>(&self, parsed: impl Iterator<Item = (ObjectId, &'a Parsed)> + Clone) {
        let Some(path) = &self.path else { return };
        if parsed.clone().any(|(_, parsed)| parsed.fresh) {
            let _ = write(path, &self.encode(parsed));
        }
    }

    fn encode<'a>(&self, parsed: impl Iterator<Item = (ObjectId, &'a Parsed)>) -> Vec<u8> {
        let (mut index, mut body) = (Index::new(), Vec::new());
        for (folder, parsed) in parsed {
            let start = body.len();
            let known = self.places.get(&folder.to_string()).and_then(|place| self.bytes.get(place.clone()));
            match known {
                Some(bytes) if !parsed.fresh => body.extend_from_slice(bytes),
                _ => {
                    let kept = Kept { company: &parsed.company, findings: &parsed.findings };
                    let Ok(bytes) = postcard::to_stdvec(&kept) else { continue };
                    body.extend(bytes);
                }
            }
            index.push((folder.to_string(), start as u64, (body.len() - start) as u64));
        }
        let index = postcard::to_stdvec(&index).unwrap_or_default();
        let mut bytes = vec![0; 32];
        bytes.extend((index.len() as u64).to_le_bytes());
        bytes.extend(index);
        bytes.extend(body);
        let checksum = Sha256::digest(&bytes[32..]);
        bytes[..32].copy_from_slice(&checksum);
        bytes
    }
}

/// The index of a sound file.
fn places(bytes: &[u8]) -> Option<HashMap<String, Range<usize>>> {
    let (checksum, rest) = bytes.split_at_checked(32)?;
    if Sha256::digest(rest)[..] != *checksum {
        return None;
    }
    let length = u64::from_le_bytes(rest.get(..8)?.try_into().ok()?);
    let body = HEAD.checked_add(usize::try_from(length).ok()?)?;
    let index: Index = postcard::from_bytes(bytes.get(HEAD..body)?).ok()?;
    let place = |(folder, start, length): (String, u64, u64)| {
        let start = body.checked_add(usize::try_from(start).ok()?)?;
        Some((folder, start..start.checked_add(usize::try_from(length).ok()?)?))
    };
    index.into_iter().map(place).collect()
}

/// Written beside and renamed: a reader sees the old file or the new one.
pub(super) fn write(path: &Path, bytes: &[u8]) -> std::io::Result<()> {
    let folder = path.parent().unwrap_or(path);
    fs::create_dir_all(folder)?;
    let mut file = tempfile::NamedTempFile::new_in(folder)?;
    file.write_all(bytes)?;
    file.persist(path)?;
    Ok(())
}
