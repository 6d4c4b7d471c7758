//! git's own merging and showing of the register's files, told to this clone: the settings behind the names that
//! `.gitattributes` gives. Only the clone's own configuration is written.

use std::ffi::OsStr;

use super::Ledger;
use super::git::Git;
use crate::error::Result;

/// A setting as it is to be, and as it is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DriverSetting {
    pub name: &'static str,
    pub value: String,
    /// In this clone's configuration; none where it is not set there.
    pub was: Option<String>,
}

const SECTIONS: [&str; 2] = ["merge.countersign", "diff.countersign"];

impl Ledger {
    /// What has to be set for git to start `program` for the register's files.
    pub fn drivers(&self, program: &OsStr) -> Result<Vec<DriverSetting>> {
        let git = Git::of(self)?;
        let quoted = quoted(&git, program)?;
        let settings = [
            ("merge.countersign.name", "Countersign: key by key".to_owned()),
            ("merge.countersign.driver", self.driver(program)?),
            ("diff.countersign.textconv", format!("{quoted} textconv")),
        ];
        let setting = |(name, value)| Ok(DriverSetting { name, value, was: local(&git, name)? });
        settings.into_iter().map(setting).collect()
    }

    /// What git starts to merge the register's files by `program`.
    pub(super) fn driver(&self, program: &OsStr) -> Result<String> {
        Ok(format!("{} merge-driver %O %A %B %L %P", quoted(&Git::of(self)?, program)?))
    }

    /// Sets those that are otherwise.
    pub fn set_drivers(&self, settings: &[DriverSetting]) -> Result<()> {
        let git = Git::of(self)?;
        for DriverSetting { name, value, .. } in settings.iter().filter(|setting| setting.is_due()) {
            git.plumbing("config", ["--local", "--replace-all", name, value]).output()?;
        }
        Ok(())
    }

    /// Takes out what [`Ledger::set_drivers`] set; whether anything was there.
    pub fn unset_drivers(&self) -> Result<bool> {
        let git = Git::of(self)?;
        let mut was_there = false;
        for section in SECTIONS {
            was_there |= git.plumbing("config", ["--local", "--remove-section", section]).ask()?.success;
        }
        Ok(was_there)
    }

    /// Whether `.gitattributes`, as it is now, gives a file of the register to these drivers.
    pub fn names_drivers(&self) -> Result<bool> {
        let file = "companies/a/company.toml";
        let asked = Git::of(self)?.reading("check-attr", ["merge", "diff", "--", file]).output()?;
        let said = String::from_utf8_lossy(&asked);
        Ok(said.lines().filter(|line| line.ends_with(": countersign")).count() == 2)
    }
}

impl DriverSetting {
    pub fn is_due(&self) -> bool {
        self.was.as_ref() != Some(&self.value)
    }
}

fn local(git: &Git, name: &str) -> Result<Option<String>> {
    let answer = git.reading("config", ["--local", "--get", name]).ask()?;
    let said = String::from_utf8_lossy(&answer.output);
    Ok(answer.success.then(|| said.trim_end_matches('\n').to_owned()))
}

/// For the shell that git starts drivers with.
fn quoted(git: &Git, program: &OsStr) -> Result<String> {
    let plain = |byte: &u8| byte.is_ascii_alphanumeric() || b"/._-+".contains(byte);
    if program.as_encoded_bytes().iter().all(plain) {
        return Ok(program.to_string_lossy().into_owned());
    }
    let output = git.reading("rev-parse", [OsStr::new("--sq-quote"), program]).output()?;
    Ok(String::from_utf8_lossy(&output).trim().to_owned())
}
