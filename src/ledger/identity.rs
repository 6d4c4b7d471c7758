//! Who commits, as git sees it.

use git2::Config;

use super::git::{Git, Running};
use super::{Ledger, Person};
use crate::error::{Error, Result};

impl Ledger {
    /// Who commits here, for `Signed-off-by`. What git would make up from the machine's name does not count.
    pub fn identity(&self) -> Result<Person> {
        self.ask_identity()?.answer()
    }

    /// The same, with the answer to be waited for when it is needed.
    pub fn ask_identity(&self) -> Result<Asked> {
        ask(&Git::of(self)?)
    }

    /// Names the committer in this repository's own configuration. For the demo only: a register's commits are made by
    /// whom the user's git says.
    pub fn introduce(&self, name: &str, email: &str) -> Result<()> {
        let mut config = Config::open(&self.common_dir().join("config"))?;
        config.set_str("user.name", name)?;
        config.set_str("user.email", email)?;
        Ok(())
    }
}

/// Who commits, being asked.
pub struct Asked(Running);

pub(super) fn committer(git: &Git) -> Result<Person> {
    ask(git)?.answer()
}

fn ask(git: &Git) -> Result<Asked> {
    git.plumbing("var", ["GIT_COMMITTER_IDENT"]).begin().map(Asked)
}

impl Asked {
    /// `git var` prints `Name <email> seconds offset`.
    pub fn answer(self) -> Result<Person> {
        let answer = self.0.answer()?;
        let text = String::from_utf8_lossy(&answer.output).trim_end().to_owned();
        let parse = || {
            let (name, rest) = text.split_once(" <")?;
            let (email, time) = rest.rsplit_once("> ")?;
            let (seconds, offset) = time.split_once(' ')?;
            let offset: i32 = offset.parse().ok()?;
            Some(Person {
                name: name.to_owned(),
                email: email.to_owned(),
                time_seconds: seconds.parse().ok()?,
                offset_minutes: offset / 100 * 60 + offset % 100,
            })
        };
        parse().filter(|_| answer.success).ok_or(Error::NoIdentity { detail: answer.said })
    }
}
