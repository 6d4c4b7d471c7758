//! JUnit XML: a failed test for each finding, a skipped one for each that is waived, and a passed one for each rule that
//! found nothing.

use std::collections::BTreeSet;
use std::io;

use quick_xml::Writer;
use quick_xml::events::{BytesDecl, BytesText, Event};

use super::{Named, rules, words, words_of_waiver};
use crate::analysis::check::{Concern, Verdict};
use crate::domain::visible;
use crate::report::check::{Check, terms};

pub fn text(check: &Check) -> String {
    let mut bytes = Vec::new();
    write(&mut bytes, check.verdict).expect("memory takes every byte");
    String::from_utf8(bytes).expect("made of strings") + "\n"
}

fn write(bytes: &mut Vec<u8>, verdict: &Verdict) -> io::Result<()> {
    let mut writer = Writer::new_with_indent(bytes, b' ', 2);
    writer.write_event(Event::Decl(BytesDecl::new("1.0", Some("UTF-8"), None)))?;
    let seen: BTreeSet<&str> = verdict.findings.iter().map(Concern::rule).collect();
    let passed: Vec<Named> = rules().filter(|rule| !seen.contains(rule.key)).collect();
    let (failures, skipped) = (verdict.findings.len(), verdict.waived.len());
    let [tests, failures, skipped] =
        [failures + skipped + passed.len(), failures, skipped].map(|count| count.to_string());
    let counts = [
        ("name", "countersign check"),
        ("tests", &tests),
        ("failures", &failures),
        ("skipped", &skipped),
        ("errors", "0"),
    ];
    let suites = writer.create_element("testsuites").with_attributes(counts[..3].iter().copied());
    suites.write_inner_content(|writer| {
        let suite = writer.create_element("testsuite").with_attributes(counts);
        suite.write_inner_content(|writer| {
            for concern in &verdict.findings {
                failed(writer, concern)?;
            }
            for waived in &verdict.waived {
                let message = visible::line(&terms(&waived.waiver)).into_owned();
                case(writer, &waived.concern)
                    .write_inner_content(|writer| outcome(writer, "skipped", &message))?;
            }
            for Named { key, .. } in &passed {
                let attributes = [("classname", *key), ("name", "no finding")];
                writer.create_element("testcase").with_attributes(attributes).write_empty()?;
            }
            for waiver in verdict.new_waivers() {
                let words = words_of_waiver(waiver);
                writer.create_element("system-out").write_text_content(BytesText::new(&words))?;
            }
            Ok(())
        })?;
        Ok(())
    })?;
    Ok(())
}

type Xml<'a> = Writer<&'a mut Vec<u8>>;

fn failed(writer: &mut Xml, concern: &Concern) -> io::Result<()> {
    let (message, whole) = (words(concern), visible::line(&concern.to_string()).into_owned());
    case(writer, concern).write_inner_content(|writer| {
        let attributes = [("type", concern.rule()), ("message", &message)];
        let failure = writer.create_element("failure").with_attributes(attributes);
        failure.write_text_content(BytesText::new(&whole))?;
        Ok(())
    })?;
    Ok(())
}

fn outcome(writer: &mut Xml, name: &str, message: &str) -> io::Result<()> {
    writer.create_element(name).with_attribute(("message", message)).write_empty()?;
    Ok(())
}

/// A test is told from the others by its rule and by what it is about, never by a line.
fn case<'w, 'b>(
    writer: &'w mut Xml<'b>,
    concern: &Concern,
) -> quick_xml::writer::ElementWriter<'w, &'b mut Vec<u8>> {
    let about = [concern.path(), concern.commit().and_then(|id| id.get(..10)), Some(concern.message())];
    let name: Vec<&str> = about.into_iter().flatten().collect();
    let name = visible::line(&name.join(": ")).into_owned();
    let case =
        writer.create_element("testcase").with_attributes([("classname", concern.rule()), ("name", &name)]);
    match concern.path() {
        Some(path) => case.with_attribute(("file", &*visible::line(path))),
        None => case,
    }
}
