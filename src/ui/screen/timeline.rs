//! When gaps were opened and closed: both sides over the register's history, one column for a day, week, month or year.

use std::sync::Arc;

use ratatui::Frame;
use ratatui::buffer::Buffer;
use ratatui::layout::{Constraint, Layout, Position, Rect};
use ratatui::style::Style;
use ratatui::text::Line;
use unicode_width::UnicodeWidthStr;

use super::Screen;
use crate::analysis::timeline::{Point, Tally};
use crate::analysis::{Grain, Group, Timeline};
use crate::domain::Day;
use crate::register::At;
use crate::ui::action::{Action, Scope};
use crate::ui::intent::Intent;
use crate::ui::mouse::Touched;
use crate::ui::theme;
use crate::ui::view::View;
use crate::ui::widget::text::saying;
use crate::ui::worker::{Going, Request, Response};

#[derive(Default)]
pub struct TimelineScreen {
    going: Going,
    timeline: Option<Arc<Timeline>>,
    /// Days read, and how many there are.
    progress: (usize, usize),
    failed: bool,
    /// A day of the selected period; the last one until another is chosen.
    at: Option<Day>,
    /// As it was drawn last.
    grain: Option<Grain>,
    page: usize,
    /// Where periods were drawn, each by its first day.
    drawn: Vec<(Rect, Day)>,
}

/// Whoever leaves waits no longer.
impl Drop for TimelineScreen {
    fn drop(&mut self) {
        self.going.stop();
    }
}

/// For what stands before the columns.
const SCALE: u16 = 9;
const WIDEST_COLUMN: usize = 6;
const EIGHTHS: [&str; 9] = [" ", "▁", "▂", "▃", "▄", "▅", "▆", "▇", "█"];

impl TimelineScreen {
    fn periods(&self) -> Vec<Point> {
        match (&self.timeline, self.grain) {
            (Some(timeline), Some(grain)) => timeline.every_period(grain),
            _ => Vec::new(),
        }
    }

    fn position(&self, periods: &[Point]) -> usize {
        let last = periods.len().saturating_sub(1);
        self.at.and_then(|day| periods.iter().position(|period| day <= period.last)).unwrap_or(last)
    }
}

impl Screen for TimelineScreen {
    fn scope(&self) -> Scope {
        Scope::Timeline
    }

    fn title(&self, _view: &View) -> String {
        let grain = self.grain.map(|grain| format!(" by {}", grain.key())).unwrap_or_default();
        format!("Timeline{grain}")
    }

    fn begin(&mut self, view: &View) -> Intent {
        Intent::Ask(Request::Timeline(At::of(&view.snapshot.source), self.going.clone()))
    }

    fn refresh(&mut self, view: &View) -> Intent {
        // The old one's reading ends with it.
        let at = self.at;
        *self = TimelineScreen::default();
        self.at = at;
        self.begin(view)
    }

    fn hear(&mut self, response: &Response, _view: &View) -> Intent {
        match response {
            Response::TimelineGoing { going, done, of } if *going == self.going => {
                self.progress = (*done, *of);
            }
            Response::Timeline { going, timeline } if *going == self.going => {
                self.timeline = Some(timeline.clone());
            }
            Response::Failed { while_doing, .. } if *while_doing == Request::TIMELINE => {
                self.failed = self.timeline.is_none();
            }
            _ => {}
        }
        Intent::Nothing
    }

    fn act(&mut self, action: Action, view: &View) -> Intent {
        let periods = self.periods();
        let at = self.position(&periods);
        let last = periods.len().saturating_sub(1);
        let next = match action {
            Action::Left | Action::Up => at.saturating_sub(1),
            Action::Right | Action::Down => (at + 1).min(last),
            Action::PageUp => at.saturating_sub(self.page),
            Action::PageDown => (at + self.page).min(last),
            Action::First => 0,
            Action::Last => last,
            Action::Open | Action::AsOf => {
                let day = periods.get(at).map(|period| period.last.min(view.day()));
                return day.map_or(Intent::Nothing, |day| Intent::AsOf(day.to_string()));
            }
            Action::Back => return Intent::Back,
            _ => return Intent::Nothing,
        };
        self.at = periods.get(next).map(|period| period.first);
        Intent::Nothing
    }

    fn touch(&mut self, place: Position, _view: &View) -> Touched {
        let Some((_, day)) = self.drawn.iter().copied().find(|(area, _)| area.contains(place)) else {
            return Touched::Nothing;
        };
        let periods = self.periods();
        let selected = periods.get(self.position(&periods)).map(|period| period.first);
        self.at = Some(day);
        if selected == self.at { Touched::Again } else { Touched::Selected }
    }

    fn scroll(&mut self, _place: Position, lines: isize) {
        let periods = self.periods();
        let next = self.position(&periods).saturating_add_signed(lines.signum());
        self.at = periods.get(next).or(periods.last()).map(|period| period.first);
    }

    fn draw(&mut self, frame: &mut Frame, area: Rect, view: &View) {
        self.drawn.clear();
        let Some(timeline) = &self.timeline else {
            let text = match (self.failed, self.progress) {
                (true, _) => "The history could not be read.".to_owned(),
                (_, (_, 0)) => "Reading the history …".to_owned(),
                (_, (done, of)) => format!("Reading the history: {done} of {of} days …"),
            };
            return frame.render_widget(saying(&text, area.width, view.theme.hint()), area);
        };
        let room = usize::from(area.width.saturating_sub(SCALE));
        self.grain = Some(timeline.fitting(room));
        self.page = room / 4;
        let periods = self.periods();
        if periods.is_empty() {
            return frame
                .render_widget(saying("Nothing was committed yet.", area.width, view.theme.hint()), area);
        }
        let at = self.position(&periods);
        let [top, bottom, axis] =
            area.layout(&Layout::vertical([Constraint::Fill(1), Constraint::Fill(1), Constraint::Length(2)]));
        let columns = Columns::new(&periods, at, room);
        for (group, area) in Group::ALL.into_iter().zip([top, bottom]) {
            panel(frame.buffer_mut(), area, view, group, &columns);
        }
        let x = columns.axis(frame.buffer_mut(), axis, view);
        frame.set_cursor_position((x, axis.y));
        let drawn = columns.periods.iter().enumerate();
        let place = |at| Rect { x: columns.x(area, at), width: columns.width, ..area };
        self.drawn = drawn.map(|(at, period)| (place(at), period.first)).collect();
    }

    fn legend(&self, view: &View) -> Vec<Line<'static>> {
        let words = [
            "█ open at the end",
            "▲ opened",
            "▼ closed",
            "← → go through time",
            "Enter: the board as of then",
        ];
        let words = words.into_iter().map(|words| Line::styled(words, view.theme.hint()));
        if self.timeline.is_some() { words.collect() } else { Vec::new() }
    }
}

/// The periods in view, each so wide.
struct Columns<'a> {
    periods: &'a [Point],
    width: u16,
    selected: usize,
}

impl Columns<'_> {
    /// The last ones that fit, with the selected one among them.
    fn new(periods: &[Point], selected: usize, room: usize) -> Columns<'_> {
        let room = room.max(1);
        let start = periods.len().saturating_sub(room).min(selected);
        let end = periods.len().min(start + room);
        let width = (room / (end - start)).clamp(1, WIDEST_COLUMN) as u16;
        Columns { periods: &periods[start..end], width, selected: selected - start }
    }

    fn x(&self, area: Rect, at: usize) -> u16 {
        area.x + SCALE + at as u16 * self.width
    }

    /// One row of a bar chart `height` rows high, seen from below: `row` 0 is the lowest.
    fn bars(
        &self,
        buffer: &mut Buffer,
        area: Rect,
        style: Style,
        row: u16,
        height: u16,
        count: &dyn Fn(&Point) -> u32,
    ) {
        let most = self.periods.iter().map(count).max().unwrap_or(0).max(1);
        for (at, period) in self.periods.iter().enumerate() {
            let full = u64::from(count(period)) * u64::from(height) * 8;
            // What is there at all is seen.
            let eighths = full.div_ceil(u64::from(most)).saturating_sub(u64::from(row) * 8).min(8);
            let width = usize::from(self.width.saturating_sub(1).max(1));
            let bar = EIGHTHS[eighths as usize].repeat(width);
            buffer.set_stringn(self.x(area, at), area.y, bar, width, style);
        }
    }

    /// Days below the columns, and which one is selected; gives where that is.
    fn axis(&self, buffer: &mut Buffer, area: Rect, view: &View) -> u16 {
        let period = &self.periods[self.selected];
        let x = self.x(area, self.selected);
        buffer.set_stringn(x, area.y, "▲", 1, view.theme.selected());
        let first = self.periods[0].first.to_string();
        buffer.set_stringn(area.x, area.y + 1, &first, 10, view.theme.hint());
        let commits = if period.commits == 1 { "commit" } else { "commits" };
        let span = match period.first == period.last {
            true => period.first.to_string(),
            false => format!("{} to {}", period.first, period.last.min(view.day())),
        };
        let room = area.width.saturating_sub(12);
        let words = format!("{span}: {} {commits}", period.commits);
        let words = match words.len() > usize::from(room) {
            true => format!("{}: {} {commits}", period.first, period.commits),
            false => words,
        };
        let left = x
            .saturating_sub(words.len() as u16 / 2)
            .clamp(area.x + 12, (area.right().saturating_sub(words.len() as u16)).max(area.x + 12));
        buffer.set_stringn(left, area.y + 1, words, usize::from(room), view.theme.title());
        x
    }
}

/// One side: the selected period in numbers, what was open, and below that what was opened and closed.
fn panel(buffer: &mut Buffer, area: Rect, view: &View, group: Group, columns: &Columns) {
    let Tally { counts, opened, closed } = columns.periods[columns.selected].side(group);
    let title = format!("{}  {} open  +{opened} −{closed}   ", group.words(), counts.open());
    let (mut x, y) = buffer.set_stringn(area.x, area.y, title, usize::from(area.width), view.theme.section());
    for (state, count) in counts.present() {
        let words = format!("{} {count}  ", theme::glyph(state));
        let room = usize::from(area.right().saturating_sub(x));
        // Half a number would be another one.
        if words.trim_end().width() > room {
            break;
        }
        (x, _) = buffer.set_stringn(x, y, words, room, view.theme.state(state));
    }
    let height = area.height.saturating_sub(3).max(1);
    let line = |row: u16| Rect { y: area.y + row, height: 1, ..area };
    let most = columns.periods.iter().map(|period| period.side(group).counts.open()).max().unwrap_or(0);
    buffer.set_stringn(area.x, area.y + 1, format!("{most:>7} "), 8, view.theme.hint());
    for row in 0..height {
        let area = line(height - row);
        columns.bars(buffer, area, view.theme.section(), row, height, &|period| {
            period.side(group).counts.open()
        });
    }
    if area.height > 3 {
        let (opened, closed) = (line(height + 1), line(height + 2));
        buffer.set_stringn(opened.x, opened.y, "▲ opened", 8, view.theme.hint());
        buffer.set_stringn(closed.x, closed.y, "▼ closed", 8, view.theme.hint());
        columns.bars(buffer, opened, view.theme.removed(), 0, 1, &|period| period.side(group).opened);
        columns.bars(buffer, closed, view.theme.added(), 0, 1, &|period| period.side(group).closed);
    }
}
