//! What takes more than one file to notice: names that lead nowhere, judgements on the wrong level, missing sources.
//!
//! One rule, one file. A rule looks at values and says where in the value something is off; only then is the file's
//! text asked for again, to find the line. What reading has complained about already is not judged again: a measure
//! in a chapter that was read with mistakes may well exist.

mod documents;
mod evidence;
mod levels;
mod refs;
mod short_names;
mod sources;

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use crate::domain::{Catalogue, Company, CompanyId, Finding, Place, Rule};

use super::RegisterPath;
use super::read;
use super::tree::{self, Path};

pub use documents::digests;

/// A register as it was read.
pub struct Register<'a> {
    pub catalogue: &'a Catalogue,
    pub companies: &'a BTreeMap<CompanyId, Arc<Company>>,
    /// What reading complained about.
    pub findings: &'a [Finding],
}

/// A file's text, by its path, asked for again where a line is to be named.
pub type TextOf<'a> = &'a dyn Fn(&str) -> Option<String>;

/// Every finding that takes more than one file, sorted.
pub fn check(register: &Register, text: TextOf) -> Vec<Finding> {
    let known = Known {
        catalogue: register.catalogue,
        companies: register.companies,
        complained: register.findings.iter().map(|finding| finding.path.as_str()).collect(),
    };
    let rules = [refs::rule, levels::rule, evidence::rule, documents::rule, sources::rule, short_names::rule];
    placed(rules.iter().flat_map(|rule| rule(&known)).collect(), text)
}

/// What the rules look at.
struct Known<'a> {
    catalogue: &'a Catalogue,
    companies: &'a BTreeMap<CompanyId, Arc<Company>>,
    /// Paths that have findings already.
    complained: BTreeSet<&'a str>,
}

impl Known<'_> {
    /// Whether a file is there and was not read without mistakes, or may be in a folder that was not.
    fn in_doubt(&self, file: &RegisterPath) -> bool {
        if self.complained.is_empty() {
            return false;
        }
        let path = file.to_string();
        let folders = path.match_indices('/').map(|(end, _)| &path[..end]);
        folders.chain([&*path]).any(|path| self.complained.contains(path))
    }

    fn companies(&self) -> impl Iterator<Item = (&CompanyId, &Company)> {
        self.companies.iter().map(|(id, company)| (id, &**company))
    }
}

/// A finding whose line is still to be looked up.
struct Doubt {
    file: RegisterPath,
    /// Where in the file's value. Empty: the file as such, or its name.
    at: Path,
    rule: Rule,
    message: String,
    hint: Option<String>,
}

fn placed(mut doubts: Vec<Doubt>, text: TextOf) -> Vec<Finding> {
    doubts.sort_by(|a, b| a.file.cmp(&b.file));
    let mut findings = Vec::with_capacity(doubts.len());
    for of_file in doubts.chunk_by(|a, b| a.file == b.file) {
        let [Doubt { file, .. }, ..] = of_file else { continue };
        let path = file.to_string();
        let needed = of_file.iter().any(|doubt| !doubt.at.is_empty());
        let places = needed.then(|| text(&path)).flatten().map(|text| places(file, &text, of_file));
        let mut places = places.unwrap_or_default().into_iter();
        findings.extend(of_file.iter().map(|doubt| Finding {
            path: path.clone(),
            place: places.next().flatten(),
            rule: doubt.rule,
            message: doubt.message.clone(),
            hint: doubt.hint.clone(),
        }));
    }
    findings.sort();
    findings
}

fn places(file: &RegisterPath, text: &str, doubts: &[Doubt]) -> Vec<Option<Place>> {
    let text = &*read::legible(text);
    let tree = read::tree(file, text);
    let place = |doubt: &Doubt| {
        let at = &doubt.at;
        let span = tree::mark(&tree, at).filter(|_| !at.is_empty())?;
        Some(tree::place(text, span.start))
    };
    doubts.iter().map(place).collect()
}
