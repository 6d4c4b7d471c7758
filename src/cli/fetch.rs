//! `countersign fetch`

use clap::Args;

use super::reading::Where;
use super::transfer::{self, Terminal, commits};
use super::{output, trust};
use crate::domain::visible;
use crate::error::{Error, Result};
use crate::register::{CatchUp, Register};

/// Fetch what others pushed, with the user's own git
///
/// Says how the branch stands to the one it follows. No branch moves, unless --update asks for it: then the branch goes
/// forward, and commits of its own that nobody else has are made anew on top, each with its message and record. One whose
/// file, or what it rests on, others changed is refused with both versions.
#[derive(Debug, Args)]
pub struct Fetch {
    /// Where from [default: the remote of the branch, or the only one]
    remote: Option<String>,
    /// Bring the branch up to what was fetched
    #[arg(long)]
    update: bool,
    /// Bring it up without asking
    #[arg(long, requires = "update")]
    yes: bool,
    /// Print JSON
    #[arg(long)]
    json: bool,
    #[command(flatten)]
    register: Where,
}

impl Fetch {
    pub fn run(&self) -> Result<()> {
        let register = self.register.open_to_write(None)?;
        let remote = register.remote(self.remote.as_deref())?;
        trust::asking(&register, || Terminal::open().with(|talk| register.fetch(&remote, talk)))?;
        let remade = if self.update { update(&register, self.yes)? } else { Vec::new() };
        let upstream = register.upstream()?;
        if self.json {
            return output::print(transfer::as_json("fetch", &remote, upstream.as_ref(), &remade, &[]));
        }
        output::print(transfer::standing(upstream.as_ref(), &register)?)
    }
}

/// Brings the branch up, after showing what is made anew; the new commits.
pub(super) fn update(register: &Register, unasked: bool) -> Result<Vec<String>> {
    let Some(catch_up) = register.catch_up()? else { return Ok(Vec::new()) };
    if !catch_up.remade.is_empty() && !unasked {
        if !output::is_interactive() {
            return Err(Error::NeedsYes);
        }
        output::say("note", &plan(&catch_up));
        if !output::confirm("Make these anew on top?") {
            return Err(Error::NotConfirmed);
        }
    }
    trust::asking(register, || register.bring_up(&catch_up))
}

fn plan(catch_up: &CatchUp) -> String {
    let CatchUp { upstream, remade, .. } = catch_up;
    let mut plan = format!(
        "{} has {} that you have not; yours are made anew on top:",
        upstream.name,
        commits(upstream.behind)
    );
    for commit in remade {
        let short = commit.commit.get(..10).unwrap_or(&commit.commit);
        plan.push_str(&format!("\n{short} {}", visible::line(&commit.subject)));
    }
    plan
}
