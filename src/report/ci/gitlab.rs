//! The code-quality report of GitLab: one object for each finding.

use serde_json::{Value, json};

use super::{NEW_WAIVER, REGISTER, words, words_of_waiver};
use crate::domain::Place;
use crate::report::check::{Check, numbered};
use crate::report::json;

pub fn text(check: &Check) -> String {
    let findings = numbered(&check.verdict.findings).map(|(concern, number)| {
        let path = concern.path().unwrap_or(REGISTER);
        let fingerprint = concern.fingerprint(number);
        entry(concern.rule(), "major", path, concern.place(), &words(concern), &fingerprint)
    });
    let waivers = check.verdict.new_waivers().iter().map(|waiver| {
        let fingerprint = format!("{}: {}", NEW_WAIVER.key, waiver.target());
        let message = words_of_waiver(waiver);
        entry(NEW_WAIVER.key, "info", "waivers.toml", waiver.place, &message, &fingerprint)
    });
    json::text(&findings.chain(waivers).collect())
}

fn entry(
    rule: &str,
    severity: &str,
    path: &str,
    place: Option<Place>,
    message: &str,
    fingerprint: &str,
) -> Value {
    json!({
        "description": message,
        "check_name": rule,
        "fingerprint": fingerprint,
        "severity": severity,
        "location": { "path": path, "lines": { "begin": place.map_or(1, |place| place.line) } },
    })
}
