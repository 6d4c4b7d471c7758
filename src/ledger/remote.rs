//! Other copies of the repository: where a branch stands to the one it follows, fetching, and pushing.
//!
//! How a branch stands is read from refs alone. Fetching and pushing is what the user's own git does, with their helpers,
//! agents, proxies and rewritten addresses; nothing of it happens unasked, and where the repository itself names a program
//! for it, that program has to be trusted first ([`super::trust`]).

use super::git::Git;
use super::store::Followed;
use super::target::branch_reference;
use super::transfer::Talk;
use super::{CommitId, Ledger, strange};
use crate::domain::suggestion::did_you_mean_or_list;
use crate::error::{Error, Result};

/// How a branch stands to the one it follows.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Upstream {
    /// By its short name: `origin/main`.
    pub name: String,
    pub remote: String,
    /// Where that branch ended when it was last fetched or pushed.
    pub tip: CommitId,
    /// Commits only this branch has.
    pub ahead: usize,
    /// Commits only the other has.
    pub behind: usize,
}

/// A branch to be pushed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Outgoing {
    /// By its short name.
    pub branch: String,
    /// Whether it may replace what is there, if that is what was last seen there.
    pub replaces: bool,
}

/// What became of a ref that was pushed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Pushed {
    /// On the other side.
    pub reference: String,
    pub outcome: Outcome,
    /// In git's words.
    pub summary: String,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Outcome {
    /// There, or there already.
    Done,
    /// The other side has commits that this one has not.
    Behind,
    /// Refused by the other side.
    Refused,
}

impl Ledger {
    /// The names of the other copies.
    pub fn remotes(&self) -> Result<Vec<String>> {
        let output = Git::of(self)?.reading("remote", [] as [&str; 0]).output()?;
        Ok(String::from_utf8_lossy(&output).lines().map(str::to_owned).collect())
    }

    /// The one that is meant: the one named, or the one the branch follows, or the only one, or `origin`.
    pub fn remote(&self, named: Option<&str>, branch: Option<&str>) -> Result<String> {
        let remotes = self.remotes()?;
        let known = |name: &String| remotes.contains(name);
        if let Some(named) = named {
            let names: Vec<&str> = remotes.iter().map(String::as_str).collect();
            let unknown = || Error::UnknownRemote {
                typed: named.to_owned(),
                near: did_you_mean_or_list(named, &names),
            };
            return remotes.iter().find(|name| *name == named).cloned().ok_or_else(unknown);
        }
        let upstream = branch.map(|branch| self.follows(branch)).transpose()?.flatten();
        let of_branch = upstream.map(|upstream| upstream.remote).filter(known);
        let only = || (remotes.len() == 1).then(|| remotes[0].clone());
        let origin = || Some("origin".to_owned()).filter(known);
        of_branch.or_else(only).or_else(origin).ok_or(Error::NoRemote)
    }

    fn follows(&self, branch: &str) -> Result<Option<Followed>> {
        self.store.follows(&branch_reference(branch)?)
    }

    /// How a branch stands to the one it follows; none where it follows none, or that one was never fetched.
    pub fn upstream(&self, branch: &str) -> Result<Option<Upstream>> {
        let (Some(own), Some(followed)) = (self.branch(branch)?, self.follows(branch)?) else {
            return Ok(None);
        };
        let Some(tip) = self.tip(&followed.tracking)? else { return Ok(None) };
        let (ahead, behind) = self.store.ahead_behind(own.0, tip.0)?;
        let name = followed.tracking.strip_prefix("refs/remotes/").unwrap_or(&followed.tracking);
        Ok(Some(Upstream { name: name.to_owned(), remote: followed.remote, tip, ahead, behind }))
    }

    /// Fetches what the remote's own settings say. No branch of the user's moves.
    pub fn fetch(&self, remote: &str, talk: &mut Talk<'_>) -> Result<()> {
        strange::refuse_references(self.git_dir())?;
        let plain_ssh = self.settings()?.get("core.sshcommand").is_none();
        let arguments = ["--progress", "--no-recurse-submodules", "--end-of-options", remote];
        let answer = Git::of(self)?.command("fetch", arguments).transfer(talk, plain_ssh)?;
        if answer.success { Ok(()) } else { Err(failed("fetch", remote, answer.said)) }
    }

    /// Pushes branches, each to the one it follows or to its own name; all of them or none. A branch that follows nothing follows what it was pushed to from then on.
    pub fn push(&self, remote: &str, branches: &[Outgoing], talk: &mut Talk<'_>) -> Result<Vec<Pushed>> {
        strange::refuse_references(self.git_dir())?;
        let plain_ssh = self.settings()?.get("core.sshcommand").is_none();
        let mut options: Vec<String> =
            ["--porcelain", "--progress", "--no-recurse-submodules"].map(str::to_owned).into();
        let mut refs = Vec::new();
        let mut follows_none = !branches.is_empty();
        for Outgoing { branch, replaces } in branches {
            let own = branch_reference(branch)?;
            let upstream = self.follows(branch)?;
            follows_none &= upstream.is_none();
            let there = upstream.filter(|upstream| upstream.remote == remote);
            if *replaces {
                let seen = there.as_ref().map(|upstream| self.tip(&upstream.tracking)).transpose()?.flatten();
                let seen = seen.map(|tip| tip.to_string()).unwrap_or_default();
                let target = there.as_ref().map_or(&own, |upstream| &upstream.merge);
                options.push(format!("--force-with-lease={target}:{seen}"));
            }
            refs.push(format!("{own}:{}", there.map_or_else(|| own.clone(), |upstream| upstream.merge)));
        }
        if follows_none {
            options.push("--set-upstream".to_owned());
        }
        if refs.len() > 1 {
            options.push("--atomic".to_owned());
        }
        options.extend(["--end-of-options".to_owned(), remote.to_owned()]);
        let answer =
            Git::of(self)?.command("push", options.into_iter().chain(refs)).transfer(talk, plain_ssh)?;
        let pushed: Vec<Pushed> =
            String::from_utf8_lossy(&answer.output).lines().filter_map(Pushed::read).collect();
        let overtaken = pushed.iter().any(|pushed| pushed.outcome == Outcome::Behind);
        if answer.success || overtaken { Ok(pushed) } else { Err(failed("push", remote, answer.said)) }
    }
}

impl Pushed {
    /// `<flag>\t<from>:<to>\t<summary>`
    fn read(line: &str) -> Option<Pushed> {
        let mut fields = line.split('\t');
        let (flag, refs, summary) = (fields.next()?, fields.next()?, fields.next()?);
        let outcome = match flag {
            "!" if summary.starts_with("[rejected]") && !summary.contains("atomic") => Outcome::Behind,
            "!" => Outcome::Refused,
            _ => Outcome::Done,
        };
        let (_, reference) = refs.split_once(':')?;
        Some(Pushed { reference: reference.to_owned(), outcome, summary: summary.to_owned() })
    }
}

fn failed(command: &str, remote: &str, output: String) -> Error {
    Error::Transfer { command: command.to_owned(), remote: remote.to_owned(), output }
}
