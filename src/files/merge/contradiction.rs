//! What both sides changed, each in its own way: weighed in a judgement, left to people in everything else.

use std::cmp::Ordering;

use toml_edit::{DocumentMut, Item, Value};

use super::mark::Mark;
use super::meaning::Meaning;
use super::{Answers, Point, Taken, three};
use crate::domain::{Day, Status};
use crate::files::RegisterPath;

/// The sides are built otherwise, so that there are no keys to choose between.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Contradiction;

pub enum Settled {
    Ours,
    Theirs,
    Text(String),
}

/// Weighs two sides of one file.
pub struct Judge<'a> {
    kind: Kind,
    /// In a judgement: whether our side is the one that stands where one of the two has to.
    ours_stands: bool,
    /// Both sides changed the judgement itself, each in its own way.
    both_decided: bool,
    /// What people chose; it goes before what is weighed.
    answers: &'a Answers,
    /// What earlier merges left to people in each version.
    marks: [Vec<Mark>; 3],
    /// Where the sides contradict each other, and what is left to people.
    pub found: Found,
}

#[derive(Default)]
pub struct Found {
    pub points: Vec<Point>,
    pub marks: Vec<Mark>,
}

/// A version of a file, by its place among three.
pub type Of = usize;
pub const BASE: Of = 0;
pub const OURS: Of = 1;
pub const THEIRS: Of = 2;

/// What a version says at a key, and what of it is settled by nobody.
type Said<'j> = (Option<Meaning>, Vec<(&'j str, Option<Meaning>)>);

/// A key as it was, and as each side has it.
#[derive(Clone, Copy)]
pub struct Claims<'t> {
    pub base: Option<&'t Item>,
    pub ours: Option<&'t Item>,
    pub theirs: Option<&'t Item>,
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

impl<'a> Judge<'a> {
    pub fn new(
        file: &RegisterPath,
        [base, ours, theirs]: [&DocumentMut; 3],
        marks: [Vec<Mark>; 3],
        answers: &'a Answers,
    ) -> Judge<'a> {
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
            answers,
            marks,
            found: Found::default(),
        }
    }

    pub fn says(&self, of: Of, at: &[String], item: Option<&Item>) -> Said<'_> {
        let marks = self.marks_in(of, at).map(|mark| (mark.key.as_str(), mark.other()));
        (item.and_then(Meaning::of), marks.collect())
    }

    fn marks_in(&self, of: Of, at: &[String]) -> impl Iterator<Item = &Mark> {
        let name = if self.marks[of].is_empty() { String::new() } else { at.join(", ") };
        self.marks[of].iter().filter(move |mark| mark.is_within(&name))
    }

    /// The keys of a table that are marked, though no version may have them.
    pub fn marked_below(&self, at: &[String]) -> Vec<String> {
        let name = if self.marks.iter().all(Vec::is_empty) { String::new() } else { at.join(", ") };
        let below = self.marks.iter().flatten().filter_map(|mark| match name.as_str() {
            "" => Some(mark.key.as_str()),
            name => mark.key.strip_prefix(name)?.strip_prefix(", "),
        });
        // What has a blank in it is an entry of a list.
        below.filter(|key| !key.contains(' ')).map(str::to_owned).collect()
    }

    /// What stands at a key is as a version has it: what that left to people is left to them.
    pub fn keep(&mut self, of: Of, at: &[String]) {
        let kept: Vec<Mark> = self.marks_in(of, at).cloned().collect();
        self.found.marks.extend(kept);
    }

    /// Marks a judgement that two sides decided, each in its own way.
    pub fn mark(&self, merged: &mut DocumentMut) {
        if self.kind == Kind::Judgement && (self.both_decided || !self.found.points.is_empty()) {
            merged.insert(MARK, Item::Value(Value::from(true)));
        }
    }

    /// Whether a value is one thing: taken from the one side that changed it, and never made of two. In the settings
    /// that are lists of people, too, and everywhere what is marked as a whole.
    pub fn is_one_thing(&self, at: &[String], item: &Item) -> bool {
        let parts = item.is_table_like() || item.is_array_of_tables() || item.is_array();
        let is_marked = || {
            let name = at.join(", ");
            self.marks.iter().flatten().any(|mark| mark.key == name)
        };
        !parts || (self.kind == Kind::Settings && item.is_array()) || is_marked()
    }

    /// Whether an entry stays that one side took out and the other changed.
    pub fn keeps(&mut self, at: &[String], claims: Claims) -> bool {
        let weighed = (self.kind == Kind::Judgement).then(|| side(claims.ours.is_some()));
        match self.point(at, claims, weighed, false) {
            Some(Taken::Ours) => claims.ours.is_some(),
            Some(Taken::Theirs) => claims.theirs.is_some(),
            Some(Taken::Both) | None => true,
        }
    }

    /// Which value a key gets that both sides changed. While nobody knows ours stands, or theirs where we have none.
    pub fn settle(&mut self, at: &[String], claims: Claims) -> Settled {
        let keys: Vec<&str> = at.iter().map(String::as_str).collect();
        let weighed = if self.kind == Kind::Judgement { self.weigh(&keys, claims) } else { None };
        let both = match &weighed {
            Some(Settled::Text(both)) => Some(both.clone()),
            _ => None,
        };
        if let (Kind::Judgement, ["assessed" | "review-by"], Some(weighed)) = (self.kind, &keys[..], &weighed)
        {
            let is_ours = matches!(weighed, Settled::Ours);
            self.keep(if is_ours { OURS } else { THEIRS }, at);
            return if is_ours { Settled::Ours } else { Settled::Theirs };
        }
        let weighed = weighed.map(|weighed| match weighed {
            Settled::Ours => Taken::Ours,
            Settled::Theirs => Taken::Theirs,
            Settled::Text(_) => Taken::Both,
        });
        match (self.point(at, claims, weighed, both.is_some()), both) {
            (Some(Taken::Both), Some(both)) => Settled::Text(both),
            (Some(Taken::Theirs), _) => Settled::Theirs,
            (None, _) if claims.ours.is_none() => Settled::Theirs,
            _ => Settled::Ours,
        }
    }

    /// Remembers a contradiction, and says what is taken; what is not is marked.
    fn point(
        &mut self,
        at: &[String],
        Claims { base, ours, theirs }: Claims,
        weighed: Option<Taken>,
        both: bool,
    ) -> Option<Taken> {
        let name = at.join(", ");
        let chosen = self.answers.sides.get(&name).copied();
        let taken = chosen.filter(|taken| both || *taken != Taken::Both).or(weighed);
        match taken {
            Some(Taken::Ours) => self.keep(OURS, at),
            Some(Taken::Theirs) => self.keep(THEIRS, at),
            Some(Taken::Both) => {}
            None => {
                self.keep(OURS, at);
                // What stands here is no other.
                let stands = ours.or(theirs).and_then(Meaning::of);
                let marks =
                    self.marks_in(THEIRS, at).filter(|mark| mark.key != name || mark.other() != stands);
                let marks: Vec<Mark> = marks.cloned().collect();
                self.found.marks.extend(marks);
                self.found.marks.push(Mark::new(name.clone(), ours.and(theirs), base));
            }
        }
        let [base, ours, theirs] =
            [base, ours, theirs].map(|item| item.and_then(Meaning::of).map(|meaning| three::words(&meaning)));
        self.found.points.push(Point { name, base, ours, theirs, both, weighed, taken });
        taken
    }

    /// The careful answer, where there is one.
    fn weigh(&self, keys: &[&str], Claims { ours, theirs, .. }: Claims) -> Option<Settled> {
        let either = |ours: bool| if ours { Settled::Ours } else { Settled::Theirs };
        Some(match (keys, ours, theirs) {
            // Rather a value too many than one that somebody relied on.
            (_, Some(_), None) => Settled::Ours,
            (_, None, _) => Settled::Theirs,
            (["assessed"], Some(ours), Some(theirs)) => either(day(ours)? >= day(theirs)?),
            (["review-by"], Some(ours), Some(theirs)) => either(day(ours)? <= day(theirs)?),
            (["status"] | ["requirements", _], Some(ours), Some(theirs)) => {
                either(status(ours)? <= status(theirs)?)
            }
            (["reason"], Some(ours), Some(theirs)) => self.both_reasons(ours.as_str()?, theirs.as_str()?),
            _ => either(self.ours_stands),
        })
    }

    fn both_reasons(&self, ours: &str, theirs: &str) -> Settled {
        let (first, second) = if self.ours_stands { (ours, theirs) } else { (theirs, ours) };
        match (ours.contains(theirs.trim()), theirs.contains(ours.trim())) {
            (true, false) => Settled::Ours,
            (false, true) => Settled::Theirs,
            // They differ in blanks alone.
            (true, true) if self.ours_stands => Settled::Ours,
            (true, true) => Settled::Theirs,
            (false, false) => Settled::Text(format!("{}\n\n{}", first.trim_end(), second.trim())),
        }
    }
}

/// A contested judgement is nobody's: where both sides decided it, what they said is held against each other and not
/// against what a merge put together. Branches that were merged crosswise, each settled in its own way, come to that.
pub fn forget_contested(base: &mut DocumentMut, sides: [&DocumentMut; 2]) {
    let is_contested = |document: &DocumentMut| document.get(MARK).and_then(Item::as_bool) == Some(true);
    if is_contested(base) && !sides.into_iter().any(is_contested) {
        for key in ["status", "reason", "requirements"] {
            base.remove(key);
        }
    }
}

fn side(ours: bool) -> Taken {
    if ours { Taken::Ours } else { Taken::Theirs }
}

fn substance(document: &DocumentMut) -> [Option<Meaning>; 4] {
    SUBSTANCE.map(|key| document.get(key).and_then(Meaning::of))
}

/// The side with the graver status; of two alike the later one, and then either, so that both orders give the same.
fn more_cautious(ours: &DocumentMut, theirs: &DocumentMut) -> Ordering {
    let weight = |document: &DocumentMut| {
        let status = document.get("status").and_then(status);
        let day = document.get("assessed").and_then(day);
        (status, std::cmp::Reverse(day), Meaning::of_table(document.as_table()))
    };
    weight(ours).cmp(&weight(theirs))
}

fn status(item: &Item) -> Option<Status> {
    item.as_str()?.parse().ok()
}

fn day(item: &Item) -> Option<Day> {
    item.as_datetime()?.to_string().parse().ok()
}
