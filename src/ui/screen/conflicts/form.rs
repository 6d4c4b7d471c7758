//! The form that settles one file: all of it as one side has it, or both put together, key by key.

use std::collections::BTreeMap;

use crossterm::event::{KeyCode, KeyEvent};
use ratatui::Frame;
use ratatui::layout::{Constraint, Layout, Position, Rect};
use ratatui::text::{Line, Span};
use ratatui::widgets::Paragraph;
use ratatui_textarea::TextArea;

use super::{said, said_last, versions};
use crate::domain::visible::line as visible;
use crate::register::conflicts::{Answers, Choice, Conflict, Point, Taken, Weighed};
use crate::ui::action::Action;
use crate::ui::chosen::{Chosen, Whole};
use crate::ui::intent::Intent;
use crate::ui::mouse::Touched;
use crate::ui::screen::decide::{draw_reason, inside, reason_area};
use crate::ui::view::View;
use crate::ui::widget::document::Document;
use crate::ui::widget::input::point_into;
use crate::ui::widget::lines::heading;
use crate::ui::widget::list::Cursor;
use crate::ui::widget::text::{cut, fit};

pub struct Form {
    pub conflict: Conflict,
    whole: Option<Whole>,
    answers: BTreeMap<String, Taken>,
    /// Both sides as one with these answers, where that can be.
    weighed: Option<Weighed>,
    cursor: Cursor,
    /// The reason of a judgement that is put together; the cursor is in it.
    reason: TextArea<'static>,
    in_reason: bool,
    /// Whether somebody wrote the reason, so that it no longer follows what is chosen.
    is_written: bool,
    /// What stands against the last try.
    refusals: Vec<String>,
    /// What was chosen and typed before it was discarded.
    discarded: Option<Chosen>,
    /// Where the rows and the reason were drawn.
    drawn: [Rect; 2],
}

impl Form {
    /// With what was kept of an earlier one.
    pub fn new(conflict: Conflict, kept: Option<&Chosen>) -> Form {
        let mut form = Form {
            conflict,
            whole: None,
            answers: BTreeMap::new(),
            weighed: None,
            cursor: Cursor::default(),
            reason: reason_area(""),
            in_reason: false,
            is_written: false,
            refusals: Vec::new(),
            discarded: None,
            drawn: [Rect::ZERO; 2],
        };
        form.weigh();
        form.whole = form.usual();
        kept.cloned().into_iter().for_each(|kept| form.fill(kept));
        form
    }

    /// What a new form begins with.
    fn usual(&self) -> Option<Whole> {
        self.weighed.as_ref().map(|_| Whole::Together)
    }

    /// What was chosen and typed, and whether it is anything.
    pub fn chosen(&self) -> (Chosen, bool) {
        let chosen = self.typed();
        let is_touched =
            chosen.whole != self.usual() || !chosen.answers.is_empty() || chosen.reason.is_some();
        (chosen, is_touched)
    }

    fn answers(&self) -> Answers {
        let reason = self.is_written.then(|| self.reason.lines().join("\n"));
        Answers { sides: self.answers.clone(), reason }
    }

    fn weigh(&mut self) {
        let answers = self.answers();
        let chosen = || Answers { reason: None, ..answers.clone() };
        self.weighed = self.conflict.together(&answers).or_else(|| self.conflict.together(&chosen()));
        if let Some(reason) = self.weighed.as_ref().and_then(|weighed| weighed.reason.clone())
            && !self.is_written
        {
            self.reason = reason_area(&reason);
        }
    }

    /// The contradictions to choose in, while both sides are put together.
    fn points(&self) -> &[Point] {
        match (&self.weighed, self.whole) {
            (Some(weighed), Some(Whole::Together)) => &weighed.points,
            _ => &[],
        }
    }

    fn has_reason(&self) -> bool {
        self.conflict.cell.is_some() && self.whole == Some(Whole::Together)
    }

    /// Whether letters are text here.
    pub fn types(&self) -> bool {
        self.in_reason && self.has_reason()
    }

    pub fn act(&mut self, action: Action) {
        match action {
            Action::NextField | Action::PreviousField => {
                self.in_reason = !self.in_reason && self.has_reason()
            }
            Action::Toggle if self.types() => self.key(KeyCode::Char(' ').into()),
            Action::Toggle => self.toggle(),
            _ => {}
        }
    }

    /// The next answer to the selected line.
    fn toggle(&mut self) {
        self.refusals.clear();
        match self.cursor.at.checked_sub(1) {
            None => {
                let together = self.conflict.together(&Answers::default()).map(|_| Whole::Together);
                let ways: Vec<Whole> = together.into_iter().chain([Whole::Ours, Whole::Theirs]).collect();
                self.whole = Some(after(&ways, self.whole));
            }
            Some(at) => {
                let Some(point) = self.points().get(at).cloned() else { return };
                let both = point.both.then_some(Taken::Both);
                let ways: Vec<Taken> = both.into_iter().chain([Taken::Ours, Taken::Theirs]).collect();
                self.answers.insert(point.name, after(&ways, point.taken));
                self.weigh();
            }
        }
    }

    pub fn key(&mut self, key: KeyEvent) {
        if self.types() {
            if self.reason.input(key) {
                self.write();
            }
            return;
        }
        let action = match key.code {
            KeyCode::Up | KeyCode::Char('k') => Action::Up,
            KeyCode::Down | KeyCode::Char('j') => Action::Down,
            KeyCode::Home => Action::First,
            KeyCode::End => Action::Last,
            KeyCode::Left | KeyCode::Right => return self.toggle(),
            _ => return,
        };
        let length = self.points().len() + 1;
        self.cursor.act(action, length);
    }

    /// A click selects a row, and chooses anew in one that is selected; in the reason it is where one types.
    pub fn touch(&mut self, place: Position) -> Touched {
        let [rows, reason] = self.drawn;
        if reason.contains(place) {
            self.in_reason = true;
            point_into(&mut self.reason, inside(reason), place);
            return Touched::Selected;
        }
        let row = self.cursor.row(place.y.saturating_sub(rows.y));
        if !rows.contains(place) || row > self.points().len() {
            return Touched::Nothing;
        }
        let again = !self.types() && self.cursor.at == row;
        self.in_reason = false;
        self.cursor.at = row;
        if !again {
            return Touched::Selected;
        }
        self.toggle();
        Touched::Did(Intent::Nothing)
    }

    pub fn paste(&mut self, text: &str) {
        if self.types() && self.reason.insert_str(text) {
            self.write();
        }
    }

    fn write(&mut self) {
        self.is_written = true;
        self.refusals.clear();
        self.weigh();
    }

    pub fn long_text(&self) -> Option<String> {
        self.has_reason().then(|| self.reason.lines().join("\n"))
    }

    pub fn take_long_text(&mut self, text: &str) {
        self.reason = reason_area(text);
        self.in_reason = true;
        self.write();
    }

    fn typed(&self) -> Chosen {
        let (path, conflict) = (self.conflict.path.clone(), self.conflict.id());
        let Answers { sides: answers, reason } = self.answers();
        Chosen { path, conflict, whole: self.whole, answers, reason }
    }

    fn fill(&mut self, typed: Chosen) {
        self.whole = typed.whole;
        self.answers = typed.answers;
        self.is_written = typed.reason.is_some();
        if let Some(reason) = typed.reason {
            self.reason = reason_area(&reason);
        }
        self.refusals.clear();
        self.weigh();
    }

    /// Back to the careful answers, and back again.
    pub fn discard(&mut self) -> Intent {
        if let Some(typed) = self.discarded.take() {
            self.fill(typed);
            return Intent::Say("What was chosen is back.".to_owned());
        }
        let before = self.typed();
        self.fill(Chosen { whole: None, answers: BTreeMap::new(), reason: None, ..before.clone() });
        self.whole = self.usual();
        self.discarded = (before != self.typed()).then_some(before);
        let said = match self.discarded {
            Some(_) => "What was chosen is discarded; the same key brings it back.",
            None => "Nothing was chosen.",
        };
        Intent::Say(said.to_owned())
    }

    /// What it would be settled with, and what that changes; else what is still to be chosen.
    pub fn settled(&mut self) -> Option<(Choice, String)> {
        let choice = match self.whole {
            None => {
                self.refusals = vec!["choose the side whose file stands".to_owned()];
                return None;
            }
            Some(Whole::Ours) => Choice::Ours,
            Some(Whole::Theirs) => Choice::Theirs,
            Some(Whole::Together) => Choice::Together(self.answers()),
        };
        let open = self.weighed.iter().filter(|_| self.whole == Some(Whole::Together));
        let open: Vec<String> = open.flat_map(Weighed::open).map(|point| point.name.clone()).collect();
        if !open.is_empty() {
            self.refusals = vec![format!("choose a side for {}", open.join(", "))];
            return None;
        }
        match self.conflict.diff(&choice) {
            Ok(diff) => {
                self.refusals.clear();
                Some((choice, diff))
            }
            Err(_) => {
                self.refusals = vec!["no sound file comes of this: choose or write otherwise".to_owned()];
                None
            }
        }
    }

    pub fn draw(&mut self, frame: &mut Frame, area: Rect, view: &View) {
        let rows = self.points().len() as u16 + 1;
        let room = area.height.saturating_sub(2 + self.refusals.len() as u16);
        let reason_height = if self.has_reason() { (room / 3).max(3) } else { 0 };
        let list_height = rows.min((room.saturating_sub(reason_height) / 2).max(2));
        let [head, list, about, reason, wrong] = area.layout(&Layout::vertical([
            Constraint::Length(2),
            Constraint::Length(list_height),
            Constraint::Min(0),
            Constraint::Length(reason_height),
            Constraint::Length(self.refusals.len() as u16),
        ]));
        self.drawn = [list, reason];
        let title = format!(
            "{}  as it is {} and {}",
            self.conflict.path, self.conflict.names[0], self.conflict.names[1]
        );
        let title = cut(&visible(&title), usize::from(head.width)).into_owned();
        let more = if usize::from(list.height) < usize::from(rows) {
            format!("  {} of {rows}", self.cursor.at + 1)
        } else {
            String::new()
        };
        let lines = [
            Line::styled(title, view.theme.hint()),
            Line::styled(format!("What stands{more}"), heading(view.theme, !self.types())),
        ];
        frame.render_widget(Paragraph::new(lines.to_vec()), head);
        self.draw_rows(frame, list, view);
        frame.render_widget(
            Paragraph::new(self.about(view).lines(about.width.saturating_sub(1), view.theme)),
            about,
        );
        if self.has_reason() {
            let focused = self.types();
            draw_reason(frame, reason, view, &mut self.reason, focused);
            if self.is_written {
                let words = "  yours: an audit will say that neither side had it";
                let place =
                    Rect { x: reason.x + 6, height: 1, width: reason.width.saturating_sub(6), ..reason };
                frame.render_widget(Line::styled(words, view.theme.hint()), place);
            }
        }
        let refused = self.refusals.iter().map(|text| format!("✗ {}", visible(text)));
        let refused: Vec<Line> = refused.map(|text| Line::styled(text, view.theme.error())).collect();
        frame.render_widget(Paragraph::new(refused), wrong);
    }

    fn draw_rows(&mut self, frame: &mut Frame, area: Rect, view: &View) {
        let points = self.points().to_vec();
        let window = self.cursor.window(usize::from(area.height), points.len() + 1);
        let widest = points.iter().map(|point| point.name.chars().count()).max().unwrap_or_default();
        let name_width = widest.clamp(9, usize::from(area.width) / 2);
        let room = usize::from(area.width).saturating_sub(name_width + 6);
        let row = |at: usize| -> Line<'static> {
            let (name, (words, hint)) = match at.checked_sub(1) {
                None => ("all of it", (self.whole_words(), "")),
                Some(at) => (points[at].name.as_str(), self.answer(&points[at])),
            };
            let style = if words.is_none() { view.theme.error() } else { Default::default() };
            let hint = if room < ROOMY { "" } else { hint };
            let words = words.unwrap_or_else(|| "choose a side".to_owned()).replace('\n', " ");
            let words = cut(&visible(&words), room.saturating_sub(hint.len())).into_owned();
            Line::from(vec![
                Span::raw(format!("  {}  ", fit(&visible(name), name_width))),
                Span::styled(words, style),
                Span::styled(hint, view.theme.hint()),
            ])
        };
        let lines = window.map(|at| {
            let line = row(at);
            if at == self.cursor.at && !self.types() { line.patch_style(view.theme.selected()) } else { line }
        });
        let lines: Vec<Line> = lines.collect();
        frame.render_widget(Paragraph::new(lines), area);
        if !self.types() {
            self.cursor.rest(frame, area);
        }
    }

    fn whole_words(&self) -> Option<String> {
        let side = |name: &str, is_there: bool| match is_there {
            true => format!("as {name}"),
            false => format!("removed, as {name}"),
        };
        Some(match self.whole? {
            Whole::Together => "both put together".to_owned(),
            Whole::Ours => side(&self.conflict.names[0], self.conflict.ours.is_there),
            Whole::Theirs => side(&self.conflict.names[1], self.conflict.theirs.is_there),
        })
    }

    /// What a key becomes, and why.
    fn answer(&self, point: &Point) -> (Option<String>, &'static str) {
        let said = |text: &Option<String>| text.clone().unwrap_or_else(|| "not there".to_owned());
        let hint = if point.taken == point.weighed { "  the careful answer" } else { "" };
        let words = point.taken.map(|taken| match taken {
            Taken::Both => "both".to_owned(),
            Taken::Ours => format!("{}: {}", self.conflict.names[0], cut(&said(&point.ours), 40)),
            Taken::Theirs => format!("{}: {}", self.conflict.names[1], cut(&said(&point.theirs), 40)),
        });
        (words, if point.taken.is_some() { hint } else { "" })
    }

    /// What the versions say of the selected line.
    fn about(&self, view: &View) -> Document {
        let mut page = Document::default();
        page.blank();
        match self.cursor.at.checked_sub(1).and_then(|at| self.points().get(at)) {
            Some(point) => said(&mut page, &versions(&self.conflict.names, point), view),
            None => {
                said_last(&mut page, &self.conflict, view);
                if self.has_reason() {
                    page.styled(
                        "  A judgement that is put together is marked: it is stale until somebody decides again.",
                        view.theme.hint(),
                    );
                }
            }
        }
        page
    }
}

/// Columns from which on there is room for why a key becomes what it does.
const ROOMY: usize = 50;

/// The way after the one that is taken, and after the last the first.
fn after<T: Copy + PartialEq>(ways: &[T], taken: Option<T>) -> T {
    let at = taken.and_then(|taken| ways.iter().position(|way| *way == taken));
    ways[at.map_or(0, |at| (at + 1) % ways.len())]
}
