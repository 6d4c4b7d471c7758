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
//! Where two sides contradict each other in anything else there is no safe answer, and none is given but by people:
//! [`weigh`] names each such point, and takes what they chose. Until they do the file is [`mark`]ed: one side stands in
//! it, and `[[unsettled]]` says what the other says. To a later merge a marked key says neither; against anything else
//! it is a contradiction again, so that no side wins unseen, not even in branches that were merged crosswise.

mod contradiction;
mod decor;
mod list;
pub mod mark;
mod meaning;
mod table;
pub mod three;

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use toml_edit::{DocumentMut, Item};

use super::{RegisterPath, read, write};
use crate::domain::Rule;
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
    /// They contradict each other in what cannot be weighed: valid, and marked with both sides.
    Unsettled(String),
    /// No question: a side is no TOML.
    Unreadable,
}

/// The texts of one file: at the base, nothing where it was not there; on our side, and on theirs.
#[derive(Clone, Copy, Debug)]
pub struct Versions<'t> {
    pub base: &'t str,
    pub ours: &'t str,
    pub theirs: &'t str,
}

pub fn is_toml(text: &str) -> bool {
    read::unified(text).parse::<DocumentMut>().is_ok()
}

/// A key, or an entry of a list, on which the sides contradict each other.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Point {
    /// As [`three::fields`] calls it.
    pub name: String,
    /// What each version says; nothing where it does not have it.
    pub base: Option<String>,
    pub ours: Option<String>,
    pub theirs: Option<String>,
    /// Whether there is a text that holds both.
    pub both: bool,
    /// The careful answer; none where nobody but people can tell.
    pub weighed: Option<Taken>,
    /// The answer that was taken; none while nobody has chosen.
    pub taken: Option<Taken>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Taken {
    Ours,
    Theirs,
    Both,
}

impl Taken {
    pub fn word(self) -> &'static str {
        match self {
            Taken::Ours => "ours",
            Taken::Theirs => "theirs",
            Taken::Both => "both",
        }
    }
}

/// What people chose.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Answers {
    /// By a point's name.
    pub sides: BTreeMap<String, Taken>,
    /// In place of a judgement's reason.
    pub reason: Option<String>,
}

/// Three versions made one, and where that took a choice.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Weighed {
    pub text: String,
    /// Of a judgement.
    pub reason: Option<String>,
    pub points: Vec<Point>,
}

impl Weighed {
    /// The points that nobody has settled.
    pub fn open(&self) -> impl Iterator<Item = &Point> {
        self.points.iter().filter(|point| point.taken.is_none())
    }
}

pub fn merge(file: &RegisterPath, versions: Versions) -> Merged {
    match weigh(file, versions, &Answers::default()) {
        Some(weighed) if weighed.points.is_empty() => Merged::Agreed(weighed.text),
        Some(weighed) if weighed.open().next().is_none() => Merged::Contested(weighed.text),
        Some(weighed) => Merged::Unsettled(weighed.text),
        None => stand(versions),
    }
}

/// Where no sound file comes of two, or nobody knows what was before: ours, with all that theirs has otherwise marked.
fn stand(Versions { ours, theirs, .. }: Versions) -> Merged {
    let [Ok(our), Ok(their)] = [ours, theirs].map(|text| read::unified(text).parse::<DocumentMut>()) else {
        return Merged::Unreadable;
    };
    if Meaning::of_table(our.as_table()) == Meaning::of_table(their.as_table()) {
        return Merged::Agreed(ours.to_owned());
    }
    Merged::Unsettled(write::with_ends_of(ours, mark::stand(our, their).to_string()))
}

/// The same, with what people chose where the sides contradict each other; ours stands where nobody has. Nothing where
/// a side is no TOML, or there are no keys to choose between.
///
/// A judgement that comes out as one side has it is that side's; any other is marked.
pub fn weigh(file: &RegisterPath, versions: Versions, answers: &Answers) -> Option<Weighed> {
    let Versions { base, ours, theirs } = versions;
    let parsed = [base, ours, theirs].map(|text| read::unified(text).parse::<DocumentMut>());
    let [Ok(mut base), Ok(mut merged), Ok(mut theirs)] = parsed else { return None };
    let marks = [&mut base, &mut merged, &mut theirs].map(mark::take);
    contradiction::forget_contested(&mut base, [&merged, &theirs]);
    let meanings = [&merged, &theirs].map(|side| Meaning::of_table(side.as_table()));
    let mut judge = Judge::new(file, [&base, &merged, &theirs], marks, answers);
    let sides = Sides { base: Some(base.as_table()), theirs: theirs.as_table() };
    table::merge(&mut judge, &mut Vec::new(), merged.as_table_mut(), sides);
    if let (Some(reason), Some(item)) = (&answers.reason, merged.get_mut("reason")) {
        decor::set_text(item, reason);
    }
    let is_one_sides = meanings.contains(&Meaning::of_table(merged.as_table()));
    if *answers == Answers::default() || !is_one_sides {
        judge.mark(&mut merged);
    }
    decor::merge_ends(&mut merged, &base, &theirs);
    let contradiction::Found { points, marks } = judge.found;
    mark::put(&mut merged, marks);
    let meant = Meaning::of_table(merged.as_table());
    let text = write::with_ends_of(ours, merged.to_string());
    let reason = merged.get("reason").and_then(Item::as_str).map(str::to_owned);
    is_sound(file, &text, &meant, versions).then_some(Weighed { text, reason, points })
}

/// What people must have chosen for a text to come out; what they wrote themselves is no choice.
pub fn answers_behind(file: &RegisterPath, versions: Versions, text: &str) -> Option<Answers> {
    let said = three::leaves(text)?;
    let weighed = weigh(file, versions, &Answers::default())?;
    let sides = weighed.points.into_iter().map(|point| {
        let within = format!("{}, ", point.name);
        let entry = said.keys().any(|name| name.starts_with(&within));
        let stands = |side: &Option<String>| match said.get(&point.name) {
            None if entry => side.is_some(),
            value => value == side.as_ref(),
        };
        let taken = match (stands(&point.ours), stands(&point.theirs)) {
            (true, _) => Taken::Ours,
            (_, true) => Taken::Theirs,
            _ => Taken::Both,
        };
        (point.name, taken)
    });
    Some(Answers { sides: sides.collect(), reason: None })
}

/// Whether a text reads as what is meant, and has no mistake that neither side had.
fn is_sound(file: &RegisterPath, text: &str, meant: &Meaning, versions: Versions) -> bool {
    let Ok(document) = read::unified(text).parse::<DocumentMut>() else { return false };
    let mistakes = |text: &str| -> Vec<_> {
        let findings = read::findings(file, text).into_iter();
        let mistakes = findings.filter(|finding| finding.rule != Rule::Unsettled);
        mistakes.map(|finding| (finding.rule, finding.message)).collect()
    };
    let known = [mistakes(versions.ours), mistakes(versions.theirs)].concat();
    Meaning::of_table(document.as_table()) == *meant
        && mistakes(text).iter().all(|mistake| known.contains(mistake))
}
