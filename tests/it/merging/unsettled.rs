//! What a merge cannot weigh: told in a valid file, read back, settled, and never won unseen. git is the judge.

use std::fs;

use countersign::files::merge::{Merged, Versions, mark, merge};
use countersign::files::{lines, read};
use proptest::collection::vec;
use proptest::prelude::*;
use proptest::strategy::ValueTree;
use toml_edit::{DocumentMut, Item, Value, value};

use super::path;
use super::through_git::{COMPANY, Clone, crosswise};
use crate::fixture::Fixture;

/// Two branches that say another seat; `other` is checked out.
fn two_seats(clone: &Clone) {
    clone.on_branch("one", COMPANY, &[("seat = \"Ireland\"", "seat = \"Malta\"")]);
    clone.on_branch("other", COMPANY, &[("seat = \"Ireland\"", "seat = \"Cyprus\"")]);
}

const MARK: &str = "[[unsettled]]\nkey = \"seat\"\nother = \"Malta\"\nbefore = \"Ireland\"\n";

#[track_caller]
fn is_toml(text: &str) {
    assert!(text.parse::<DocumentMut>().is_ok(), "{text}");
}

#[test]
fn the_file_stays_valid_and_says_what_nobody_has_settled() {
    let fixture = Fixture::new();
    let clone = Clone::of(&fixture);
    two_seats(&clone);
    let said = clone.refused(&["merge", "one"]);
    assert!(said.contains("CONFLICT") && said.contains("says one thing on each side"), "{said}");
    let text = clone.read(COMPANY);
    is_toml(&text);
    assert!(text.contains("seat = \"Cyprus\"\n") && text.ends_with(MARK), "{text}");
    clone.countersign(&["settle", COMPANY, "--take", "seat=theirs"]);
    let text = clone.read(COMPANY);
    assert!(text.contains("seat = \"Malta\"\n") && !text.contains("unsettled"), "{text}");
    clone.git(&["commit", "-q", "--no-edit"]);
    assert_eq!(clone.read(COMPANY), clone.git(&["show", &format!("one:{COMPANY}")]));
}

/// Somebody ran `git add` and `git commit` without looking.
#[test]
fn a_file_that_was_committed_unsettled_is_a_finding_until_it_is_settled() {
    let fixture = Fixture::new();
    let clone = Clone::of(&fixture);
    two_seats(&clone);
    clone.refused(&["merge", "one"]);
    clone.git(&["commit", "-q", "-a", "--no-edit"]);
    let said = clone.fails(&["check"]);
    assert!(said.contains("a merge left `seat` to people") && said.contains("[unsettled]"), "{said}");
    assert!(said.contains("settle them with `countersign settle`"), "{said}");
    // Everything else in it is read.
    assert!(clone.countersign(&["show", "halyard"]).contains("Cyprus"));
    let position = ["position", "halyard", "--chapter", "C", "--stance", "declined", "--since", "2026-06-01"];
    let position = [&position[..], &["--source", "x", "--yes"]].concat();
    let said = clone.fails(&position);
    assert!(
        said.contains(
            &format!("settle it with `countersign settle {COMPANY}`").replace("settle it", "Settle it")
        ),
        "{said}"
    );
    let audit = clone.run(env!("CARGO_BIN_EXE_countersign"), &["audit", "--json"]);
    assert!(!String::from_utf8_lossy(&audit.stdout).contains("changed-in-merge"));

    let said = clone.countersign(&["conflicts"]);
    for text in ["left by an earlier merge", "base: Ireland", "ours: Cyprus", "theirs: Malta"] {
        assert!(said.contains(text), "no {text}: {said}");
    }
    assert!(clone.countersign(&["conflicts", "--json"]).contains("\"marked\": true"));
    let said = clone.countersign(&["settle", COMPANY, "--theirs", "--dry-run"]);
    assert!(said.contains("-[[unsettled]]") && said.contains("+seat = \"Malta\""), "{said}");
    assert!(clone.fails(&["settle", COMPANY, "--cautious"]).contains("cannot be weighed"));
    let said = clone.countersign(&["settle", COMPANY, "--take", "seat=theirs"]);
    assert!(said.contains("Settled"), "{said}");
    assert_eq!(clone.git(&["status", "--porcelain"]), format!("M  {COMPANY}\n"));
    assert_eq!(clone.read(COMPANY), clone.git(&["show", &format!("one:{COMPANY}")]));
    clone.git(&["commit", "-q", "-m", "settled"]);
    clone.countersign(&["check"]);
    clone.countersign(&position);
}

#[test]
fn a_mark_travels_until_a_branch_that_settled_it_is_merged() {
    let fixture = Fixture::new();
    let clone = Clone::of(&fixture);
    two_seats(&clone);
    clone.refused(&["merge", "one"]);
    clone.git(&["commit", "-q", "-a", "--no-edit"]);
    clone.git(&["switch", "-q", "-c", "settling"]);
    clone.countersign(&["settle", COMPANY, "--take", "seat=theirs"]);
    clone.git(&["commit", "-q", "-m", "settled"]);
    clone.git(&["switch", "-q", "other"]);
    let text = clone.read(COMPANY);
    fs::write(clone.path.join(COMPANY), format!("# looked at\n{text}")).unwrap();
    clone.git(&["commit", "-q", "-a", "-m", "comment"]);
    clone.git(&["merge", "-q", "-m", "merge", "settling"]);
    let text = clone.read(COMPANY);
    assert!(text.starts_with("# looked at\n") && text.contains("seat = \"Malta\"\n"), "{text}");
    assert!(!text.contains("unsettled"), "{text}");
}

/// A third side is told beside the two, and they are settled one after the other.
#[test]
fn a_third_side_is_marked_too() {
    let fixture = Fixture::new();
    let clone = Clone::of(&fixture);
    two_seats(&clone);
    clone.on_branch("third", COMPANY, &[("seat = \"Ireland\"", "seat = \"Latvia\"")]);
    clone.git(&["switch", "-q", "other"]);
    clone.refused(&["merge", "one"]);
    clone.git(&["commit", "-q", "-a", "--no-edit"]);
    clone.refused(&["merge", "third"]);
    let text = clone.read(COMPANY);
    is_toml(&text);
    for said in ["seat = \"Cyprus\"", "other = \"Malta\"", "other = \"Latvia\""] {
        assert!(text.contains(said), "no {said}: {text}");
    }
    clone.git(&["commit", "-q", "-a", "--no-edit"]);
    clone.countersign(&["settle", COMPANY, "--take", "seat=theirs"]);
    let text = clone.read(COMPANY);
    assert!(text.contains("seat = \"Malta\"") && text.contains("other = \"Latvia\""), "{text}");
    clone.countersign(&["settle", COMPANY, "--take", "seat=ours"]);
    let text = clone.read(COMPANY);
    assert!(text.contains("seat = \"Malta\"") && !text.contains("unsettled"), "{text}");
}

/// What git puts together as the base is marked, and so says neither.
#[test]
fn crosswise_merges_that_were_settled_otherwise_are_a_conflict_again() {
    let fixture = Fixture::new();
    let clone = Clone::of(&fixture);
    two_seats(&clone);
    crosswise(&clone, COMPANY);
    for (here, there, seat) in [("y", "x", "Cyprus"), ("x", "y", "Malta")] {
        clone.git(&["switch", "-q", here]);
        clone.refused(&["merge", "-q", there]);
        is_toml(&clone.read(COMPANY));
        assert!(clone.read(COMPANY).contains(&format!("seat = \"{seat}\"\n")), "{}", clone.read(COMPANY));
        let said = clone.countersign(&["conflicts"]);
        assert!(said.contains("Cyprus") && said.contains("Malta"), "{said}");
        clone.git(&["merge", "--abort"]);
    }
    clone.refused(&["merge", "-q", "y"]);
    clone.countersign(&["settle", COMPANY, "--theirs"]);
    clone.git(&["commit", "-q", "--no-edit"]);
    assert!(clone.read(COMPANY).contains("seat = \"Cyprus\"\n"), "{}", clone.read(COMPANY));
}

/// What is no TOML has no keys: git merges it by lines, with its own markers, and the finding says so.
#[test]
fn what_is_no_toml_is_merged_by_lines() {
    let fixture = Fixture::new();
    let clone = Clone::of(&fixture);
    clone.on_branch("one", COMPANY, &[("seat = \"Ireland\"", "seat = \"Malta")]);
    clone.on_branch("other", COMPANY, &[("seat = \"Ireland\"", "seat = \"Cyprus\"")]);
    let said = clone.refused(&["merge", "one"]);
    assert!(said.contains("could only be merged line by line"), "{said}");
    assert!(clone.read(COMPANY).contains("<<<<<<< ours\nseat = \"Cyprus\"\n"), "{}", clone.read(COMPANY));
    let said = clone.fails(&["check", "--worktree"]);
    assert!(said.contains("[conflict-marker]"), "{said}");
    let said = clone.countersign(&["conflicts"]);
    assert!(said.contains("no keys to choose between"), "{said}");
    clone.countersign(&["settle", COMPANY, "--ours"]);
    is_toml(&clone.read(COMPANY));
}

/// Where only what was before is no TOML, both sides are, and so is what comes of them.
#[test]
fn what_was_no_toml_before_is_known_to_nobody() {
    let versions = |theirs| Versions { base: "name = ", ours: "name = \"A\"\n", theirs };
    let file = path(COMPANY);
    assert_eq!(merge(&file, versions("name=\"A\"\n")), Merged::Agreed("name = \"A\"\n".to_owned()));
    let Merged::Unsettled(text) = merge(&file, versions("name = \"B\"\nshort = \"B\"\n")) else { panic!() };
    assert!(text.contains("key = \"name\"\nother = \"B\"\n") && text.contains("key = \"short\"\n"), "{text}");
}

#[test]
fn both_sides_add_the_same_file_otherwise() {
    let fixture = Fixture::new();
    let clone = Clone::of(&fixture);
    let added = "companies/halyard/models/jib.toml";
    let model = |name: &str| format!("name = \"{name}\"\nsystemic-risk = \"unknown\"\nsource = \"x\"\n");
    for branch in ["one", "other"] {
        clone.git(&["switch", "-q", "-c", branch, "main"]);
        fs::write(clone.path.join(added), model(branch)).unwrap();
        clone.git(&["add", added]);
        clone.git(&["commit", "-q", "-m", branch]);
    }
    clone.refused(&["merge", "one"]);
    let text = clone.read(added);
    is_toml(&text);
    assert!(
        text.starts_with(&model("other")) && text.contains("key = \"name\"\nother = \"one\"\n"),
        "{text}"
    );
    clone.countersign(&["settle", added, "--take", "name=theirs"]);
    assert_eq!(clone.read(added), model("one"));
}

const PROFILE: &str = "\
name = \"Halyard\"
seat = \"Ireland\" # as registered
note = [{ text = \"One.\", source = \"a\" }]

[[position]]
chapters = [\"T\"]
stance = \"signed\"
since = 2025-09-01
source = \"made up\"

# Later.
[[position]]
chapters = [\"C\"]
stance = \"declined\"
since = 2025-10-01
source = \"made up\"
# The end.
";

#[derive(Clone, Debug)]
enum Edit {
    Seat(Option<&'static str>),
    Short(Option<&'static str>),
    Stance(usize, &'static str),
    Remove(usize),
    Add(&'static str, &'static str),
    Note(&'static str),
    NoNotes,
    /// Leaves `seat` to people by hand.
    Mark(&'static str),
    Settle,
}

fn edit() -> impl Strategy<Value = Edit> {
    let seats = || prop::sample::select(&["Ireland", "Malta", "Cyprus", "Lat\"via"][..]);
    let stances = || prop::sample::select(&["signed", "declined", "not-listed"][..]);
    let chapters = prop::sample::select(&["T", "S", "T S", "C S"][..]);
    prop_oneof![
        3 => prop::option::of(seats()).prop_map(Edit::Seat),
        1 => prop::option::of(prop::sample::select(&["A", "B"][..])).prop_map(Edit::Short),
        2 => (0..2usize, stances()).prop_map(|(at, stance)| Edit::Stance(at, stance)),
        1 => (0..2usize).prop_map(Edit::Remove),
        2 => (chapters, stances()).prop_map(|(chapters, stance)| Edit::Add(chapters, stance)),
        1 => prop::sample::select(&["Two.", "Three\nlines."][..]).prop_map(Edit::Note),
        1 => Just(Edit::NoNotes),
        1 => seats().prop_map(Edit::Mark),
        1 => Just(Edit::Settle),
    ]
}

fn apply(text: &str, edits: &[Edit]) -> String {
    let mut document: DocumentMut = text.parse().unwrap();
    let set = |document: &mut DocumentMut, key: &str, to: Option<&str>| match to {
        Some(to) => document[key] = value(to),
        None => drop(document.remove(key)),
    };
    for edit in edits {
        let positions = document.get_mut("position").and_then(Item::as_array_of_tables_mut);
        match (edit, positions) {
            (Edit::Seat(seat), _) => set(&mut document, "seat", *seat),
            (Edit::Short(short), _) => set(&mut document, "short", *short),
            (Edit::Stance(at, stance), Some(positions)) => {
                if let Some(position) = positions.get_mut(*at) {
                    position["stance"] = value(*stance);
                }
            }
            (Edit::Remove(at), Some(positions)) if *at < positions.len() && positions.len() > 1 => {
                positions.remove(*at);
            }
            (Edit::Add(chapters, stance), Some(positions)) => {
                let mut position = toml_edit::Table::new();
                position["chapters"] = value(chapters.split(' ').collect::<toml_edit::Array>());
                position["stance"] = value(*stance);
                position["since"] = Item::Value("2026-02-01".parse().unwrap());
                position["source"] = value("x");
                positions.push(position);
            }
            (Edit::Note(text), _) => {
                let mut note = toml_edit::InlineTable::new();
                note.insert("text", Value::from(*text));
                document["note"].or_insert(value(toml_edit::Array::new())).as_array_mut().unwrap().push(note);
            }
            (Edit::NoNotes, _) => drop(document.remove("note")),
            (Edit::Mark(other), _) => {
                let (text, mark) =
                    (document.to_string(), format!("[[unsettled]]\nkey = \"seat\"\nother = '{other}'\n"));
                if !text.contains(&mark) {
                    document = (text + &mark).parse().unwrap();
                }
            }
            (Edit::Settle, _) => drop(document.remove("unsettled")),
            _ => {}
        }
    }
    document.to_string()
}

/// A merge's text, which always loads.
fn merged(base: &str, ours: &str, theirs: &str) -> (String, bool) {
    let (text, unsettled) = match merge(&path(COMPANY), Versions { base, ours, theirs }) {
        Merged::Agreed(text) => (text, false),
        Merged::Unsettled(text) => (text, true),
        other => panic!("{other:?}\n{base}\n{ours}\n{theirs}"),
    };
    is_toml(&text);
    let (profile, findings) = read::profile(COMPANY, &text);
    assert!(profile.is_some(), "{findings:?}\n{text}");
    (text, unsettled)
}

/// Every value that a text, or its marks, says of a key at the top.
fn says(text: &str, key: &str) -> std::collections::BTreeSet<String> {
    let document: DocumentMut = text.parse().unwrap();
    let shown =
        |item: Option<&Item>| item.map_or("nothing".to_owned(), |item| item.as_str().unwrap().to_owned());
    let marks = document.get("unsettled").and_then(Item::as_array_of_tables).into_iter().flatten();
    let others = marks.filter(|mark| mark["key"].as_str() == Some(key)).map(|mark| shown(mark.get("other")));
    others.chain([shown(document.get(key))]).collect()
}

fn edits() -> impl Strategy<Value = Vec<Edit>> {
    vec(edit(), 0..5)
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 400, ..ProptestConfig::default() })]

    #[test]
    fn what_comes_out_loads_and_comes_apart(before in edits(), first in edits(), second in edits()) {
        let base = apply(PROFILE, &before);
        let (ours, theirs) = (apply(&base, &first), apply(&base, &second));
        let (text, unsettled) = merged(&base, &ours, &theirs);
        prop_assert_eq!(unsettled, unsettled && text.contains("[[unsettled]]"), "{}", text);
        if let Some(parts) = mark::apart(&text) {
            parts.iter().for_each(|part| is_toml(part));
        }
        // No seat is brought in, and of two that differ none is lost but by somebody's choice.
        let (ours, theirs, base) = (says(&ours, "seat"), says(&theirs, "seat"), says(&base, "seat"));
        let known: std::collections::BTreeSet<_> = ours.union(&theirs).cloned().collect();
        let said = says(&text, "seat");
        prop_assert!(said.is_subset(&known), "{said:?} of {known:?}");
        if base != ours && base != theirs && ours != theirs {
            prop_assert_eq!(said, known, "{}", text);
        }
    }

    #[test]
    fn merging_what_is_the_same_changes_nothing(before in edits(), first in edits()) {
        let base = apply(PROFILE, &before);
        let ours = apply(&base, &first);
        for other in [&base, &ours] {
            let (text, unsettled) = merged(&base, &ours, other);
            prop_assert_eq!((lines::lines(&text), unsettled), (lines::lines(&ours), false));
            // Marks that a person wrote are laid out anew.
            prop_assert!(text == ours || ours.contains("unsettled"), "{}", text);
            prop_assert_eq!(text.contains("# The end."), ours.contains("# The end."));
        }
        let (theirs, unsettled) = merged(&base, &base, &ours);
        prop_assert_eq!((lines::lines(&theirs), unsettled), (lines::lines(&ours), false));
    }
}

/// Random histories that cross: git puts the base together with the same driver, as deep as it goes.
#[test]
fn crosswise_histories_give_files_that_load() {
    let fixture = Fixture::new();
    let clone = Clone::of(&fixture);
    let mut runner = proptest::test_runner::TestRunner::deterministic();
    for round in 0..6 {
        let draw = (edits(), edits(), edits(), edits());
        let (one, other, x, y) = draw.new_tree(&mut runner).unwrap().current();
        let branch = |name: &str| format!("{name}{round}");
        let commit = |from: &str, name: &str, edits: &[Edit], base: Option<&str>| {
            clone.git(&["switch", "-q", "-c", &branch(name), from]);
            if let Some(other) = base {
                drop(clone.run("git", &["merge", "-q", "--no-commit", &branch(other)]));
            }
            let text = base.map_or(PROFILE.to_owned(), |_| clone.read(COMPANY));
            is_toml(&text);
            fs::write(clone.path.join(COMPANY), apply(&text, edits)).unwrap();
            clone.git(&["commit", "-q", "-a", "--allow-empty", "-m", name]);
        };
        commit("main", "base", &[], None);
        commit(&branch("base"), "one", &one, None);
        commit(&branch("base"), "other", &other, None);
        commit(&branch("one"), "x", &x, Some("other"));
        commit(&branch("other"), "y", &y, Some("one"));
        for (here, there) in [("x", "y"), ("y", "x")] {
            clone.git(&["switch", "-q", "--detach", &branch(here)]);
            let merge = clone.run("git", &["merge", "-q", "-m", "merge", &branch(there)]);
            let text = clone.read(COMPANY);
            is_toml(&text);
            let (profile, findings) = read::profile(COMPANY, &text);
            assert!(profile.is_some() && !text.contains("<<<<<<<"), "{findings:?}\n{text}");
            let sides =
                [here, there].map(|side| clone.git(&["show", &format!("{}:{COMPANY}", branch(side))]));
            let [ours, theirs] = sides.map(|text| says(&text, "seat"));
            assert!(says(&text, "seat").is_subset(&ours.union(&theirs).cloned().collect()), "{text}");
            clone.git(&["reset", "-q", "--hard"]);
            drop(merge);
        }
    }
}
