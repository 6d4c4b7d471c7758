//! Proposals and reviews in few words, for the screen and for print.

use super::{authors, grade, last_words};
use crate::domain::deed::{Signature, Who};
use crate::domain::proposal::{Fit, Place};
use crate::domain::remark::Weighed;
use crate::domain::snapshot::Settings;
use crate::domain::{Day, Finding, Proposal, Verdict};

/// `second@example.org approved (signed approval)`
pub fn remark(weighed: &Weighed, proposal: &Proposal, settings: &Settings) -> String {
    let remark = &weighed.remark;
    let worth = grade(weighed, &authors(proposal), &settings.review);
    let mut notes = Vec::new();
    if remark.verdict == Verdict::Approve {
        notes.push(worth.words().to_owned());
    }
    if let Signature::Refused { why } = &weighed.signature {
        notes.push(why.clone());
    }
    if !weighed.is_current {
        notes.push("on an earlier state".to_owned());
    }
    let notes = if notes.is_empty() { String::new() } else { format!(" ({})", notes.join("; ")) };
    let about = remark.about.as_ref().map(|about| format!(" on {about}")).unwrap_or_default();
    format!("{} {}  {} {}{about}{notes}", remark.at, remark.by, weighed.who(), remark.verdict.words())
}

/// The last words on what is there now, each with what it is worth.
pub fn reviews(proposal: &Proposal, settings: &Settings) -> String {
    let authors = authors(proposal);
    let words = last_words(proposal).into_iter().map(|word| match word.remark.verdict {
        Verdict::Approve => {
            format!("{} approved ({})", word.who(), grade(word, &authors, &settings.review).words())
        }
        verdict => format!("{} {}", word.who(), verdict.words()),
    });
    let words: Vec<String> = words.collect();
    if words.is_empty() { "nobody yet".to_owned() } else { words.join(", ") }
}

pub fn places(places: &[Place]) -> String {
    let words = |place: &Place| match &place.remote {
        None => "here".to_owned(),
        Some(remote) => remote.clone(),
    };
    let differ = places.iter().any(|place| place.head != places[0].head);
    let names: Vec<String> = places.iter().map(words).collect();
    if differ { format!("{} (they differ)", names.join(", ")) } else { names.join(", ") }
}

pub fn fits(fit: &Fit) -> &'static str {
    match fit {
        Fit::Applies => "applies",
        Fit::Conflicts(_) => "conflicts",
        Fit::NotFiles(_) => "only by git",
        Fit::Unrelated => "unrelated",
        Fit::Merged => "in the base",
    }
}

pub fn found(findings: &[Finding]) -> String {
    match findings.len() {
        0 => "nothing new".to_owned(),
        count => format!("{count} new"),
    }
}

pub fn age(proposal: &Proposal, day: Day) -> String {
    match age_days(proposal, day) {
        None => String::new(),
        Some(0) => "today".to_owned(),
        Some(1) => "1 day".to_owned(),
        Some(days) => format!("{days} days"),
    }
}

/// Days since its authors worked on it.
pub fn age_days(proposal: &Proposal, day: Day) -> Option<i32> {
    proposal.authors.first().map(|author| day.days_since(day_of(author)))
}

pub fn day_of(author: &Who) -> Day {
    Day::at(author.time_seconds, author.offset_minutes)
}
