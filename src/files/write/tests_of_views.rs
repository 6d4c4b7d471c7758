use super::*;
use crate::domain::snapshot::Settings;
use crate::domain::view::Order;

const PRESENT: &str = r#"# Ours.
format = 1

# On Mondays.
[[view]]
name = 'what runs out' # soon
filter = "due:30d"

[review] # strict
second-person = true
# The end.
"#;

fn settings() -> Settings {
    let (settings, findings) = read::settings_text("countersign.toml", PRESENT);
    assert_eq!(findings, []);
    settings.unwrap()
}

fn view(name: &str, filter: &str) -> SavedView {
    SavedView { name: name.to_owned(), filter: filter.to_owned(), ..SavedView::default() }
}

fn write(settings: Settings, present: &str) -> Result<String, Refused> {
    let new = NewView { name: String::new(), settings: Box::new(settings), reason: String::new() };
    text(&Change::View(new), Some(present))
}

fn check(change: impl FnOnce(&mut Vec<SavedView>), expected: &str) {
    let mut settings = settings();
    change(&mut settings.views);
    assert_eq!(write(settings, PRESENT).unwrap(), expected);
}

#[test]
fn a_view_comes_after_the_others_and_one_of_a_name_keeps_its_comments() {
    let added = "\n[[view]]\nname = \"gaps\"\nfilter = \"state:gap\"\n\n[review]";
    check(|views| views.push(view("gaps", "state:gap")), &PRESENT.replace("\n[review]", added));
    check(|views| views[0].filter = "due:60d".to_owned(), &PRESENT.replace("30d", "60d"));
    let gone = PRESENT.replace("[[view]]\nname = 'what runs out' # soon\nfilter = \"due:30d\"\n\n", "");
    let read = |text: &str| read::settings_text("countersign.toml", text).0.unwrap();
    let text = write(Settings { views: Vec::new(), ..settings() }, PRESENT).unwrap();
    assert_eq!(read(&text), read(&gone));
    assert!(
        text.contains("# Ours.") && text.contains("# On Mondays.") && text.contains("# strict"),
        "{text}"
    );
}

#[test]
fn the_first_view_comes_last_in_the_file() {
    let present = "format = 1\n\n[review]\nsecond-person = true\n";
    let mut settings = read::settings_text("countersign.toml", present).0.unwrap();
    settings.views.push(view("gaps", "state:gap"));
    let expected = format!("{present}\n[[view]]\nname = \"gaps\"\nfilter = \"state:gap\"\n");
    assert_eq!(write(settings, present).unwrap(), expected);
}

#[test]
fn nothing_but_views_can_be_written() {
    let mut meant = settings();
    meant.views.push(view("gaps", "state:gap"));
    meant.review.second_person = false;
    assert!(matches!(write(meant, PRESENT), Err(Refused::NotAsMeant { .. })));
}

#[test]
fn a_file_with_mistakes_is_left_alone() {
    for (now, then) in [
        ("second-person", "second-persons"),
        ("filter =", "filer ="),
        ("format = 1", "format = 2"),
        ("[review]", "[reviw]"),
        ("[[view]]", "[[view]"),
    ] {
        let present = PRESENT.replace(now, then);
        let mut meant = read::settings_text("countersign.toml", &present).0.unwrap_or_default();
        meant.views.push(view("gaps", "state:gap"));
        let refused = write(meant, &present);
        assert!(matches!(refused, Err(Refused::Broken(_))), "{then}: {refused:?}");
    }
}

#[test]
fn what_is_copied_is_what_would_be_written() {
    let saved = SavedView {
        name: "what \"runs out\"".to_owned(),
        filter: "state:stale !company:meta".to_owned(),
        sort: Order::Gaps,
        hidden: vec!["meta".parse().unwrap()],
        pinned: Vec::new(),
    };
    let (read, findings) =
        read::settings_text("countersign.toml", &format!("format = 1\n\n{}", super::view(&saved)));
    assert_eq!((read.unwrap().views, findings), (vec![saved], Vec::new()));
}
