//! `countersign init`

use std::path::PathBuf;

use clap::{Args, ValueEnum};

use super::{output, trust};
use crate::domain::visible;
use crate::error::Result;
use crate::register::Register;
use crate::shipped;

/// Start a register of your own, committed and ready to use
///
/// In a missing or empty folder it makes the git repository too; at the root of an existing one it adds its files in
/// one commit.
#[derive(Debug, Args)]
pub struct Init {
    /// The folder to make it in
    #[arg(value_name = "DIR", default_value = ".")]
    folder: PathBuf,
    /// What to put in beside the catalogue of measures
    #[arg(long, value_name = "WHAT")]
    with: Option<With>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
enum With {
    /// What is publicly known of real providers: positions, models and documents, never a judgement
    PublicRecord,
}

impl Init {
    pub fn run(&self) -> Result<()> {
        let init = || shipped::init(&self.folder, self.with == Some(With::PublicRecord));
        let committed = match Register::open(&self.folder) {
            Ok(register) => trust::asking(&register, init)?,
            // There is no repository yet that could bring a program along, or init says what is wrong.
            Err(_) => init()?,
        };
        committed.warnings.iter().for_each(|warning| output::say("warning", warning));
        let folder = self.folder.display().to_string();
        let folder = visible::line(&folder);
        output::print(format!("Made a register in {folder} (commit {})\n", committed.id))?;
        output::say(
            "hint",
            &format!("`countersign {folder}` opens it, `countersign show -C {folder}` prints it."),
        );
        Ok(())
    }
}
