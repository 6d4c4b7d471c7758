//! `--hide` and `--pin`: which companies the board leaves out, and which come first.

use clap::Args;

use super::resolve;
use crate::domain::{CompanyId, Snapshot};
use crate::error::Result;

#[derive(Debug, Args)]
pub struct Columns {
    /// Leave this company out; may be repeated
    #[arg(long = "hide", value_name = "COMPANY")]
    hidden: Vec<String>,
    /// This company before the others; may be repeated
    #[arg(long = "pin", value_name = "COMPANY")]
    pinned: Vec<String>,
}

impl Columns {
    pub fn hidden(&self, snapshot: &Snapshot) -> Result<Vec<CompanyId>> {
        resolve::companies(snapshot, &self.hidden)
    }

    pub fn pinned(&self, snapshot: &Snapshot) -> Result<Vec<CompanyId>> {
        resolve::companies(snapshot, &self.pinned)
    }
}
