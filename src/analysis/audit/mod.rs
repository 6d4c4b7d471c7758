//! Holding every commit against what it says, and against what the register demanded when it was made.
//!
//! A commit comes as a [`Deed`], derived from its trees; each rule looks at one deed and has a file of its own. What is
//! ordinary work, such as new evidence or a change of the catalogue, is no finding, and neither is a merge that only
//! brings in what its sides hold.

mod approval;
mod clock;
mod continuity;
mod evidence;
mod filed;
mod made_again;
mod merge;
mod moved;
mod record;
mod signer;
mod transition;
mod view;

use std::collections::{BTreeMap, HashMap};
use std::fmt;

use super::review::{Grade, arrived};
use crate::domain::deed::{Arrival, Continuity};
use crate::domain::{CompanyId, Day, Deed, Slot};

/// Something in the trail that does not hold.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Finding {
    pub class: Class,
    /// Full commit id.
    pub commit: String,
    pub author: String,
    pub email: String,
    pub day: Day,
    pub subject: String,
    /// The file it is about, where it is about one.
    pub path: Option<String>,
    pub message: String,
}

/// `commit path: message [class]`
impl fmt::Display for Finding {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.commit.get(..10).unwrap_or(&self.commit))?;
        if let Some(path) = &self.path {
            write!(f, " {path}")?;
        }
        write!(f, ": {} [{}]", self.message, self.class.key())
    }
}

macro_rules! classes {
    ($($(#[doc = $reason:literal])+ $name:ident = $key:literal),* $(,)?) => {
        /// What can be wrong with a trail. A class's name never changes its meaning.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub enum Class { $($(#[doc = $reason])+ $name),* }

        impl Class {
            pub const ALL: &[Class] = &[$(Class::$name),*];

            /// Its stable name.
            pub fn key(self) -> &'static str {
                match self { $(Class::$name => $key),* }
            }

            /// What it means.
            pub fn reason(self) -> &'static str {
                match self { $(Class::$name => concat!($($reason),+).trim_ascii()),* }
            }
        }
    };
}

classes! {
    /// The branch no longer holds commits that were audited before.
    HistoryRewritten = "history-rewritten",
    /// A judgement changed, and the commit has no record of it.
    EditedByHand = "edited-by-hand",
    /// A record says something else than the commit did.
    ContradictsRecord = "contradicts-its-record",
    /// A judgement that Countersign would have refused.
    RefusedTransition = "refused-transition",
    /// The policy asks for a signature, and there is none.
    Unsigned = "unsigned",
    /// A signature that does not count: its key is not on the list, expired, revoked, or somebody else's.
    SignerNotAllowed = "signer-not-allowed",
    /// Decided or approved by somebody whom the policy does not name.
    NotAllowed = "not-allowed",
    /// The policy asks for a second person, and there was none.
    SelfApproved = "self-approved",
    /// The policy asks for more approvals than are proved.
    TooFewApprovals = "too-few-approvals",
    /// A platform merged what was approved, and left something of its trail behind.
    LostInMerge = "lost-in-merge",
    /// A recorded commit that was amended, rebased or cherry-picked after it was made.
    MadeAgain = "made-again",
    /// Made before the commit it stands on, or later than today.
    ClockSetBack = "clock-set-back",
    /// A document is not the one its evidence file or a judgement names.
    EvidenceSwapped = "evidence-swapped",
    /// A file stands elsewhere: its trail does not follow it there.
    FileMoved = "file-moved",
    /// A merge holds what neither side has, or drops what one side did.
    ChangedInMerge = "changed-in-merge",
}

/// What a rule found in a deed.
#[derive(PartialEq)]
struct Doubt {
    class: Class,
    path: Option<String>,
    message: String,
}

impl Doubt {
    fn new(class: Class, message: impl Into<String>) -> Doubt {
        Doubt { class, path: None, message: message.into() }
    }

    fn about(class: Class, path: &str, message: impl Into<String>) -> Doubt {
        Doubt { class, path: Some(path.to_owned()), message: message.into() }
    }
}

/// Everything that does not hold in one commit. `today` bounds what a clock can have shown.
pub fn judge(deed: &Deed, today: Day) -> Vec<Finding> {
    let mut doubts = Vec::new();
    doubts.extend(record::rule(deed));
    doubts.extend(filed::rule(deed));
    doubts.extend(view::rule(deed));
    doubts.extend(transition::rule(deed));
    doubts.extend(by_policy(deed));
    doubts.extend(made_again::rule(deed));
    doubts.extend(clock::rule(deed, today));
    doubts.extend(evidence::rule(deed));
    doubts.extend(moved::rule(deed));
    doubts.extend(merge::rule(deed));
    doubts.into_iter().map(|doubt| finding(deed, doubt)).collect()
}

/// What its own policy says, and what those of other sides say beyond that.
fn by_policy(deed: &Deed) -> Vec<Doubt> {
    let said = |deed: &Deed| signer::rule(deed).into_iter().chain(approval::rule(deed));
    let mut doubts: Vec<(Option<&str>, Doubt)> = said(deed).map(|doubt| (None, doubt)).collect();
    for (side, deed) in deed.under_others() {
        for doubt in said(&deed) {
            if doubts.iter().all(|(_, known)| *known != doubt) {
                doubts.push((Some(side), doubt));
            }
        }
    }
    let named = |(side, doubt): (Option<&str>, Doubt)| match side.map(|side| side.get(..10).unwrap_or(side)) {
        Some(side) => Doubt {
            message: format!("{}, by the policy of {side}, with which it was merged", doubt.message),
            ..doubt
        },
        None => doubt,
    };
    doubts.into_iter().map(named).collect()
}

fn finding(deed: &Deed, doubt: Doubt) -> Finding {
    Finding {
        class: doubt.class,
        commit: deed.commit.clone(),
        author: deed.author.name.clone(),
        email: deed.author.email.clone(),
        day: Day::at(deed.committer.time_seconds, deed.committer.offset_minutes),
        subject: deed.subject.clone(),
        path: doubt.path,
        message: doubt.message,
    }
}

/// More than anybody reads one by one; what there is more of is counted.
pub const MOST_FINDINGS: usize = 10_000;

/// What an audit found so far. Commits are added newest first.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Results {
    today: Day,
    /// The first [`MOST_FINDINGS`]; the summary counts those that are left out.
    pub findings: Vec<Finding>,
    pub summary: Summary,
    pub grades: Grades,
}

impl Results {
    /// Begins with how a branch, which ends in `head`, stands to its last audit.
    pub fn new(continuity: &Continuity, head: &str, today: Day) -> Results {
        let mut results =
            Results { today, findings: Vec::new(), summary: Summary::default(), grades: Grades::default() };
        results.find(continuity::broken(continuity, head, today));
        results
    }

    pub fn add(&mut self, deed: &Deed) {
        self.summary.add(deed);
        self.grades.add(deed);
        self.find(judge(deed, self.today));
    }

    fn find(&mut self, mut found: Vec<Finding>) {
        let room = MOST_FINDINGS - self.findings.len();
        for left_out in found.drain(room.min(found.len())..) {
            *self.summary.left_out.entry(left_out.class).or_default() += 1;
        }
        self.findings.append(&mut found);
    }

    /// Whether the branch still holds everything that was audited before.
    pub fn is_continuous(&self) -> bool {
        !self.findings.iter().any(|finding| finding.class == Class::HistoryRewritten)
    }
}

/// How much was looked at, who decided how often, and how much was found beyond what is listed.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Summary {
    pub commits: usize,
    pub merges: usize,
    /// Judgements that were made, changed or taken back.
    pub decisions: usize,
    /// Those of them whose commit has a record.
    pub recorded: usize,
    /// How many of them went through a review of which grade.
    pub reviews: BTreeMap<Grade, usize>,
    /// By e-mail address, small letters.
    pub deciders: BTreeMap<String, Decider>,
    /// Findings beyond [`MOST_FINDINGS`], by class.
    pub left_out: BTreeMap<Class, usize>,
}

/// The review that each commit with a judgement went through; of a merge, the least of what it brought.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Grades(HashMap<String, Grade>);

impl Grades {
    /// Of commits that come newest first.
    pub fn of_all<E>(deeds: impl IntoIterator<Item = Result<Deed, E>>) -> Result<Grades, E> {
        let mut grades = Grades::default();
        for deed in deeds {
            grades.add(&deed?);
        }
        Ok(grades)
    }

    /// Commits come newest first.
    pub fn add(&mut self, deed: &Deed) {
        if deed.judgements.is_empty() {
            return;
        }
        let grade = arrived(deed);
        self.0.insert(deed.commit.clone(), grade);
        if let Arrival::Merged(approval) = &deed.arrival {
            let least = self.0.entry(approval.commit.clone()).or_insert(grade);
            *least = grade.min(*least);
        }
    }

    /// Takes in what another stretch of the same history said; of a commit that both name the least counts.
    pub fn extend(&mut self, others: &Grades) {
        for (commit, grade) in &others.0 {
            let least = self.0.entry(commit.clone()).or_insert(*grade);
            *least = (*grade).min(*least);
        }
    }

    /// Nothing for a commit without any judgement.
    pub fn of(&self, commit: &str) -> Option<Grade> {
        self.0.get(commit).copied()
    }
}

#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Decider {
    /// As the latest commit has it.
    pub name: String,
    pub decisions: usize,
}

impl Summary {
    /// How many findings are not listed.
    pub fn left_out(&self) -> usize {
        self.left_out.values().sum()
    }

    /// Counts a commit; they come newest first.
    pub fn add(&mut self, deed: &Deed) {
        self.commits += 1;
        self.merges += usize::from(deed.is_merge());
        let decisions = deed.judgements.len();
        if decisions == 0 {
            return;
        }
        let recorded = |company: &CompanyId, slot: &Slot| record::claim_of(deed, company, slot).is_some();
        self.decisions += decisions;
        *self.reviews.entry(arrived(deed)).or_default() += decisions;
        self.recorded +=
            deed.judgements.iter().filter(|judgement| recorded(&judgement.company, &judgement.slot)).count();
        let decider = self.deciders.entry(deed.author.email.to_lowercase()).or_default();
        decider.decisions += decisions;
        if decider.name.is_empty() {
            decider.name = deed.author.name.clone();
        }
    }
}
