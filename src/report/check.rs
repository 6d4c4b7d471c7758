//! What `check` came to, and the rules it goes by.

use std::collections::BTreeMap;

use serde_json::{Map, Value, json};

use super::{Page, Report, Table, json, words};
use crate::analysis::check::{Concern, Verdict, Waived};
use crate::domain::{Place, Rule, Waiver};

pub struct Check<'a> {
    pub verdict: &'a Verdict,
    /// What the branch is compared with, as it was named.
    pub base: Option<&'a str>,
    /// Whether waived findings are listed, not only counted.
    pub waived: bool,
}

impl Report for Check<'_> {
    fn view(&self) -> &'static str {
        "check"
    }

    fn title(&self) -> String {
        let (new, against) = match self.base {
            None => ("", String::new()),
            Some(base) => ("new ", format!(" against {base}")),
        };
        match self.verdict.findings.len() {
            0 => format!("Check{against}: no {new}findings"),
            1 => format!("Check{against}: 1 {new}finding"),
            count => format!("Check{against}: {count} {new}findings"),
        }
    }

    /// `path:line:column: message [rule]`, as editors and CI jump to it.
    fn text(&self, page: &mut Page) {
        if !self.verdict.findings.is_empty() {
            page.blank();
        }
        self.verdict.findings.iter().for_each(|concern| line(page, concern));
        let beside = self.beside();
        if !beside.is_empty() {
            page.blank();
        }
        beside.iter().for_each(|sentence| page.line(sentence));
        for waived in self.verdict.waived.iter().filter(|_| self.waived) {
            page.blank();
            page.whole_line(waived.concern.to_string());
            page.prose(format!("waived {}", terms(&waived.waiver)));
        }
        for waiver in self.verdict.new_waivers() {
            page.section(format!("New waiver on this branch: {}", waiver.target()));
            page.prose(terms(waiver));
        }
    }

    fn json(&self) -> Map<String, Value> {
        let verdict = self.verdict;
        let mut document = json::object([("findings", numbered(&verdict.findings).map(as_json).collect())]);
        document.extend(json::object([
            ("waived", verdict.waived.iter().map(waived_as_json).collect()),
            ("base", self.base.into()),
            ("known", verdict.base.as_ref().map(|base| base.known).into()),
            ("new-waivers", verdict.new_waivers().iter().map(waiver_as_json).collect()),
        ]));
        document
    }

    fn sheet(&self) -> Option<Table> {
        let mut sheet = Table::of_keys(["rule", "path", "line", "column", "message", "hint", "commit"]);
        for concern in &self.verdict.findings {
            let number =
                |of: fn(Place) -> usize| concern.place().map(of).map(|at| at.to_string()).unwrap_or_default();
            sheet.row([
                concern.rule(),
                concern.path().unwrap_or_default(),
                &number(|place| place.line),
                &number(|place| place.column),
                concern.message(),
                concern.hint().unwrap_or_default(),
                concern.commit().unwrap_or_default(),
            ]);
        }
        Some(sheet)
    }
}

impl Check<'_> {
    /// What does not count, in numbers.
    fn beside(&self) -> Vec<String> {
        let mut sentences = Vec::new();
        match self.verdict.known() {
            0 => {}
            1 => sentences.push("1 finding was there before and does not count.".to_owned()),
            count => sentences.push(format!("{count} findings were there before and do not count.")),
        }
        let list = if self.waived { "" } else { "; --waived lists them" };
        match self.verdict.waived.len() {
            0 => {}
            count => sentences
                .push(format!("{} waived{list}.", words::number(count, "finding is", "findings are"))),
        }
        sentences
    }
}

fn line(page: &mut Page, concern: &Concern) {
    page.whole_line(concern.to_string());
    if let Concern::Trail(finding) = concern {
        page.prose(format!("{} {}: {}", finding.day, finding.author, finding.subject));
    }
    if let Some(hint) = concern.hint() {
        page.prose(format!("hint: {hint}"));
    }
}

/// Until when, who answers for it, and why.
pub fn terms(waiver: &Waiver) -> String {
    format!("until {}, answered for by {}: {}", waiver.expires, waiver.owner, waiver.reason)
}

/// Findings, each with its number among those that are the same.
pub(super) fn numbered(findings: &[Concern]) -> impl Iterator<Item = (&Concern, usize)> {
    let mut seen = BTreeMap::new();
    findings.iter().map(move |concern| {
        let count = seen.entry(concern.identity()).or_insert(0);
        *count += 1;
        (concern, *count - 1)
    })
}

fn as_json((concern, number): (&Concern, usize)) -> Value {
    json!({
        "rule": concern.rule(),
        "path": concern.path(),
        "line": concern.place().map(|place| place.line),
        "column": concern.place().map(|place| place.column),
        "message": concern.message(),
        "hint": concern.hint(),
        "commit": concern.commit(),
        "fingerprint": concern.fingerprint(number),
    })
}

fn waived_as_json(waived: &Waived) -> Value {
    let Value::Object(mut finding) = as_json((&waived.concern, 0)) else {
        unreachable!("it was just made one")
    };
    finding.insert("waiver".to_owned(), waiver_as_json(&waived.waiver));
    Value::Object(finding)
}

fn waiver_as_json(waiver: &Waiver) -> Value {
    json!({
        "rule": waiver.rule,
        "path": waiver.file,
        "commit": waiver.commit,
        "reason": waiver.reason,
        "owner": waiver.owner,
        "expires": waiver.expires.to_string(),
    })
}

/// The rules with their reasons; the same for every register.
pub fn rules(width: Option<usize>) -> String {
    let mut page = Page::new(width);
    for rule in Rule::ALL {
        page.line(rule.key());
        page.prose(rule.reason());
    }
    page.into_text()
}

pub fn rules_as_json() -> String {
    let rules: Vec<Value> =
        Rule::ALL.iter().map(|rule| json!({ "rule": rule.key(), "reason": rule.reason() })).collect();
    json::text(&json!({ "format": 1, "view": "rules", "rules": rules }))
}
