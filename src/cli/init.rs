//! `countersign init`

use std::path::PathBuf;

use clap::Args;

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
    /// Include what is publicly known of providers: positions, models and documents, and no judgement on anybody
    #[arg(long)]
    with_public_record: bool,
}

impl Init {
    pub fn run(&self) -> Result<()> {
        let committed = shipped::init(&self.folder, self.with_public_record)?;
        let folder = self.folder.display();
        output::print(format!("Made a register in {folder}, committed as {}.\n", committed.id.short()))?;
        output::say("next", &format!("Open it with `countersign {folder}`."));
        if !self.with_public_record {
            output::say(
                "next",
                "Describe a company in companies/<id>/company.toml, see docs/register-format.md.",
            );
        }
        Ok(())
    }
}
