//! The ledger against real repositories, with real git as the judge.

mod branches;
pub mod crashes;
mod faults;
mod lines;
mod messages;
mod places;
mod races;
mod reading;
pub mod ring;
mod settings;
mod signing;
mod stopping;
mod stores;
pub mod waiting;
pub mod world;
mod writers;
pub mod writing;
