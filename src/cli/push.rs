//! `countersign push`

use clap::Args;

use super::fetch::update;
use super::reading::Where;
use super::transfer::{self, Terminal, commits};
use super::{output, trust};
use crate::domain::visible;
use crate::error::{Error, Result};
use crate::register::{Outcome, Outgoing, Pushed, Register};

/// Push branches, with the user's own git
///
/// Where others pushed first, nothing is pushed: what they have is fetched, commits that nobody else has are made anew on
/// top of it, after asking, and pushed again. A branch that follows nothing follows what it was pushed to from then on.
#[derive(Debug, Args)]
pub struct Push {
    /// Where to [default: the remote of the branch, or the only one]
    remote: Option<String>,
    /// Which branches [default: the one that is checked out]
    #[arg(value_name = "BRANCH")]
    branches: Vec<String>,
    /// Replace a proposal there that is still what was last fetched; never the register's own branch
    #[arg(long)]
    replace: bool,
    /// Fetch and make own commits anew without asking, where others pushed first
    #[arg(long)]
    yes: bool,
    /// Print JSON
    #[arg(long)]
    json: bool,
    #[command(flatten)]
    register: Where,
}

impl Push {
    pub fn run(&self) -> Result<()> {
        let register = self.register.open_to_write(None)?;
        let remote = register.remote(self.remote.as_deref())?;
        let current = register.branch();
        let branches = if self.branches.is_empty() { vec![current?] } else { self.branches.clone() };
        let mut remade = Vec::new();
        let mut pushed = self.push(&register, &remote, &branches)?;
        if overtaken(&pushed) {
            remade = self.catch_up(&register, &remote, &branches)?;
            pushed = self.push(&register, &remote, &branches)?;
            if overtaken(&pushed) {
                return Err(behind(&register, &branches)?);
            }
        }
        if self.json {
            let upstream = register.upstream()?;
            return output::print(transfer::as_json("push", &remote, upstream.as_ref(), &remade, &pushed));
        }
        let made = remade.iter().map(|id| format!("Made anew as {id}\n"));
        let lines = pushed.iter().map(|pushed| {
            format!(
                "{} {} {}\n",
                visible::line(&remote),
                visible::line(&pushed.reference),
                visible::line(&pushed.summary)
            )
        });
        output::print(made.chain(lines).collect::<String>())
    }

    fn push(&self, register: &Register, remote: &str, branches: &[String]) -> Result<Vec<Pushed>> {
        let outgoing = branches.iter().map(|branch| register.outgoing(remote, branch, self.replace));
        let outgoing = outgoing.collect::<Result<Vec<Outgoing>>>()?;
        trust::asking(register, || Terminal::open().with(|talk| register.push(remote, &outgoing, talk)))
    }

    /// Only the branch that is checked out can be made anew.
    fn catch_up(&self, register: &Register, remote: &str, branches: &[String]) -> Result<Vec<String>> {
        if *branches != [register.branch()?] {
            return Err(behind(register, branches)?);
        }
        if !self.yes {
            if !output::is_interactive() {
                return Err(behind(register, branches)?);
            }
            if !output::confirm("Others pushed first. Fetch what they have?") {
                return Err(Error::NotConfirmed);
            }
        }
        Terminal::open().with(|talk| register.fetch(remote, talk))?;
        if let Some(upstream) = register.upstream()? {
            output::say(
                "note",
                &format!("{} has {} that you have not", upstream.name, commits(upstream.behind)),
            );
        }
        update(register, self.yes)
    }
}

fn overtaken(pushed: &[Pushed]) -> bool {
    pushed.iter().any(|pushed| pushed.outcome == Outcome::Behind)
}

fn behind(register: &Register, branches: &[String]) -> Result<Error> {
    let upstream = register.upstream()?;
    let upstream = upstream.as_ref().map_or("the remote", |upstream| &upstream.name).to_owned();
    Ok(Error::BehindUpstream { branch: branches.join(", "), upstream })
}
