//! Who commits, as git sees it.

use std::env;

use git2::{Config, Signature};

use super::git::{Answer, Git};
use super::{Ledger, Person};
use crate::error::{Error, Result};

impl Ledger {
    /// Who commits here, for `Signed-off-by`. What git would make up from the machine's name does not count.
    pub fn identity(&self) -> Result<Person> {
        self.people()?.committer()
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

/// Who makes a commit, and who is named as its author; or why nobody is.
#[derive(Clone)]
pub(super) struct People {
    author: std::result::Result<Person, String>,
    committer: std::result::Result<Person, String>,
}

/// Asks git. When is part of its answer: now, unless the environment says so.
pub(super) fn ask(git: &Git) -> Result<People> {
    let [author, committer] =
        ["AUTHOR", "COMMITTER"].map(|role| git.plumbing("var", [format!("GIT_{role}_IDENT")]).begin());
    Ok(People { author: person(author?.answer()?), committer: person(committer?.answer()?) })
}

/// `git var` prints `Name <email> seconds offset`.
fn person(answer: Answer) -> std::result::Result<Person, String> {
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
    parse().filter(|_| answer.success).ok_or(answer.said)
}

impl People {
    pub fn committer(&self) -> Result<Person> {
        now(&self.committer, "GIT_COMMITTER_DATE")
    }

    pub fn author(&self) -> Result<Person> {
        now(&self.author, "GIT_AUTHOR_DATE")
    }
}

/// The person at this moment, unless the environment names another.
fn now(person: &std::result::Result<Person, String>, date: &str) -> Result<Person> {
    let person = person.clone().map_err(|detail| Error::NoIdentity { detail })?;
    if env::var_os(date).is_some_and(|date| !date.is_empty()) {
        return Ok(person);
    }
    let now = Signature::now("now", "now")?.when();
    Ok(Person { time_seconds: now.seconds(), offset_minutes: now.offset_minutes(), ..person })
}
