//! What the screen of conflicts asks for, done behind it.

use std::sync::Arc;

use crate::error::Result;
use crate::register::Register;
use crate::register::conflicts::{Choice, Conflict, Conflicts};

#[derive(Clone, Debug)]
pub enum Settling {
    List,
    /// A file, as it was looked at.
    Settle(Box<Conflict>, Choice),
    /// git, with what it is in the middle of.
    GoOn {
        signs: bool,
    },
}

pub enum Settled {
    List(Arc<Conflicts>),
    /// A file, by its path, and what is left.
    File {
        path: String,
        left: Arc<Conflicts>,
    },
    /// What git was in the middle of is over, or it stopped again.
    WentOn {
        is_over: bool,
        left: Arc<Conflicts>,
    },
}

impl Settling {
    pub fn perform(self, register: &Register) -> Result<Settled> {
        let conflicts = || register.conflicts().map(Arc::new);
        Ok(match self {
            Settling::List => Settled::List(conflicts()?),
            Settling::Settle(conflict, choice) => {
                register.settle(&conflict, &choice)?;
                Settled::File { path: conflict.path, left: conflicts()? }
            }
            Settling::GoOn { .. } => {
                let is_over = register.go_on()?;
                Settled::WentOn { is_over, left: conflicts()? }
            }
        })
    }

    /// Whether the program that signs may ask for a passphrase.
    pub fn may_ask(&self) -> bool {
        matches!(self, Settling::GoOn { signs: true })
    }

    pub const GOING_ON: &'static str = "going on";

    pub fn words(&self) -> &'static str {
        match self {
            Settling::List => "reading what is in conflict",
            Settling::Settle(..) => "settling",
            Settling::GoOn { .. } => Settling::GOING_ON,
        }
    }
}
