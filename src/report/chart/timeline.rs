//! How many cells were open over the register's history, and how many were opened and closed: both sides.

use serde_json::{Map, Value, json};

use super::Chart;
use super::svg::{self, Anchor, Drawing, MARGIN, QUIET, WIDTH};
use crate::analysis::timeline::{Point, Tally};
use crate::analysis::{Grain, Group, State, Timeline};
use crate::report::table::Kind;
use crate::report::{Origin, Page, Report, Table, json};

pub struct TimelineChart<'a> {
    pub timeline: &'a Timeline,
    /// How long its periods are; as short as can be drawn where nobody says.
    pub grain: Option<Grain>,
}

/// More bars than these cannot be told apart in a picture, and more rows are no table for a page.
const MOST_PERIODS: usize = 120;

impl TimelineChart<'_> {
    fn grain(&self) -> Grain {
        self.grain.unwrap_or_else(|| self.timeline.fitting(MOST_PERIODS))
    }
}

impl Report for TimelineChart<'_> {
    fn view(&self) -> &'static str {
        "chart-timeline"
    }

    fn title(&self) -> String {
        format!("Timeline by {}: cells open, opened and closed", self.grain().key())
    }

    /// Periods in which nothing happened are left out.
    fn text(&self, page: &mut Page) {
        let sides = Group::ALL.map(Group::words).map(str::to_uppercase);
        let heads = sides.iter().flat_map(|side| [side.as_str(), "OPENED", "CLOSED"]);
        let first = [("FROM", Kind::Key), ("COMMITS", Kind::Number)];
        let mut table = Table::new(first.into_iter().chain(heads.map(|head| (head, Kind::Number))));
        for period in self.timeline.periods(self.grain()) {
            let Point { first, commits, sides, .. } = period;
            let numbers = sides.iter().flat_map(|side| {
                [side.counts.open().to_string(), signed('+', side.opened), signed('−', side.closed)]
            });
            table.row([first.to_string(), commits.to_string()].into_iter().chain(numbers));
        }
        page.table(&table);
    }

    fn json(&self) -> Map<String, Value> {
        let side = |tally: &Tally| json!({ "counts": json::counts(&tally.counts), "opened": tally.opened, "closed": tally.closed });
        let periods = self.timeline.periods(self.grain()).into_iter().map(|period| {
            let [signatories, others] = &period.sides;
            json!({
                "first": period.first.to_string(),
                "last": period.last.to_string(),
                "commits": period.commits,
                "commit": period.commit,
                "signatories": side(signatories),
                "non-signatories": side(others),
            })
        });
        json::object([("grain", self.grain().key().into()), ("periods", periods.collect())])
    }

    /// A row for each period and side.
    fn sheet(&self) -> Option<Table> {
        let heads = ["first", "last", "commits", "commit", "group", "opened", "closed", "open"];
        let mut sheet = Table::of_keys(heads.into_iter().chain(State::ALL.map(State::key)));
        for period in self.timeline.periods(self.grain()) {
            for group in Group::ALL {
                let tally = period.side(group);
                let lead = [
                    period.first.to_string(),
                    period.last.to_string(),
                    period.commits.to_string(),
                    period.commit.clone(),
                    group.key().to_owned(),
                    tally.opened.to_string(),
                    tally.closed.to_string(),
                    tally.counts.open().to_string(),
                ];
                let states = State::ALL.map(|state| tally.counts[state].to_string());
                sheet.row(lead.into_iter().chain(states));
            }
        }
        Some(sheet)
    }
}

fn signed(sign: char, count: u32) -> String {
    if count == 0 { "·".to_owned() } else { format!("{sign}{count}") }
}

/// Left of the bars, for the scale.
const SCALE: f32 = 64.0;
/// Height of the bars of what is open, and of what was opened above and closed below a line.
const OPEN: f32 = 110.0;
const MOVED: f32 = 44.0;

impl Chart for TimelineChart<'_> {
    fn svg(&self, origin: &Origin) -> String {
        let periods = self.timeline.every_period(self.grain());
        let described: Vec<String> = Group::ALL
            .into_iter()
            .filter_map(|group| Some((group, periods.first()?, periods.last()?)))
            .map(|(group, first, last)| {
                let sum = |count: fn(&Tally) -> u32| -> u32 {
                    periods.iter().map(|period| count(period.side(group))).sum()
                };
                format!(
                    "{}: {} cells open on {}, {} opened and {} closed since {}.",
                    group.words(),
                    last.side(group).counts.open(),
                    last.last.min(origin.day),
                    sum(|tally| tally.opened),
                    sum(|tally| tally.closed),
                    first.first,
                )
            })
            .collect();
        let mut drawing = Drawing::new(&self.title(), &format!("{} {}", origin.words(), described.join(" ")));
        let mut y = MARGIN + 16.0;
        drawing.heading([MARGIN, y], 18, &self.title());
        y += 20.0;
        drawing.words([MARGIN, y], Anchor::Start, QUIET, &origin.words());
        y += 14.0;
        let legend = [(svg::BAR, "open at the end"), (svg::OPENED, "▲ opened"), (svg::CLOSED, "▼ closed")];
        let mut x = MARGIN;
        for (colour, words) in legend {
            drawing.fill([x, y, 14.0, 14.0], colour);
            drawing.words([x + 20.0, y + 11.0], Anchor::Start, svg::INK, words);
            x += 20.0 + (words.chars().count() as f32 + 2.0) * svg::LETTER;
        }
        y += 24.0;
        for (group, words) in Group::ALL.into_iter().zip(&described) {
            y += 24.0;
            drawing.heading([MARGIN, y], 14, group.words());
            let words = words.split_once(": ").map_or("", |(_, words)| words);
            drawing.words([MARGIN + 160.0, y], Anchor::Start, QUIET, words);
            y = side(&mut drawing, y + 10.0, group, &periods);
        }
        if periods.is_empty() {
            drawing.words([MARGIN, y + 20.0], Anchor::Start, QUIET, "Nothing was committed yet.");
            y += 24.0;
        }
        drawing.finish(y + MARGIN)
    }
}

/// One side's bars; gives where they end.
fn side(drawing: &mut Drawing, top: f32, group: Group, periods: &[Point]) -> f32 {
    let (left, right) = (MARGIN + SCALE, WIDTH - MARGIN);
    let slot = (right - left) / periods.len() as f32;
    let bar = (slot * 0.8).min(28.0);
    let most = |count: fn(&Tally) -> u32| {
        periods.iter().map(|period| count(period.side(group))).max().unwrap_or(0).max(1)
    };
    let most_open = most(|tally| tally.counts.open());
    let most_moved = most(|tally| tally.opened.max(tally.closed));
    let base = top + OPEN;
    let middle = base + 8.0 + MOVED;
    let scale = [(top + 10.0, most_open.to_string()), (base, "0".to_owned())];
    let moved =
        [(middle - MOVED + 10.0, format!("▲{most_moved}")), (middle + MOVED, format!("▼{most_moved}"))];
    for (y, words) in scale.into_iter().chain(moved) {
        drawing.words([left - 8.0, y], Anchor::End, QUIET, &words);
    }
    drawing.line([left, base], [right, base]);
    drawing.line([left, middle], [right, middle]);
    for (at, period) in periods.iter().enumerate() {
        let x = left + slot * at as f32 + (slot - bar) / 2.0;
        let Tally { counts, opened, closed } = period.side(group);
        let height = OPEN * counts.open() as f32 / most_open as f32;
        drawing.fill([x, base - height, bar, height], svg::BAR);
        // What is there at all is seen.
        let height =
            |count: u32| if count == 0 { 0.0 } else { (MOVED * count as f32 / most_moved as f32).max(2.0) };
        let (up, down) = (height(*opened), height(*closed));
        drawing.fill([x, middle - up, bar, up], svg::OPENED);
        drawing.fill([x, middle, bar, down], svg::CLOSED);
    }
    let bottom = middle + MOVED + 16.0;
    // As many days as can stand beside one another.
    let step = (80.0 / slot).ceil().max(1.0) as usize;
    for at in (0..periods.len()).step_by(step) {
        let x = left + slot * at as f32;
        if x + 76.0 > right {
            break;
        }
        drawing.line([x, middle + MOVED], [x, middle + MOVED + 4.0]);
        drawing.words([x, bottom], Anchor::Start, QUIET, &periods[at].first.to_string());
    }
    bottom + 4.0
}
