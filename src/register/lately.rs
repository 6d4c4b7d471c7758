//! What was read last, by content, so that the next reading takes over what is still the same.
//!
//! A company is known by its folder's tree id, which stands for everything below it, and the catalogue by the ids of its
//! files: what comes from here is exactly what the commit would give if it were read.

use std::cell::RefCell;
use std::collections::HashMap;
use std::sync::Arc;

use super::cache::Parsed;
use crate::domain::{Catalogue, CompanyId, ContentId, Finding};
use crate::files::read::{self, FileBytes, Patience};
use crate::ledger::ObjectId;

#[derive(Debug, Default)]
pub struct Lately {
    companies: RefCell<HashMap<CompanyId, (ObjectId, Parsed)>>,
    asked: RefCell<Option<(Files, Asked)>>,
}

/// Paths, and what is there.
type Files = Vec<(String, ContentId)>;

/// What the register asks for, as it was read.
#[derive(Clone, Debug)]
pub struct Asked {
    pub catalogue: Arc<Catalogue>,
    pub findings: Vec<Finding>,
}

impl Asked {
    pub fn read(files: &[FileBytes]) -> Asked {
        let (catalogue, findings) = read::catalogue(files, &Patience::default());
        Asked { catalogue: Arc::new(catalogue), findings }
    }
}

impl Lately {
    pub fn company(&self, id: &CompanyId, folder: ObjectId) -> Option<Parsed> {
        let companies = self.companies.borrow();
        companies.get(id).filter(|(known, _)| *known == folder).map(|(_, parsed)| parsed.clone())
    }

    pub fn keep_companies(&self, read: impl Iterator<Item = (CompanyId, ObjectId, Parsed)>) {
        self.companies.replace(read.map(|(id, folder, parsed)| (id, (folder, parsed))).collect());
    }

    pub fn asked(&self, files: &[FileBytes]) -> Option<Asked> {
        let asked = self.asked.borrow();
        asked.as_ref().filter(|(known, _)| *known == names(files)).map(|(_, asked)| asked.clone())
    }

    pub fn keep_asked(&self, files: &[FileBytes], asked: &Asked) {
        self.asked.replace(Some((names(files), asked.clone())));
    }
}

fn names(files: &[FileBytes]) -> Files {
    files.iter().map(|file| (file.path.clone(), file.id.clone())).collect()
}
