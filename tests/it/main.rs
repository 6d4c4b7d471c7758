//! The one test binary beside the unit tests.

mod analysis;
mod architecture;
mod audit;
mod commands;
mod demo;
mod files;
mod fixture;
mod fuzz;
mod hostile;
mod init;
mod ledger;
mod screens;
mod shipped_data;
