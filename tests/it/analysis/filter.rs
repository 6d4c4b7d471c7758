//! What a filter keeps, what it refuses and where, and what must hold for every filter.

use countersign::analysis::filter::{Field, complete};
use countersign::analysis::{Board, Filter};
use countersign::domain::{Basis, Chapter, Company, Known, Snapshot, Status};
use proptest::prelude::*;
use proptest::sample::select;

use super::generated::{companies, day};
use super::world::{self, TODAY, With, company, judgement, model, pinned};

/// Two companies: `heron` signed and judged, `kestrel` neither.
fn register() -> Snapshot {
    let mut framework = world::filed(7, &["S-1.1"]);
    framework.evidence.expires = Some(world::day("2027-06-30"));
    let mut judged = judgement(Status::Partial, Basis::Adherence, "2026-01-10");
    judged.owner = Some("First Desk".into());
    judged.review_by = Some(world::day("2026-12-10"));
    let mut rests = judgement(Status::Gap, Basis::Law, "2026-01-10");
    rests.evidence = vec![pinned("framework", &framework), pinned("gone", &world::filed(8, &[]))];
    let heron = company("heron")
        .signed(&Chapter::CODE, "2025-08-01")
        .judged("C-1.1", judged)
        .judged("AIA-53-4", rests)
        .evidence("framework", framework);
    let mut kestrel: Company = company("kestrel");
    kestrel.profile.name = "Kestrel Labs".to_owned();
    world::snapshot([heron, kestrel.model("one", model(Known::Yes, Known::No, None))])
}

/// The cells that a filter keeps, as `company ref`.
fn kept(text: &str) -> Vec<String> {
    let snapshot = register();
    let board = Board::new(&snapshot, world::day(TODAY));
    let filter = Filter::read(text, &snapshot).unwrap_or_else(|mistakes| panic!("{text}: {mistakes:?}"));
    let narrow = filter.board(&snapshot, &board);
    let mut cells: Vec<_> =
        narrow.cells().map(|(measure, company, _)| format!("{company} {measure}")).collect();
    cells.sort();
    cells
}

#[test]
fn each_field_keeps_what_it_says() {
    let both = |cells: &[&str]| cells.iter().map(|cell| (*cell).to_owned()).collect::<Vec<_>>();
    assert_eq!(kept("").len(), 2 * 57);
    assert_eq!(kept("state:partial"), both(&["heron C-1.1"]));
    assert_eq!(kept("owner:desk"), both(&["heron C-1.1"]));
    assert_eq!(kept("owner:Desk heron"), both(&["heron C-1.1"]));
    assert!(kept("owner:DESK").is_empty(), "a capital is only itself");
    assert_eq!(kept("stale:evidence"), both(&["heron AIA-53-4"]));
    assert!(kept("stale:review").is_empty());
    assert_eq!(kept("kestrel S-1.1"), both(&["kestrel S-1.1"]));
    assert_eq!(kept("company:kestrel measure:c-1.1,T-1.1"), both(&["kestrel C-1.1", "kestrel T-1.1"]));
    assert_eq!(kept("company:\"Kestrel Labs\"").len(), 57);
    assert_eq!(kept("!company:heron"), kept("company:kestrel"));
    assert_eq!(
        kept("heron chapter:C,t").len(),
        kept("heron chapter:C").len() + kept("heron chapter:T").len()
    );
    assert_eq!(kept("heron basis:adherence").len(), 40);
    assert!(kept("heron article:53-1-d").contains(&"heron AIA-53-1-d".to_owned()));
    assert!(!kept("heron article:53-1-d").contains(&"heron AIA-53-1-c".to_owned()));
    assert!(kept("S-1").iter().all(|cell| !cell.contains("S-10")), "S-1 is not the beginning of S-10");
}

#[test]
fn what_runs_out_is_found_by_day_and_by_days() {
    let review = ["heron C-1.1".to_owned()];
    let both = ["heron AIA-53-4".to_owned(), "heron C-1.1".to_owned()];
    assert_eq!(kept("due:30d"), review);
    assert_eq!(kept("due:<2026-12-10"), [""; 0]);
    assert_eq!(kept("due:<=2026-12-10"), review);
    assert_eq!(kept("due:1y"), both);
    assert_eq!(kept("due:>6mo"), ["heron AIA-53-4".to_owned()]);
    assert_eq!(kept("due:0d"), [""; 0]);
}

#[test]
fn mistakes_are_told_with_their_place_and_what_may_have_been_meant() {
    #[track_caller]
    fn check(text: &str, expected: &[(&str, &str)]) {
        let mistakes = Filter::read(text, &register()).expect_err(text);
        let told = mistakes.iter().map(|mistake| (&text[mistake.span.clone()], mistake.words()));
        let told: Vec<(&str, String)> = told.collect();
        let told: Vec<(&str, &str)> = told.iter().map(|(at, words)| (*at, words.as_str())).collect();
        assert_eq!(told, expected, "{text}");
    }
    check("stat:gap", &[("stat", "`stat` is not a field; did you mean `state`?")]);
    check("heron state:gpa", &[("gpa", "`gpa` is not a value of state; did you mean `gap`?")]);
    check("company:herno", &[("herno", "no company is called `herno`; did you mean `heron`?")]);
    check("her S-1.1 hreon", &[("hreon", "nothing here is called `hreon`; did you mean `heron`?")]);
    check("measure:S-99", &[("S-99", "no measure is called `S-99`")]);
    check(
        "article:12 chapter:",
        &[
            ("12", "no measure follows from article `12`; articles are written 53, 53-1 or 55-1-b"),
            ("", "a value is missing; one of T, C, S, AIA"),
        ],
    );
    let hint = "write 30d, 6w, 3mo, 1y or 2027-01-01, with <, <=, > or >= before it if you like";
    check("due:soon", &[("soon", &*format!("`soon` is no day and no number of days; {hint}"))]);
    check("due:3m", &[("3m", &*format!("`3m` is no day and no number of days; {hint}"))]);
    check("!", &[("", "a value is missing")]);
}

#[test]
fn the_last_word_can_be_completed() {
    let snapshot = register();
    let texts = |text| complete(text, &snapshot).into_iter().map(|found| found.text).collect::<Vec<_>>();
    assert_eq!(texts("heron st"), ["state:", "stale:"]);
    assert_eq!(texts("company:k"), ["kestrel"]);
    assert_eq!(texts("state:gap,me"), ["met"]);
    assert_eq!(texts("owner:f"), ["\"First Desk\""]);
    assert_eq!(texts("stale:x"), [""; 0]);
    assert_eq!(texts("").len(), 9);
}

/// Pieces of which filters are made, good and bad.
const PIECES: [&str; 24] = [
    "heron",
    "heron-a",
    "S-1",
    "\"",
    " ",
    " ",
    "!",
    ":",
    ",",
    "state:",
    "gap",
    "met,partial",
    "company:",
    "due:30d",
    "due:<2027-01-01",
    "stale:text",
    "basis:law",
    "chapter:S",
    "article:53",
    "owner:desk",
    "é",
    "\u{202e}",
    "x",
    "measure:C-1",
];

proptest! {
    #![proptest_config(ProptestConfig { cases: 200, failure_persistence: None, ..ProptestConfig::default() })]

    /// Any text is a filter or a list of mistakes within it; what is kept is part of what was there, unchanged; and a
    /// term with its opposite keeps each cell once.
    #[test]
    fn filters_divide_what_is_there(
        companies in companies(),
        on in day(),
        pieces in proptest::collection::vec(select(PIECES.to_vec()), 0..6),
    ) {
        let snapshot = world::snapshot(companies);
        let board = Board::new(&snapshot, on);
        let text = pieces.concat();
        match Filter::read(&text, &snapshot) {
            Err(mistakes) => {
                prop_assert!(!mistakes.is_empty());
                for mistake in mistakes {
                    prop_assert!(text.get(mistake.span).is_some(), "{text}");
                }
            }
            Ok(filter) => {
                let narrow = filter.board(&snapshot, &board);
                for (measure, company, cell) in narrow.cells() {
                    prop_assert_eq!(board.cell(company, measure), Some(cell));
                }
                for company in narrow.companies() {
                    prop_assert!(narrow.measures().iter().any(|measure| narrow.cell(company, *measure).is_some()));
                }
                prop_assert!(!filter.is_empty() || narrow.cells().eq(board.cells()));
            }
        }
        for completion in complete(&text, &snapshot) {
            let mut whole = text.clone();
            whole.replace_range(completion.span, &completion.text);
        }
        for term in ["state:gap", "due:1y", "article:53", "chapter:S", "S-1", "basis:adherence", "stale:position"] {
            let count = |text: &str| Filter::read(text, &snapshot).unwrap().board(&snapshot, &board).cells().count();
            prop_assert_eq!(count(term) + count(&format!("!{term}")), board.cells().count(), "{}", term);
        }
    }
}

#[test]
fn every_field_is_told_of() {
    use strum::VariantArray;
    let page = std::fs::read_to_string(format!("{}/docs/filter.md", env!("CARGO_MANIFEST_DIR"))).unwrap();
    for field in Field::VARIANTS {
        assert!(page.contains(&format!("`{}:", field.name())), "{}", field.name());
    }
}
