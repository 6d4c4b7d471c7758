//! `countersign undo`, and what it shares with `redo`.

use clap::Args;
use serde_json::{Value, json};

use super::offer::{self, Offer};
use super::reading::Where;
use super::trust;
use crate::error::Result;
use crate::register::{Planned, Prepared, Range, Way, Which};

/// Take a change back: restore what stood before, as a new commit
///
/// Each change is taken back by a commit of its own, the newest first; all of them are made, or none. Shows the exact
/// messages and diffs, asks, and commits; without a terminal it needs --yes. What changed since is not undone, and what
/// was undone can be redone.
#[derive(Debug, Args)]
pub struct Undo {
    /// A commit, or A..B: all that changed the register after A, up to B [default: the last change]
    #[arg(value_name = "REV | A..B")]
    which: Option<Range>,
    #[command(flatten)]
    taking_back: TakingBack,
}

impl Undo {
    pub fn run(&self) -> Result<()> {
        self.taking_back.run(Way::Undo, self.which.clone())
    }
}

#[derive(Debug, Args)]
pub struct TakingBack {
    /// Why, in sentences; `@FILE` reads a file, `-` reads stdin
    #[arg(long, value_name = "TEXT", allow_hyphen_values = true)]
    reason: Option<String>,
    #[command(flatten)]
    offer: Offer,
    #[command(flatten)]
    register: Where,
}

impl TakingBack {
    pub fn run(&self, way: Way, range: Option<Range>) -> Result<()> {
        let mut register = self.register.open_to_write(self.offer.branch())?;
        let reason = self.reason.as_deref().map(offer::reason).transpose()?;
        let undo = crate::register::Undo { way, which: Which::from(range), reason };
        let mut prepared = trust::asking(&register, || register.undo(&undo))?;
        if let Some(proposal) = self.offer.redirect(register.reopen()?, &prepared)? {
            register = proposal;
            prepared = register.undo(&undo)?;
        }
        let (text, document) = (offer::previews(&prepared), as_json(way, &prepared));
        self.offer.carry_out(&register, &prepared, &text, document, |document, committed| {
            for (at, id) in committed.ids.iter().enumerate() {
                document["commits"][at]["commit"] = id.as_str().into();
            }
        })
    }
}

fn as_json(way: Way, prepared: &Prepared) -> Value {
    let commit = |commit: &Planned| {
        json!({
            "commit": null,
            "undoes": commit.undoes(),
            "paths": commit.paths().collect::<Vec<_>>(),
            "message": commit.message(),
            "diff": commit.diff(),
        })
    };
    let commits: Vec<Value> = prepared.commits().iter().map(commit).collect();
    json!({ "format": 1, "view": way.verb(), "branch": prepared.branch(), "replayed-on": null, "commits": commits })
}
