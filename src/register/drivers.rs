//! Countersign as git's own driver for the register's files.

use std::ffi::OsStr;

use super::prepare::{FileEdit, Planned, Prepared, Version};
use super::{Register, load};
use crate::error::{Error, Result};
use crate::files::lines;
use crate::ledger::{Head, Message};

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

    /// The commit that gives the register's files to the drivers, for every clone. What `.gitattributes` says already stays.
    pub fn name_drivers(&self) -> Result<Prepared> {
        let settings = self.ledger.require_trust_to_convert()?;
        let Head::Branch { name: branch, commit } = self.head()? else { return Err(Error::DetachedHead) };
        let head = commit.ok_or_else(|| load::no_register(&self.ledger))?;
        let path = ".gitattributes".to_owned();
        let before = self.text_at(head, &path)?;
        let said = before.as_ref().and_then(Version::text).unwrap_or_default();
        let gap = if said.is_empty() || said.ends_with('\n') { "" } else { "\n" };
        let bytes = format!("{said}{gap}{ATTRIBUTES}").into_bytes();
        let id = self.ledger.stored_id(&settings, &path, &bytes)?;
        let reason = "git asks Countersign to merge and show the register's files by what they say, in every clone where \
                      `countersign setup` was run.";
        let message = Message {
            subject: "register: git's own drivers".to_owned(),
            reason: reason.to_owned(),
            trailers: vec![self.signed_off()?],
        };
        let files = vec![FileEdit { path, before, after: Some(Version { id, bytes }), executable: false }];
        Ok(Prepared {
            branch,
            grows_from: None,
            head: Some(head),
            commits: vec![Planned { message, way: None, merges: None, files }],
            grounds: Vec::new(),
            watched: None,
            signed: settings.sign_commits()?,
        })
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
