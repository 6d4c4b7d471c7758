//! What `check` says: everything wrong in one state of the register, and what of it counts.
//!
//! A finding that a waiver answers for is set aside ([`waivers`]). On a branch, one that its base has as well is only
//! counted: a branch answers for what it brings, so that a register with old findings can still get better ([`Verdict`]).
//! What was left out because it is too much, or cannot be read, could hide what the branch brings: that is never known.

mod concern;
mod waivers;

use std::collections::BTreeMap;

use super::saved;
use crate::domain::{Day, Finding, Rule, Snapshot, Waiver};

pub use concern::Concern;

/// One state of the register's files, as far as a check goes.
#[derive(Clone, Debug)]
pub struct State {
    concerns: Vec<Concern>,
    waivers: Vec<Waiver>,
    day: Day,
}

impl State {
    /// `documents` are the findings on kept documents, which a snapshot does not look at.
    pub fn new(snapshot: &Snapshot, documents: Vec<Finding>, day: Day) -> State {
        State::of(snapshot, Some(documents), day)
    }

    /// Before anybody has looked at the documents. Which waivers are for nothing cannot be told yet.
    pub fn without_documents(snapshot: &Snapshot, day: Day) -> State {
        State::of(snapshot, None, day)
    }

    fn of(snapshot: &Snapshot, documents: Option<Vec<Finding>>, day: Day) -> State {
        let all = documents.is_some();
        let mut findings = snapshot.findings.clone();
        findings.extend(saved::findings(snapshot));
        findings.extend(documents.into_iter().flatten());
        findings.sort();
        // The caller may have added some of them to the snapshot already.
        findings.dedup();
        let mut of_waivers = waivers::findings(&snapshot.waivers, &findings, day);
        of_waivers.retain(|finding| all || finding.rule != Rule::UnusedWaiver);
        findings.extend(of_waivers);
        findings.sort();
        let concerns = findings.into_iter().map(Concern::File).collect();
        State { concerns, waivers: snapshot.waivers.clone(), day }
    }

    /// How often each finding is there. Lines do not count: they move with every edit above them.
    fn tally(&self) -> BTreeMap<concern::Identity<'_>, usize> {
        let mut tally = BTreeMap::new();
        for concern in &self.concerns {
            *tally.entry(concern.identity()).or_default() += 1;
        }
        tally
    }
}

/// What a check came to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Verdict {
    /// What counts, of the files first.
    pub findings: Vec<Concern>,
    pub waived: Vec<Waived>,
    /// What is said beside, and does not count.
    pub base: Option<Base>,
}

/// A finding that somebody answers for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Waived {
    pub concern: Concern,
    pub waiver: Waiver,
}

/// What a branch has in common with its base, and what it wants waived that the base does not.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Base {
    /// Findings of the branch that the base has as well.
    pub known: usize,
    pub new_waivers: Vec<Waiver>,
}

impl Verdict {
    /// Of a state as such.
    pub fn of(state: State) -> Verdict {
        let State { concerns, waivers, day } = state;
        let (findings, waived) = set_aside(concerns, &waivers, day);
        Verdict { findings, waived, base: None }
    }

    /// Of a branch: of its files what none of `bases` has, and all of its `trail`. A finding is known if the base has it
    /// now, or had it where the branch began. Waivers count that the branch brings along; they are named.
    pub fn of_branch(branch: State, trail: Vec<Concern>, bases: &[State]) -> Verdict {
        let new_waivers = new_waivers(&branch, bases);
        let State { mut concerns, waivers, day } = branch;
        concerns.extend(trail);
        let (findings, waived) = set_aside(concerns, &waivers, day);
        let mut budget = BTreeMap::new();
        for (identity, count) in bases.iter().flat_map(State::tally) {
            let most = budget.entry(identity).or_insert(0);
            *most = count.max(*most);
        }
        let unseen = [Rule::TooMany, Rule::Unreadable].map(Rule::key);
        let (mut known, mut new) = (0, Vec::new());
        for concern in &findings {
            match budget.get_mut(&concern.identity()) {
                Some(left @ 1..) if !unseen.contains(&concern.rule()) => {
                    *left -= 1;
                    known += 1;
                }
                _ => new.push(concern.clone()),
            }
        }
        let base = Base { known, new_waivers };
        Verdict { findings: new, waived, base: Some(base) }
    }

    pub fn known(&self) -> usize {
        self.base.as_ref().map_or(0, |base| base.known)
    }

    pub fn new_waivers(&self) -> &[Waiver] {
        self.base.as_ref().map_or(&[], |base| &base.new_waivers)
    }
}

/// What a proposal brings into its files that none of its bases has, and nobody answers for. Kept documents are not looked at.
pub fn new_findings(head: &Snapshot, bases: &[Snapshot], day: Day) -> Vec<Finding> {
    let state = |snapshot: &Snapshot| State::without_documents(snapshot, day);
    let bases: Vec<State> = bases.iter().map(state).collect();
    let verdict = Verdict::of_branch(state(head), Vec::new(), &bases);
    let of_file = |concern| match concern {
        Concern::File(finding) => Some(finding),
        Concern::Trail(_) => None,
    };
    verdict.findings.into_iter().filter_map(of_file).collect()
}

fn set_aside(concerns: Vec<Concern>, waivers: &[Waiver], day: Day) -> (Vec<Concern>, Vec<Waived>) {
    let (mut open, mut waived) = (Vec::new(), Vec::new());
    for concern in concerns {
        match waivers::waiver_of(&concern, waivers, day) {
            Some(waiver) => waived.push(Waived { concern, waiver: waiver.clone() }),
            None => open.push(concern),
        }
    }
    (open, waived)
}

fn new_waivers(branch: &State, bases: &[State]) -> Vec<Waiver> {
    let known = |waiver: &Waiver| {
        bases.iter().flat_map(|base| &base.waivers).any(|known| known.says_the_same(waiver))
    };
    branch.waivers.iter().filter(|waiver| !known(waiver)).cloned().collect()
}
