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
}

pub enum Settled {
    List(Arc<Conflicts>),
    /// A file, by its path, and what is left.
    Settled {
        path: String,
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
                Settled::Settled { path: conflict.path, left: conflicts()? }
            }
        })
    }

    pub fn words(&self) -> &'static str {
        match self {
            Settling::List => "reading what is in conflict",
            Settling::Settle(..) => "settling",
        }
    }
}
