//! The whole screen's state, and how it answers keys and news. Pure: it asks for work by value and draws from a view.

use crossterm::event::{KeyEvent, KeyEventKind};
use ratatui::Frame;
use ratatui::layout::{Constraint, Layout, Rect};
use ratatui::text::{Line, Span};
use ratatui::widgets::Paragraph;

use super::action::{self, Action, Scope};
use super::intent::Intent;
use super::overlay::{Input, Outcome, Overlay, Prompt};
use super::screen::{self, Draft, Place, Screen};
use super::theme::Theme;
use super::view::View;
use super::widget::document::Scroll;
use super::widget::list::Cursor;
use super::widget::text::{cut, wrap};
use super::worker::{Request, Response};
use crate::analysis::{State, Target, decision};
use crate::domain::visible::line as visible;
use crate::domain::{CompanyId, MeasureRef, Slot};
use crate::register::Trail;

/// Below this, one sentence is shown instead.
pub const SMALLEST: (u16, u16) = (60, 20);

pub struct App {
    theme: Theme,
    /// What is shown; none until the first load.
    view: Option<View>,
    /// The register of today, kept while the past is shown.
    today: Option<View>,
    screens: Vec<Box<dyn Screen>>,
    /// What was typed into forms that were left.
    drafts: Vec<Draft>,
    overlay: Option<Overlay>,
    note: Option<Note>,
    /// Requests not answered yet.
    pending: Vec<Request>,
    over: bool,
}

/// A line for the person.
struct Note {
    text: String,
    wrong: bool,
}

/// More of a long error is in the repository's own tools.
const NOTE_LINES: usize = 6;

impl Note {
    fn lines(&self, width: u16, theme: Theme) -> Vec<Line<'static>> {
        let style = if self.wrong { theme.error() } else { theme.title() };
        let wrapped = self.text.lines().flat_map(|line| wrap(&visible(line), width));
        wrapped.take(NOTE_LINES).map(|line| Line::styled(line, style)).collect()
    }
}

impl App {
    pub fn new(theme: Theme) -> App {
        App {
            theme,
            view: None,
            today: None,
            screens: vec![screen::open(Place::Matrix)],
            drafts: Vec::new(),
            overlay: None,
            note: None,
            pending: vec![Request::Load],
            over: false,
        }
    }

    /// What is to be done next behind the screen, in order.
    pub fn take_requests(&mut self) -> Vec<Request> {
        std::mem::take(&mut self.pending)
    }

    pub fn is_over(&self) -> bool {
        self.over
    }

    pub fn end(&mut self) {
        self.over = true;
    }

    /// Answers a key.
    pub fn key(&mut self, key: KeyEvent) {
        if key.kind == KeyEventKind::Release {
            return;
        }
        self.note = None;
        if action::lookup(Scope::Decide, key.into()) == Some(Action::Quit) {
            self.over = true;
            return;
        }
        if let Some(overlay) = &mut self.overlay {
            let outcome = overlay.key(key, self.view.as_ref());
            return self.overlay_answered(outcome);
        }
        let scope = self.screen().scope();
        match action::lookup(scope, key.into()) {
            Some(action) => self.act(action),
            None => self.with_screen(|screen, view| screen.type_key(key, view)),
        }
    }

    pub fn paste(&mut self, text: &str) {
        match &mut self.overlay {
            Some(overlay) => {
                overlay.paste(text);
                if let Some(filter) = overlay.narrowing() {
                    let filter = filter.to_owned();
                    self.screen_mut().filter(&filter);
                }
            }
            None => self.screen_mut().paste(text),
        }
    }

    fn overlay_answered(&mut self, outcome: Outcome) {
        match outcome {
            Outcome::Open => return,
            Outcome::Narrowed(filter) => {
                self.screen_mut().filter(&filter);
                if !filter.is_empty()
                    || self.overlay.as_ref().is_some_and(|overlay| overlay.narrowing() == Some(""))
                {
                    return;
                }
            }
            Outcome::Closed => {}
            Outcome::Run(action) => {
                self.overlay = None;
                return self.act(action);
            }
            Outcome::AsOf(revision) if revision.is_empty() => self.back_to_today(),
            Outcome::AsOf(revision) => self.ask(Request::LoadAsOf(revision)),
            Outcome::Trust(programs, then) => self.ask(Request::Trust { programs, then }),
            Outcome::Declined => {
                self.tell(&Response::Declined);
                self.say("Nothing was run, and nothing was committed.");
            }
            Outcome::Compare(left, right) => {
                let target = self.target();
                self.open(Place::Pair { left, right, target });
            }
        }
        self.overlay = None;
    }

    /// Does what a key or a command stands for.
    fn act(&mut self, action: Action) {
        match action {
            Action::Quit => self.over = true,
            Action::Help => {
                self.overlay =
                    Some(Overlay::Help { scope: self.screen().scope(), scroll: Scroll::default() });
            }
            Action::Palette => {
                let (input, cursor) = (Input::new(""), Cursor::default());
                self.overlay = Some(Overlay::Palette { scope: self.screen().scope(), input, cursor });
            }
            Action::Filter => {
                self.overlay = Some(Overlay::Prompt { kind: Prompt::Filter, input: Input::new("") });
            }
            Action::Reload => {
                self.ask(Request::Load);
                self.say("Reading the register again.");
            }
            Action::Findings => self.open(Place::Findings),
            Action::Audit => self.open(Place::Audit),
            Action::SideBySide => self.open(Place::Sides(self.target())),
            Action::Details => self.on_cell(|company, measure| Place::Detail { company, measure }),
            Action::Measure => self.on_cell(|_, measure| Place::Measure(measure)),
            Action::History => self.history(),
            Action::Company => match self.company() {
                Some(company) => self.open(Place::Company(company)),
                None => self.warn("Select a company first."),
            },
            Action::Compare => match self.company() {
                Some(with) => {
                    let (input, cursor) = (Input::new(""), Cursor::default());
                    self.overlay = Some(Overlay::Companies { with, input, cursor });
                }
                None => self.warn("Select a company first."),
            },
            Action::Decide => self.decide(),
            action => {
                // A screen answers first: in the history, "as of" means the selected commit.
                let intent = match &self.view {
                    Some(view) => self.screens.last_mut().map(|screen| screen.act(action, view)),
                    None => None,
                };
                match (intent, action) {
                    (Some(Intent::Nothing) | None, Action::AsOf) => {
                        self.overlay = Some(Overlay::Prompt { kind: Prompt::AsOf, input: Input::new("") });
                    }
                    (Some(intent), _) => self.carry_out(intent),
                    (None, Action::Back) => self.over = true,
                    (None, _) => {}
                }
            }
        }
    }

    /// The trail of the cell, or of the company where there is no cell.
    fn history(&mut self) {
        let cell = self.view.as_ref().and_then(|view| self.screen().cell(view));
        let trail = cell.map(|(company, measure)| Trail::Cell(company, measure));
        let trail = trail.or_else(|| self.company().map(Trail::Company)).unwrap_or(Trail::Register);
        self.open(Place::History(trail));
    }

    fn decide(&mut self) {
        let Some(view) = &self.view else { return };
        if let Err(why) = &view.editable {
            let why = why.clone();
            return self.warn(why);
        }
        let Some((company, measure)) = self.screen().cell(view) else {
            return self.warn("Select a measure of a company first.");
        };
        let slot = self.screen().slot(view).unwrap_or(Slot { measure, model: None });
        // A model-level measure is decided for one model: the detail lists them.
        match decision::cell(&view.snapshot, &company, &slot) {
            Ok(_) => {
                let kept =
                    self.drafts.iter().find(|draft| draft.company == company && draft.slot == slot).cloned();
                self.open(Place::Decide { company, slot });
                if let Some(draft) = kept {
                    self.screen_mut().take_draft(&draft);
                    self.say("This is the draft that was kept; nothing of it is committed.");
                }
            }
            Err(refusals) => {
                let several = view.company(&company).is_some_and(|company| !company.models.is_empty());
                let in_detail = self.screen().scope() == Scope::Detail;
                let words = refusals.first().map(|refusal| refusal.words()).unwrap_or_default();
                if several && !in_detail {
                    self.open(Place::Detail { company, measure });
                    self.say(format!(
                        "{measure} is judged per model: choose one with the arrows, then press d."
                    ));
                } else {
                    self.warn(words);
                }
            }
        }
    }

    /// News from behind the screen.
    pub fn response(&mut self, response: Response) {
        match response {
            Response::Loaded(view) => self.loaded(*view),
            Response::Committed { id, subject, warnings } => {
                self.leave_form();
                let short = id.get(..10).unwrap_or(&id);
                let lines = [vec![format!("Committed {short}: {subject}")], warnings].concat();
                self.say(lines.join("\n"));
                self.ask(Request::Load);
            }
            Response::Untrusted { programs, request } => {
                self.overlay = Some(Overlay::Trust { programs, then: request, scroll: Scroll::default() });
            }
            Response::Failed { while_doing, error } => {
                let text = format!("{}: {error}.\n{}", capital(while_doing), error.hint());
                // The screen that asked may want to be asked again.
                self.tell(&Response::Failed { while_doing, error });
                self.warn(text);
            }
            response => self.tell(&response),
        }
    }

    fn loaded(&mut self, view: View) {
        match view.as_of {
            Some(_) => {
                self.today = self.today.take().or(self.view.take());
            }
            None => self.today = None,
        }
        let intents: Vec<Intent> = self.screens.iter_mut().map(|screen| screen.refresh(&view)).collect();
        self.view = Some(view);
        intents.into_iter().for_each(|intent| self.carry_out(intent));
    }

    fn back_to_today(&mut self) {
        if let Some(today) = self.today.take() {
            self.loaded(today);
            self.say("Back to the register of today.");
        }
    }

    /// After a commit, the preview and the form it came from are done.
    fn leave_form(&mut self) {
        let done = |screen: &dyn Screen| matches!(screen.scope(), Scope::Preview | Scope::Decide);
        while self.screens.len() > 1 && self.screens.last().is_some_and(|screen| done(screen.as_ref())) {
            if let Some(draft) = self.screens.pop().and_then(|form| form.draft()) {
                self.forget(&draft.company, &draft.slot);
            }
        }
    }

    fn tell(&mut self, response: &Response) {
        let Some(view) = &self.view else { return };
        let intents: Vec<Intent> =
            self.screens.iter_mut().map(|screen| screen.hear(response, view)).collect();
        intents.into_iter().for_each(|intent| self.carry_out(intent));
        if let Response::Prepared(prepared) = response {
            self.screens.push(screen::preview((**prepared).clone()));
        }
    }

    fn with_screen(&mut self, act: impl FnOnce(&mut dyn Screen, &View) -> Intent) {
        let (Some(view), Some(screen)) = (&self.view, self.screens.last_mut()) else { return };
        let intent = act(screen.as_mut(), view);
        self.carry_out(intent);
    }

    fn carry_out(&mut self, intent: Intent) {
        match intent {
            Intent::Nothing => {}
            Intent::Open(place) => self.open(place),
            Intent::Replace(place) => {
                self.screens.pop();
                self.open(place);
            }
            Intent::Back => self.back(),
            Intent::Ask(request) => self.ask(request),
            Intent::AsOf(commit) => {
                self.screens.pop();
                self.ask(Request::LoadAsOf(commit));
            }
            Intent::Say(text) => self.say(text),
        }
    }

    fn back(&mut self) {
        if self.screens.len() > 1 {
            if let Some(draft) = self.screens.pop().and_then(|form| form.draft()) {
                self.keep(draft);
            }
        } else if self.today.is_some() {
            self.back_to_today();
        } else {
            self.say("This is the first screen: q leaves Countersign.");
        }
    }

    fn open(&mut self, place: Place) {
        let Some(view) = &self.view else { return };
        let mut screen = screen::open(place);
        let intent = screen.begin(view);
        self.screens.push(screen);
        self.carry_out(intent);
    }

    /// Keeps what was typed, where it differs from what the form would show anyway.
    fn keep(&mut self, draft: Draft) {
        self.forget(&draft.company, &draft.slot);
        let Some(view) = &self.view else { return };
        let place = Place::Decide { company: draft.company.clone(), slot: draft.slot.clone() };
        let mut untouched = screen::open(place);
        let _ = untouched.begin(view);
        if untouched.draft().as_ref() != Some(&draft) {
            self.drafts.push(draft);
            self.say("Kept as a draft: decide on the same cell again to go on.");
        }
    }

    fn forget(&mut self, company: &CompanyId, slot: &Slot) {
        self.drafts.retain(|draft| draft.company != *company || draft.slot != *slot);
    }

    fn on_cell(&mut self, place: impl FnOnce(CompanyId, MeasureRef) -> Place) {
        let cell = self.view.as_ref().and_then(|view| self.screen().cell(view));
        match cell {
            Some((company, measure)) => self.open(place(company, measure)),
            None => self.warn("Select a measure first."),
        }
    }

    fn company(&self) -> Option<CompanyId> {
        self.screen().company(self.view.as_ref()?)
    }

    fn target(&self) -> Target {
        self.view.as_ref().and_then(|view| self.screen().target(view)).unwrap_or(Target::Everything)
    }

    fn ask(&mut self, request: Request) {
        self.pending.push(request);
    }

    fn say(&mut self, text: impl Into<String>) {
        self.note = Some(Note { text: text.into(), wrong: false });
    }

    fn warn(&mut self, text: impl Into<String>) {
        self.note = Some(Note { text: text.into(), wrong: true });
    }

    fn screen(&self) -> &dyn Screen {
        self.screens[self.screens.len() - 1].as_ref()
    }

    fn screen_mut(&mut self) -> &mut dyn Screen {
        let last = self.screens.len() - 1;
        self.screens[last].as_mut()
    }

    pub fn draw(&mut self, frame: &mut Frame) {
        let area = frame.area();
        if area.width < SMALLEST.0 || area.height < SMALLEST.1 {
            let text = format!("Countersign needs {} columns and {} lines.", SMALLEST.0, SMALLEST.1);
            return frame.render_widget(Paragraph::new(text).wrap(Default::default()), area);
        }
        let legend = self.view.as_ref().map(|view| self.screen().legend(view)).unwrap_or_default();
        let legend = flow(legend, area.width);
        let note = self.note.as_ref().map(|note| note.lines(area.width, self.theme)).unwrap_or_default();
        let [header, body, legend_line, note_line, footer] = area.layout(&Layout::vertical([
            Constraint::Length(1),
            Constraint::Min(1),
            Constraint::Length(legend.len() as u16),
            Constraint::Length(note.len() as u16),
            Constraint::Length(1),
        ]));
        self.header(frame, header);
        match (&self.view, self.screens.last_mut()) {
            (Some(view), Some(screen)) => screen.draw(frame, body, view),
            _ => frame.render_widget(Line::styled("Reading the register …", self.theme.hint()), body),
        }
        frame.render_widget(Paragraph::new(legend), legend_line);
        frame.render_widget(Paragraph::new(note), note_line);
        self.footer(frame, footer);
        if let Some(overlay) = &mut self.overlay {
            overlay.draw(frame, area, self.theme, self.view.as_ref());
        }
    }

    /// Register, screen and, at the right, what it was read from; what does not fit goes in that order from the right.
    fn header(&self, frame: &mut Frame, area: Rect) {
        let Some(view) = &self.view else {
            return frame.render_widget(Line::styled("Countersign", self.theme.title()), area);
        };
        let mut left = Vec::new();
        if let Some(as_of) = &view.as_of {
            left.push(Span::styled(format!(" AS OF {}, READ-ONLY ", visible(as_of)), self.theme.warning()));
            left.push(Span::raw(" "));
        }
        left.push(Span::raw(visible(&self.screen().title(view)).into_owned()));
        let right = self.origin(view);
        let taken = left.iter().map(Span::width).sum::<usize>() + right.width() + 4;
        // The register's own name gives way first, and then the right side.
        let title = view.snapshot.settings.title.as_deref().unwrap_or("Countersign");
        let title = cut(&visible(title), usize::from(area.width).saturating_sub(taken).max(12)).into_owned();
        left.insert(0, Span::raw("  "));
        left.insert(0, Span::styled(title, self.theme.title()));
        let left = Line::from(left);
        let room = usize::from(area.width).saturating_sub(left.width() + 2);
        frame.render_widget(left, area);
        if right.width() <= room {
            frame.render_widget(right.right_aligned(), area);
        }
    }

    /// What is wrong, what is not committed, and what the view was read from.
    fn origin(&self, view: &View) -> Line<'static> {
        let mut spans = Vec::new();
        let findings = view.snapshot.findings.len();
        if findings > 0 {
            spans.push(Span::styled(format!("{} !  ", count(findings, "finding")), self.theme.error()));
        }
        if view.uncommitted > 0 {
            let text = format!("{} not committed  ", count(view.uncommitted, "edit"));
            spans.push(Span::styled(text, self.theme.state(State::Partial)));
        }
        spans.push(Span::styled(format!("{}  {}", visible(&view.origin), view.day()), self.theme.hint()));
        Line::from(spans)
    }

    /// The keys that matter here: as many as fit, and at the right always how to find the others.
    fn footer(&self, frame: &mut Frame, area: Rect) {
        let scope = self.screen().scope();
        let labelled = action::in_scope(scope).filter(|binding| !binding.label.is_empty());
        let (always, here): (Vec<_>, Vec<_>) = labelled
            .partition(|binding| matches!(binding.action, Action::Help | Action::Palette | Action::Quit));
        let always =
            Line::from(always.into_iter().flat_map(|binding| self.key_hint(binding)).collect::<Vec<_>>());
        let mut spans = Vec::new();
        let mut free = usize::from(area.width).saturating_sub(always.width());
        for hint in here.into_iter().map(|binding| self.key_hint(binding)) {
            let width: usize = hint.iter().map(Span::width).sum();
            if width > free {
                break;
            }
            free -= width;
            spans.extend(hint);
        }
        frame.render_widget(Line::from(spans), area);
        frame.render_widget(always.right_aligned(), area);
    }

    fn key_hint(&self, binding: &action::Binding) -> [Span<'static>; 2] {
        let keys = action::key_words(binding);
        let key = keys.split(' ').next().unwrap_or_default().to_owned();
        [Span::styled(key, self.theme.key()), Span::raw(format!(" {}  ", binding.label))]
    }
}

/// Items one after the other, on as few lines as they need and never more than two.
fn flow(items: Vec<Line<'static>>, width: u16) -> Vec<Line<'static>> {
    let mut lines: Vec<Line> = Vec::new();
    for item in items {
        let room = lines.last().map_or(0, |line| usize::from(width).saturating_sub(line.width() + 2));
        // An item's style is its own, not the line's.
        let spans = item.spans.into_iter().map(|span| span.patch_style(item.style));
        match lines.last_mut() {
            Some(line) if spans.clone().map(|span| span.width()).sum::<usize>() <= room => {
                line.push_span("  ");
                line.extend(spans);
            }
            _ => lines.push(Line::from_iter(spans)),
        }
    }
    lines.truncate(2);
    lines
}

fn count(number: usize, what: &str) -> String {
    if number == 1 { format!("1 {what}") } else { format!("{number} {what}s") }
}

fn capital(text: &str) -> String {
    let mut letters = text.chars();
    letters.next().map(|first| first.to_uppercase().chain(letters).collect()).unwrap_or_default()
}
