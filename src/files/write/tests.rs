use std::collections::BTreeMap;

use proptest::collection::{btree_map, vec};
use proptest::option;
use proptest::prelude::*;
use proptest::sample::select;

use super::fields::{Field, Fields, Named};
use super::*;
use crate::domain::{Assessment, Basis, Day, Evidence, Pinned, Status, Text};

fn write(meant: &Assessment, present: Option<&str>) -> String {
    let decision = Decision {
        company: "petrel".parse().unwrap(),
        slot: "S-1.1".parse().unwrap(),
        assessment: meant.clone(),
    };
    text(&Change::Assess(decision), present).unwrap()
}

fn read(text: &str) -> Assessment {
    let (assessment, findings) = read::assessment("S-1.1.toml", text);
    assert_eq!(findings, []);
    assessment.unwrap()
}

const PRESENT: &str = r#"# Looked at twice.
status   = "partial"
reason   = "Published."   # see the minutes
means    = "alternative"
assessed = 2026-11-20
# Until the handover.
owner    = 'compliance@example.org' # or the board

[requirements] # by letter
a = "met"

# The one and only.
[[evidence]]
id  = "framework"
at  = "section 3"
pin = "0123456789abcdef0123456789abcdef01234567" # as of May
"#;

fn check(change: impl FnOnce(&mut Assessment), expected: &str) {
    let mut meant = read(PRESENT);
    change(&mut meant);
    assert_eq!(write(&meant, Some(PRESENT)), expected);
    let windows = |text: &str| format!("\u{feff}{}", text.replace('\n', "\r\n"));
    assert_eq!(write(&meant, Some(&windows(PRESENT))), windows(expected));
}

#[test]
fn a_fresh_file_is_pleasant_to_read() {
    let mut meant = read(PRESENT);
    meant.reason = "Published.\nNothing on \"trigger points\".".to_owned();
    let expected = r#"status = "partial"
reason = """
Published.
Nothing on "trigger points"."""
means = "alternative"
assessed = 2026-11-20
owner = "compliance@example.org"

[requirements]
a = "met"

[[evidence]]
id = "framework"
pin = "0123456789abcdef0123456789abcdef01234567"
at = "section 3"
"#;
    assert_eq!(write(&meant, None), expected);
}

#[test]
fn nothing_changes_where_nothing_is_meant_to() {
    check(|_| {}, PRESENT);
}

#[test]
fn a_changed_key_changes_its_value_alone() {
    let expected = PRESENT.replace("\"partial\"", "\"met\"").replace("2026-11-20", "2026-12-01");
    let change = |meant: &mut Assessment| {
        meant.status = Status::Met;
        meant.assessed = Day::new(2026, 12, 1).unwrap();
    };
    check(change, &expected);
}

#[test]
fn a_new_key_follows_the_one_it_follows_in_a_fresh_file() {
    let expected = PRESENT
        .replace("# or the board\n", "# or the board\nreview-by = 2027-05-20\n")
        .replace("a = \"met\"\n", "a = \"met\"\nb = \"gap\"\n");
    let change = |meant: &mut Assessment| {
        meant.review_by = Day::new(2027, 5, 20);
        meant.requirements.insert("b".parse().unwrap(), Status::Gap);
    };
    check(change, &expected);
}

#[test]
fn a_key_that_is_gone_takes_its_line_and_leaves_the_comments_above() {
    let expected = PRESENT
        .replace("owner    = 'compliance@example.org' # or the board\n", "")
        .replace("\n[requirements] # by letter\na = \"met\"\n", "");
    let change = |meant: &mut Assessment| {
        meant.owner = None;
        meant.requirements.clear();
    };
    check(change, &expected);
}

#[test]
fn evidence_comes_and_goes_in_sections_of_its_own() {
    let another = "\n[[evidence]]\nid = \"another\"\npin = \"89abcdef0123456789abcdef0123456789abcdef\"\n";
    let pinned = Pinned {
        id: "another".parse().unwrap(),
        pin: "89abcdef0123456789abcdef0123456789abcdef".parse().unwrap(),
        document: None,
        at: None,
        quote: None,
    };
    check(|meant| meant.evidence.push(pinned.clone()), &format!("{PRESENT}{another}"));
    let (head, _) = PRESENT.split_once("\n# The one and only.").unwrap();
    check(|meant| meant.evidence = vec![pinned.clone()], &format!("{head}{another}\n# The one and only.\n"));
    let (_, framework) = PRESENT.split_once(head).unwrap();
    check(|meant| meant.evidence.insert(0, pinned.clone()), &format!("{head}{another}{framework}"));
}

#[test]
fn what_stands_inline_stays_inline() {
    let sections = "\n[requirements] # by letter\na = \"met\"\n";
    let present = PRESENT.replace(sections, "requirements = { a = 'met' } # by letter\n");
    let mut meant = read(&present);
    meant.status = Status::Met;
    assert_eq!(write(&meant, Some(&present)), present.replace("\"partial\"", "\"met\""));
    meant.status = Status::Partial;
    meant.requirements.insert("b".parse().unwrap(), Status::Gap);
    let expected = present.replace("{ a = 'met' }", "{ a = \"met\", b = \"gap\" }");
    assert_eq!(write(&meant, Some(&present)), expected);
}

#[test]
fn a_file_that_is_no_toml_is_left_to_its_author() {
    let meant = read(PRESENT);
    let decision =
        Decision { company: "petrel".parse().unwrap(), slot: "S-1.1".parse().unwrap(), assessment: meant };
    let Err(Refused::Broken(findings)) = text(&Change::Assess(decision), Some("status = ")) else {
        panic!("a broken file was written to");
    };
    assert!(!findings.is_empty());
}

#[test]
fn wrong_values_are_put_right_by_a_change() {
    let meant = read(PRESENT);
    let present =
        "status = 5\nmeans = \"x\" # which?\nassessed = \"today\"\nrequirements = 1\nevidence = 2\n";
    let text = write(&meant, Some(present));
    assert!(text.contains("# which?"), "{text}");
    assert_eq!(read(&text), meant);
}

/// How the same assessment can stand in a file.
#[derive(Clone, Copy, Debug)]
enum Shape {
    Sections,
    Dotted,
    Inline,
}

#[derive(Clone, Copy, Debug)]
struct Dress {
    shape: Shape,
    windows: bool,
    byte_order_mark: bool,
    last_line_open: bool,
}

/// A text of the assessment with a comment wherever one can stand, and how many have a line of their own.
fn dressed(assessment: &Assessment, dress: Dress) -> (String, usize) {
    let mut count = 0;
    let mut text = String::new();
    let mut put = |line: &str, behind: &str| {
        count += 1;
        text.push_str(&format!("  # note {count}.\n{line} # behind {behind}.\n"));
    };
    for (key, field) in fields::of_assessment(assessment) {
        match (dress.shape, field) {
            (_, None) => {}
            (_, Some(Field::Value(value))) => put(&format!("{key} = {value}"), &key),
            (Shape::Inline, Some(Field::Section(fields))) => {
                put(&format!("{key} = {}", inline(fields)), &key)
            }
            (Shape::Dotted, Some(Field::Section(fields))) => {
                lines(fields).iter().for_each(|line| put(&format!("{key}.{line}"), "it"));
            }
            (Shape::Sections, Some(Field::Section(fields))) => {
                put(&format!("[{key}]"), "it");
                lines(fields).iter().for_each(|line| put(line, "it"));
            }
            (Shape::Inline, Some(Field::Sections(named))) => {
                let item = |Named { fields, .. }| {
                    format!("# note inside.\n{}, # \"note\" behind.\n", inline(fields))
                };
                let items: String = named.into_iter().map(item).collect();
                put(&format!("{key} = [\n{items}]"), &key);
            }
            (Shape::Sections | Shape::Dotted, Some(Field::Sections(named))) => {
                for Named { fields, .. } in named {
                    put(&format!("[[{key}]]"), "it");
                    lines(fields).iter().for_each(|line| put(line, "it"));
                }
            }
        }
    }
    if dress.last_line_open {
        text.pop();
    }
    if dress.windows {
        text = text.replace('\n', "\r\n");
    }
    if dress.byte_order_mark {
        text.insert(0, '\u{feff}');
    }
    (text, count)
}

fn lines(fields: Fields) -> Vec<String> {
    let line = |(key, field)| match field {
        Some(Field::Value(value)) => Some(format!("{key} = {value}")),
        _ => None,
    };
    fields.into_iter().filter_map(line).collect()
}

fn inline(fields: Fields) -> String {
    format!("{{ {} }}", lines(fields).join(", "))
}

/// Every comment on a line of its own, and those behind keys that are there before and after.
fn comments_survive(before: &str, after: &str, count: usize) {
    for number in 1..=count {
        let comment = format!("# note {number}.");
        assert!(after.contains(&comment), "{comment} is gone from\n{after}\nbefore:\n{before}");
    }
    for inside in ["# note inside.", "# \"note\" behind."] {
        assert_eq!(before.matches(inside).count(), after.matches(inside).count(), "{after}");
    }
    for key in ["status", "reason", "means", "assessed", "owner", "review-by", "measure"] {
        let comment = format!("# behind {key}.");
        let stays =
            before.contains(&comment) && after.lines().any(|line| line.starts_with(&format!("{key} =")));
        assert_eq!(after.contains(&comment), stays, "{after}\nbefore:\n{before}");
    }
}

proptest! {
    #[test]
    fn a_fresh_file_reads_as_what_was_meant(meant in assessments()) {
        prop_assert_eq!(read(&write(&meant, None)), meant);
    }

    #[test]
    fn an_edited_file_reads_as_what_was_meant_and_keeps_every_comment(
        before in assessments(), after in assessments(), mix in any::<u8>(), dress in dresses()
    ) {
        let (present, count) = dressed(&before, dress);
        prop_assert_eq!(&read(&present), &before);
        let meant = mixed(&before, after, mix);
        let text = write(&meant, Some(&present));
        prop_assert_eq!(read(&text), meant);
        comments_survive(&present, &text, count);
        prop_assert_eq!(present.starts_with('\u{feff}'), text.starts_with('\u{feff}'));
        if dress.windows {
            prop_assert_eq!(text.matches('\n').count(), text.matches("\r\n").count());
        }
    }

    #[test]
    fn editing_back_gives_the_same_text(
        before in assessments(), status in statuses(), reason in texts(), assessed in days(), dress in dresses()
    ) {
        let (present, _) = dressed(&before, dress);
        let changed = Assessment { status, reason, assessed, ..before.clone() };
        let there = write(&changed, Some(&present));
        prop_assert_eq!(write(&before, Some(&there)), present);
    }
}

proptest! {
    #[test]
    fn a_file_in_any_state_is_written_rightly_or_not_at_all(
        before in assessments(), meant in assessments(), dress in dresses(),
        cut in any::<prop::sample::Index>(), put in texts(),
    ) {
        let (mut present, _) = dressed(&before, dress);
        let starts: Vec<usize> = present.char_indices().map(|(start, _)| start).collect();
        let start = starts[cut.index(starts.len())];
        present.insert_str(start, &put);
        let decision = Decision {
            company: "petrel".parse().unwrap(), slot: "S-1.1".parse().unwrap(), assessment: meant.clone(),
        };
        if let Ok(text) = text(&Change::Assess(decision), Some(&present)) {
            prop_assert_eq!(read::assessment("S-1.1.toml", &text).0, Some(meant));
        }
    }
}

/// Some of one and some of the other, so that most edits are small ones.
fn mixed(before: &Assessment, after: Assessment, mix: u8) -> Assessment {
    let take = |bit: u8| mix & (1 << bit) != 0;
    let mut mixed = before.clone();
    if take(0) {
        mixed.status = after.status;
    }
    if take(1) {
        mixed.reason = after.reason;
    }
    if take(2) {
        mixed.owner = after.owner;
    }
    if take(3) {
        mixed.review_by = after.review_by;
    }
    if take(4) {
        mixed.requirements = after.requirements;
    }
    if take(5) {
        mixed.evidence.retain(|pinned| pinned.id.as_str().len() % 2 == 0);
    }
    if take(6) {
        let new = after.evidence.into_iter().filter(|new| before.evidence.iter().all(|old| old.id != new.id));
        mixed.evidence.extend(new);
    }
    if take(7) {
        mixed.evidence.reverse();
    }
    mixed
}

fn dresses() -> impl Strategy<Value = Dress> {
    let shapes = select(vec![Shape::Sections, Shape::Dotted, Shape::Inline]);
    (shapes, any::<bool>(), any::<bool>(), any::<bool>()).prop_map(
        |(shape, windows, byte_order_mark, last_line_open)| Dress {
            shape,
            windows,
            byte_order_mark,
            last_line_open,
        },
    )
}

fn assessments() -> impl Strategy<Value = Assessment> {
    let letter = "[a-f]".prop_map(|letter| letter.parse().unwrap());
    let basis = select(Basis::ALL.to_vec());
    let first = (statuses(), texts(), basis, days(), option::of(texts()), option::of(days()));
    let second = (option::of(texts()), any::<bool>(), btree_map(letter, statuses(), 0..4), pinned());
    (first, second).prop_map(
        |(
            (status, reason, means, assessed, owner, review_by),
            (measure, contested, requirements, evidence),
        )| {
            let [owner, measure] = [owner, measure].map(|text| text.map(Text::from));
            Assessment {
                status,
                reason,
                means,
                assessed,
                owner,
                review_by,
                measure,
                contested,
                requirements,
                evidence,
            }
        },
    )
}

fn pinned() -> impl Strategy<Value = Vec<Pinned>> {
    let about = ("[0-9a-f]{40}", option::of("[0-9a-f]{64}"), option::of(texts()), option::of(texts()));
    btree_map("[a-z0-9][a-z0-9-]{0,8}", about, 0..4).prop_map(|pinned: BTreeMap<String, _>| {
        let pinned = pinned.into_iter().map(|(id, (pin, document, at, quote))| Pinned {
            id: id.parse().unwrap(),
            pin: pin.parse().unwrap(),
            document: document.map(|document: String| document.parse().unwrap()),
            at,
            quote,
        });
        pinned.collect()
    })
}

fn statuses() -> impl Strategy<Value = Status> {
    select(Status::ALL.to_vec())
}

fn days() -> impl Strategy<Value = Day> {
    (0i16..=9999, 1i8..=12, 1i8..=28).prop_map(|(year, month, day)| Day::new(year, month, day).unwrap())
}

/// Any text, with more than its share of what is hard to write.
fn texts() -> impl Strategy<Value = String> {
    let hard = select(vec!['"', '\'', '\\', '\n', '\r', '\t', '#', '[', '=', ' ', '\u{feff}', '\u{202e}']);
    vec(prop_oneof![any::<char>(), hard, prop::char::range('a', 'z')], 0..12)
        .prop_map(|letters| letters.into_iter().collect())
}

const FRAMEWORK: &str = r#"# Read by two people.
title = "Safety Framework"
kind = "framework" # not a policy
version = "2"
published = "2026-06"
bears-on = [
  "S-1",
]
access = "public"
checked = "A"
source = "made up"

# The first one was a draft.
[[earlier]]
version = "1"
published = 2025-06-01 # as stated
"#;

fn filed(evidence: Evidence, present: Option<&str>) -> Result<String, Refused> {
    let [company, id] = ["petrel", "framework"];
    let filing = Filing {
        company: company.parse().unwrap(),
        id: id.parse().unwrap(),
        evidence,
        document: None,
        reason: String::new(),
    };
    text(&Change::File(filing), present)
}

#[test]
fn another_version_of_evidence_leaves_the_rest_of_its_file_as_it_is() {
    let old = read::evidence("framework.toml", FRAMEWORK).0.unwrap();
    let mut new = Evidence {
        version: Some("3".to_owned()),
        url: Some("https://example.org/3".to_owned()),
        ..old.clone()
    };
    new.earlier.insert(0, old.as_earlier_than(&new));
    let expected = FRAMEWORK
        .replace("version = \"2\"\n", "version = \"3\"\n")
        .replace("\"2026-06\"\n", "\"2026-06\"\nurl = \"https://example.org/3\"\n")
        .replace(
            "# The first one",
            "[[earlier]]\nversion = \"2\"\npublished = \"2026-06\"\n\n# The first one",
        );
    assert_eq!(filed(new, Some(FRAMEWORK)).unwrap(), expected);
    assert_eq!(filed(old, Some(FRAMEWORK)).unwrap(), FRAMEWORK);
}

#[test]
fn new_evidence_has_its_keys_in_the_order_of_the_format() {
    let old = read::evidence("framework.toml", FRAMEWORK).0.unwrap();
    let new = Evidence { sha256: Some("a".repeat(64)), file: Some("framework.pdf".to_owned()), ..old };
    let text = filed(new, None).unwrap();
    let keys: Vec<&str> =
        text.lines().filter_map(|line| line.split_once(" = ")).map(|(key, _)| key).collect();
    let first = [
        "title",
        "kind",
        "version",
        "published",
        "file",
        "sha256",
        "bears-on",
        "access",
        "checked",
        "source",
    ];
    assert_eq!(keys[..10], first);
    assert!(text.ends_with("\n[[earlier]]\nversion = \"1\"\npublished = 2025-06-01\n"), "{text}");
}
