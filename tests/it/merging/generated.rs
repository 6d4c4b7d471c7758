//! What must hold whatever two people did to a file.

use std::collections::BTreeSet;

use countersign::files::merge::{Merged, Versions, merge};
use countersign::files::read;
use proptest::collection::vec;
use proptest::prelude::*;
use toml_edit::{ArrayOfTables, DocumentMut, Item, Table, value};

use super::{BASE, JUDGEMENT, path};

#[derive(Clone, Debug)]
enum Edit {
    Status(&'static str),
    Reason(&'static str),
    Requirement(char, Option<&'static str>),
    Pin(u8, u8),
    Unpin(u8),
    Owner(Option<&'static str>),
    Assessed(i8),
    ReviewBy(Option<i8>),
    Comment(&'static str, u8),
    Contested,
}

fn edit() -> impl Strategy<Value = Edit> {
    let status = || prop::sample::select(&["gap", "partial", "met", "not-applicable"][..]);
    let letter = prop::char::range('a', 'd');
    prop_oneof![
        status().prop_map(Edit::Status),
        prop::sample::select(&["One.", "Two.", "One. And more.", "Two\nlines, \"quoted\"."][..])
            .prop_map(Edit::Reason),
        (letter, prop::option::of(status())).prop_map(|(letter, status)| Edit::Requirement(letter, status)),
        (0..3u8, 1..4u8).prop_map(|(id, pin)| Edit::Pin(id, pin)),
        (0..3u8).prop_map(Edit::Unpin),
        prop::option::of(prop::sample::select(&["a@example.org", "b@example.org"][..])).prop_map(Edit::Owner),
        (1..28i8).prop_map(Edit::Assessed),
        prop::option::of(1..28i8).prop_map(Edit::ReviewBy),
        (prop::sample::select(&["status", "reason", "means"][..]), any::<u8>())
            .prop_map(|(key, text)| Edit::Comment(key, text)),
        Just(Edit::Contested),
    ]
}

fn day(day: i8, month: i8) -> Item {
    let text = format!("2026-{month:02}-{day:02}");
    Item::Value(text.parse().unwrap())
}

fn id(number: u8) -> &'static str {
    ["framework", "policy", "report"][usize::from(number)]
}

fn apply(text: &str, edits: &[Edit]) -> String {
    let mut document: DocumentMut = text.parse().unwrap();
    for edit in edits {
        match edit {
            Edit::Status(status) => document["status"] = value(*status),
            Edit::Reason(reason) => document["reason"] = value(*reason),
            Edit::Requirement(letter, Some(status)) => {
                document["requirements"][&letter.to_string()] = value(*status)
            }
            Edit::Requirement(letter, None) => {
                drop(document["requirements"].as_table_mut().unwrap().remove(&letter.to_string()))
            }
            Edit::Pin(number, pin) => pin_to(&mut document, id(*number), &pin.to_string().repeat(40)),
            Edit::Unpin(number) => {
                if let Some(list) = document.get_mut("evidence").and_then(Item::as_array_of_tables_mut) {
                    list.retain(|entry| entry["id"].as_str() != Some(id(*number)));
                }
            }
            Edit::Owner(Some(owner)) => document["owner"] = value(*owner),
            Edit::Owner(None) => drop(document.remove("owner")),
            Edit::Assessed(on) => document["assessed"] = day(*on, 10),
            Edit::ReviewBy(Some(on)) => document["review-by"] = day(*on, 12),
            Edit::ReviewBy(None) => drop(document.remove("review-by")),
            Edit::Comment(key, number) => {
                document.key_mut(key).unwrap().leaf_decor_mut().set_prefix(format!("# comment {number}\n"));
            }
            Edit::Contested => document["contested"] = value(true),
        }
    }
    document.to_string()
}

fn pin_to(document: &mut DocumentMut, id: &str, pin: &str) {
    let list = document.entry("evidence").or_insert(Item::ArrayOfTables(ArrayOfTables::new()));
    let list = list.as_array_of_tables_mut().unwrap();
    let found = list.iter().position(|entry| entry["id"].as_str() == Some(id));
    if let Some(entry) = found.and_then(|at| list.get_mut(at)) {
        entry["pin"] = value(pin);
        return;
    }
    let mut entry = Table::new();
    entry["id"] = value(id);
    entry["pin"] = value(pin);
    list.push(entry);
}

/// Every value with where it stands; entries by their id.
fn leaves(text: &str) -> BTreeSet<(String, String)> {
    fn collect(at: &str, value: &toml::Value, found: &mut BTreeSet<(String, String)>) {
        match value {
            toml::Value::Table(table) => {
                table.iter().for_each(|(key, value)| collect(&format!("{at}.{key}"), value, found));
            }
            toml::Value::Array(items) => {
                items.iter().for_each(|item| collect(&format!("{at}.{}", item["id"]), item, found));
            }
            scalar => drop(found.insert((at.to_owned(), scalar.to_string()))),
        }
    }
    let mut found = BTreeSet::new();
    collect("", &toml::Value::Table(text.parse().unwrap()), &mut found);
    found
}

fn comments(text: &str) -> BTreeSet<&str> {
    text.lines().filter_map(|line| Some(line[line.find('#')?..].trim())).collect()
}

fn merged(base: &str, ours: &str, theirs: &str) -> String {
    match merge(&path(JUDGEMENT), Versions { base, ours, theirs }) {
        Merged::Agreed(text) | Merged::Contested(text) => text,
        Merged::Unsettled(_) | Merged::Unreadable => {
            panic!("a judgement can always be merged:\n{base}\n{ours}\n{theirs}")
        }
    }
}

fn says(text: &str) -> countersign::domain::Assessment {
    let (read, findings) = read::assessment(JUDGEMENT, text);
    assert_eq!(findings, [], "{text}");
    let mut read = read.unwrap();
    read.evidence.sort_by(|a, b| a.id.cmp(&b.id));
    read
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 300, ..ProptestConfig::default() })]

    #[test]
    fn a_side_that_changed_nothing_leaves_the_other_as_it_is(edits in vec(edit(), 0..8)) {
        let changed = apply(BASE, &edits);
        prop_assert_eq!(merged(BASE, &changed, BASE), changed.clone());
        prop_assert_eq!(merged(BASE, &changed, &changed), changed.clone());
        let theirs = merged(BASE, BASE, &changed);
        prop_assert_eq!(says(&theirs), says(&changed));
        prop_assert_eq!(comments(&theirs), comments(&changed));
    }

    #[test]
    fn both_orders_say_the_same(first in vec(edit(), 0..6), second in vec(edit(), 0..6)) {
        let (ours, theirs) = (apply(BASE, &first), apply(BASE, &second));
        prop_assert_eq!(says(&merged(BASE, &ours, &theirs)), says(&merged(BASE, &theirs, &ours)));
    }

    #[test]
    fn nothing_comes_in_that_neither_side_had(first in vec(edit(), 0..6), second in vec(edit(), 0..6)) {
        let (ours, theirs) = (apply(BASE, &first), apply(BASE, &second));
        let text = merged(BASE, &ours, &theirs);
        let known: BTreeSet<_> = leaves(&ours).union(&leaves(&theirs)).cloned().collect();
        for leaf in leaves(&text) {
            let is_mark = leaf.0 == ".contested";
            prop_assert!(is_mark || leaf.0 == ".reason" || known.contains(&leaf), "{leaf:?}\n{text}");
        }
        let reasons = [says(&ours).reason, says(&theirs).reason];
        for part in says(&text).reason.split("\n\n") {
            prop_assert!(reasons.iter().any(|reason| reason.contains(part)), "{part}");
        }
        prop_assert!(says(&text).status <= says(&ours).status.max(says(&theirs).status));
    }

    #[test]
    fn two_decisions_are_marked_and_the_graver_status_stands(
        ours in prop::sample::select(&["partial", "met", "not-applicable"][..]),
        theirs in prop::sample::select(&["partial", "met", "not-applicable"][..]),
        first in vec(edit(), 0..4),
        second in vec(edit(), 0..4),
    ) {
        prop_assume!(ours != theirs);
        let (ours, theirs) = (
            apply(BASE, &[&first[..], &[Edit::Status(ours)]].concat()),
            apply(BASE, &[&second[..], &[Edit::Status(theirs)]].concat()),
        );
        let text = merged(BASE, &ours, &theirs);
        prop_assert!(says(&text).contested);
        prop_assert_eq!(says(&text).status, says(&ours).status.min(says(&theirs).status));
        for reason in [says(&ours).reason, says(&theirs).reason] {
            prop_assert!(says(&text).reason.contains(reason.trim()) || reason == says(BASE).reason, "{}", text);
        }
    }

    #[test]
    fn anything_can_be_given(base in ".{0,60}", ours in "(\\PC|\n|=|\\[|\"){0,60}", theirs in "(\\PC|\n|=|\\[|\"){0,60}") {
        for file in [JUDGEMENT, "countersign.toml", "companies/halyard/company.toml", "commitments/limits.toml"] {
            let merged = merge(&path(file), Versions { base: &base, ours: &ours, theirs: &theirs });
            if let Merged::Agreed(text) | Merged::Contested(text) | Merged::Unsettled(text) = merged {
                prop_assert!(text.parse::<DocumentMut>().is_ok());
            }
        }
    }
}
