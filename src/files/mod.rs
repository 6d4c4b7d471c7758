//! The register's files: TOML text on one side, the domain's values on the other.
//!
//! Reading never fails and never panics: what is wrong in a file becomes a [`Finding`](crate::domain::Finding) with
//! its line and column, and everything else in it stays usable. Merging never brings in what no side said. Writing touches only what a change moves, and gives
//! nothing back that does not read as what was meant. No disk, no git and no clock here: bytes come in, text goes out.

pub mod check;
pub mod layout;
pub mod lines;
pub mod merge;
pub mod read;
pub mod remark;
pub mod write;

pub(crate) mod tree;

pub use layout::RegisterPath;
