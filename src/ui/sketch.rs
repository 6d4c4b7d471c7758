//! What was typed of something else than a judgement: a document, a position or a model.

use serde::{Deserialize, Serialize};
use strum::VariantArray;

use super::draft::Line;
use super::widget::lines::{Labelled, Typed};
use crate::domain::company::ComputeKind;
use crate::domain::{CompanyId, Known, Model, ModelId, Stance};

/// What is to be recorded of a company.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum What {
    Evidence,
    Position,
    /// A new one, or one that is on file.
    Model(Option<ModelId>),
}

impl What {
    pub fn words(&self) -> String {
        match self {
            What::Evidence => "evidence".to_owned(),
            What::Position => "position".to_owned(),
            What::Model(None) => "new model".to_owned(),
            What::Model(Some(id)) => format!("model {id}"),
        }
    }
}

/// What was typed of it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub struct Sketch {
    pub company: CompanyId,
    #[serde(flatten)]
    pub of: Of,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Of {
    Evidence(Typed<Line>),
    Position(Typed<PositionLine>),
    Model { id: Option<ModelId>, lines: Typed<ModelLine> },
}

impl Sketch {
    pub fn what(&self) -> What {
        match &self.of {
            Of::Evidence(_) => What::Evidence,
            Of::Position(_) => What::Position,
            Of::Model { id, .. } => What::Model(id.clone()),
        }
    }

    pub fn is_of(&self, company: &CompanyId, what: &What) -> bool {
        self.company == *company && self.what() == *what
    }

    /// What it is called: `meta position`, as drafts of cells are called `meta S-1.1`.
    pub fn title(&self) -> String {
        format!("{} {}", self.company, self.what().words())
    }

    /// Its file's name. No slot is called like this.
    pub fn name(&self) -> String {
        let what = match self.what() {
            What::Evidence => "evidence".to_owned(),
            What::Position => "position".to_owned(),
            What::Model(id) => format!("model@{}", id.map(|id| id.to_string()).unwrap_or_default()),
        };
        format!("{}+{what}.json", self.company)
    }

    /// Its file's text.
    pub fn text(&self) -> String {
        serde_json::to_string_pretty(self).unwrap_or_default()
    }

    /// Reads a file back; nothing where it is damaged, or something else.
    pub fn read(name: &str, text: &str) -> Option<Sketch> {
        let sketch: Sketch = serde_json::from_str(text).ok()?;
        (sketch.name() == name).then_some(sketch)
    }

    /// In a line: what is typed, from top to bottom.
    pub fn words(&self) -> String {
        let words: Vec<&str> = match &self.of {
            Of::Evidence(lines) => lines.values().map(String::as_str).collect(),
            Of::Position(lines) => lines.values().map(String::as_str).collect(),
            Of::Model { lines, .. } => lines.values().map(String::as_str).collect(),
        };
        words.join(", ")
    }
}

/// A line of a position.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, VariantArray)]
#[serde(rename_all = "kebab-case")]
pub enum PositionLine {
    Chapters,
    Stance,
    Since,
    NotBefore,
    Source,
    Note,
    Reason,
}

impl Labelled for PositionLine {
    fn label(self) -> &'static str {
        match self {
            PositionLine::Chapters => "Chapters",
            PositionLine::Stance => "Stance",
            PositionLine::Since => "Since",
            PositionLine::NotBefore => "Not before",
            PositionLine::Source => "Source",
            PositionLine::Note => "Note",
            PositionLine::Reason => "Reason",
        }
    }

    fn hint(self) -> &'static str {
        match self {
            PositionLine::Chapters => "T, C, S",
            PositionLine::Stance => "Space chooses; absence from the list is no refusal",
            PositionLine::Since => "first day on which it is certain, as 2026-04-07",
            PositionLine::NotBefore => "earliest day, where the day itself is not known",
            PositionLine::Source => "where it was read",
            PositionLine::Note => "anything else",
            PositionLine::Reason => "why, for the commit's message",
        }
    }

    fn choices(self) -> Option<Vec<&'static str>> {
        let stances = || Stance::VARIANTS.iter().map(|stance| stance.key()).collect();
        (self == PositionLine::Stance).then(stances)
    }
}

/// A line of a model.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, VariantArray)]
#[serde(rename_all = "kebab-case")]
pub enum ModelLine {
    Id,
    Name,
    PlacedOnMarket,
    Released,
    SystemicRisk,
    SystemicRiskSource,
    OpenSource,
    OpenSourceSource,
    Licence,
    Parameters,
    Compute,
    ComputeKind,
    ComputeSource,
    Source,
    Note,
    Reason,
}

impl Labelled for ModelLine {
    fn label(self) -> &'static str {
        match self {
            ModelLine::Id => "Id",
            ModelLine::Name => "Name",
            ModelLine::PlacedOnMarket => "On market",
            ModelLine::Released => "Released",
            ModelLine::SystemicRisk => "Systemic risk",
            ModelLine::SystemicRiskSource | ModelLine::OpenSourceSource => "  says who",
            ModelLine::OpenSource => "Open source",
            ModelLine::Licence => "Licence",
            ModelLine::Parameters => "Parameters",
            ModelLine::Compute => "Compute",
            ModelLine::ComputeKind => "  is",
            ModelLine::ComputeSource => "  says who",
            ModelLine::Source => "Source",
            ModelLine::Note => "Note",
            ModelLine::Reason => "Reason",
        }
    }

    fn hint(self) -> &'static str {
        match self {
            ModelLine::Id => "small letters, digits and hyphens",
            ModelLine::Name => "as its provider calls it",
            ModelLine::PlacedOnMarket => "in the Union: 2026-04-07, 2026-04 or 2026",
            ModelLine::Released => "anywhere",
            ModelLine::SystemicRisk => "Space chooses; what is not stated is unknown",
            ModelLine::SystemicRiskSource | ModelLine::OpenSourceSource => "where that was read",
            ModelLine::OpenSource => "Space chooses",
            ModelLine::Licence => "its name",
            ModelLine::Parameters => "how many, in words",
            ModelLine::Compute => "one amount more, in floating-point operations, as 5e25",
            ModelLine::ComputeKind => "Space chooses: an estimate, or stated by the provider",
            ModelLine::ComputeSource => "where that was read",
            ModelLine::Source => "where it was read that there is such a model",
            ModelLine::Note => "anything else",
            ModelLine::Reason => "why, for the commit's message",
        }
    }

    fn choices(self) -> Option<Vec<&'static str>> {
        Some(match self {
            ModelLine::SystemicRisk | ModelLine::OpenSource => {
                Known::VARIANTS.iter().map(|known| known.key()).collect()
            }
            ModelLine::ComputeKind => ComputeKind::VARIANTS.iter().map(|kind| kind.key()).collect(),
            _ => return None,
        })
    }
}

/// What is on file of a model, line by line.
pub fn lines_of(id: &ModelId, model: &Model) -> Typed<ModelLine> {
    let day = |day: Option<crate::domain::PartialDay>| day.map(|day| day.to_string());
    [
        (ModelLine::Id, Some(id.to_string())),
        (ModelLine::Name, Some(model.name.clone())),
        (ModelLine::PlacedOnMarket, day(model.placed_on_market)),
        (ModelLine::Released, day(model.released)),
        (ModelLine::SystemicRisk, Some(model.systemic_risk.key().to_owned())),
        (ModelLine::SystemicRiskSource, model.systemic_risk_source.clone()),
        (ModelLine::OpenSource, Some(model.open_source.key().to_owned())),
        (ModelLine::OpenSourceSource, model.open_source_source.clone()),
        (ModelLine::Licence, model.licence.clone()),
        (ModelLine::Parameters, model.parameters.clone()),
        (ModelLine::Source, Some(model.source.clone())),
        (ModelLine::Note, model.note.clone()),
    ]
    .into_iter()
    .filter_map(|(line, text)| Some((line, text?)))
    .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_was_typed_is_read_back_and_nothing_else() {
        let company: CompanyId = "meta".parse().unwrap();
        let of = |of| Sketch { company: company.clone(), of };
        let id: ModelId = "muse".parse().unwrap();
        let sketches = [
            of(Of::Evidence([(Line::Title, "A \u{202e}page".to_owned())].into())),
            of(Of::Position([(PositionLine::Chapters, "S".to_owned())].into())),
            of(Of::Model { id: None, lines: [(ModelLine::Id, "muse".to_owned())].into() }),
            of(Of::Model { id: Some(id), lines: Typed::new() }),
        ];
        for (at, sketch) in sketches.iter().enumerate() {
            assert_eq!(Sketch::read(&sketch.name(), &sketch.text()).as_ref(), Some(sketch));
            assert_eq!(Sketch::read(&sketch.name(), &sketch.text()[1..]), None);
            let others = sketches.iter().skip(at + 1);
            assert!(others.into_iter().all(|other| Sketch::read(&other.name(), &sketch.text()).is_none()));
        }
    }
}
