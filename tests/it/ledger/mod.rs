//! The ledger against real repositories, with real git as the judge.

mod crashes;
mod lines;
mod messages;
mod reading;
mod stores;
pub mod world;
mod writing;
