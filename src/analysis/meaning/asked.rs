//! What is asked: the Code and the Act as the register has them, down to the requirement, and the sources behind it all.

use std::collections::BTreeMap;

use super::How;
use super::field::{self, Field};
use crate::domain::catalogue::{ChapterText, Limit};
use crate::domain::{Catalogue, Chapter, Commitment, CommitmentRef, Measure, MeasureRef};

/// A part of the catalogue that is new, gone, or says something else.
#[derive(Clone, Debug, PartialEq)]
pub struct AskedChange {
    pub part: Part,
    pub how: How,
    pub fields: Vec<Field>,
}

/// In the order in which a reader meets them.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Part {
    /// The Code as a document.
    Code,
    Chapter(Chapter),
    Commitment(CommitmentRef),
    Measure(MeasureRef),
    /// By its key.
    Limit(String),
    /// By its key.
    Source(String),
}

impl Part {
    pub fn words(&self) -> String {
        match self {
            Part::Code => "the Code".to_owned(),
            Part::Chapter(chapter) => format!("chapter {chapter}"),
            Part::Commitment(commitment) => commitment.to_string(),
            Part::Measure(measure) => measure.to_string(),
            Part::Limit(key) => format!("limit {key}"),
            Part::Source(key) => format!("source {key}"),
        }
    }
}

pub fn asked(before: &Catalogue, after: &Catalogue) -> Vec<AskedChange> {
    let mut changes = compared(
        |catalogue| catalogue.code.iter().map(|code| (Part::Code, code.clone())).collect(),
        before,
        after,
    );
    changes.extend(compared(chapters, before, after));
    changes.extend(compared(commitments, before, after));
    changes.extend(compared(measures, before, after));
    changes.extend(compared(limits, before, after));
    changes.extend(compared(
        |catalogue| {
            catalogue
                .sources
                .iter()
                .map(|(key, source)| (Part::Source(key.clone()), source.clone()))
                .collect()
        },
        before,
        after,
    ));
    changes
}

fn compared<T: serde::Serialize>(
    parts: impl Fn(&Catalogue) -> BTreeMap<Part, T>,
    before: &Catalogue,
    after: &Catalogue,
) -> Vec<AskedChange> {
    let (before, after) = (parts(before), parts(after));
    let mut names: Vec<&Part> = before.keys().chain(after.keys()).collect();
    names.sort();
    names.dedup();
    names
        .into_iter()
        .map(|part| {
            let (before, after) = (before.get(part), after.get(part));
            AskedChange {
                part: part.clone(),
                how: How::of(&before, &after),
                fields: field::fields(before, after),
            }
        })
        .filter(|change| change.how != How::Changed || !change.fields.is_empty())
        .collect()
}

/// Without its commitments.
fn chapters(catalogue: &Catalogue) -> BTreeMap<Part, ChapterText> {
    let alone = |chapter: &ChapterText| ChapterText { commitments: Vec::new(), ..chapter.clone() };
    catalogue.chapters.iter().map(|chapter| (Part::Chapter(chapter.chapter), alone(chapter))).collect()
}

/// Without their measures.
fn commitments(catalogue: &Catalogue) -> BTreeMap<Part, Commitment> {
    let alone = |commitment: &Commitment| Commitment { measures: Vec::new(), ..commitment.clone() };
    catalogue.commitments().map(|commitment| (Part::Commitment(commitment.id), alone(commitment))).collect()
}

fn measures(catalogue: &Catalogue) -> BTreeMap<Part, Measure> {
    catalogue.measures().map(|measure| (Part::Measure(measure.id), measure.clone())).collect()
}

fn limits(catalogue: &Catalogue) -> BTreeMap<Part, Limit> {
    catalogue.limits.iter().map(|limit| (Part::Limit(limit.key.clone()), limit.clone())).collect()
}
