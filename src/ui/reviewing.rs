//! What the screens of proposals ask for, done behind them.

use std::sync::Arc;

use super::worker::{Request, Response};
use crate::analysis::check::new_findings;
use crate::analysis::meaning::{self, Section, Side};
use crate::analysis::review::{Merger, Shortfall, audited, clear, shortfalls};
use crate::domain::Day;
use crate::domain::proposal::Slug;
use crate::error::{Error, Result};
use crate::register::{At, Prepared, Proposals, Register, Said, UnderReview};

#[derive(Clone, Debug)]
pub enum Reviewing {
    /// All proposals.
    List,
    /// One of them, by its name.
    Look(String),
    /// The commit that would say something about what was seen.
    Say {
        name: String,
        seen: String,
        said: Said,
        signs: bool,
    },
    /// The merge of what was seen.
    Countersign {
        name: String,
        seen: String,
    },
    Withdraw(String),
    /// What was being prepared, as a proposal; without a slug it is named by what it is about.
    Propose {
        slug: String,
        of: Box<Request>,
    },
}

pub enum Reviewed {
    List(Arc<Proposals>),
    Look(Arc<Looked>),
    Withdrawn { name: String, remotes: Vec<String> },
}

/// A proposal with everything its screen shows.
pub struct Looked {
    pub under: UnderReview,
    pub in_the_way: Vec<Shortfall>,
    /// What it means for the register.
    pub outline: Vec<Section>,
    /// Each change line by line, in the order of the changes.
    pub diffs: Vec<String>,
}

impl Reviewing {
    pub const SAYING: &'static str = "preparing the review";
    pub const PROPOSING: &'static str = "preparing the proposal";

    pub fn perform(self, register: &Register, day: Day, tell: &mut dyn FnMut(Response)) -> Result<()> {
        let answer = match self {
            Reviewing::List => {
                let found = register.proposals(&|head, bases| new_findings(head, bases, day))?;
                Response::Reviewed(Reviewed::List(Arc::new(found)))
            }
            Reviewing::Look(name) => {
                Response::Reviewed(Reviewed::Look(Arc::new(look(register, &name, day)?)))
            }
            Reviewing::Say { name, seen, said, .. } => prepared(register.say(&name, &seen, said)?),
            Reviewing::Countersign { name, seen } => prepared(countersign(register, &name, &seen, day)?),
            Reviewing::Withdraw(name) => {
                let gone = register.withdraw(&name)?;
                let remotes = gone.places.into_iter().filter_map(|place| place.remote).collect();
                Response::Reviewed(Reviewed::Withdrawn { name: gone.name, remotes })
            }
            Reviewing::Propose { slug, of } => prepared(propose(register, &slug, &of, day)?),
        };
        tell(answer);
        Ok(())
    }

    /// Whether the program that signs may ask for a passphrase.
    pub fn may_ask(&self) -> bool {
        matches!(self, Reviewing::Say { signs: true, .. })
    }

    /// What its steps are, where it can be ended between them.
    pub fn steps(&self) -> Option<&'static str> {
        match self {
            Reviewing::Look(_) => Some("companies"),
            _ => None,
        }
    }

    pub fn words(&self) -> &'static str {
        match self {
            Reviewing::List => "reading the proposals",
            Reviewing::Look(_) => "reading the proposal",
            Reviewing::Say { .. } => Reviewing::SAYING,
            Reviewing::Countersign { .. } => "preparing the merge",
            Reviewing::Withdraw(_) => "withdrawing the proposal",
            Reviewing::Propose { .. } => Reviewing::PROPOSING,
        }
    }
}

fn prepared(prepared: Prepared) -> Response {
    Response::Prepared(Box::new(prepared))
}

fn under_review(register: &Register, name: &str, day: Day) -> Result<UnderReview> {
    register.under_review(name, &|head, bases| new_findings(head, bases, day))
}

fn look(register: &Register, name: &str, day: Day) -> Result<Looked> {
    let under = under_review(register, name, day)?;
    let audit = audited(&under.deeds, day);
    let merger = Merger::here(under.me.as_ref(), under.signs, under.behind.as_ref());
    let in_the_way = shortfalls(&under.proposal, &under.settings, merger, &audit);
    let diffs = register.diffs_of(&under.proposal)?;
    let outline = match &under.proposal.base {
        None => Vec::new(),
        Some(base) => {
            let at = |commit: &String| At::Revision(commit.clone());
            let compared = register.compare(&at(base), &at(&under.proposal.head))?;
            let side = |snapshot| Side { snapshot, day };
            meaning::between(side(&compared.before), side(&compared.after), &compared.touched, &[]).outline()
        }
    };
    Ok(Looked { under, in_the_way, outline, diffs })
}

fn countersign(register: &Register, name: &str, seen: &str, day: Day) -> Result<Prepared> {
    let under = under_review(register, name, day)?;
    if under.proposal.head != seen {
        return Err(Error::ProposalMoved { name: name.to_owned() });
    }
    let merger = Merger::here(under.me.as_ref(), under.signs, under.behind.as_ref());
    let audit = audited(&under.deeds, day);
    let cleared =
        clear(&under.proposal, &under.settings, &under.onto, merger, &audit).map_err(|shortfalls| {
            let shortfalls = shortfalls.iter().map(Shortfall::words).collect();
            Error::NotCleared { name: name.to_owned(), shortfalls }
        })?;
    register.countersign(&cleared, "")
}

/// The same commits, for a branch of their own.
fn propose(register: &Register, slug: &str, of: &Request, day: Day) -> Result<Prepared> {
    let here = of.prepare(register, day)?;
    let slug = match slug.trim() {
        "" => Slug::about(here.topic()),
        typed => typed.parse().map_err(|reason| Error::BadSlug { reason })?,
    };
    let proposal = register.reopen()?.proposing(here.company().as_ref(), &slug)?;
    of.prepare(&proposal, day)
}
