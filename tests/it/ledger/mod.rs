//! The ledger against real repositories, with real git as the judge.

mod reading;
mod world;
