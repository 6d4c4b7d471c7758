//! `expired-waiver`, `unused-waiver`, and which findings a waiver sets aside.

use super::Concern;
use crate::analysis::audit::Class;
use crate::domain::suggestion::did_you_mean;
use crate::domain::{Day, Finding, Rule, Waiver};

const FILE: &str = "waivers.toml";

/// The first waiver that still counts and is for this. What is wrong with waivers is waived by none.
pub(super) fn waiver_of<'w>(concern: &Concern, waivers: &'w [Waiver], day: Day) -> Option<&'w Waiver> {
    let (rule, path, commit) = (concern.rule(), concern.path(), concern.commit());
    let counts = |waiver: &&Waiver| {
        !waiver.is_expired(day) && can_be_waived(rule) && waiver.covers(rule, path, commit)
    };
    waivers.iter().filter(|_| path != Some(FILE)).find(counts)
}

/// What is wrong with waivers, beside what reading them found. Those for the trail cannot be seen to be unused here: it
/// is longer than what one check looks at.
pub(super) fn findings(waivers: &[Waiver], found: &[Finding], day: Day) -> Vec<Finding> {
    waivers.iter().filter_map(|waiver| finding(waiver, found, day)).collect()
}

fn finding(waiver: &Waiver, found: &[Finding], day: Day) -> Option<Finding> {
    let is_of_files = Rule::ALL.iter().any(|rule| rule.key() == waiver.rule);
    let is_of_trail = Class::ALL.iter().any(|class| class.key() == waiver.rule);
    let matches = |finding: &Finding| waiver.covers(finding.rule.key(), Some(&finding.path), None);
    let (rule, message, hint) = if !is_of_files && !is_of_trail {
        let known = Rule::ALL.iter().map(|rule| rule.key()).chain(Class::ALL.iter().map(|class| class.key()));
        let hint = did_you_mean(&waiver.rule, known)
            .unwrap_or_else(|| "`countersign check --rules` and `audit --classes` list them".to_owned());
        (Rule::WrongValue, format!("there is no rule `{}`", waiver.rule), hint)
    } else if !can_be_waived(&waiver.rule) {
        let hint = "`countersign audit --accept` takes a rewritten history as the one to go by".to_owned();
        (Rule::WrongValue, format!("`{}` cannot be waived", waiver.rule), hint)
    } else if waiver.is_expired(day) {
        let message = format!("the waiver of {} ended with {}", waiver.target(), waiver.expires);
        (
            Rule::ExpiredWaiver,
            message,
            format!("mend what it waived, or ask {} to answer for it anew", waiver.owner),
        )
    } else if is_of_files && !found.iter().any(matches) {
        let message = format!("no finding matches the waiver of {}", waiver.target());
        (Rule::UnusedWaiver, message, "remove it: it would hide the next one".to_owned())
    } else {
        return None;
    };
    Some(Finding { path: FILE.to_owned(), place: waiver.place, rule, message, hint: Some(hint) })
}

/// Nobody can answer for a history that is gone.
fn can_be_waived(rule: &str) -> bool {
    rule != Class::HistoryRewritten.key()
}
