//! The register in memory, as the commits so far have left it: what the next decision is held against.

use std::collections::BTreeMap;
use std::sync::Arc;

use crate::domain::snapshot::Settings;
use crate::domain::{Catalogue, CompanyId, Snapshot, Source};
use crate::files::read::{self, Content, FileBytes, Patience};
use crate::ledger::content_id;

use super::Changes;

#[derive(Default)]
pub struct Register {
    files: BTreeMap<String, Vec<u8>>,
    catalogue: Arc<Catalogue>,
}

impl Register {
    pub fn apply(&mut self, changes: &Changes) {
        for (path, content) in changes {
            match content {
                Some(content) => self.files.insert(path.clone(), content.clone()),
                None => self.files.remove(path),
            };
        }
        if changes.iter().any(|(path, _)| path.starts_with(CATALOGUE)) {
            self.catalogue = read::catalogue(&self.below(CATALOGUE), &Patience::default()).0.into();
        }
    }

    pub fn text(&self, path: &str) -> Option<&str> {
        self.files.get(path).and_then(|bytes| std::str::from_utf8(bytes).ok())
    }

    /// The catalogue and the one company: all that a decision on it looks at.
    pub fn snapshot(&self, company: &CompanyId) -> Snapshot {
        let (read, _) =
            read::company(company, &self.below(&format!("companies/{company}/")), &Patience::default());
        Snapshot {
            source: Source::Unborn,
            settings: Settings::default(),
            catalogue: self.catalogue.clone(),
            companies: BTreeMap::from([(company.clone(), Arc::new(read))]),
            waivers: Vec::new(),
            findings: Vec::new(),
        }
    }

    fn below(&self, folder: &str) -> Vec<FileBytes> {
        let files = self.files.iter().filter(|(path, _)| path.starts_with(folder));
        files.map(|(path, bytes)| file(path, bytes)).collect()
    }
}

const CATALOGUE: &str = "commitments/";

fn file(path: &str, bytes: &[u8]) -> FileBytes {
    FileBytes { path: path.to_owned(), id: content_id(bytes), content: Content::Bytes(bytes.to_vec()) }
}
