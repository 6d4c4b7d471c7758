//! What was typed into a form, as it was: kept until it is committed or discarded.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use strum::VariantArray;

use crate::analysis;
use crate::domain::company::Recorded;
use crate::domain::{
    Access, Assessment, Checked, CompanyId, ContentId, EvidenceId, EvidenceKind, MeasureRef, Slot, Status,
};
use crate::error::Result;
use crate::register::Register;
use crate::ui::chosen::Chosen;
use crate::ui::sketch::Sketch;
use crate::ui::widget::lines::{Labelled, Typed};

/// What was typed on one cell.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub struct Draft {
    pub company: CompanyId,
    pub slot: Slot,
    /// The judgement that was on file when the form was opened.
    pub base: Option<Base>,
    #[serde(flatten)]
    pub draft: analysis::Draft,
    /// As typed, a day or not.
    #[serde(rename = "review-by")]
    pub review_by: String,
    /// Documents that are to be put on file with it.
    #[serde(default)]
    pub documents: BTreeMap<EvidenceId, TypedEvidence>,
    /// One that is not finished.
    #[serde(default)]
    pub unfinished: Option<TypedEvidence>,
}

/// What is typed of a document that is not on file yet, line by line.
pub type TypedEvidence = Typed<Line>;

/// A line of it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, VariantArray)]
#[serde(rename_all = "kebab-case")]
pub enum Line {
    Title,
    Kind,
    File,
    Keep,
    Url,
    Version,
    Published,
    BearsOn,
    Models,
    Access,
    Checked,
    Source,
    Expires,
    Note,
    Id,
}

impl Labelled for Line {
    fn label(self) -> &'static str {
        match self {
            Line::Title => "Title",
            Line::Kind => "Kind",
            Line::File => "File",
            Line::Keep => "Keep it",
            Line::Url => "Address",
            Line::Version => "Version",
            Line::Published => "Published",
            Line::BearsOn => "Bears on",
            Line::Models => "Models",
            Line::Access => "Access",
            Line::Checked => "Checked",
            Line::Source => "Source",
            Line::Expires => "Expires",
            Line::Note => "Note",
            Line::Id => "Id",
        }
    }

    fn hint(self) -> &'static str {
        match self {
            Line::Title => "as the document has it",
            Line::Kind | Line::Access => "Space chooses",
            Line::File => "path; its digest is recorded",
            Line::Keep => "Space: whether a copy goes into the register",
            Line::Url => "https://…; nothing is fetched",
            Line::Version => "as the document says it",
            Line::Published => "2026-04-07, 2026-04 or 2026",
            Line::BearsOn => "measures or commitments, as S-1.1, S-2",
            Line::Models => "ids; empty: all of the company's",
            Line::Checked => "Space: A read, B by a careful source, C mentioned only",
            Line::Source => "who recorded it, or where",
            Line::Expires => "last day on which it shows anything",
            Line::Note => "anything else",
            Line::Id => "made of the title",
        }
    }

    fn choices(self) -> Option<Vec<&'static str>> {
        Some(match self {
            Line::Kind => EvidenceKind::VARIANTS.iter().map(|kind| kind.key()).collect(),
            Line::Access => Access::VARIANTS.iter().map(|access| access.key()).collect(),
            Line::Checked => Checked::VARIANTS.iter().map(|checked| checked.key()).collect(),
            Line::Keep => KEEP.to_vec(),
            _ => return None,
        })
    }
}

/// Whether a copy goes into the register.
pub const KEEP: [&str; 2] = ["yes", "no"];

/// A judgement on file, as far as one needs to know it again.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Base {
    /// Blob id of its file.
    pub id: ContentId,
    pub status: Status,
    pub reason: String,
}

impl Base {
    pub fn of(recorded: &Recorded) -> Base {
        let Assessment { status, reason, .. } = &recorded.assessment;
        Base { id: recorded.id.clone(), status: *status, reason: reason.clone() }
    }

    /// In a line.
    pub fn words(&self) -> String {
        let reason = self.reason.split_whitespace().collect::<Vec<_>>().join(" ");
        format!("{}, “{reason}”", self.status)
    }
}

impl Draft {
    pub fn is_of(&self, company: &CompanyId, slot: &Slot) -> bool {
        self.company == *company && self.slot == *slot
    }

    /// Whether it lies in a cell of the board.
    pub fn is_in(&self, company: &CompanyId, measure: MeasureRef) -> bool {
        self.company == *company && self.slot.measure == measure
    }

    /// Whether the same was typed, whatever was on file then.
    pub fn says_the_same_as(&self, other: &Draft) -> bool {
        let said = |draft: &Draft| {
            let Draft { draft, review_by, documents, unfinished, .. } = draft.clone();
            (draft, review_by, documents, unfinished)
        };
        said(self) == said(other)
    }

    /// Its file's name.
    pub fn name(&self) -> String {
        format!("{}+{}.json", self.company, self.slot)
    }

    /// Its file's text.
    pub fn text(&self) -> String {
        serde_json::to_string_pretty(self).unwrap_or_default()
    }

    /// Reads a file back; nothing where it is damaged, or another cell's.
    pub fn read(name: &str, text: &str) -> Option<Draft> {
        let draft: Draft = serde_json::from_str(text).ok()?;
        (draft.name() == name).then_some(draft)
    }
}

/// What is kept of a register.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Kept {
    pub drafts: Vec<Draft>,
    pub sketches: Vec<Sketch>,
    pub chosen: Vec<Chosen>,
    /// The names of those that cannot be read.
    pub damaged: Vec<String>,
}

/// All that was typed and is not committed.
pub fn kept(register: &Register) -> Result<Kept> {
    let mut kept = Kept::default();
    for (name, text) in register.drafts()? {
        let text = text.unwrap_or_default();
        match (Draft::read(&name, &text), Sketch::read(&name, &text), Chosen::read(&name, &text)) {
            (Some(draft), ..) => kept.drafts.push(draft),
            (_, Some(sketch), _) => kept.sketches.push(sketch),
            (.., Some(chosen)) => kept.chosen.push(chosen),
            _ => kept.damaged.push(name),
        }
    }
    Ok(kept)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_draft_is_read_back_as_it_was_and_a_damaged_one_is_not() {
        let draft = Draft {
            company: "meta".parse().unwrap(),
            slot: "S-3.2@muse-spark".parse().unwrap(),
            base: Some(Base {
                id: "a".repeat(40).parse().unwrap(),
                status: Status::Gap,
                reason: "So far.".to_owned(),
            }),
            draft: analysis::Draft {
                status: Some(Status::Partial),
                reason: "Two\nlines \u{202e}".to_owned(),
                requirements: [("a".parse().unwrap(), Status::Met)].into(),
                evidence: vec![analysis::decision::Cited {
                    id: "framework".parse().unwrap(),
                    at: Some("p. 3".to_owned()),
                    quote: None,
                }],
                owner: Some("desk".to_owned()),
                review_by: None,
            },
            review_by: "soon".to_owned(),
            documents: [("minutes".parse().unwrap(), [(Line::BearsOn, "S-1".to_owned())].into())].into(),
            unfinished: None,
        };
        assert_eq!(draft.name(), "meta+S-3.2@muse-spark.json");
        assert_eq!(Draft::read(&draft.name(), &draft.text()), Some(draft.clone()));
        assert_eq!(Draft::read("xai+S-3.2@muse-spark.json", &draft.text()), None);
        let text = draft.text();
        assert_eq!(Draft::read(&draft.name(), &text[..text.len() / 2]), None);
        assert_eq!(Draft::read(&draft.name(), ""), None);
    }
}
