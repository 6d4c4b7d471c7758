//! The ledger against real repositories, with real git as the judge.

mod crashes;
mod reading;
mod world;
mod writing;
