//! The one test binary beside the unit tests.

mod commands;
mod files;
mod fixture;
mod ledger;
mod shipped_data;
