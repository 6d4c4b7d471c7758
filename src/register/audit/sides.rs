//! Which sides of a merge have a say in what the others bring, whichever parent they are: those whose policy is another
//! than where the sides parted. A side that left it as it was has none, or what was rightly done under a newer policy
//! would be held against an older one.

use std::collections::{BTreeMap, HashMap};

use super::facts::{Facts, Terms};
use crate::error::Result;
use crate::ledger::{CommitId, Ledger, Link};

#[derive(Default)]
pub struct Sides {
    merges: HashMap<CommitId, Vec<Parted>>,
    /// Each policy that has a say somewhere, once.
    policies: Vec<Side>,
    judged: HashMap<CommitId, Vec<usize>>,
}

/// A side of a merge.
pub struct Parted {
    /// Its last commit before the merge.
    pub end: CommitId,
    /// Where it parted from the others; none where they share no commit.
    pub bases: Vec<Option<CommitId>>,
    pub has_a_say: bool,
}

/// A policy, and the end of a side that has it.
#[derive(Clone)]
pub struct Side {
    pub end: CommitId,
    pub terms: Terms,
}

impl Sides {
    pub fn of(ledger: &Ledger, facts: &mut Facts<'_>, commits: &[Link]) -> Result<Sides> {
        let lines = Lines::of(commits);
        let mut sides = Sides::default();
        for merge in commits.iter().filter(|link| link.parents.len() > 1) {
            let parted = parted(ledger, facts, &lines, &merge.parents)?;
            for Parted { end, .. } in parted.iter().filter(|side| side.has_a_say) {
                let policy = sides.policy(Side { end: *end, terms: facts.terms(Some(*end))? });
                let others: Vec<CommitId> = merge.parents.iter().copied().filter(|at| at != end).collect();
                sides.judges(policy, merge.id);
                lines.brought(*end, &others).into_iter().for_each(|at| sides.judges(policy, at));
            }
            sides.merges.insert(merge.id, parted);
        }
        Ok(sides)
    }

    /// The sides that have a say in a commit, because some merge brought it to them or is made with them.
    pub fn judging(&self, commit: CommitId) -> Vec<Side> {
        let policies = self.judged.get(&commit).into_iter().flatten();
        policies.map(|policy| self.policies[*policy].clone()).collect()
    }

    /// The sides of a merge, in the order of its parents.
    pub fn of_merge(&self, merge: CommitId) -> &[Parted] {
        self.merges.get(&merge).map(Vec::as_slice).unwrap_or_default()
    }

    fn policy(&mut self, side: Side) -> usize {
        let known = self.policies.iter().position(|known| known.terms == side.terms);
        known.unwrap_or_else(|| {
            self.policies.push(side);
            self.policies.len() - 1
        })
    }

    fn judges(&mut self, policy: usize, commit: CommitId) {
        let judging = self.judged.entry(commit).or_default();
        if !judging.contains(&policy) {
            judging.push(policy);
        }
    }
}

fn parted(
    ledger: &Ledger,
    facts: &mut Facts<'_>,
    lines: &Lines<'_>,
    parents: &[CommitId],
) -> Result<Vec<Parted>> {
    let Some((first, others)) = parents.split_first() else { return Ok(Vec::new()) };
    let mut sides = vec![(*first, Vec::new())];
    for other in others {
        let shared = match lines.bases(*first, *other) {
            Some(bases) => bases,
            None => ledger.merge_bases(*first, *other)?,
        };
        let bases: Vec<_> =
            if shared.is_empty() { vec![None] } else { shared.into_iter().map(Some).collect() };
        sides[0].1.extend(bases.iter().copied());
        sides.push((*other, bases));
    }
    let parted = |(end, mut bases): (CommitId, Vec<Option<CommitId>>)| {
        bases.sort();
        bases.dedup();
        let terms = facts.terms(Some(end))?;
        let changed = bases.iter().map(|base| Ok(facts.terms(*base)? != terms));
        let has_a_say = changed.collect::<Result<Vec<bool>>>()?.contains(&true);
        Ok(Parted { end, bases, has_a_say })
    };
    sides.into_iter().map(parted).collect()
}

/// Commits that are listed already, children before parents, so that nothing of them is read again.
struct Lines<'a> {
    commits: &'a [Link],
    places: HashMap<CommitId, usize>,
}

const OURS: u8 = 1;
const THEIRS: u8 = 2;
const BOTH: u8 = OURS | THEIRS;
/// It leads to one that both share.
const BELOW: u8 = BOTH | 4;

impl Lines<'_> {
    fn of(commits: &[Link]) -> Lines<'_> {
        let places = commits.iter().enumerate().map(|(place, link)| (link.id, place)).collect();
        Lines { commits, places }
    }

    /// The best commits that two sides share; nothing where they cannot be followed to there.
    fn bases(&self, ours: CommitId, theirs: CommitId) -> Option<Vec<CommitId>> {
        let mut open = Open::of(self, ours, &[theirs]);
        let mut bases = Vec::new();
        while open.has(BOTH) || open.has(OURS) && open.has(THEIRS) {
            let (link, mark) = open.pop()?;
            if mark == BOTH {
                bases.push(link.id);
            }
        }
        open.is_whole.then_some(bases)
    }

    /// What leads to others, and not to an end.
    fn brought(&self, end: CommitId, others: &[CommitId]) -> Vec<CommitId> {
        let mut open = Open::of(self, end, others);
        let mut brought = Vec::new();
        while open.has(THEIRS)
            && let Some((link, mark)) = open.pop()
        {
            if mark == THEIRS {
                brought.push(link.id);
            }
        }
        brought
    }
}

/// What is still to be looked at, by its place: whatever leads to a commit has marked it before it comes.
struct Open<'a> {
    lines: &'a Lines<'a>,
    marks: BTreeMap<usize, u8>,
    /// How many there are of each mark.
    counts: [usize; BELOW as usize + 1],
    /// Whether nothing was met yet that is not listed, but for what leads to what both share.
    is_whole: bool,
}

impl Open<'_> {
    fn of<'a>(lines: &'a Lines<'a>, ours: CommitId, theirs: &[CommitId]) -> Open<'a> {
        let counts = [0; BELOW as usize + 1];
        let mut open = Open { lines, marks: BTreeMap::new(), counts, is_whole: true };
        open.mark(ours, OURS);
        theirs.iter().for_each(|their| open.mark(*their, THEIRS));
        open
    }

    fn has(&self, mark: u8) -> bool {
        self.counts[usize::from(mark)] > 0
    }

    fn mark(&mut self, commit: CommitId, mark: u8) {
        let Some(place) = self.lines.places.get(&commit) else {
            self.is_whole &= mark == BELOW;
            return;
        };
        let known = self.marks.entry(*place).or_insert(0);
        self.counts[usize::from(*known)] -= usize::from(*known > 0);
        *known |= mark;
        self.counts[usize::from(*known)] += 1;
    }

    fn pop(&mut self) -> Option<(&Link, u8)> {
        let (place, mark) = self.marks.pop_first()?;
        self.counts[usize::from(mark)] -= 1;
        let lines = self.lines;
        let link = &lines.commits[place];
        let onward = if mark == BOTH { BELOW } else { mark };
        link.parents.iter().for_each(|parent| self.mark(*parent, onward));
        Some((link, mark))
    }
}
