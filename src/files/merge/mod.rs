//! Three versions of a register's file as one: what git's merge asks for, answered in TOML and not in lines.
//!
//! Key by key: what only one side changed is taken from it, what both changed alike is taken once. Entries of a list are
//! the same by what they are known by ([`identity`](crate::domain::identity)), never by their place. What comes out has
//! our file's layout and both sides' comments, reads as TOML, breaks no rule that neither side broke, and says nothing
//! that neither side said, but for one mark.
//!
//! That mark is `contested = true` in a judgement that two sides changed, each in its own way: two people decided the
//! same cell, so somebody has to look again. Where they contradict each other the more cautious status stands, and both
//! reasons are kept. The mark makes the judgement stale, and the next decision takes it away.
//!
//! Where two sides contradict each other in anything else there is no safe answer, and none is given.

mod contradiction;
mod decor;
mod list;
mod meaning;
mod table;
pub mod three;

use toml_edit::DocumentMut;

use super::{RegisterPath, read, write};
use contradiction::Judge;
use meaning::Meaning;
use table::Sides;

/// What three versions come to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Merged {
    /// Both sides' changes, none against another.
    Agreed(String),
    /// A judgement on which the sides contradict each other: cautious, valid, and marked.
    Contested(String),
    /// No answer: a side is no TOML, or they contradict each other in what cannot be weighed.
    Unsettled,
}

/// The texts of one file: at the base, nothing where it was not there; on our side, and on theirs.
#[derive(Clone, Copy, Debug)]
pub struct Versions<'t> {
    pub base: &'t str,
    pub ours: &'t str,
    pub theirs: &'t str,
}

pub fn merge(file: &RegisterPath, versions: Versions) -> Merged {
    let Versions { base, ours, theirs } = versions;
    let parsed = [base, ours, theirs].map(|text| read::unified(text).parse::<DocumentMut>());
    let [Ok(base), Ok(mut merged), Ok(theirs)] = parsed else { return Merged::Unsettled };
    let mut judge = Judge::new(file, &base, &merged, &theirs);
    let sides = Sides { base: Some(base.as_table()), theirs: theirs.as_table() };
    if table::merge(&mut judge, &mut Vec::new(), merged.as_table_mut(), sides).is_err() {
        return Merged::Unsettled;
    }
    judge.mark(&mut merged);
    decor::merge_ends(&mut merged, &base, &theirs);
    let meant = Meaning::of_table(merged.as_table());
    let text = write::with_ends_of(ours, merged.to_string());
    match is_sound(file, &text, &meant, versions) {
        false => Merged::Unsettled,
        true if judge.contradicted => Merged::Contested(text),
        true => Merged::Agreed(text),
    }
}

/// Whether a text reads as what is meant, and has no mistake that neither side had.
fn is_sound(file: &RegisterPath, text: &str, meant: &Meaning, versions: Versions) -> bool {
    let Ok(document) = read::unified(text).parse::<DocumentMut>() else { return false };
    let mistakes = |text: &str| -> Vec<_> {
        read::findings(file, text).into_iter().map(|finding| (finding.rule, finding.message)).collect()
    };
    let known = [mistakes(versions.ours), mistakes(versions.theirs)].concat();
    Meaning::of_table(document.as_table()) == *meant
        && mistakes(text).iter().all(|mistake| known.contains(mistake))
}
