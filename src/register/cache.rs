//! What was parsed before, by content: `<git folder>/countersign/companies-<version>.cache`.
//!
//! Each company is kept under its folder's tree id, which stands for everything below it, so a kept company can never
//! be older than the commit it is read for. The file can be deleted at any time; whatever is surprising about it (length,
//! checksum, version) means that it is ignored, as a whole or for the one company, and written anew.
//!
//! ```text
//! company … company │ index: tree id, place and checksum of each │ length and checksum of the index
//! ```

use std::collections::HashMap;
use std::fs::File;
use std::io::{self, Read, Seek, SeekFrom, Write};
use std::ops::Range;
use std::path::Path;
use std::sync::{Arc, Mutex};

use serde::{Deserialize, Serialize};

use super::amount::Amount;
use crate::domain::{Company, CompanyId, Finding};
use crate::ledger::own::{Beside, OwnFile};
use crate::ledger::{Caching, ObjectId};

/// Registers below this are read faster than a cache is worth.
const SMALLEST_WORTH: usize = 64;

/// What share of the companies is a little.
const LITTLE: usize = 64;

/// One company as it was read.
#[derive(Clone, Debug)]
pub struct Parsed {
    pub company: Arc<Company>,
    pub findings: Vec<Finding>,
    /// Of its files.
    pub amount: Amount,
    /// Whether some of its files were not looked at, because others had so many mistakes. Such a one is never kept.
    pub is_cut_short: bool,
}

#[derive(Serialize)]
struct Kept<'a> {
    company: &'a Company,
    findings: &'a [Finding],
    amount: Amount,
}

#[derive(Deserialize)]
struct Owned {
    company: Company,
    findings: Vec<Finding>,
    amount: Amount,
}

/// The kept companies of one repository; empty where there are none.
pub struct Cache {
    /// Where it is written.
    place: Option<OwnFile>,
    file: Option<Mutex<File>>,
    places: HashMap<String, Place>,
}

/// Where a company stands in the file.
#[derive(Clone, Serialize, Deserialize)]
struct Place {
    bytes: Range<u64>,
    checksum: u32,
}

/// Every company's place, by tree id.
type Index = Vec<(String, Place)>;

/// Behind the index: its length and its checksum.
const TAIL: usize = 8 + 4;

impl Cache {
    pub fn open(git_folder: &Path, companies: usize, caching: Caching) -> Cache {
        if companies < SMALLEST_WORTH || caching == Caching::Ignore {
            return Cache::of(None, None);
        }
        // The format follows the types, and the types the version.
        let name = format!("companies-2-{}.cache", env!("CARGO_PKG_VERSION"));
        let place = OwnFile::new(git_folder, name);
        let file = place.open_large().ok();
        Cache::of((caching == Caching::Keep).then_some(place), file)
    }

    fn of(place: Option<OwnFile>, mut file: Option<File>) -> Cache {
        let index = file.as_mut().and_then(|file| index(file).ok().flatten());
        Cache { place, file: file.map(Mutex::new), places: index.unwrap_or_default().into_iter().collect() }
    }

    pub fn get(&self, folder: ObjectId, id: &CompanyId) -> Option<Parsed> {
        let Owned { company, findings, amount } =
            postcard::from_bytes(&self.kept(&folder.to_string())?).ok()?;
        // Two companies with the very same files differ in their id.
        (company.id == *id).then(|| Parsed {
            company: Arc::new(company),
            findings,
            amount,
            is_cut_short: false,
        })
    }

    fn kept(&self, folder: &str) -> Option<Vec<u8>> {
        let Place { bytes, checksum } = self.places.get(folder)?;
        let kept = read(&mut *self.file.as_ref()?.lock().ok()?, bytes).ok()?;
        (crc32fast::hash(&kept) == *checksum).then_some(kept)
    }

    /// What is to be kept from now on, with those of `folders` that are in here. None where no more than a little is
    /// `missing`, for a few companies are read in less time than all are written, or where nothing can be written, which
    /// is nobody's trouble.
    pub fn anew(&self, folders: impl Iterator<Item = ObjectId>, missing: usize) -> Option<Anew<'_>> {
        let place = self.place.as_ref().filter(|_| missing > self.places.len() / LITTLE)?;
        let anew =
            Anew { place, out: Mutex::new(Out { file: place.beside().ok()?, index: Index::new(), end: 0 }) };
        for folder in folders.map(|folder| folder.to_string()) {
            if let Some(bytes) = self.kept(&folder) {
                anew.append(folder, &bytes).ok()?;
            }
        }
        Some(anew)
    }
}

/// A cache that is being written, by several threads.
pub struct Anew<'a> {
    place: &'a OwnFile,
    out: Mutex<Out<'a>>,
}

struct Out<'a> {
    file: Beside<'a>,
    index: Index,
    end: u64,
}

impl Anew<'_> {
    /// Whether it could be.
    pub fn add(&self, folder: ObjectId, parsed: &Parsed) -> bool {
        let kept = Kept { company: &parsed.company, findings: &parsed.findings, amount: parsed.amount };
        postcard::to_stdvec(&kept).is_ok_and(|bytes| self.append(folder.to_string(), &bytes).is_ok())
    }

    fn append(&self, folder: String, bytes: &[u8]) -> io::Result<()> {
        let checksum = crc32fast::hash(bytes);
        let mut out = self.out.lock().map_err(|_| io::ErrorKind::BrokenPipe)?;
        out.file.write_all(bytes)?;
        let start = out.end;
        out.end += bytes.len() as u64;
        let bytes = start..out.end;
        out.index.push((folder, Place { bytes, checksum }));
        Ok(())
    }

    /// The cache that has taken the old one's place.
    pub fn put(self) -> io::Result<Cache> {
        let Out { mut file, index, .. } = self.out.into_inner().map_err(|_| io::ErrorKind::BrokenPipe)?;
        let index = postcard::to_stdvec(&index).map_err(io::Error::other)?;
        file.write_all(&index)?;
        file.write_all(&(index.len() as u64).to_le_bytes())?;
        file.write_all(&crc32fast::hash(&index).to_le_bytes())?;
        file.put()?;
        Ok(Cache::of(Some(self.place.clone()), Some(self.place.open_large()?)))
    }
}

/// The index of a sound file.
fn index(file: &mut File) -> io::Result<Option<Index>> {
    let Some(end) = file.metadata()?.len().checked_sub(TAIL as u64) else { return Ok(None) };
    let tail = read(file, &(end..end + TAIL as u64))?;
    let Some((length, checksum)) = tail.split_first_chunk() else { return Ok(None) };
    let Some(start) = end.checked_sub(u64::from_le_bytes(*length)) else { return Ok(None) };
    let index = read(file, &(start..end))?;
    let sound = crc32fast::hash(&index).to_le_bytes() == *checksum;
    Ok(sound.then(|| postcard::from_bytes(&index).ok()).flatten())
}

/// No company, and no index of companies, takes more.
const LARGEST_PART: u64 = 64 * 1024 * 1024;

/// A part of a file that has it.
fn read(file: &mut File, part: &Range<u64>) -> io::Result<Vec<u8>> {
    let length = part.end.checked_sub(part.start);
    if length.is_none_or(|length| length > LARGEST_PART) || part.end > file.metadata()?.len() {
        return Err(io::ErrorKind::UnexpectedEof.into());
    }
    file.seek(SeekFrom::Start(part.start))?;
    let mut bytes = vec![0; usize::try_from(part.end - part.start).map_err(io::Error::other)?];
    file.read_exact(&mut bytes)?;
    Ok(bytes)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::files::read::{self, Content, FileBytes, Patience};

    /// A cache file's worth of companies, each under a tree id of its own.
    fn parsed() -> Vec<(ObjectId, Parsed)> {
        let company = |number: u8| {
            let id: CompanyId = format!("company-{number}").parse().unwrap();
            let file = |path: &str, text: &str| FileBytes {
                path: format!("companies/{id}/{path}"),
                id: "0123456789".repeat(4).parse().unwrap(),
                content: Content::Bytes(text.into()),
            };
            let files = [
                file("company.toml", &format!("name = \"Company {number}\"\nnmae = \"a finding\"")),
                file(
                    "assessments/S-1.1.toml",
                    "status = \"gap\"\nreason = \"None.\"\nmeans = \"alternative\"\nassessed = 2026-02-03",
                ),
            ];
            let (company, findings) = read::company(&id, &files, &Patience::default());
            assert_eq!(findings.len(), 1);
            let folder = format!("{number:02x}").repeat(20).parse().unwrap();
            let amount = Amount { files: 2, bytes: 100, values: 9, spent_bytes: 300 };
            (folder, Parsed { company: Arc::new(company), findings, amount, is_cut_short: false })
        };
        (1..=3).map(company).collect()
    }

    /// What is written where `before` was.
    fn written(before: &[u8], parsed: &[(ObjectId, Parsed)]) -> Vec<u8> {
        let folder = tempfile::tempdir().unwrap();
        let open = || Cache::open(folder.path(), SMALLEST_WORTH, Caching::Keep);
        let place = open().place.unwrap();
        place.replace(|out| out.write_all(before)).unwrap();
        let cache = open();
        let anew = cache.anew(parsed.iter().map(|(folder, _)| *folder), usize::MAX).unwrap();
        for (folder, parsed) in parsed.iter().filter(|(folder, _)| cache.kept(&folder.to_string()).is_none())
        {
            assert!(anew.add(*folder, parsed));
        }
        anew.put().unwrap();
        place.read().unwrap()
    }

    fn of(bytes: Vec<u8>) -> Cache {
        let mut file = tempfile::tempfile().unwrap();
        file.write_all(&bytes).unwrap();
        Cache::of(None, Some(file))
    }

    /// How many companies a file still gives back; each of those must be exactly what was kept.
    fn found(bytes: Vec<u8>, expected: &[(ObjectId, Parsed)]) -> usize {
        let cache = of(bytes);
        let found = expected.iter().filter(|(folder, parsed)| {
            let got = cache.get(*folder, &parsed.company.id);
            got.inspect(|got| {
                assert_eq!(got.company, parsed.company);
                assert_eq!((&got.findings, got.amount), (&parsed.findings, parsed.amount));
            })
            .is_some()
        });
        found.count()
    }

    #[test]
    fn what_was_kept_comes_back() {
        let parsed = parsed();
        assert_eq!(found(written(b"", &parsed), &parsed), 3);
    }

    #[test]
    fn a_company_is_not_taken_for_another_with_the_same_files() {
        let parsed = parsed();
        let cache = of(written(b"", &parsed));
        assert!(cache.get(parsed[0].0, &parsed[1].1.company.id).is_none());
    }

    #[test]
    fn a_damaged_byte_costs_at_most_what_it_stands_in() {
        let parsed = parsed();
        let sound = written(b"", &parsed);
        for place in 0..sound.len() {
            for damage in [0x01, 0x80, 0xff] {
                let mut bytes = sound.clone();
                bytes[place] ^= damage;
                let left = found(bytes, &parsed);
                assert!(left == 2 || left == 0, "{left} companies are left with byte {place} damaged");
            }
        }
    }

    #[test]
    fn a_truncated_or_longer_file_is_ignored() {
        let parsed = parsed();
        let sound = written(b"", &parsed);
        for length in 0..sound.len() {
            assert_eq!(found(sound[..length].to_vec(), &parsed), 0, "{length} bytes are left");
        }
        assert_eq!(found([&sound[..], b"\n"].concat(), &parsed), 0);
    }

    #[test]
    fn a_part_that_is_too_large_is_not_read() {
        let mut file = tempfile::tempfile().unwrap();
        let claimed: u64 = 1 << 40;
        file.set_len(claimed).unwrap();
        file.seek(SeekFrom::End(0)).unwrap();
        file.write_all(&claimed.to_le_bytes()).unwrap();
        file.write_all(&[0; 4]).unwrap();
        assert!(Cache::of(None, Some(file)).places.is_empty());
    }

    #[test]
    fn what_is_kept_already_is_copied_and_not_read_anew() {
        let parsed = parsed();
        let first = written(b"", &parsed);
        assert_eq!(written(&first, &parsed), first);
        // Damage is not copied along.
        let mut damaged = first.clone();
        damaged[0] ^= 1;
        assert_eq!(found(written(&damaged, &parsed), &parsed), 3);
        // Nor is what is no longer there.
        assert_eq!(found(written(&first, &parsed[..2]), &parsed), 2);
    }
}
