//! Files of Countersign's own in a git folder, below `countersign/`: what is kept to be quick, and the desk.
//!
//! They came with the repository, like everything in it. What is no regular file there, or larger than anything that
//! was ever written, is not read; and where a folder is a link to elsewhere, nothing is read or written in it.

use std::fs::{self, File, Metadata};
use std::io::{self, BufWriter, ErrorKind, Read, Write};
use std::path::{Path, PathBuf};

use super::sharing;

/// One of them.
#[derive(Clone, Debug, Default)]
pub struct OwnFile {
    git_folder: PathBuf,
    pub(super) path: PathBuf,
}

/// Nothing that was written here is larger.
pub(super) const LARGEST: u64 = 64 * 1024 * 1024;

impl OwnFile {
    pub fn new(git_folder: &Path, name: impl AsRef<Path>) -> OwnFile {
        OwnFile { git_folder: git_folder.to_owned(), path: git_folder.join("countersign").join(name) }
    }

    /// Those in one of its folders whose names end so, by name; of very many only some.
    pub fn all(git_folder: &Path, folder: &str, ending: &str, most: usize) -> io::Result<Vec<OwnFile>> {
        let any = OwnFile::new(git_folder, Path::new(folder).join(ending));
        any.refuse_elsewhere()?;
        let entries = fs::read_dir(any.path.parent().unwrap_or(&any.path))?.take(most);
        let mut names: Vec<_> = entries.map(|entry| Ok(entry?.file_name())).collect::<io::Result<_>>()?;
        names.retain(|name| name.as_encoded_bytes().ends_with(ending.as_bytes()));
        names.sort();
        Ok(names.iter().map(|name| OwnFile::new(git_folder, Path::new(folder).join(name))).collect())
    }

    pub fn open(&self) -> io::Result<File> {
        self.refuse_strange()?;
        File::open(&self.path)
    }

    /// To be read in parts, none of them large: the whole may be of any size.
    pub fn open_large(&self) -> io::Result<File> {
        self.refuse_elsewhere()?;
        refuse_no_file(&fs::symlink_metadata(&self.path)?)?;
        File::open(&self.path)
    }

    pub fn read(&self) -> io::Result<Vec<u8>> {
        let mut bytes = Vec::new();
        self.open()?.take(LARGEST).read_to_end(&mut bytes)?;
        Ok(bytes)
    }

    pub fn replace(&self, write: impl FnOnce(&mut dyn Write) -> io::Result<()>) -> io::Result<()> {
        let mut beside = self.beside()?;
        write(&mut beside)?;
        beside.put()
    }

    /// What is to take the file's place.
    pub fn beside(&self) -> io::Result<Beside<'_>> {
        self.refuse_elsewhere()?;
        let folder = self.path.parent().unwrap_or(&self.path);
        sharing::make_folder(folder).map_err(io::Error::other)?;
        Ok(Beside { place: self, out: BufWriter::new(tempfile::NamedTempFile::new_in(folder)?) })
    }

    /// That it could not be removed is nobody's trouble.
    pub fn remove(&self) {
        if self.refuse_elsewhere().is_ok() {
            let _ = fs::remove_file(&self.path);
        }
    }

    /// What can be there is nothing, or a file that was written here: a pipe would be waited for, and a link followed.
    pub(super) fn refuse_strange(&self) -> io::Result<()> {
        self.refuse_elsewhere()?;
        match fs::symlink_metadata(&self.path) {
            Ok(found) if found.len() > LARGEST => Err(foreign()),
            Ok(found) => refuse_no_file(&found),
            Err(_) => Ok(()),
        }
    }

    /// That the folders it is in are folders, or not there yet.
    pub(super) fn refuse_elsewhere(&self) -> io::Result<()> {
        let folders = self.path.ancestors().skip(1).take_while(|folder| *folder != self.git_folder);
        let is_strange = |folder: &Path| fs::symlink_metadata(folder).is_ok_and(|found| !found.is_dir());
        match folders.into_iter().find(|folder| is_strange(folder)) {
            Some(folder) => {
                let why = format!("{} is no folder", folder.display());
                Err(io::Error::new(ErrorKind::NotADirectory, why))
            }
            None => Ok(()),
        }
    }
}

fn refuse_no_file(found: &Metadata) -> io::Result<()> {
    if found.is_file() { Ok(()) } else { Err(foreign()) }
}

fn foreign() -> io::Error {
    io::Error::new(ErrorKind::InvalidData, "it is nothing Countersign put there")
}

/// Written beside and renamed: a reader sees the old file or the new one, and so does a reader of the link a stranger may
/// have put there.
pub struct Beside<'a> {
    place: &'a OwnFile,
    out: BufWriter<tempfile::NamedTempFile>,
}

impl Beside<'_> {
    pub fn put(self) -> io::Result<()> {
        self.out.into_inner()?.persist(&self.place.path)?;
        sharing::share(&self.place.path);
        Ok(())
    }
}

impl Write for Beside<'_> {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.out.write(bytes)
    }

    fn flush(&mut self) -> io::Result<()> {
        self.out.flush()
    }
}
