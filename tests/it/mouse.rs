//! The mouse on the real screen, what can be copied there, and which addresses lead somewhere.

use countersign::register::{At, Register};
use countersign::ui::driver::Driver;
use countersign::ui::{Options, Personal, Theme};
use crossterm::event::{KeyModifiers, MouseButton, MouseEvent, MouseEventKind};

use crate::fixture::Fixture;

fn driver(fixture: &Fixture, personal: Personal) -> Driver {
    sized(fixture, personal, "120x40")
}

fn sized(fixture: &Fixture, personal: Personal, size: &str) -> Driver {
    let register = Register::open(&fixture.path()).unwrap();
    let on = "2026-11-20".parse().unwrap();
    let options = Options { at: At::Head, on, theme: Theme::dark().colourless(), personal };
    Driver::new(register, options, size.parse().unwrap())
}

fn keys(driver: &mut Driver, keys: &str) {
    driver.play(&keys.parse().unwrap());
}

/// Where a text is drawn: column and line of its first letter.
#[track_caller]
fn place(driver: &Driver, text: &str) -> (u16, u16) {
    let screen = driver.screen();
    let found = screen.lines().enumerate().find_map(|(y, line)| {
        let before = line.split_once(text)?.0;
        Some((before.chars().count() as u16, y as u16))
    });
    found.unwrap_or_else(|| panic!("no {text} in\n{screen}"))
}

fn mouse(driver: &mut Driver, kind: MouseEventKind, (column, row): (u16, u16)) {
    driver.mouse(MouseEvent { kind, column, row, modifiers: KeyModifiers::NONE });
}

fn click_at(driver: &mut Driver, at: (u16, u16)) {
    mouse(driver, MouseEventKind::Down(MouseButton::Left), at);
    mouse(driver, MouseEventKind::Up(MouseButton::Left), at);
}

#[track_caller]
fn click(driver: &mut Driver, text: &str) {
    let at = place(driver, text);
    click_at(driver, at);
}

fn drag(driver: &mut Driver, from: (u16, u16), to: (u16, u16)) {
    mouse(driver, MouseEventKind::Down(MouseButton::Left), from);
    mouse(driver, MouseEventKind::Drag(MouseButton::Left), to);
    mouse(driver, MouseEventKind::Up(MouseButton::Left), to);
}

#[test]
fn a_click_selects_a_cell_and_another_one_opens_it() {
    let fixture = Fixture::new();
    let mut driver = driver(&fixture, Personal::default());
    let (_, line) = place(&driver, "T-1.2 ");
    let (column, _) = place(&driver, "†Lodesta");
    for _ in 0..2 {
        assert!(driver.screen().contains("Board"), "{}", driver.screen());
        click_at(&mut driver, (column, line));
        let at = driver.cursor();
        assert!(at == (column, line) || driver.screen().contains("Where it stands"), "{at:?}");
    }
    assert!(driver.screen().contains("Lodestar"), "{}", driver.screen());
    assert!(driver.screen().contains("T-1.2"), "{}", driver.screen());
}

#[test]
fn what_is_dragged_over_is_marked() {
    let fixture = Fixture::new();
    let mut driver = driver(&fixture, Personal::default());
    let line = |driver: &Driver, text| place(driver, text).1;
    let (left, right) = (place(&driver, "†Halyard").0, place(&driver, "†Lodesta").0);
    let (first, last) = (line(&driver, "T-1.1 "), line(&driver, "T-1.2 "));
    drag(&mut driver, (right, last), (left, first));
    let screen = driver.screen();
    assert!(screen.contains(" cells are marked"), "{screen}");
    assert_eq!(driver.cursor(), (left, first), "the selection goes along");
    let marked = |driver: &Driver| -> usize {
        let screen = driver.screen();
        let words = screen.lines().find_map(|line| line.split_once(" cells are marked"));
        words.unwrap_or_else(|| panic!("{screen}")).0.trim().parse().unwrap()
    };
    assert_eq!(marked(&driver), 4);
    // What a drag passes over and comes back from is not marked; what was marked before stays so.
    let third = place(&driver, "†Tidepool").0;
    mouse(&mut driver, MouseEventKind::Down(MouseButton::Left), (third, last));
    mouse(&mut driver, MouseEventKind::Drag(MouseButton::Left), (third, first));
    assert_eq!(marked(&driver), 6);
    mouse(&mut driver, MouseEventKind::Drag(MouseButton::Left), (third, last));
    mouse(&mut driver, MouseEventKind::Up(MouseButton::Left), (third, last));
    assert_eq!(marked(&driver), 5);
    assert!(driver.screen().contains("Board"), "a drag opens nothing: {}", driver.screen());
    // From head to head whole chapters are marked.
    keys(&mut driver, "<esc>");
    let head = line(&driver, "†Halyard");
    drag(&mut driver, (left, head), (third, head));
    assert_eq!(marked(&driver), 6, "{}", driver.screen());
    keys(&mut driver, "d");
    assert!(driver.screen().contains("alike"), "{}", driver.screen());
}

#[test]
fn a_drag_past_an_edge_goes_on_and_comes_back() {
    let fixture = Fixture::new();
    let mut driver = sized(&fixture, Personal::default(), "80x24");
    let (left, first) = (place(&driver, "†Halyard").0, place(&driver, "T-1.1 ").1);
    mouse(&mut driver, MouseEventKind::Down(MouseButton::Left), (left, first));
    for _ in 0..40 {
        mouse(&mut driver, MouseEventKind::Drag(MouseButton::Left), (left, 23));
    }
    let screen = driver.screen();
    assert!(!screen.contains("T-1.1 ") && screen.contains(" cells are marked"), "{screen}");
    // Past the first column there is none, so the rows alone change.
    for _ in 0..60 {
        mouse(&mut driver, MouseEventKind::Drag(MouseButton::Left), (0, 0));
    }
    let screen = driver.screen();
    assert!(screen.contains("T-1.1 ") && screen.contains("1 cell is marked"), "{screen}");
    mouse(&mut driver, MouseEventKind::Drag(MouseButton::Left), (79, first));
    assert!(driver.screen().contains("2 cells are marked"), "{}", driver.screen());
    mouse(&mut driver, MouseEventKind::Up(MouseButton::Left), (79, first));
    assert!(driver.screen().contains("Board"), "a drag opens nothing: {}", driver.screen());
}

#[test]
fn a_form_is_filled_with_the_mouse() {
    let fixture = Fixture::new();
    let mut driver = driver(&fixture, Personal::default());
    keys(&mut driver, "/halyard S-1.1<enter><enter>d");
    click(&mut driver, "✗ gap");
    assert!(driver.screen().contains("(•) ✗ gap"), "{}", driver.screen());
    let (x, y) = place(&driver, "Requirements");
    click_at(&mut driver, (x + 3, y + 1));
    let judged = driver.screen();
    let line = |screen: &str| screen.lines().nth(usize::from(y + 1)).unwrap().to_owned();
    click_at(&mut driver, (x + 30, y + 1));
    assert_ne!(line(&judged), line(&driver.screen()), "the words of the selected line tick it too");
    let owner = place(&driver, "Owner");
    click_at(&mut driver, (owner.0 + 14, owner.1));
    keys(&mut driver, "x");
    assert!(driver.screen().lines().any(|line| line.starts_with("Owner         x")), "{}", driver.screen());
    // The text's cursor goes where one clicks, in a wrapped reason too.
    let reason = place(&driver, "Reason");
    click_at(&mut driver, (reason.0 + 5, reason.1 + 1));
    keys(&mut driver, "<ctrl-u>HERE ");
    let typed = driver.screen().lines().nth(usize::from(reason.1 + 1)).unwrap().to_owned();
    assert!(typed.starts_with("  HERE "), "{typed}");
    keys(&mut driver, "<ctrl-o>");
    click(&mut driver, "Kind");
    click(&mut driver, "Kind");
    let (_, kind) = place(&driver, "Kind ");
    let chosen = driver.screen().lines().nth(usize::from(kind)).unwrap().to_owned();
    assert!(chosen.trim_end() != "Kind" && !chosen.contains("Space"), "{chosen}");
    click(&mut driver, "Address");
    keys(&mut driver, "https");
    assert!(driver.screen().contains("https"), "{}", driver.screen());
    click(&mut driver, "back");
    click(&mut driver, "preview");
    assert!(driver.screen().contains("✗ ") || driver.screen().contains("Preview"), "{}", driver.screen());
}

#[test]
fn heads_order_and_fold_and_the_footer_runs() {
    let fixture = Fixture::new();
    let mut driver = driver(&fixture, Personal::default());
    click(&mut driver, "Non-signatories");
    assert!(driver.screen().contains("Companies are ordered by name"), "{}", driver.screen());
    click(&mut driver, "▾ T-1");
    assert!(driver.screen().contains("▸ T-1") && !driver.screen().contains("T-1.1"), "{}", driver.screen());
    click(&mut driver, "side by side");
    assert!(driver.screen().contains("Side by side:"), "{}", driver.screen());
}

#[test]
fn the_wheel_scrolls_what_is_under_it_and_takes_the_selection_along_at_the_edge() {
    let fixture = Fixture::new();
    let mut driver = sized(&fixture, Personal::default(), "80x24");
    for _ in 0..3 {
        mouse(&mut driver, MouseEventKind::ScrollDown, (50, 12));
    }
    assert!(!driver.screen().contains("T-1.1 "), "{}", driver.screen());
    let (_, line) = driver.cursor();
    assert!((1..22).contains(&line), "the cursor is in view, at line {line}");
    keys(&mut driver, "?");
    let help = driver.screen();
    mouse(&mut driver, MouseEventKind::ScrollDown, (50, 12));
    assert_ne!(driver.screen(), help);
    click_at(&mut driver, (0, 0));
    assert!(!driver.screen().contains("type to search"), "a click beside a window closes it");
}

#[test]
fn a_click_in_a_list_of_two_sides_goes_to_that_side() {
    let fixture = Fixture::new();
    let mut driver = driver(&fixture, Personal::default());
    keys(&mut driver, "s");
    let right = (70, 5);
    click_at(&mut driver, right);
    assert_eq!(driver.cursor().1, right.1);
    click_at(&mut driver, right);
    assert!(driver.screen().contains("Where it stands"), "{}", driver.screen());
}

#[test]
fn a_line_of_a_page_is_chosen_with_a_click_and_opened_with_another() {
    let fixture = Fixture::new();
    let mut driver = driver(&fixture, Personal::default());
    // A model-level cell: its models, and below them what was decided.
    keys(&mut driver, "/halyard T-1.1<enter><enter>");
    let at = place(&driver, "2026-04-02  unassessed → partial");
    click_at(&mut driver, at);
    assert_eq!(driver.cursor(), (0, at.1), "{}", driver.screen());
    assert!(driver.screen().contains("Where it stands"), "{}", driver.screen());
    click_at(&mut driver, at);
    assert!(
        driver.screen().contains("commit ") && driver.screen().contains("Author: First Desk"),
        "{}",
        driver.screen()
    );
    // The keyboard does the same; whoever reads on has chosen nothing any more.
    keys(&mut driver, "<esc><tab><enter>");
    assert!(driver.screen().contains("Author: First Desk"), "{}", driver.screen());
    keys(&mut driver, "<esc><tab><down><enter>");
    assert!(driver.screen().contains("Trail"), "{}", driver.screen());
    keys(&mut driver, "<esc><esc>p");
    click(&mut driver, "T            ");
    click(&mut driver, "T            ");
    assert!(driver.screen().contains("Side by side:"), "{}", driver.screen());
    keys(&mut driver, "<esc>");
    click(&mut driver, "· Mainsail");
    click(&mut driver, "· Mainsail");
    assert!(driver.screen().contains("Record model mainsail"), "{}", driver.screen());
}

#[test]
fn a_period_of_the_timeline_is_chosen_with_a_click() {
    let fixture = Fixture::new();
    let mut driver = driver(&fixture, Personal::default());
    keys(&mut driver, "w");
    let (last, line) = driver.cursor();
    let earlier = last - 12;
    click_at(&mut driver, (earlier, line - 6));
    let (chosen, _) = driver.cursor();
    assert!(chosen <= earlier && earlier < chosen + 6, "{chosen} {earlier}\n{}", driver.screen());
    mouse(&mut driver, MouseEventKind::ScrollDown, (earlier, line - 6));
    assert!(driver.cursor().0 > chosen, "the wheel goes on in time: {}", driver.screen());
    click_at(&mut driver, (earlier, line - 6));
    click_at(&mut driver, (earlier, line - 6));
    assert!(driver.screen().contains("AS OF"), "{}", driver.screen());
}

#[test]
fn the_wheel_scrolls_a_long_form() {
    let fixture = Fixture::new();
    let mut driver = sized(&fixture, Personal::default(), "80x12");
    keys(&mut driver, "/halyard S-1.1<enter>nm");
    let before = driver.screen();
    mouse(&mut driver, MouseEventKind::ScrollDown, (5, 5));
    let screen = driver.screen();
    assert!(before.contains("\nId") && !screen.contains("\nId"), "{before}\n{screen}");
    let (_, line) = driver.cursor();
    assert!((2..11).contains(&line), "the cursor is in view, at line {line}: {screen}");
}

#[test]
fn switched_off_the_mouse_does_nothing() {
    let fixture = Fixture::new();
    let mut driver = driver(&fixture, Personal::default());
    keys(&mut driver, "<alt-m>");
    assert!(driver.screen().contains("The mouse is the terminal's"), "{}", driver.screen());
    let before = driver.cursor();
    click(&mut driver, "side by side");
    assert_eq!(driver.cursor(), before);
    assert!(driver.screen().contains("Board"), "{}", driver.screen());
    keys(&mut driver, "<alt-m>");
    click(&mut driver, "side by side");
    assert!(driver.screen().contains("Side by side:"), "{}", driver.screen());
}

#[test]
fn what_can_be_copied_is_offered_and_copied() {
    let fixture = Fixture::new();
    let mut driver = driver(&fixture, Personal::default());
    keys(&mut driver, "/halyard S-1.1<enter>y");
    let offered = driver.screen();
    for what in ["cell", "row", "register's commit", "view as Markdown", "view as CSV"] {
        assert!(offered.contains(what), "{what}: {offered}");
    }
    let copied = |driver: &mut Driver, what: &str| {
        keys(driver, &format!("y{what}<enter>"));
        assert!(driver.screen().contains("Copied the"), "{}", driver.screen());
        driver.take_copied().unwrap()
    };
    keys(&mut driver, "<esc>");
    assert_eq!(
        copied(&mut driver, "cell"),
        "Halyard AI (invented) · S-1.1 Creating the Framework: stale, adherence"
    );
    assert_eq!(copied(&mut driver, "CSV"), "measure,title,halyard\nS-1.1,Creating the Framework,stale\n");
    assert_eq!(
        copied(&mut driver, "Markdown"),
        "| measure | title | halyard |\n| --- | --- | --- |\n| S-1.1 | Creating the Framework | stale |\n"
    );
    let saved = copied(&mut driver, "saved");
    assert!(saved.starts_with("[[view]]\n") && saved.contains("filter = \"halyard S-1.1\"\n"), "{saved}");
    keys(&mut driver, "t");
    let commit = copied(&mut driver, "commit");
    assert!(commit.len() == 40 && commit.bytes().all(|byte| byte.is_ascii_hexdigit()), "{commit}");
}

#[test]
fn clean_addresses_lead_somewhere_and_others_stay_text() {
    let fixture = Fixture::new();
    let evidence = "companies/halyard/evidence/framework-x.toml";
    let entry = |url: &str| {
        format!(
            "title = \"A page\"\nkind = \"framework\"\nbears-on = [\"S-1.1\"]\naccess = \"public\"\n\
             checked = \"A\"\nsource = \"read\"\nurl = \"{url}\"\n"
        )
    };
    fixture.write(evidence, &entry("https://example.org/a-framework"));
    let hostile = "https://example.org/\\u001b]8;;https://bad.example\\u0007";
    fixture.write("companies/halyard/evidence/hostile.toml", &entry(hostile));
    fixture.commit("First Desk", "2026-06-01", "evidence: two addresses");
    let mut driver = driver(&fixture, Personal { links: true, ..Personal::default() });
    keys(&mut driver, "/halyard S-1.1<enter><enter>");
    let links = driver.links();
    let (column, line) = place(&driver, "https://example.org/a-framework");
    let found = links.iter().find(|(_, address)| address == "https://example.org/a-framework");
    let (area, _) = found.unwrap_or_else(|| panic!("{links:?}\n{}", driver.screen()));
    assert_eq!((area.x, area.y, area.width), (column, line, 31));
    assert!(links.iter().all(|(_, address)| !address.contains("bad.example")), "{links:?}");
    assert!(driver.screen().contains("␛]8;;"), "{}", driver.screen());
    keys(&mut driver, "?");
    assert_eq!(driver.links(), [], "nothing below a window can be opened");
}
