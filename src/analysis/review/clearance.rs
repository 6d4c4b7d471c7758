//! Whether a proposal may be merged: every rule of the policy that is not met, and what to do about it.

use super::{authors, grade, is_author, last_words};
use crate::analysis::audit;
use crate::domain::deed::Who;
use crate::domain::policy::{self, Subject, same_person};
use crate::domain::proposal::{Behind, Clash, Cleared, Fit};
use crate::domain::remark::{Weighed, address};
use crate::domain::snapshot::Settings;
use crate::domain::{Day, Deed, Entry, Proposal};

/// Who would merge, whether their merge would be signed, and whether their branch is behind.
#[derive(Clone, Copy, Debug)]
pub struct Merger<'a> {
    pub name: &'a str,
    pub email: &'a str,
    pub signs: bool,
    pub behind: Option<&'a Behind>,
}

impl<'a> Merger<'a> {
    /// Whoever is at this repository; git may have no name for them.
    pub fn here(me: Option<&'a Who>, signs: bool, behind: Option<&'a Behind>) -> Merger<'a> {
        let nobody = "nobody git has a name for";
        let (name, email) = me.map_or((nobody, nobody), |me| (&me.name, &me.email));
        Merger { name, email, signs, behind }
    }
}

/// A rule of the policy that is not met: which one, and what to do.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Shortfall {
    pub rule: &'static str,
    pub message: String,
    pub to_do: &'static str,
}

impl Shortfall {
    /// One line.
    pub fn words(&self) -> String {
        format!("{}: {}; {}", self.rule, self.message, self.to_do)
    }
}

/// What an audit says of a proposal's commits.
pub fn audited(deeds: &[Deed], today: Day) -> Vec<audit::Finding> {
    deeds.iter().flat_map(|deed| audit::judge(deed, today)).collect()
}

/// The people whose review counts as it is now, without whoever merges: name and address.
pub fn reviewed_by(proposal: &Proposal, settings: &Settings) -> Vec<String> {
    let authors = authors(proposal);
    let counted =
        last_words(proposal).into_iter().filter(|word| grade(word, &authors, &settings.review).counts());
    counted.map(|word| word.remark.by.clone()).collect()
}

/// The proposal as one that may be merged onto a commit by somebody, or everything that stands in their way.
pub fn clear(
    proposal: &Proposal,
    settings: &Settings,
    onto: &str,
    merger: Merger<'_>,
    audit: &[audit::Finding],
) -> Result<Cleared, Vec<Shortfall>> {
    let shortfalls = shortfalls(proposal, settings, merger, audit);
    if !shortfalls.is_empty() {
        return Err(shortfalls);
    }
    let mut reviewers = reviewed_by(proposal, settings);
    let theirs = |reviewer: &String| same_person(address(reviewer), merger.email);
    let reviews = settings.review.author_may_approve || !is_author(proposal, merger.email);
    if reviews && !reviewers.iter().any(theirs) {
        reviewers.push(format!("{} <{}>", merger.name, merger.email));
    }
    Ok(Cleared {
        name: proposal.name.clone(),
        head: proposal.head.clone(),
        onto: onto.to_owned(),
        reviewers,
        changes: proposal.changes.iter().map(Entry::words).collect(),
    })
}

/// Everything that stands in the way of this merge. `audit`: what was found in the proposal's commits.
pub fn shortfalls(
    proposal: &Proposal,
    settings: &Settings,
    merger: Merger<'_>,
    audit: &[audit::Finding],
) -> Vec<Shortfall> {
    let mut found = Vec::new();
    found.extend(merger.behind.map(is_behind));
    found.extend(does_not_fit(&proposal.fit));
    found.extend(objections(proposal));
    found.extend(merged_by_somebody_else(proposal, &settings.review, merger));
    found.extend(too_few_approvals(proposal, &settings.review, merger));
    if settings.signing.require_signatures && !merger.signs {
        found.push(Shortfall {
            rule: "signing.require-signatures",
            message: "your git does not sign commits".to_owned(),
            to_do: "set commit.gpgSign, and user.signingKey to a key on the list of allowed signers",
        });
    }
    found.extend(failed_checks(proposal, &settings.review, audit));
    found
}

fn is_behind(Behind { upstream, commits }: &Behind) -> Shortfall {
    let commits = if *commits == 1 { "1 commit".to_owned() } else { format!("{commits} commits") };
    Shortfall {
        rule: "behind",
        message: format!("the branch is {commits} behind {upstream}, whose policy and decisions it lacks"),
        to_do: "bring it up first: `countersign fetch --update`",
    }
}

fn does_not_fit(fit: &Fit) -> Option<Shortfall> {
    let (message, to_do) = match fit {
        Fit::Applies => return None,
        Fit::Merged => ("all of it is in the base already".to_owned(), "there is nothing to do"),
        Fit::Conflicts(clashes) => {
            let files: Vec<String> = clashes.iter().map(clash).collect();
            let message = format!("the base says otherwise in {}", files.join(", "));
            (
                message,
                "let its author merge the base into it and settle that with `countersign conflicts`, or decide \
                 again on a new proposal",
            )
        }
        Fit::NotFiles(paths) => {
            let message = format!("it changes more than files: {}", paths.join(", "));
            (message, "merge it with git itself")
        }
        Fit::Unrelated => {
            ("it shares no one commit with the base".to_owned(), "let the author rebase it onto the base")
        }
    };
    Some(Shortfall { rule: "applies", message, to_do })
}

fn clash(Clash { path, points }: &Clash) -> String {
    if points.is_empty() { path.clone() } else { format!("{path} ({})", points.join("; ")) }
}

fn objections(proposal: &Proposal) -> impl Iterator<Item = Shortfall> {
    let objecting = last_words(proposal).into_iter().filter(|word| word.remark.verdict.objects());
    objecting.map(|word| {
        let Weighed { remark, .. } = word;
        let text = remark.text.lines().next().unwrap_or_default();
        let reason = if text.is_empty() { String::new() } else { format!(" ({text})") };
        Shortfall {
            rule: "objection",
            message: format!("{} {}{reason}", word.who(), remark.verdict.words()),
            to_do: "change the proposal, or let them approve it",
        }
    })
}

/// `second-person`, `may-approve` and `approver`, for whoever merges.
fn merged_by_somebody_else(
    proposal: &Proposal,
    review: &policy::Review,
    merger: Merger<'_>,
) -> Vec<Shortfall> {
    let mut found = Vec::new();
    let approved = last_words(proposal).iter().any(|word| grade(word, &authors(proposal), review).counts());
    let own = is_author(proposal, merger.email) && !review.author_may_approve;
    if review.second_person && own && !approved {
        found.push(Shortfall {
            rule: "review.second-person",
            message: format!("{} proposed it", merger.email),
            to_do: "let somebody else merge it, or approve it with a signature",
        });
    }
    let not_theirs: Vec<String> = proposal
        .changes
        .iter()
        .filter(|change| !review.lets_approve(merger.email, &change.kind.subject()))
        .map(|change| change.words())
        .collect();
    if !not_theirs.is_empty() {
        found.push(Shortfall {
            rule: "review.may-approve",
            message: format!("{} may not approve {}", merger.email, not_theirs.join(", ")),
            to_do: "ask one of those whom countersign.toml of the base names",
        });
    }
    found
}

fn too_few_approvals(proposal: &Proposal, review: &policy::Review, merger: Merger<'_>) -> Option<Shortfall> {
    if review.approvals == 0 {
        return None;
    }
    let authors = authors(proposal);
    let mut people: Vec<&str> = last_words(proposal)
        .into_iter()
        .filter(|word| grade(word, &authors, review).counts())
        .map(Weighed::who)
        .collect();
    let merger_counts = merger.signs && (review.author_may_approve || !is_author(proposal, merger.email));
    if merger_counts && !people.iter().any(|person| same_person(person, merger.email)) {
        people.push(merger.email);
    }
    let approving =
        |subject: Subject| people.iter().filter(|person| review.lets_approve(person, &subject)).count();
    let of_changes = proposal.changes.iter().map(|change| (approving(change.kind.subject()), change.words()));
    let (least, change) = of_changes.min_by_key(|(count, _)| *count)?;
    (least < review.approvals).then(|| Shortfall {
        rule: "review.approvals",
        message: format!("{} of {} signed approvals of {change} as it is now", least, review.approvals),
        to_do: "let more people approve it, each with a signing key on the list of allowed signers",
    })
}

fn failed_checks(proposal: &Proposal, review: &policy::Review, audit: &[audit::Finding]) -> Vec<Shortfall> {
    let mut found = Vec::new();
    for check in &review.required_checks {
        let first = match check {
            policy::RequiredCheck::Check => proposal.findings.first().map(|finding| finding.path.clone()),
            policy::RequiredCheck::Audit => audit.first().map(|finding| {
                let commit = finding.commit.get(..10).unwrap_or(&finding.commit);
                format!("{commit} ({})", finding.class.key())
            }),
        };
        if let Some(first) = first {
            found.push(Shortfall {
                rule: "review.required-checks",
                message: format!("`{}` finds something new, first in {first}", check.key()),
                to_do: "let the author mend it",
            });
        }
    }
    found
}
