//! `countersign init`

use std::path::PathBuf;

use clap::{Args, ValueEnum};

use super::output;
use crate::error::Result;
use crate::shipped;

/// Make a new register, committed and ready to use
///
/// In a missing or empty folder, or at the root of a git repository that holds no register yet.
#[derive(Debug, Args)]
pub struct Init {
    /// Where
    #[arg(default_value = ".")]
    folder: PathBuf,
    /// What to put in beside the catalogue of measures
    #[arg(long, value_name = "WHAT")]
    with: Option<With>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
enum With {
    /// What is publicly known of providers: positions, models and documents, and no judgement on anybody
    PublicRecord,
}

impl Init {
    pub fn run(&self) -> Result<()> {
        let with_public_record = self.with == Some(With::PublicRecord);
        let committed = shipped::init(&self.folder, with_public_record)?;
        let folder = self.folder.display();
        output::print(format!("Made a register in {folder}, committed as {}.\n", committed.id.short()))?;
        output::say("next", &format!("Open it with `countersign {folder}`."));
        if !with_public_record {
            output::say(
                "next",
                "Describe a company in companies/<id>/company.toml, see docs/register-format.md.",
            );
        }
        Ok(())
    }
}
