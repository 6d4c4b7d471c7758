//! Objects that are files of their own, as git leaves them until it packs.
//!
//! libgit2 reads them too, but for the rest of one that was cut short, by a power cut or on purpose, it waits for ever.
//! Read here, such an object is damaged like any other.

use std::collections::HashSet;
use std::fs::{self, File};
use std::io::{self, BufRead, BufReader, ErrorKind, Read};
use std::path::{Path, PathBuf};

use flate2::read::ZlibDecoder;
use git2::ObjectType;

use super::oid::Oid;
use super::store::Object;
use super::{bound, strange};
use crate::error::{Error, Result};

/// Where they are.
pub(super) struct Loose {
    folders: Vec<PathBuf>,
    /// Whether there is any whose id begins with this byte. In a repository that is packed there are few.
    begins: [bool; 256],
}

/// One of them, behind its header.
pub(super) struct LooseObject {
    id: Oid,
    pub kind: ObjectType,
    pub size_bytes: u64,
    content: BufReader<ZlibDecoder<File>>,
}

impl Loose {
    pub fn of(common_dir: &Path) -> Loose {
        let folders = folders(common_dir);
        let names = folders.iter().filter_map(|folder| fs::read_dir(folder).ok()).flatten().flatten();
        let mut begins = [false; 256];
        for name in names.map(|entry| entry.file_name()) {
            if let Some(byte) = name.to_str().and_then(|name| u8::from_str_radix(name, 16).ok()) {
                begins[usize::from(byte)] = true;
            }
        }
        Loose { folders, begins }
    }

    pub fn find(&self, id: Oid) -> Result<Option<LooseObject>> {
        if !id.as_bytes().first().is_some_and(|byte| self.begins[usize::from(*byte)]) {
            return Ok(None);
        }
        let name = id.to_string();
        let (folder, name) = name.split_at(2);
        for objects in &self.folders {
            let file = objects.join(folder).join(name);
            match fs::symlink_metadata(&file) {
                Ok(found) if found.is_file() => {
                    let open = || File::open(&file).and_then(|file| LooseObject::open(id, file));
                    return open().map(Some).map_err(|error| damaged(id, &error));
                }
                Ok(_) => return Err(damaged(id, &io::Error::other("it is no regular file"))),
                Err(_) => {}
            }
        }
        Ok(None)
    }
}

/// A repository's folder of objects, and those of the repositories it borrows from.
pub(super) fn folders(common_dir: &Path) -> Vec<PathBuf> {
    let mut folders = Vec::new();
    add(common_dir.join("objects"), &mut folders, &mut HashSet::new());
    folders
}

/// A folder of objects, and those its `info/alternates` names (gitrepository-layout(5)), each once.
fn add(objects: PathBuf, folders: &mut Vec<PathBuf>, known: &mut HashSet<PathBuf>) {
    let Ok(canonical) = objects.canonicalize() else { return };
    if !known.insert(canonical) {
        return;
    }
    let others = strange::text(&objects.join("info").join("alternates")).unwrap_or_default();
    folders.push(objects.clone());
    for other in others.lines().filter(|line| !line.is_empty() && !line.starts_with('#')) {
        add(objects.join(other), folders, known);
    }
}

impl LooseObject {
    /// The format is zlib's, of `<kind> <size>\0<content>`.
    fn open(id: Oid, file: File) -> io::Result<LooseObject> {
        const LONGEST_HEADER: u64 = 32;
        let mut content = BufReader::new(ZlibDecoder::new(file));
        let mut header = Vec::new();
        content.by_ref().take(LONGEST_HEADER).read_until(0, &mut header)?;
        let read = || {
            let header = std::str::from_utf8(header.strip_suffix(b"\0")?).ok()?;
            let (kind, size) = header.split_once(' ')?;
            Some((ObjectType::from_str(kind)?, size.parse().ok()?))
        };
        let (kind, size_bytes) = read().ok_or_else(|| io::Error::other("its header cannot be read"))?;
        Ok(LooseObject { id, kind, size_bytes, content })
    }

    pub fn read(self) -> Result<Object> {
        let (id, kind) = (self.id, self.kind);
        self.bytes().map(|bytes| (kind, bytes)).map_err(|error| damaged(id, &error))
    }

    fn bytes(self) -> io::Result<Vec<u8>> {
        if self.size_bytes > bound::LARGEST as u64 {
            return Err(io::Error::other(format!("{} bytes are too many", self.size_bytes)));
        }
        // Not reserved at once: the size is a claim until the bytes are there.
        let mut bytes = Vec::new();
        self.content.take(self.size_bytes + 1).read_to_end(&mut bytes)?;
        if bytes.len() as u64 == self.size_bytes { Ok(bytes) } else { Err(ErrorKind::UnexpectedEof.into()) }
    }
}

fn damaged(id: Oid, error: &io::Error) -> Error {
    Error::DamagedObject { id: id.to_string(), detail: error.to_string() }
}
