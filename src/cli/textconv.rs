//! `countersign textconv`

use std::fs;
use std::path::PathBuf;

use clap::Args;

use super::output;
use crate::error::{Error, Result};
use crate::register::drivers;

/// Print one file of the register as lines for `git diff`, in an order of their own
///
/// Started by git where `countersign setup` was run.
#[derive(Debug, Args)]
pub struct Textconv {
    #[arg(value_name = "FILE")]
    file: PathBuf,
}

impl Textconv {
    pub fn run(&self) -> Result<()> {
        let bytes = fs::read(&self.file).map_err(Error::io("read", &self.file))?;
        output::print(drivers::textconv(&String::from_utf8_lossy(&bytes)))
    }
}
