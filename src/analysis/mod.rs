//! What the register means: pure functions of a snapshot and a day.
//!
//! Reading order: [`scope`] says whether and on what basis a measure binds, [`state`] what a judgement is worth today,
//! [`board`] puts every company against every measure, and the rest counts, sorts, filters and
//! compares boards. [`decision`], [`filing`], [`position`] and [`model`] hold a change against the snapshot before it is made.

pub mod audit;
pub mod board;
pub mod check;
pub mod comparison;
pub mod coverage;
pub mod decision;
pub mod difference;
pub mod filing;
pub mod filter;
pub mod gaps;
pub mod meaning;
pub mod model;
pub mod order;
pub mod position;
pub mod review;
pub mod saved;
pub mod scope;
pub mod state;
pub mod timeline;

pub use board::{Board, Cell};
pub use comparison::{Pair, Sides};
pub use coverage::{Counts, Coverage, Covered};
pub use decision::{Choice, Draft, Refusal};
pub use difference::Difference;
pub use filter::Filter;
pub use gaps::{Gap, Target};
pub use meaning::Meaning;
pub use order::Ranking;
pub use review::{Grade, Standing};
pub use scope::{Applicability, Applies, Group};
pub use state::{Ground, StaleReason, State};
pub use timeline::{Grain, Timeline};
