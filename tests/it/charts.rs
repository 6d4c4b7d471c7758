//! Charts: the timeline against the boards it stands for, and the pictures against what is drawn today.

use std::fs;
use std::path::Path;
use std::process::Command;

use countersign::analysis::timeline::Recorder;
use countersign::analysis::{Board, Counts, Grain, Group, Timeline};
use countersign::domain::Day;
use countersign::register::{At, Register};

use crate::fixture::Fixture;

fn timeline(register: &Register, until: Day) -> Timeline {
    let mut recorder = Recorder::until(until);
    register.steps(&At::Head).unwrap().for_each(|step| recorder.add(step.unwrap()));
    recorder.finish()
}

fn counts(board: &Board, group: Group) -> Counts {
    let cells = board.cells().filter(|(measure, company, _)| board.group(company, measure.chapter) == group);
    cells.map(|(_, _, cell)| cell.state).collect()
}

/// Each day of a timeline is what the whole board of that day shows, and the arithmetic goes up.
#[track_caller]
fn check_every_day(register: &Register, until: &str) {
    let until: Day = until.parse().unwrap();
    let timeline = timeline(register, until);
    assert!(timeline.points().len() > 3);
    let mut open = [0, 0];
    for point in timeline.points() {
        let snapshot = register.snapshot(&At::Revision(point.commit.clone())).unwrap();
        let board = Board::new(&snapshot, point.last);
        for group in Group::ALL {
            let tally = point.side(group);
            assert_eq!(tally.counts, counts(&board, group), "{group:?} on {}", point.last);
            assert_eq!(
                open[group as usize] + tally.opened,
                tally.counts.open() + tally.closed,
                "{}",
                point.last
            );
            open[group as usize] = tally.counts.open();
        }
    }
    let today = Board::new(&register.snapshot(&At::Head).unwrap(), until);
    let last = timeline.points().last().unwrap();
    for group in Group::ALL {
        assert_eq!(last.side(group).counts, counts(&today, group), "{group:?} today");
    }
}

#[test]
fn a_timeline_is_the_boards_of_its_days() {
    let fixture = Fixture::new();
    check_every_day(&Register::open(&fixture.path()).unwrap(), "2027-12-31");
}

#[test]
fn the_demos_timeline_is_the_boards_of_its_days() {
    let folder = countersign::demo::make("2026-11-23".parse().unwrap()).unwrap();
    check_every_day(&Register::open(&folder).unwrap(), "2026-11-23");
    fs::remove_dir_all(folder).unwrap();
}

#[test]
fn time_alone_opens_what_a_review_day_ends() {
    let fixture = Fixture::new();
    let register = Register::open(&fixture.path()).unwrap();
    let timeline = timeline(&register, "2027-12-31".parse().unwrap());
    let quiet = timeline.points().iter().filter(|point| point.commits == 0);
    let moved = quiet.filter(|point| point.sides.iter().any(|side| side.opened + side.closed > 0));
    assert!(moved.count() > 0, "{:?}", timeline.points().iter().map(|point| point.last).collect::<Vec<_>>());
}

#[test]
fn periods_hold_all_days_and_none_twice() {
    let fixture = Fixture::new();
    let register = Register::open(&fixture.path()).unwrap();
    let timeline = timeline(&register, "2026-11-20".parse().unwrap());
    let sum = |periods: &[countersign::analysis::timeline::Point]| -> (u32, u32) {
        let sides = periods.iter().flat_map(|period| &period.sides);
        sides.fold((0, 0), |(opened, closed), side| (opened + side.opened, closed + side.closed))
    };
    for grain in Grain::ALL {
        let (sparse, every) = (timeline.periods(grain), timeline.every_period(grain));
        assert_eq!(sum(&sparse), sum(timeline.points()), "{grain:?}");
        assert_eq!(sum(&every), sum(timeline.points()), "{grain:?}");
        assert!(every.windows(2).all(|pair| pair[0].last.tomorrow() == pair[1].first), "{grain:?}");
    }
    assert_eq!(timeline.fitting(1000), Grain::Day);
    assert_eq!(timeline.fitting(1), Grain::Year);
    assert!(timeline.every_period(timeline.fitting(40)).len() <= 40);
}

/// The lines of `docs/views.md` that make the pictures of these pages, run on the demo.
#[test]
fn the_pictures_are_what_the_program_draws() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let page = fs::read_to_string(root.join("docs/views.md")).unwrap();
    let folder = countersign::demo::make("2026-11-23".parse().unwrap()).unwrap();
    let drawn = tempfile::tempdir().unwrap();
    let lines: Vec<&str> = page.lines().filter(|line| line.contains("--output docs/")).collect();
    assert!(lines.len() >= 3, "{lines:?}");
    for line in lines {
        let (arguments, file) =
            line.trim_start_matches("countersign ").split_once(" --output docs/").unwrap();
        let target = drawn.path().join(file);
        let status = Command::new(env!("CARGO_BIN_EXE_countersign"))
            .args(arguments.split(' '))
            .arg("--output")
            .arg(&target)
            .env("COUNTERSIGN_REGISTER", &folder)
            .env("XDG_CONFIG_HOME", drawn.path())
            .output()
            .unwrap();
        assert!(status.status.success(), "{line}: {}", String::from_utf8_lossy(&status.stderr));
        let (kept, fresh) = (fs::read(root.join("docs").join(file)).unwrap(), fs::read(&target).unwrap());
        assert!(kept == fresh, "docs/{file} is not what `{line}` draws; draw it again");
    }
    fs::remove_dir_all(folder).unwrap();
}

#[test]
fn charts_are_well_formed_say_what_they_show_and_are_the_same_every_time() {
    let fixture = Fixture::new();
    let drawn = tempfile::tempdir().unwrap();
    let draw = |chart: &str, file: &str| {
        let target = drawn.path().join(file);
        let output = Command::new(env!("CARGO_BIN_EXE_countersign"))
            .args(["chart", chart, "--on", "2026-11-20", "--output"])
            .arg(&target)
            .env("COUNTERSIGN_REGISTER", fixture.path())
            .output()
            .unwrap();
        assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
        fs::read(target).unwrap()
    };
    for chart in ["coverage", "timeline"] {
        let svg = String::from_utf8(draw(chart, "one.svg")).unwrap();
        let mut reader = quick_xml::Reader::from_str(&svg);
        while !matches!(reader.read_event().unwrap(), quick_xml::events::Event::Eof) {}
        assert!(
            svg.contains("<title id=") && svg.contains("<desc id=") && svg.contains("Signatories"),
            "{svg}"
        );
        assert_eq!(svg.as_bytes(), draw(chart, "two.svg"));
        let png = draw(chart, "one.png");
        assert!(png.starts_with(b"\x89PNG"));
        assert_eq!(png, draw(chart, "two.png"));
    }
}
