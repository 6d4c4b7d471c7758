//! Countersign: a terminal register of AI obligations kept in git.

pub mod analysis;
pub mod cli;
pub mod demo;
pub mod domain;
pub mod error;
pub mod files;
pub mod ledger;
pub mod register;
pub mod report;
pub mod shipped;
pub mod ui;
