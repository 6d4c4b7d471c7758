//! What `check` found, and the rules it goes by.

use serde_json::{Map, Value, json};

use super::{Page, Report, Table, json, words};
use crate::domain::{Finding, Place, Rule};

pub struct Findings<'a> {
    pub findings: &'a [Finding],
}

impl Report for Findings<'_> {
    fn view(&self) -> &'static str {
        "check"
    }

    fn title(&self) -> String {
        match self.findings.len() {
            0 => "Check: no findings".to_owned(),
            count => format!("Check: {}", words::number(count, "finding", "findings")),
        }
    }

    /// `path:line:column: message [rule]`, as editors and CI jump to it.
    fn text(&self, page: &mut Page) {
        if !self.findings.is_empty() {
            page.blank();
        }
        for finding in self.findings {
            page.whole_line(finding.to_string());
            if let Some(hint) = &finding.hint {
                page.prose(format!("hint: {hint}"));
            }
        }
    }

    fn json(&self) -> Map<String, Value> {
        let findings = self.findings.iter().map(|finding| {
            json!({
                "rule": finding.rule.key(),
                "path": finding.path,
                "line": finding.place.map(|place| place.line),
                "column": finding.place.map(|place| place.column),
                "message": finding.message,
                "hint": finding.hint,
            })
        });
        json::object([("findings", findings.collect())])
    }

    fn sheet(&self) -> Option<Table> {
        let mut sheet = Table::of_keys(["rule", "path", "line", "column", "message", "hint"]);
        for finding in self.findings {
            let number =
                |of: fn(Place) -> usize| finding.place.map(of).map(|at| at.to_string()).unwrap_or_default();
            sheet.row([
                finding.rule.key(),
                &finding.path,
                &number(|place| place.line),
                &number(|place| place.column),
                &finding.message,
                finding.hint.as_deref().unwrap_or_default(),
            ]);
        }
        Some(sheet)
    }
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
