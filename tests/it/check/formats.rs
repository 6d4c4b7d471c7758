//! The formats of a check: each as its reader takes it apart, with a register that does its worst.

use quick_xml::events::Event;
use quick_xml::{Reader, XmlVersion};
use serde_json::Value;

use super::{check, spoil, text};
use crate::audit::Case;
use countersign::domain::visible;

/// Findings with every letter that means something in one of the formats, of files and of the trail.
fn worst() -> Case {
    let case = Case::new();
    case.git(["switch", "-qc", "proposal"]);
    let key = r#""]]><x>&\"'%25::error::{0}[a](http://x),\u001b[31m\u202e\n::stop-commands::y\uffff""#;
    spoil(&case, key);
    case.world.write("companies/tidepool/models/a b,%:é#?.toml", "name = 1\n");
    case.commit("register: <&>\"' %0A::error::x {0} [a](http://x) \u{1b}[31m\u{202e}");
    let cell = "companies/tidepool/assessments/C-1.1.toml";
    case.world
        .write(cell, "status = \"gap\"\nreason = \"r\"\nmeans = \"alternative\"\nassessed = 2026-11-20\n");
    case.commit("register: <&>\"' %0A::error::x {0} [a](http://x) \u{1b}[31m\u{202e}");
    case
}

fn printed(case: &Case, format: &str) -> String {
    let output = check(case, &["--base", "main", "--format", format]);
    assert_eq!(output.status.code(), Some(1), "{}", text(&output.stderr));
    let text = text(&output.stdout);
    assert!(!text.replace('\n', "").contains(visible::is_hidden), "{text}");
    text
}

#[test]
fn human_and_json_are_the_ones_there_were() {
    let case = worst();
    let plain = |arguments: &[&str]| text(&check(&case, arguments).stdout);
    assert_eq!(printed(&case, "human"), plain(&["--base", "main"]));
    assert_eq!(printed(&case, "json"), plain(&["--base", "main", "--json"]));
    assert_eq!(check(&case, &["--json", "--format", "sarif"]).status.code(), Some(2));
}

/// With findings of files and trail, with none, and with waived ones.
#[test]
fn sarif_is_valid_under_the_schema_of_oasis() {
    // Its pattern of a language has a bracket too many, which not every reader of patterns lets pass.
    let schema = include_str!("../../sarif/sarif-schema-2.1.0.json").replace("{2}]?$", "{2}$");
    let schema: Value = serde_json::from_str(&schema).unwrap();
    let schema = jsonschema::options().should_validate_formats(true).build(&schema).unwrap();
    let fine = Case::new();
    let waived = Case::new();
    spoil(&waived, "colour");
    let waiver = "[[waiver]]\nrule = \"unknown-key\"\npath = \"companies/tidepool/company.toml\"\nreason = \"Soon.\"\n\
                  owner = \"desk@example.org\"\nexpires = 2026-12-31\n";
    waived.world.write("waivers.toml", waiver);
    waived.commit("register: waived");
    let of = |case: &Case| text(&check(case, &["--format", "sarif", "--waived"]).stdout);
    for (log, results) in [(printed(&worst(), "sarif"), 3), (of(&fine), 0), (of(&waived), 1)] {
        let mut log: Value = serde_json::from_str(&log).unwrap();
        let mistakes: Vec<String> = schema.iter_errors(&log).map(|error| error.to_string()).collect();
        assert_eq!(mistakes, Vec::<String>::new(), "{log:#}");
        assert_eq!(log["runs"][0]["results"].as_array().unwrap().len(), results, "{log:#}");
        log["runs"][0]["tool"]["driver"]["colour"] = 1.into();
        log["runs"][0]["results"] = "none".into();
        assert_eq!(schema.iter_errors(&log).count(), 2, "the schema does look");
    }
}

#[test]
fn sarif_names_rules_places_and_fingerprints() {
    let case = worst();
    let log: Value = serde_json::from_str(&printed(&case, "sarif")).unwrap();
    let run = &log["runs"][0];
    let rules = run["tool"]["driver"]["rules"].as_array().unwrap();
    for result in run["results"].as_array().unwrap() {
        let rule = &rules[result["ruleIndex"].as_u64().unwrap() as usize];
        assert_eq!(rule["id"], result["ruleId"]);
        assert!(!rule["help"]["text"].as_str().unwrap().is_empty());
        let message = result["message"]["text"].as_str().unwrap();
        assert!(!message.contains("](") && !message.contains(visible::is_hidden), "{message}");
        let uri = result["locations"][0]["physicalLocation"]["artifactLocation"]["uri"].as_str().unwrap();
        assert!(uri.is_ascii() && !uri.starts_with('/') && !uri.contains([' ', ':', '#', '?']), "{uri}");
        assert_eq!(result["baselineState"], "new");
    }
    let uris = log.to_string();
    assert!(uris.contains("companies/tidepool/models/a%20b%2C%25%3A%C3%A9%23%3F.toml"), "{uris}");
    assert!(uris.contains("edited-by-hand"), "{uris}");
}

/// A finding that moves to another line is the same; two that say the same are two.
#[test]
fn fingerprints_do_not_move_with_lines() {
    let case = Case::new();
    spoil(&case, "colour");
    case.commit("register: a key too many");
    let fingerprints = || -> Vec<String> {
        let log: Value = serde_json::from_str(&text(&check(&case, &["--format", "sarif"]).stdout)).unwrap();
        let results = log["runs"][0]["results"].as_array().unwrap().clone();
        let of =
            |result: &Value| result["partialFingerprints"]["countersign/v1"].as_str().unwrap().to_owned();
        results.iter().map(of).collect()
    };
    let before = fingerprints();
    let profile = case.world.read(super::PROFILE);
    case.world.write(super::PROFILE, format!("# One.\n# Two.\n{profile}"));
    case.commit("register: further down");
    assert_eq!(fingerprints(), before);
    assert_eq!(before.len(), 1);
    let cells = ["companies/halyard/evidence/a.toml", "companies/halyard/evidence/b.toml"];
    cells.iter().for_each(|path| case.world.write(path, "colour = 1\n"));
    case.commit("register: two files");
    let (mut all, count) = (fingerprints(), fingerprints().len());
    all.sort();
    all.dedup();
    assert_eq!(all.len(), count, "each its own");
}

#[test]
fn junit_has_a_case_for_each_finding_and_each_quiet_rule() {
    let case = worst();
    let xml = printed(&case, "junit");
    let mut reader = Reader::from_str(&xml);
    let (mut cases, mut failures, mut counts) = (0, Vec::new(), None);
    loop {
        match reader.read_event().unwrap() {
            Event::Start(start) | Event::Empty(start) => {
                let value = |key: &str| {
                    let attribute = start.try_get_attribute(key).unwrap().unwrap();
                    attribute.normalized_value(XmlVersion::Implicit1_0).unwrap().into_owned()
                };
                match start.name().as_ref() {
                    "testsuite" => counts = Some((value("tests"), value("failures"))),
                    "testcase" => cases += 1,
                    "failure" => failures.push((value("type"), value("message"))),
                    _ => {}
                }
            }
            Event::Eof => break,
            _ => {}
        }
    }
    assert_eq!(counts, Some((cases.to_string(), failures.len().to_string())));
    assert!(
        failures.iter().any(|(_, message)| message.contains("]]><x>&\"'%25::error::{0}")),
        "{failures:#?}"
    );
    let forbidden = |letter: char| letter.is_control() || ['\u{fffe}', '\u{ffff}'].contains(&letter);
    assert!(!xml.replace('\n', "").contains(forbidden), "XML 1.0 has no such letters: {xml}");
}

/// As the runner reads its commands: a line is one command, whatever is in it.
#[test]
fn github_sees_one_command_for_each_finding() {
    let case = worst();
    let lines = printed(&case, "github");
    let (last, commands) =
        lines.lines().rev().collect::<Vec<_>>().split_first().map(|(a, b)| (*a, b.to_vec())).unwrap();
    assert!(last.starts_with("Check against main: "), "{last}");
    assert!(commands.len() >= 3, "{lines}");
    for command in commands {
        let (head, message) = command.strip_prefix("::error ").unwrap().split_once("::").unwrap();
        for property in head.split(',') {
            let (key, value) = property.split_once('=').unwrap();
            assert!(["file", "line", "col", "title"].contains(&key), "{head}");
            assert!(!value.contains([':', ',']), "{head}");
        }
        let escapes = message.match_indices('%').all(|(at, _)| message[at..].starts_with("%25"));
        assert!(escapes, "{message}");
    }
    assert!(lines.contains("file=companies/tidepool/models/a b%2C%25%3Aé#?.toml"), "{lines}");
}

#[test]
fn gitlab_gets_an_object_for_each_finding() {
    let case = worst();
    let report: Value = serde_json::from_str(&printed(&case, "gitlab")).unwrap();
    let entries = report.as_array().unwrap();
    assert!(entries.len() >= 3);
    for entry in entries {
        assert!(entry["description"].as_str().is_some_and(|words| !words.contains(visible::is_hidden)));
        assert!(entry["location"]["path"].is_string() && entry["location"]["lines"]["begin"].is_u64());
        assert_eq!(entry["severity"], "major");
    }
    let mut fingerprints: Vec<&str> =
        entries.iter().map(|entry| entry["fingerprint"].as_str().unwrap()).collect();
    fingerprints.sort();
    fingerprints.dedup();
    assert_eq!(fingerprints.len(), entries.len());
}
