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

use std::cell::RefCell;
use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use crate::domain::suggestion::did_you_mean;
use crate::domain::{Catalogue, Company, CompanyId, Finding, Place, Rule};

use super::RegisterPath;
use super::read;
use super::read::salvage::MOST_FLAWS;
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

/// More would not be read by anybody; of one file no more than of its own mistakes.
pub const MOST_IN_ALL: usize = 10_000;

/// Findings that take more than one file, sorted, and how many beyond [`MOST_IN_ALL`] there are.
pub fn check(register: &Register, text: TextOf) -> (Vec<Finding>, usize) {
    let known = Known {
        catalogue: register.catalogue,
        companies: register.companies,
        complained: register.findings.iter().map(|finding| finding.path.as_str()).collect(),
        told: RefCell::default(),
    };
    let rules = [refs::rule, levels::rule, evidence::rule, documents::rule, sources::rule, short_names::rule];
    let mut doubts: Vec<Doubt> = rules.iter().flat_map(|rule| rule(&known)).collect();
    let told = known.told.into_inner();
    doubts.extend(told.of_files.into_iter().filter_map(too_many));
    (placed(doubts, text), told.left_out)
}

/// How often something was told.
#[derive(Default)]
struct Told {
    of_files: BTreeMap<RegisterPath, usize>,
    in_all: usize,
    left_out: usize,
}

fn too_many((file, count): (RegisterPath, usize)) -> Option<Doubt> {
    let more = count.checked_sub(MOST_FLAWS).filter(|more| *more > 0)?;
    let message = format!("and {more} more like these");
    Some(Doubt { file, at: Path::new(), rule: Rule::TooMany, message, hint: None })
}

/// What the rules look at.
struct Known<'a> {
    catalogue: &'a Catalogue,
    companies: &'a BTreeMap<CompanyId, Arc<Company>>,
    /// Paths that have findings already.
    complained: BTreeSet<&'a str>,
    told: RefCell<Told>,
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

    /// Whether one more doubt about a file is worth telling; it is counted either way.
    fn may_tell(&self, file: &RegisterPath) -> bool {
        let mut told = self.told.borrow_mut();
        if told.in_all == MOST_IN_ALL {
            told.left_out += 1;
            return false;
        }
        let of_file = match told.of_files.get_mut(file) {
            Some(of_file) => of_file,
            None => told.of_files.entry(file.clone()).or_default(),
        };
        *of_file += 1;
        let is_one_of_few = *of_file <= MOST_FLAWS;
        told.in_all += usize::from(is_one_of_few);
        is_one_of_few
    }

    /// Suggests what a word was meant to be. There can be tens of thousands to choose from, for tens of thousands of words.
    fn near<'w>(&self, word: &str, candidates: impl Iterator<Item = &'w str>) -> Option<String> {
        const MOST: usize = 200;
        did_you_mean(word, candidates.take(MOST))
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

/// To name a line takes the time of several readings. Beyond so much text findings have none.
const MOST_PLACED_BYTES: usize = 8 * 1024 * 1024;

fn placed(mut doubts: Vec<Doubt>, text: TextOf) -> Vec<Finding> {
    doubts.sort_by(|a, b| a.file.cmp(&b.file));
    let mut left = MOST_PLACED_BYTES;
    let mut findings = Vec::with_capacity(doubts.len());
    for of_file in doubts.chunk_by(|a, b| a.file == b.file) {
        let [Doubt { file, .. }, ..] = of_file else { continue };
        let path = file.to_string();
        let needed = left > 0 && of_file.iter().any(|doubt| !doubt.at.is_empty());
        let text = needed.then(|| text(&path)).flatten();
        left = left.saturating_sub(text.as_ref().map_or(0, String::len));
        let places = text.map(|text| places(file, &text, of_file));
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
