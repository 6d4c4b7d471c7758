//! Moving through the register's time: to the change before or after, with everything selected as it was; and two
//! moments held against each other.
//!
//! Where one is going is known at once and shown in the bar, so that keys can be typed ahead; the board follows when it is
//! read. What arrives for a place one has left again is dropped.

use ratatui::text::{Line, Span};

use super::{App, short};
use crate::domain::visible::line as visible;
use crate::domain::{CompanyId, Day, MeasureRef, Moment, Source};
use crate::register::At;
use crate::ui::action::Scope;
use crate::ui::screen::Place;
use crate::ui::view::View;
use crate::ui::widget::text::cut;
use crate::ui::worker::Request;

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Direction {
    Earlier,
    Later,
}

/// What is known of the way back.
#[derive(Default)]
pub(super) struct Time {
    /// The state whose moments these are, once they were asked for.
    of: Option<At>,
    /// Newest first.
    moments: Vec<Moment>,
    complete: bool,
    /// The revision that was asked for and has not come yet.
    awaited: Option<String>,
    /// Steps typed before the moments they lead to were known.
    owed: Vec<Direction>,
    mark: Option<(String, Day)>,
}

impl Time {
    /// Nothing that is still to come is wanted any more.
    pub fn stay(&mut self) {
        self.awaited = None;
        self.owed.clear();
    }

    pub fn failed(&mut self, while_doing: &str) {
        if while_doing == Request::AS_OF {
            self.stay();
        }
    }

    /// Where a commit stands; one that did not touch the register, by its day.
    fn position(&self, commit: &str, day: Day) -> usize {
        let exact = self.moments.iter().position(|moment| moment.commit == commit);
        exact.unwrap_or_else(|| self.moments.iter().take_while(|moment| moment.day > day).count())
    }
}

/// What a step leads along: every change, or those of what the screen is about.
type Along = Option<(CompanyId, Option<MeasureRef>)>;

impl App {
    /// Asks for the register as of a revision.
    pub(super) fn travel(&mut self, revision: String) {
        self.time.awaited = Some(revision.clone());
        self.ask(Request::LoadAsOf(revision));
    }

    /// The register as of then is here; nothing happens where one has gone on since.
    pub(super) fn arrived(&mut self, revision: &str, view: View) {
        if self.time.awaited.as_deref() == Some(revision) {
            self.time.awaited = None;
            self.told = None;
            self.today = self.today.take().or(self.view.take());
            self.show(view);
            self.learn();
        }
    }

    /// Goes to the change before or after, as soon as it is known.
    pub(super) fn step(&mut self, direction: Direction) {
        self.learn();
        self.time.owed.push(direction);
        self.pay();
    }

    /// Asks for the moments, unless they are known or on their way.
    fn learn(&mut self) {
        let Some(today) = self.today.as_ref().or(self.view.as_ref()) else { return };
        let at = At::of(&today.snapshot.source);
        if self.time.of.as_ref() != Some(&at) {
            self.time.of = Some(at.clone());
            self.time.moments.clear();
            self.time.complete = false;
            self.ask(Request::Moments(at));
        }
    }

    pub(super) fn learned(&mut self, of: &At, moments: Vec<Moment>, complete: bool) {
        if self.time.of.as_ref() == Some(of) && !self.time.complete {
            self.time.moments.extend(moments);
            self.time.complete = complete;
            self.pay();
        }
    }

    /// Makes the steps that are owed, as far as the moments are known.
    fn pay(&mut self) {
        while let Some(direction) = self.time.owed.first().copied() {
            let Some(at) = self.moment() else { return };
            let along = self.along();
            let on_the_way = |moment: &Moment| match &along {
                Some((company, measure)) => moment.touches(company, *measure),
                None => true,
            };
            let moments = &self.time.moments;
            let next = match direction {
                Direction::Earlier => (at + 1..moments.len()).find(|at| on_the_way(&moments[*at])),
                Direction::Later => (0..at).rev().find(|at| on_the_way(&moments[*at])),
            };
            if next.is_none() && direction == Direction::Earlier && !self.time.complete {
                return;
            }
            self.time.owed.remove(0);
            match (next, direction) {
                (Some(0), _) | (None, Direction::Later) if self.today.is_some() || at > 0 => {
                    self.walk_to_today()
                }
                (Some(next), _) => {
                    let commit = self.time.moments[next].commit.clone();
                    self.travel(commit);
                }
                (None, Direction::Earlier) => self.say("There is no earlier change of this."),
                (None, Direction::Later) => self.say("This is the register of today."),
            }
        }
    }

    fn walk_to_today(&mut self) {
        let owed = std::mem::take(&mut self.time.owed);
        self.back_to_today();
        self.time.owed = owed;
    }

    /// Where one is, or is going to be: an index into the moments. None: it is not known yet.
    fn moment(&self) -> Option<usize> {
        let view = self.view.as_ref()?;
        if self.time.moments.is_empty() && !self.time.complete {
            return None;
        }
        Some(match (&self.time.awaited, &view.snapshot.source) {
            (Some(revision), _) => self.time.position(revision, revision.parse().unwrap_or(view.day())),
            (None, Source::Commit(commit)) if view.as_of.is_some() => self.time.position(commit, view.day()),
            _ => 0,
        })
    }

    fn along(&self) -> Along {
        let (screen, view) = (self.screen(), self.view.as_ref()?);
        match screen.scope() {
            Scope::Detail => screen.cell(view).map(|(company, measure)| (company, Some(measure))),
            Scope::Company => screen.company(view).map(|company| (company, None)),
            _ => None,
        }
    }

    /// Marks the moment that is shown; with the second mark, shows what is different between the two.
    pub(super) fn mark_moment(&mut self) {
        let Some(view) = &self.view else { return };
        let Source::Commit(commit) = &view.snapshot.source else {
            return self.warn("Only what is committed can be marked.");
        };
        let here = (commit.clone(), view.day());
        match self.time.mark.take() {
            None => {
                self.learn();
                self.say(format!(
                    "Marked {} ({}). Go to another moment and mark it too.",
                    here.1,
                    short(&here.0)
                ));
                self.time.mark = Some(here);
            }
            Some(mark) if mark.0 == here.0 => self.say("The mark is taken away again."),
            Some(mark) => {
                let position = |(commit, day): &(String, Day)| self.time.position(commit, *day);
                let (from, to) = if position(&mark) >= position(&here) { (mark, here) } else { (here, mark) };
                self.open(Place::Changes { from, to });
            }
        }
    }

    /// Where one is in time, on one line; nothing on the register of today.
    pub(super) fn time_bar(&self, width: u16) -> Option<Line<'static>> {
        let view = self.view.as_ref()?;
        view.as_of.as_ref().or(self.time.awaited.as_ref())?;
        let theme = self.theme;
        let (Some(at), count) = (self.moment(), self.time.moments.len()) else {
            return Some(Line::styled("The commits are being read …", theme.hint()));
        };
        let of = if self.time.complete { count.to_string() } else { format!("{count} and more") };
        let place = format!(" commit {} of {of} ", count.saturating_sub(at));
        let track = usize::from(width / 5).max(8);
        let done = (count.saturating_sub(at) * (track - 1)) / count.max(1);
        let mark = self.time.mark.as_ref().map(|(_, day)| format!("marked {day}  ")).unwrap_or_default();
        let moment = self.time.moments.get(at);
        let words = moment.map(|moment| format!("{}  {}  {}", moment.day, moment.subject, moment.author));
        let loading = if self.time.awaited.is_some() { "… " } else { "" };
        let taken = track + place.len() + mark.len() + loading.len();
        let words = visible(&words.unwrap_or_default()).into_owned();
        Some(Line::from(vec![
            Span::styled(format!("{}●{}", "━".repeat(done), "─".repeat(track - 1 - done)), theme.section()),
            Span::styled(place, theme.title()),
            Span::styled(mark, theme.warning()),
            Span::raw(format!("{loading}{}", cut(&words, usize::from(width).saturating_sub(taken)))),
        ]))
    }
}
