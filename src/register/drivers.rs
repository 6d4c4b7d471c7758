//! Countersign as git's own driver for the register's files.

use std::ffi::OsStr;

use super::Register;
use crate::error::Result;
use crate::files::lines;

pub use crate::ledger::drivers::DriverSetting;

/// What a register's `.gitattributes` says: which files git leaves to the drivers that `countersign setup` sets.
pub const ATTRIBUTES: &str = include_str!("../../.gitattributes");

/// A file's text as lines that `git diff` compares.
pub fn textconv(text: &str) -> String {
    lines::lines(text)
}

impl Register {
    /// What this clone's configuration needs for git to start `program`.
    pub fn drivers(&self, program: &OsStr) -> Result<Vec<DriverSetting>> {
        self.ledger.drivers(program)
    }

    pub fn set_drivers(&self, settings: &[DriverSetting]) -> Result<()> {
        self.ledger.set_drivers(settings)
    }

    /// Whether there was anything to take out.
    pub fn unset_drivers(&self) -> Result<bool> {
        self.ledger.unset_drivers()
    }

    /// Whether the work tree's `.gitattributes` names the drivers.
    pub fn names_drivers(&self) -> Result<bool> {
        self.ledger.names_drivers()
    }
}
