//! `countersign merge-driver`

use std::path::PathBuf;

use clap::Args;

use super::{Outcome, output};
use crate::domain::visible;
use crate::register::merge::{Driven, ThreeFiles, drive};

/// Merge three versions of one file of the register, key by key
///
/// Started by git where `countersign setup` was run. The result goes in place of OURS. Exit codes are those of
/// gitattributes(5): 0 merged, 1 conflict, 129 not merged at all.
///
/// What contradicts is a conflict to git, so that whoever merges sees it; the file is valid all the same. Of two judgements
/// the more cautious status stands, both reasons are kept, and `contested = true` makes the cell stale until somebody
/// decides again. Of anything else our side stands, and `[[unsettled]]` says what theirs is, until somebody settles it
/// (`countersign conflicts`). Where a version is no TOML, git's merge by lines is all there is.
#[derive(Debug, Args)]
pub struct MergeDriver {
    /// The common ancestor's version (%O)
    base: PathBuf,
    /// The version of the branch that is merged into (%A)
    ours: PathBuf,
    /// The other branch's version (%B)
    theirs: PathBuf,
    /// How long conflict markers are (%L)
    #[arg(default_value_t = 7)]
    marker_size: usize,
    /// Where the result will be in the register (%P)
    #[arg(default_value = "")]
    path: String,
}

impl MergeDriver {
    pub fn run(&self) -> Outcome {
        let MergeDriver { base, ours, theirs, marker_size, path } = self;
        let files = ThreeFiles { base, ours, theirs, marker_size: *marker_size };
        let path = path.as_str();
        match drive(path, files) {
            Ok(Driven::Clean) => Outcome::Fine,
            Ok(Driven::Contested) => conflict(path, "was judged differently on both sides"),
            Ok(Driven::Unsettled) => conflict(path, "says one thing on each side"),
            Ok(Driven::ByLines) => conflict(path, "could only be merged line by line"),
            Err(error) => {
                output::say("error", &error.to_string());
                output::say("hint", &error.hint());
                Outcome::NotMerged
            }
        }
    }
}

fn conflict(path: &str, what: &str) -> Outcome {
    let path = visible::line(path);
    output::say("countersign", &format!("{path} {what}; `countersign conflicts` shows how"));
    Outcome::Findings
}
