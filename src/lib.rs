//! Countersign: a terminal register of AI obligations kept in git.

pub mod domain;
pub mod files;
