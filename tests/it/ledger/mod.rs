//! The ledger against real repositories, with real git as the judge.

pub mod crashes;
mod faults;
mod lines;
mod messages;
mod places;
mod reading;
pub mod ring;
mod signing;
mod stopping;
mod stores;
pub mod waiting;
pub mod world;
mod writers;
pub mod writing;
