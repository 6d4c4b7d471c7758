//! How many cells were open on each day of the register's history, and how many were opened and closed.
//!
//! Exact and incremental: a company's cells are looked at again only when the company or the catalogue changed, or on a
//! day on which time alone can turn them (a review day passed, evidence expired, a position or the law began). The end is
//! what the board of that commit and day shows.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use jiff::ToSpan;
use jiff::civil::Weekday;

use super::board;
use super::coverage::Counts;
use super::scope::Group;
use super::state::State;
use crate::domain::{Catalogue, Company, CompanyId, Day, MeasureRef, Step};

/// The days on which something happened, oldest first.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Timeline {
    points: Vec<Point>,
    /// The day it was made for.
    until: Day,
}

/// A day, or a longer period, and how it ended.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Point {
    pub first: Day,
    pub last: Day,
    pub commits: u32,
    /// The last commit there was at its end.
    pub commit: String,
    /// Signatories, then the others.
    pub sides: [Tally; 2],
}

/// One side's cells.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Tally {
    /// How they stood at the end.
    pub counts: Counts,
    /// Cells that are open and were not, or not on this side. What is open at the end is what was open before, and
    /// opened, less closed.
    pub opened: u32,
    pub closed: u32,
}

/// How long the periods of a timeline are.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Grain {
    Day,
    /// From Monday to Sunday.
    Week,
    Month,
    Year,
}

impl Grain {
    pub const ALL: [Grain; 4] = [Grain::Day, Grain::Week, Grain::Month, Grain::Year];

    /// As written on the command line and in JSON.
    pub fn key(self) -> &'static str {
        match self {
            Grain::Day => "day",
            Grain::Week => "week",
            Grain::Month => "month",
            Grain::Year => "year",
        }
    }

    /// The first day of the period a day belongs to.
    pub fn start(self, day: Day) -> Day {
        let date = day.date();
        match self {
            Grain::Day => day,
            Grain::Week => {
                let since_monday = date.weekday().since(Weekday::Monday);
                date.checked_sub(i64::from(since_monday).days()).unwrap_or(date).into()
            }
            Grain::Month => date.first_of_month().into(),
            Grain::Year => date.first_of_year().into(),
        }
    }

    /// The last day of the same period.
    pub fn end(self, day: Day) -> Day {
        let date = day.date();
        match self {
            Grain::Day => day,
            Grain::Week => self.start(day).date().saturating_add(6.days()).into(),
            Grain::Month => date.last_of_month().into(),
            Grain::Year => date.last_of_year().into(),
        }
    }

    /// How many periods there are from one day to a later one, both counted.
    fn periods(self, first: Day, last: Day) -> usize {
        let (first, last) = (self.start(first), self.start(last));
        let months = |day: Day| i32::from(day.date().year()) * 12 + i32::from(day.date().month());
        let between = match self {
            Grain::Day => last.days_since(first),
            Grain::Week => last.days_since(first) / 7,
            Grain::Month => months(last) - months(first),
            Grain::Year => i32::from(last.date().year()) - i32::from(first.date().year()),
        };
        usize::try_from(between).unwrap_or(0) + 1
    }
}

impl std::str::FromStr for Grain {
    type Err = String;

    fn from_str(text: &str) -> Result<Grain, String> {
        let known = || Grain::ALL.map(Grain::key).join(", ");
        Grain::ALL
            .into_iter()
            .find(|grain| grain.key() == text)
            .ok_or_else(|| format!("`{text}` is no period; known are {}", known()))
    }
}

impl Timeline {
    /// The days, oldest first.
    pub fn points(&self) -> &[Point] {
        &self.points
    }

    /// The finest grain of which at most so many periods reach from the first commit to the day it was made for.
    pub fn fitting(&self, most: usize) -> Grain {
        let Some(first) = self.points.first() else { return Grain::Day };
        let fits = |grain: &Grain| grain.periods(first.first, self.until) <= most;
        Grain::ALL.into_iter().find(fits).unwrap_or(Grain::Year)
    }

    /// The periods in which something happened, oldest first.
    pub fn periods(&self, grain: Grain) -> Vec<Point> {
        let mut periods: Vec<Point> = Vec::new();
        for point in &self.points {
            let first = grain.start(point.first);
            match periods.last_mut() {
                Some(period) if period.first == first => period.take(point),
                _ => periods.push(Point { first, last: grain.end(first), ..point.clone() }),
            }
        }
        periods
    }

    /// Every period from the first commit to the day it was made for, also those in which nothing happened.
    pub fn every_period(&self, grain: Grain) -> Vec<Point> {
        let mut every: Vec<Point> = Vec::new();
        let after_all = (grain.end(self.until).tomorrow(), None);
        let periods = self.periods(grain).into_iter().map(|period| (period.first, Some(period)));
        for (first, period) in periods.chain([after_all]) {
            while let Some(before) = every.last().filter(|before| before.last.tomorrow() < first) {
                let first = before.last.tomorrow();
                let quiet = |tally: Tally| Tally { opened: 0, closed: 0, ..tally };
                let quiet = Point {
                    first,
                    last: grain.end(first),
                    commits: 0,
                    commit: before.commit.clone(),
                    sides: before.sides.map(quiet),
                };
                every.push(quiet);
            }
            every.extend(period);
        }
        every
    }
}

impl Point {
    pub fn side(&self, group: Group) -> &Tally {
        &self.sides[group as usize]
    }

    /// Adds what followed within the same period.
    fn take(&mut self, next: &Point) {
        self.commits += next.commits;
        self.commit.clone_from(&next.commit);
        for (own, next) in self.sides.iter_mut().zip(&next.sides) {
            own.counts = next.counts;
            own.opened += next.opened;
            own.closed += next.closed;
        }
    }
}

/// Makes a timeline of steps, which are given oldest first.
pub struct Recorder {
    catalogue: Arc<Catalogue>,
    columns: BTreeMap<CompanyId, Column>,
    /// The last day that was asked for: time is not turned back.
    until: Day,
    points: Vec<Point>,
}

/// One company's cells, as they were looked at last.
struct Column {
    company: Arc<Company>,
    cells: Cells,
    /// The days after that one on which time alone can change them.
    turns: BTreeSet<Day>,
}

/// Each cell's state, and the side on which it stands.
type Cells = BTreeMap<MeasureRef, (Group, State)>;

impl Recorder {
    /// Commits that claim a later day than this one count as made on it.
    pub fn until(day: Day) -> Recorder {
        Recorder { catalogue: Arc::default(), columns: BTreeMap::new(), until: day, points: Vec::new() }
    }

    /// Lays a step over what stood before.
    pub fn add(&mut self, step: Step) {
        let day = step.day.min(self.until);
        self.pass_time(day);
        let mut changes = Changes::default();
        let mut changed: BTreeSet<CompanyId> = self.turned_by(day);
        if let Some(catalogue) = step.catalogue {
            self.catalogue = catalogue;
            changed.extend(self.columns.keys().cloned());
        }
        for (id, company) in step.companies {
            match company {
                Some(company) => {
                    let column = self.columns.entry(id.clone()).or_insert_with(|| Column::new(&company));
                    column.company = company;
                    changed.insert(id);
                }
                None => {
                    let gone = self.columns.remove(&id);
                    gone.inspect(|column| changes.note(&column.cells, &Cells::new()));
                }
            }
        }
        self.look(&changed, day, &mut changes);
        self.push(day, step.commits, step.commit, &changes);
    }

    /// The timeline up to the day it was made for.
    pub fn finish(mut self) -> Timeline {
        self.pass_time(self.until.tomorrow());
        Timeline { points: self.points, until: self.until }
    }

    /// What time alone changed before a day, each on its own day.
    fn pass_time(&mut self, before: Day) {
        while let Some(day) = self.columns.values().filter_map(|column| column.turns.first()).min().copied()
            && day < before
        {
            let mut changes = Changes::default();
            self.look(&self.turned_by(day), day, &mut changes);
            if let Some(last) = self.points.last().filter(|_| changes.any()) {
                let commit = last.commit.clone();
                self.push(day, 0, commit, &changes);
            }
        }
    }

    /// The companies at which a day makes it worth to look again.
    fn turned_by(&self, day: Day) -> BTreeSet<CompanyId> {
        let turned = |column: &Column| column.turns.first().is_some_and(|turn| *turn <= day);
        self.columns.iter().filter(|(_, column)| turned(column)).map(|(id, _)| id.clone()).collect()
    }

    fn look(&mut self, companies: &BTreeSet<CompanyId>, day: Day, changes: &mut Changes) {
        for id in companies {
            if let Some(column) = self.columns.get_mut(id) {
                let before = std::mem::take(&mut column.cells);
                column.look(&self.catalogue, day);
                changes.note(&before, &column.cells);
            }
        }
    }

    fn push(&mut self, day: Day, commits: u32, commit: String, changes: &Changes) {
        let before = self.points.last().map(|point| point.sides).unwrap_or_default();
        let point = Point { first: day, last: day, commits, commit, sides: changes.over(&before) };
        match self.points.last_mut().filter(|last| last.first == day) {
            Some(last) => last.take(&point),
            None => self.points.push(point),
        }
    }
}

impl Column {
    fn new(company: &Arc<Company>) -> Column {
        Column { company: company.clone(), cells: Cells::new(), turns: BTreeSet::new() }
    }

    fn look(&mut self, catalogue: &Catalogue, day: Day) {
        let groups = board::groups(&self.company, day);
        let cells = catalogue.measures().zip(board::column(catalogue, &self.company, day));
        let seen = |id: MeasureRef, state| (id, (groups[id.chapter as usize], state));
        self.cells = cells.map(|(measure, cell)| seen(measure.id, cell.state)).collect();
        self.turns = turns(catalogue, &self.company, day);
    }
}

/// The days after one on which time alone can change a company's cells.
fn turns(catalogue: &Catalogue, company: &Company, after: Day) -> BTreeSet<Day> {
    let law = catalogue.law_days();
    let law = [law.applies_from, law.legacy_until].into_iter().flatten();
    let positions = company.profile.positions.iter().map(|position| position.since);
    let reviews = company.assessments.values().filter_map(|recorded| recorded.assessment.review_by);
    let expiries = company.evidence.values().filter_map(|filed| filed.evidence.expires);
    // On a review day, and on the last day of a document, all is still well.
    let ends = reviews.chain(expiries).map(Day::tomorrow);
    law.chain(positions).chain(ends).filter(|day| *day > after).collect()
}

/// What became of cells, side by side.
#[derive(Default)]
struct Changes {
    sides: [Change; 2],
}

#[derive(Default, PartialEq, Eq)]
struct Change {
    before: Counts,
    after: Counts,
    opened: u32,
    closed: u32,
}

impl Changes {
    /// A company's cells as they were and as they are.
    fn note(&mut self, before: &Cells, after: &Cells) {
        for id in before.keys().chain(after.keys()).collect::<BTreeSet<_>>() {
            let (was, is) = (before.get(id), after.get(id));
            if was == is {
                continue;
            }
            was.inspect(|(group, state)| self.sides[*group as usize].before.add(*state));
            is.inspect(|(group, state)| self.sides[*group as usize].after.add(*state));
            let open_on = |(group, state): &(Group, State)| state.is_open().then_some(*group);
            let (was, is) = (was.and_then(open_on), is.and_then(open_on));
            if was != is {
                was.inspect(|group| self.sides[*group as usize].closed += 1);
                is.inspect(|group| self.sides[*group as usize].opened += 1);
            }
        }
    }

    fn any(&self) -> bool {
        self.sides.iter().any(|side| *side != Change::default())
    }

    fn over(&self, before: &[Tally; 2]) -> [Tally; 2] {
        std::array::from_fn(|side| {
            let Change { before: from, after: to, opened, closed } = &self.sides[side];
            let mut counts = before[side].counts;
            counts += *to;
            counts -= *from;
            Tally { counts, opened: *opened, closed: *closed }
        })
    }
}
