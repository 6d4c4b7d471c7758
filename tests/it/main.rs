//! The one test binary beside the unit tests.

mod analysis;
mod files;
mod ledger;
