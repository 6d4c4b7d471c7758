//! The one test binary beside the unit tests.

mod files;
mod ledger;
