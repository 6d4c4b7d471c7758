//! The data this binary carries: the catalogue of what is asked, and the public record of providers.
//!
//! The bytes are those of this project's own register, complete, in the order of their paths.

mod init;

use include_dir::{Dir, include_dir};

pub use init::init;

static COMMITMENTS: Dir = include_dir!("$CARGO_MANIFEST_DIR/commitments");
static COMPANIES: Dir = include_dir!("$CARGO_MANIFEST_DIR/companies");
static SOURCES: &[u8] = include_bytes!("../../sources.toml");
/// By what programs git merges and shows the files.
static ATTRIBUTES: &[u8] = include_bytes!("../../.gitattributes");

/// A file's path in a register, and its bytes.
pub type ShippedFile = (String, &'static [u8]);

/// The Code and the Act, and the sources that they and the public record are quoted from.
pub fn catalogue() -> impl Iterator<Item = ShippedFile> {
    let asked = files_below(&COMMITMENTS).map(|(path, bytes)| (format!("commitments/{path}"), bytes));
    asked.chain([("sources.toml".to_owned(), SOURCES)])
}

/// What is publicly known of real providers: positions, models and documents, never a judgement.
pub fn public_record() -> impl Iterator<Item = ShippedFile> {
    files_below(&COMPANIES).map(|(path, bytes)| (format!("companies/{path}"), bytes))
}

/// All files of an embedded folder and the folders in it, by path.
pub(crate) fn files_below(folder: &'static Dir) -> impl Iterator<Item = (&'static str, &'static [u8])> {
    let mut files = Vec::new();
    let mut folders = vec![folder];
    while let Some(folder) = folders.pop() {
        folders.extend(folder.dirs());
        files.extend(folder.files().filter_map(|file| Some((file.path().to_str()?, file.contents()))));
    }
    files.sort();
    files.into_iter()
}
