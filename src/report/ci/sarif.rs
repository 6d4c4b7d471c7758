//! SARIF 2.1.0, the OASIS format of static analysis, which code scanning and editors read.

use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};
use serde_json::{Map, Value, json};

use super::{NEW_WAIVER, REGISTER, rules, words, words_of_waiver};
use crate::analysis::check::Concern;
use crate::domain::{Place, Waiver};
use crate::report::check::{Check, numbered, terms};
use crate::report::json;

const SCHEMA: &str = "https://docs.oasis-open.org/sarif/sarif/v2.1.0/os/schemas/sarif-schema-2.1.0.json";

/// What stands for itself in the path of a relative URI (RFC 3986, "unreserved", and the slash).
const PATH: &AsciiSet = &NON_ALPHANUMERIC.remove(b'-').remove(b'.').remove(b'_').remove(b'~').remove(b'/');

/// Waived findings are in it where they are asked for, as suppressed.
pub fn text(check: &Check) -> String {
    let names: Vec<&str> = rules().map(|rule| rule.key).collect();
    let index = |rule: &str| names.iter().position(|name| *name == rule);
    let mut results: Vec<Value> = numbered(&check.verdict.findings)
        .map(|(concern, number)| {
            let mut result = finding(concern, number, index(concern.rule()));
            if check.base.is_some() {
                result.insert("baselineState".to_owned(), "new".into());
            }
            Value::Object(result)
        })
        .collect();
    for waived in check.verdict.waived.iter().filter(|_| check.waived) {
        let mut result = finding(&waived.concern, 0, index(waived.concern.rule()));
        let reason = terms(&waived.waiver);
        let suppression =
            json!({ "kind": "external", "status": "accepted", "justification": message(&reason) });
        result.insert("suppressions".to_owned(), json!([suppression]));
        results.push(Value::Object(result));
    }
    results
        .extend(check.verdict.new_waivers().iter().map(|waiver| new_waiver(waiver, index(NEW_WAIVER.key))));
    let rules = rules().map(|rule| {
        json!({
            "id": rule.key,
            "shortDescription": { "text": rule.reason },
            "help": { "text": format!("{} `countersign check --rules` and `countersign audit --classes` list all rules.", rule.reason) },
            "defaultConfiguration": { "level": if rule.key == NEW_WAIVER.key { "warning" } else { "error" } },
        })
    });
    let driver = json!({
        "name": "Countersign",
        "semanticVersion": env!("CARGO_PKG_VERSION"),
        "rules": rules.collect::<Vec<_>>(),
    });
    json::text(&json!({
        "$schema": SCHEMA,
        "version": "2.1.0",
        "runs": [{
            "tool": { "driver": driver },
            "automationDetails": { "id": "countersign/check/" },
            "columnKind": "unicodeCodePoints",
            "originalUriBaseIds": { "ROOT": { "description": { "text": "The root of the repository." } } },
            "results": results,
        }],
    }))
}

fn finding(concern: &Concern, number: usize, index: Option<usize>) -> Map<String, Value> {
    let path = concern.path().unwrap_or(REGISTER);
    let mut location = location(path, concern.place());
    if let Some(commit) = concern.commit() {
        let logical = json!([{ "fullyQualifiedName": commit, "kind": "commit" }]);
        location.insert("logicalLocations".to_owned(), logical);
    }
    json::object([
        ("ruleId", concern.rule().into()),
        ("ruleIndex", index.into()),
        ("level", "error".into()),
        ("message", json!({ "text": message(&words(concern)) })),
        ("locations", json!([location])),
        ("partialFingerprints", json!({ "countersign/v1": concern.fingerprint(number) })),
    ])
}

fn new_waiver(waiver: &Waiver, index: Option<usize>) -> Value {
    json!({
        "ruleId": NEW_WAIVER.key,
        "ruleIndex": index,
        "level": "warning",
        "message": { "text": message(&words_of_waiver(waiver)) },
        "locations": [location("waivers.toml", waiver.place)],
        "partialFingerprints": { "countersign/v1": waiver.target() },
    })
}

fn location(path: &str, place: Option<Place>) -> Map<String, Value> {
    let uri = utf8_percent_encode(path, PATH).to_string();
    let mut physical = json::object([("artifactLocation", json!({ "uri": uri, "uriBaseId": "ROOT" }))]);
    if let Some(Place { line, column }) = place {
        physical.insert("region".to_owned(), json!({ "startLine": line, "startColumn": column }));
    }
    json::object([("physicalLocation", Value::Object(physical))])
}

/// A message in which nothing is a placeholder (`{0}`) or a link (`[words](address)`).
fn message(text: &str) -> String {
    text.replace('{', "{{").replace('}', "}}").replace("](", "] (")
}
