//! Three versions of a file made one: by cases, over generated edits, and through git itself.

mod generated;
#[cfg(unix)]
mod going_on;
#[cfg(unix)]
mod screen;
#[cfg(unix)]
mod through_git;
#[cfg(unix)]
mod unsettled;

use countersign::files::RegisterPath;
use countersign::files::merge::{Merged, Versions, merge};

const JUDGEMENT: &str = "companies/halyard/assessments/S-1.1.toml";
const BASE: &str = "\
# Judged once a year.
status = \"gap\" # as agreed
reason = \"Nothing is published.\"
means = \"adherence\"
assessed = 2026-03-02
owner = \"desk@example.org\"

[requirements]
a = \"gap\"
b = \"gap\"

# What it rests on.
[[evidence]]
id = \"framework\"
pin = \"1111111111111111111111111111111111111111\"
";

fn path(text: &str) -> RegisterPath {
    RegisterPath::of(text).unwrap().unwrap()
}

fn replaced(text: &str, edits: &[(&str, &str)]) -> String {
    edits.iter().fold(text.to_owned(), |text, (from, to)| {
        assert!(text.contains(from), "no {from} in {text}");
        text.replacen(from, to, 1)
    })
}

#[track_caller]
fn check(ours: &[(&str, &str)], theirs: &[(&str, &str)], expected: &Merged) {
    check_file(JUDGEMENT, BASE, ours, theirs, expected);
}

#[track_caller]
fn check_file(file: &str, base: &str, ours: &[(&str, &str)], theirs: &[(&str, &str)], expected: &Merged) {
    let (ours, theirs) = (replaced(base, ours), replaced(base, theirs));
    let merged = merge(&path(file), Versions { base, ours: &ours, theirs: &theirs });
    assert_eq!(merged, *expected, "{merged:#?}");
}

#[test]
fn what_one_side_changed_is_taken_with_its_comments() {
    check(
        &[("owner = \"desk@example.org\"", "owner = \"new@example.org\"")],
        &[
            ("# Judged once a year.", "# Judged twice a year."),
            (
                "assessed = 2026-03-02\n",
                "assessed = 2026-03-02\n# until the audit\nreview-by = 2027-01-01 # early\n",
            ),
            ("b = \"gap\"", "b = \"gap\" # see letter"),
        ],
        &Merged::Agreed(replaced(
            BASE,
            &[
                ("# Judged once a year.", "# Judged twice a year."),
                (
                    "owner = \"desk@example.org\"\n",
                    "owner = \"new@example.org\"\n# until the audit\nreview-by = 2027-01-01 # early\n",
                ),
                ("b = \"gap\"", "b = \"gap\" # see letter"),
            ],
        )),
    );
}

#[test]
fn of_two_decisions_the_more_cautious_stands_with_both_reasons() {
    let ours = [
        ("status = \"gap\"", "status = \"met\""),
        ("Nothing is published.", "All of it is published."),
        ("2026-03-02", "2026-10-01"),
        ("a = \"gap\"", "a = \"met\""),
    ];
    let theirs = [
        ("status = \"gap\"", "status = \"partial\""),
        ("Nothing is published.", "Half of it is published."),
        ("2026-03-02", "2026-09-01"),
        ("b = \"gap\"", "b = \"met\""),
    ];
    let expected = replaced(
        BASE,
        &[
            ("status = \"gap\"", "status = \"partial\""),
            (
                "\"Nothing is published.\"",
                "\"\"\"\nHalf of it is published.\n\nAll of it is published.\"\"\"",
            ),
            ("2026-03-02", "2026-10-01"),
            ("owner = \"desk@example.org\"\n", "owner = \"desk@example.org\"\ncontested = true\n"),
            ("a = \"gap\"", "a = \"met\""),
            ("b = \"gap\"", "b = \"met\""),
        ],
    );
    check(&ours, &theirs, &Merged::Contested(expected.clone()));
    check(&theirs, &ours, &Merged::Contested(expected));
}

#[test]
fn evidence_changed_under_a_status_that_somebody_else_moved_is_looked_at_again() {
    check(
        &[("status = \"gap\"", "status = \"met\"")],
        &[("pin = \"1111", "pin = \"2222")],
        &Merged::Agreed(replaced(
            BASE,
            &[
                ("status = \"gap\"", "status = \"met\""),
                ("owner = \"desk@example.org\"\n", "owner = \"desk@example.org\"\ncontested = true\n"),
                ("pin = \"1111", "pin = \"2222"),
            ],
        )),
    );
}

const COMPANY: &str = "\
name = \"Halyard\"

[[position]]
chapters = [\"T\", \"S\"]
stance = \"signed\"
since = 2025-09-01
source = \"made up\"

[[note]]
text = \"One.\"
";

#[test]
fn entries_are_the_same_by_what_they_are_known_by() {
    let position = |day: &str, note: &str| {
        format!(
            "[[position]]\nchapters = [\"C\"]\nstance = \"declined\"\nsince = {day}\nsource = \"{note}\"\n\n[[note]]"
        )
    };
    let (one, other) = (position("2026-01-01", "ours"), position("2026-02-01", "theirs"));
    let turned = ("chapters = [\"T\", \"S\"]", "chapters = [\"S\", \"T\"] # both");
    let file = "companies/halyard/company.toml";
    let (ours, theirs) =
        (replaced(COMPANY, &[("[[note]]", &one)]), replaced(COMPANY, &[turned, ("[[note]]", &other)]));
    let Merged::Agreed(text) = merge(&path(file), Versions { base: COMPANY, ours: &ours, theirs: &theirs })
    else {
        panic!("nothing contradicts");
    };
    let order: Vec<_> = ["2025-09-01", "# both", "2026-01-01", "2026-02-01", "[[note]]"]
        .map(|part| text.find(part).is_some())
        .into();
    assert_eq!(order, [true; 5], "{text}");
    assert!(text.find("2026-02-01") < text.find("[[note]]"), "{text}");
}

#[test]
fn lists_of_names_are_sets() {
    let evidence = "title = \"Policy\"\nkind = \"policy\"\nbears-on = [\"C-1.1\", \"C-1.2\"] # at least\naccess = \"public\"\nchecked = \"A\"\nsource = \"x\"\n";
    check_file(
        "companies/halyard/evidence/policy.toml",
        evidence,
        &[("[\"C-1.1\", \"C-1.2\"]", "[\"C-1.2\", \"C-1.1\", \"C-1.3\"]")],
        &[("[\"C-1.1\", \"C-1.2\"]", "[\"C-1.2\", \"C-1.4\"]")],
        &Merged::Agreed(replaced(
            evidence,
            &[("[\"C-1.1\", \"C-1.2\"]", "[\"C-1.2\", \"C-1.3\", \"C-1.4\"]")],
        )),
    );
}

const NOTE: &str = "\n# A merge left this to people: `countersign conflicts` shows both sides, `countersign settle` takes one.\n";

/// A text, and what is marked at its end.
fn marked(text: &str, marks: &[&str]) -> Merged {
    let marks: Vec<String> = marks.iter().map(|mark| format!("[[unsettled]]\n{mark}\n")).collect();
    Merged::Unsettled(format!("{text}{NOTE}{}", marks.join("\n")))
}

#[test]
fn what_cannot_be_weighed_is_marked_for_people() {
    let file = "companies/halyard/company.toml";
    let name = |name: &'static str| [("\"Halyard\"", name)];
    check_file(
        file,
        COMPANY,
        &name("\"A\""),
        &name("\"B\""),
        &marked(&replaced(COMPANY, &name("\"A\"")), &["key = \"name\"\nother = \"B\"\nbefore = \"Halyard\""]),
    );
    check_file(file, COMPANY, &name("\"A"), &name("\"Halyard\" "), &Merged::Unreadable);
    let policy = "format = 1\n\n[review]\nmay-decide = [\"a@example.org\"]\n";
    let more = [("\"a@example.org\"", "\"a@example.org\", \"b@example.org\"")];
    check_file(
        "countersign.toml",
        policy,
        &more,
        &[("\"a@example.org\"", "\"c@example.org\"")],
        &marked(
            &replaced(policy, &more),
            &["key = \"review, may-decide\"\nother = [\"c@example.org\"]\nbefore = [\"a@example.org\"]"],
        ),
    );
    check_file(
        "countersign.toml",
        policy,
        &[("format = 1\n", "format = 1\ntitle = \"Ours\"\n")],
        &[("\"a@example.org\"", "\"c@example.org\"")],
        &Merged::Agreed(replaced(
            policy,
            &[("format = 1\n", "format = 1\ntitle = \"Ours\"\n"), ("\"a@example.org\"", "\"c@example.org\"")],
        )),
    );
}

/// Each wants another position of the same day: together they would be a mistake that neither side has.
#[test]
fn where_no_sound_file_comes_of_two_one_stands_and_all_of_the_other_is_marked() {
    let position = |chapters: &str| {
        format!(
            "[[position]]\nchapters = [{chapters}]\nstance = \"declined\"\nsince = 2026-01-01\nsource = \"x\"\n\n[[note]]"
        )
    };
    let (one, other) = (position("\"C\""), position("\"C\", \"S\""));
    let file = "companies/halyard/company.toml";
    let (ours, theirs) = (
        replaced(COMPANY, &[("[[note]]", &one)]),
        replaced(COMPANY, &[("[[note]]", &other), ("\"Halyard\"", "\"Halyard AI\"")]),
    );
    let Merged::Unsettled(text) =
        merge(&path(file), Versions { base: COMPANY, ours: &ours, theirs: &theirs })
    else {
        panic!("they cannot be put together");
    };
    assert!(text.starts_with(&ours), "{text}");
    for mark in ["key = \"name\"\nother = \"Halyard AI\"", "key = \"position\"\nother = [{ chapters"] {
        assert!(text.contains(mark), "{text}");
    }
    let [base, stands, other] = countersign::files::merge::mark::apart(&text).unwrap();
    assert_eq!(stands, ours);
    assert_eq!(countersign::files::lines::lines(&other), countersign::files::lines::lines(&theirs));
    assert!(!base.contains("unsettled"));
}

#[test]
fn line_ends_and_byte_order_mark_stay_ours() {
    let ours = format!("\u{feff}{}", BASE.replace('\n', "\r\n"));
    let theirs = replaced(BASE, &[("a = \"gap\"", "a = \"met\"")]);
    let merged = merge(&path(JUDGEMENT), Versions { base: BASE, ours: &ours, theirs: &theirs });
    assert_eq!(merged, Merged::Agreed(ours.replace("a = \"gap\"", "a = \"met\"")));
}
