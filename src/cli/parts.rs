//! Choosing a part of the catalogue.

use clap::Args;

use super::{resolve, words};
use crate::analysis::Target;
use crate::domain::{Chapter, MeasureRef, Snapshot};
use crate::error::Result;

#[derive(Debug, Args)]
pub struct Parts {
    /// Only this measure (S-1.1) or commitment (S-1); may be repeated
    #[arg(long = "measure", value_name = "REF")]
    measures: Vec<String>,
    /// Only this chapter; may be repeated
    #[arg(long = "chapter", value_name = "CHAPTER", value_parser = words::chapter(), ignore_case = true)]
    chapters: Vec<Chapter>,
}

impl Parts {
    /// The measures that were chosen, in the order of the Code; all of them where nothing was.
    pub fn measures(&self, snapshot: &Snapshot) -> Result<Vec<MeasureRef>> {
        let measures = self.measures.iter().map(|typed| resolve::part(snapshot, typed));
        let mut targets = measures.collect::<Result<Vec<Target>>>()?;
        targets.extend(self.chapters.iter().copied().map(Target::Chapter));
        if targets.is_empty() {
            targets.push(Target::Everything);
        }
        let chosen = |id: &MeasureRef| targets.iter().any(|target| target.covers(*id));
        Ok(snapshot.catalogue.measures().map(|measure| measure.id).filter(chosen).collect())
    }
}
