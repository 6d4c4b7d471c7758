//! What both sides changed, each in its own way: weighed in a judgement, left to people in everything else.

use std::cmp::Ordering;

use toml_edit::{DocumentMut, Item, Value};

use super::meaning::Meaning;
use crate::domain::{Day, Status};
use crate::files::RegisterPath;

/// There is no safe answer.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Contradiction;

pub enum Settled {
    Ours,
    Theirs,
    Text(String),
}

/// Weighs two sides of one file.
pub struct Judge {
    kind: Kind,
    /// In a judgement: whether our side is the one that stands where one of the two has to.
    ours_stands: bool,
    /// Both sides changed the judgement itself, each in its own way.
    both_decided: bool,
    /// Some key had two answers, and one was chosen.
    pub contradicted: bool,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Kind {
    Judgement,
    /// Who may decide what: no list of it is made of two.
    Settings,
    Other,
}

/// The key of a judgement that was put together from two.
const MARK: &str = "contested";

/// What a judgement is, beside when and by whom it was made.
const SUBSTANCE: [&str; 4] = ["status", "reason", "requirements", "evidence"];

impl Judge {
    pub fn new(file: &RegisterPath, base: &DocumentMut, ours: &DocumentMut, theirs: &DocumentMut) -> Judge {
        let kind = match file {
            RegisterPath::Assessment(..) => Kind::Judgement,
            RegisterPath::Settings => Kind::Settings,
            _ => Kind::Other,
        };
        let [before, our, their] = [base, ours, theirs].map(substance);
        Judge {
            kind,
            ours_stands: more_cautious(ours, theirs) != Ordering::Greater,
            both_decided: kind == Kind::Judgement && our != their && our != before && their != before,
            contradicted: false,
        }
    }

    /// Marks a judgement that two sides decided, each in its own way.
    pub fn mark(&self, merged: &mut DocumentMut) {
        if self.kind == Kind::Judgement && (self.both_decided || self.contradicted) {
            merged.insert(MARK, Item::Value(Value::from(true)));
        }
    }

    /// Whether a value is one thing: taken from the one side that changed it, and never made of two. In the settings
    /// that are lists of people, too.
    pub fn is_one_thing(&self, item: &Item) -> bool {
        let parts = item.is_table_like() || item.is_array_of_tables() || item.is_array();
        !parts || (self.kind == Kind::Settings && item.is_array())
    }

    /// An entry that one side took out and the other changed.
    pub fn keep_what_one_side_took_out(&mut self) -> Result<(), Contradiction> {
        if self.kind != Kind::Judgement {
            return Err(Contradiction);
        }
        self.contradicted = true;
        Ok(())
    }

    /// Which value a key gets that both sides changed.
    pub fn settle(
        &mut self,
        at: &[String],
        ours: Option<&Item>,
        theirs: Option<&Item>,
    ) -> Result<Settled, Contradiction> {
        if self.kind != Kind::Judgement {
            return Err(Contradiction);
        }
        let keys: Vec<&str> = at.iter().map(String::as_str).collect();
        let later = |ours_is_later: bool| if ours_is_later { Settled::Ours } else { Settled::Theirs };
        match (&keys[..], ours, theirs) {
            (["assessed"], Some(ours), Some(theirs)) => return Ok(later(day(ours)? >= day(theirs)?)),
            (["review-by"], Some(ours), Some(theirs)) => return Ok(later(day(ours)? <= day(theirs)?)),
            _ => self.contradicted = true,
        }
        match (&keys[..], ours, theirs) {
            // Rather a value too many than one that somebody relied on.
            (_, Some(_), None) => Ok(Settled::Ours),
            (_, None, _) => Ok(Settled::Theirs),
            (["status"] | ["requirements", _], Some(ours), Some(theirs)) => {
                Ok(later(status(ours)? <= status(theirs)?))
            }
            (["reason"], Some(ours), Some(theirs)) => self.both_reasons(text(ours)?, text(theirs)?),
            _ => Ok(later(self.ours_stands)),
        }
    }

    fn both_reasons(&self, ours: &str, theirs: &str) -> Result<Settled, Contradiction> {
        let (first, second) = if self.ours_stands { (ours, theirs) } else { (theirs, ours) };
        Ok(match (ours.contains(theirs.trim()), theirs.contains(ours.trim())) {
            (true, false) => Settled::Ours,
            (false, true) => Settled::Theirs,
            // They differ in blanks alone.
            (true, true) if self.ours_stands => Settled::Ours,
            (true, true) => Settled::Theirs,
            (false, false) => Settled::Text(format!("{}\n\n{}", first.trim_end(), second.trim())),
        })
    }
}

fn substance(document: &DocumentMut) -> [Option<Meaning>; 4] {
    SUBSTANCE.map(|key| document.get(key).and_then(Meaning::of))
}

/// The side with the graver status; of two alike the later one, and then either, so that both orders give the same.
fn more_cautious(ours: &DocumentMut, theirs: &DocumentMut) -> Ordering {
    let weight = |document: &DocumentMut| {
        let status = document.get("status").and_then(|item| status(item).ok());
        let day = document.get("assessed").and_then(|item| day(item).ok());
        (status, std::cmp::Reverse(day), Meaning::of_table(document.as_table()))
    };
    weight(ours).cmp(&weight(theirs))
}

fn status(item: &Item) -> Result<Status, Contradiction> {
    text(item)?.parse().map_err(|_| Contradiction)
}

fn text(item: &Item) -> Result<&str, Contradiction> {
    item.as_str().ok_or(Contradiction)
}

fn day(item: &Item) -> Result<Day, Contradiction> {
    item.as_datetime().and_then(|day| day.to_string().parse().ok()).ok_or(Contradiction)
}
