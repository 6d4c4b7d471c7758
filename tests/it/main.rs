//! The one test binary beside the unit tests.

mod commands;
mod files;
mod fixture;
mod init;
mod ledger;
mod shipped_data;
