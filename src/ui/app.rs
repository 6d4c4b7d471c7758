//! The whole screen's state, and how it answers keys and news. Pure: it asks for work by value and draws from a view.

mod command;
mod copy;
mod drafts;
mod exchange;
mod frame;
mod mouse;
mod news;
mod places;
mod reviews;
mod time;
mod told;
mod views;

use crossterm::event::{KeyCode, KeyEvent, KeyEventKind};
use ratatui::layout::Rect;

use super::action::{Action, Scope};
use super::clipboard::Through;
use super::keymap::{Heard, Keymap, Sequence};
use super::link::Link;
use super::overlay::{Around, Outcome, Overlay};
use super::progress::Ending;
use super::screen::{self, Place, Screen};
use super::theme::Theme;
use super::view::View;
use super::worker::{Request, Response, Uncommitted};
use crate::domain::{CompanyId, MeasureRef, Snapshot};
use crate::error::Error;
use drafts::Drafts;
use frame::Note;
use reviews::Reviews;
use time::Time;

/// Below this, one sentence is shown instead.
pub const SMALLEST: (u16, u16) = (40, 12);

/// What a person set up for themselves.
#[derive(Clone, Debug)]
pub struct Personal {
    pub keymap: Keymap,
    /// What is wrong in their configuration, for the first screen.
    pub notice: Option<String>,
    /// Whether what is typed outlives the program.
    pub keeps_drafts: bool,
    /// The mouse is the screen's, not the terminal's.
    pub mouse: bool,
    /// Web addresses are links that the terminal can open.
    pub links: bool,
    /// What copied text has to pass on its way to the terminal.
    pub through: Through,
}

impl Default for Personal {
    fn default() -> Personal {
        Personal {
            keymap: Keymap::default(),
            notice: None,
            keeps_drafts: false,
            mouse: true,
            links: false,
            through: Through::default(),
        }
    }
}

pub struct App {
    theme: Theme,
    options: Personal,
    /// What is shown; none until the first load.
    view: Option<View>,
    /// The register of today, kept while the past is shown.
    today: Option<View>,
    /// What of the register is not committed, as far as is known.
    uncommitted: Uncommitted,
    screens: Vec<Box<dyn Screen>>,
    /// Screens that were gone back from, the last one last.
    left: Vec<Box<dyn Screen>>,
    time: Time,
    drafts: Drafts,
    reviews: Reviews,
    /// Whether what is selected is another thing than what was drawn as selected.
    unseen: bool,
    /// The mouse was pressed on what was selected already.
    pressed_again: bool,
    /// A text that waits for the person's editor.
    to_edit: Option<String>,
    overlay: Option<Overlay>,
    /// Keys that are the beginning of something longer.
    typed: Sequence,
    note: Option<Note>,
    /// Where the footer's keys were drawn, and what they do.
    hints: Vec<(Rect, Action)>,
    /// What the terminal is to put on the clipboard.
    copied: Option<String>,
    /// What takes long just now.
    progress: Option<String>,
    /// Requests not answered yet.
    pending: Vec<Request>,
    /// The words that went with an action, until it is known what came of them.
    told: Option<(Action, String)>,
    /// What asked for the commits that are looked at.
    prepared_by: Option<Request>,
    over: bool,
}

impl App {
    pub fn new(theme: Theme, options: Personal) -> App {
        let mut pending = vec![Request::Recover, Request::Load];
        pending.extend(options.keeps_drafts.then_some(Request::FindDrafts));
        let note = options.notice.clone().map(|text| Note { text, wrong: true });
        App {
            theme,
            options,
            view: None,
            today: None,
            uncommitted: Uncommitted::default(),
            screens: vec![screen::open(Place::Matrix)],
            left: Vec::new(),
            time: Time::default(),
            drafts: Drafts::default(),
            reviews: Reviews::default(),
            unseen: false,
            pressed_again: false,
            to_edit: None,
            overlay: None,
            typed: Sequence::default(),
            note,
            hints: Vec::new(),
            copied: None,
            progress: None,
            told: None,
            prepared_by: None,
            pending,
            over: false,
        }
    }

    /// What is to be done next behind the screen, in order.
    pub fn take_requests(&mut self) -> Vec<Request> {
        self.look_after_reviews();
        std::mem::take(&mut self.pending)
    }

    /// The addresses that were drawn and can be opened.
    pub fn links(&self) -> &[Link] {
        let covered = self.overlay.is_some() || !self.typed.is_empty();
        if self.options.links && !covered { self.screen().links() } else { &[] }
    }

    /// Says what takes long, or no longer; whether that is something new.
    pub fn tell_progress(&mut self, words: Option<String>) -> bool {
        let words = words.map(|words| capital(&words));
        let new = self.progress != words;
        self.progress = words;
        new
    }

    /// Whether a key is meant for what takes long, where there is something.
    pub fn would_stop(&self, key: KeyEvent) -> bool {
        let free = self.overlay.is_none() && self.typed.is_empty() && key.kind != KeyEventKind::Release;
        key.code == KeyCode::Esc && free
    }

    /// What was to be stopped ends, which its answer tells, or it is too late; whether that is something to see.
    pub fn stopping(&mut self, ending: Ending) -> bool {
        if ending == Ending::TooLate {
            self.say("It is too late to stop it: the branch moves. Undo takes it back.");
        }
        ending == Ending::TooLate
    }

    /// No register could be read yet.
    pub fn shows_nothing(&self) -> bool {
        self.view.is_none()
    }

    pub fn is_over(&self) -> bool {
        self.over
    }

    /// What the person wants to write in their editor.
    pub fn take_text_to_edit(&mut self) -> Option<String> {
        self.to_edit.take()
    }

    /// What became of it there.
    pub fn edited(&mut self, edited: Result<String, Error>) {
        match edited {
            Ok(text) if text.trim().is_empty() => {
                self.warn("The editor left nothing: the text is as it was.")
            }
            Ok(text) => self.screen_mut().take_long_text(&text),
            Err(error) => self.warn(format!("{}.\n{}", capital(&error.to_string()), error.hint())),
        }
        self.typed();
    }

    pub fn end(&mut self) {
        self.over = true;
    }

    /// Answers a key: alone, or together with those before it that are its beginning.
    pub fn key(&mut self, key: KeyEvent) {
        self.answer_key(key);
        self.typed();
    }

    fn answer_key(&mut self, key: KeyEvent) {
        if key.kind == KeyEventKind::Release {
            return;
        }
        self.note = None;
        let scope = self.overlay.as_ref().map_or(self.screen().scope(), |_| Scope::Window);
        if !self.typed.is_empty() && key.code == KeyCode::Esc {
            return self.typed.clear();
        }
        self.typed.push(key.into());
        let heard = self.options.keymap.hear(scope, &self.typed);
        let typed = match heard {
            Heard::Beginning => return,
            _ => std::mem::take(&mut self.typed),
        };
        match heard {
            Heard::Action(Action::QuitAtOnce) => self.over = true,
            Heard::Action(action) if self.unseen && !action.moves() => {
                self.warn("What was selected is gone: look at what is selected now.");
            }
            Heard::Action(action) => match self.overlay.take() {
                Some(overlay) => self.with_overlay(overlay, |overlay, around| overlay.act(action, around)),
                None => self.run(action.into()),
            },
            _ if typed.len() > 1 => self.warn(format!("{typed} means nothing here; ? lists all keys.")),
            _ => match self.overlay.take() {
                Some(overlay) => self.with_overlay(overlay, |overlay, around| overlay.type_key(key, around)),
                None => self.with_screen(|screen, view| screen.type_key(key, view)),
            },
        }
    }

    pub fn paste(&mut self, text: &str) {
        match self.overlay.take() {
            Some(overlay) => self.with_overlay(overlay, |overlay, around| overlay.paste(text, around)),
            None => self.screen_mut().paste(text),
        }
        self.typed();
    }

    /// Asks an overlay, and does what came of it.
    fn with_overlay(&mut self, mut overlay: Overlay, ask: impl FnOnce(&mut Overlay, &Around) -> Outcome) {
        let outcome = ask(&mut overlay, &self.around(&|action| self.why_not(action)));
        match outcome {
            Outcome::Open => self.overlay = Some(overlay),
            Outcome::Narrowed(filter) => {
                self.screen_mut().filter(filter);
                self.overlay = Some(overlay);
            }
            Outcome::Filter(filter) => self.screen_mut().filter(filter),
            Outcome::Closed => {}
            Outcome::Run(command) => self.run(command),
            Outcome::Copy(what, text) => self.copy(what, text),
            Outcome::Trust(programs, then) => self.ask(Request::Trust { programs, then }),
            Outcome::Ask(request) => self.begin(*request),
            Outcome::Declined => {
                self.tell(&Response::Declined);
                self.say("Nothing was run, and nothing was committed.");
            }
        }
    }

    fn around<'a>(&'a self, why_not: &'a dyn Fn(Action) -> Option<String>) -> Around<'a> {
        Around {
            view: self.view.as_ref(),
            keymap: &self.options.keymap,
            theme: self.theme,
            scope: self.screen().scope(),
            why_not,
        }
    }

    /// The register that is shown.
    pub fn snapshot(&self) -> Option<&Snapshot> {
        self.view.as_ref().map(|view| &*view.snapshot)
    }

    /// The cell the cursor stands on, where the screen has cells.
    pub fn selected(&self) -> Option<(CompanyId, MeasureRef)> {
        self.screen().cell(self.view.as_ref()?)
    }

    fn ask(&mut self, request: Request) {
        if request.prepares() {
            self.prepared_by = Some(request.clone());
        }
        // What happens in the middle of a commit, even the end of the program, takes nothing that was typed.
        if request.commits() && self.is_unsaved() {
            self.save();
        }
        self.pending.push(request);
    }

    fn say(&mut self, text: impl Into<String>) {
        self.note = Some(Note { text: text.into(), wrong: false });
    }

    /// Tells what is wrong until the next key.
    pub fn warn(&mut self, text: impl Into<String>) {
        self.note = Some(Note { text: text.into(), wrong: true });
    }

    fn screen(&self) -> &dyn Screen {
        self.screens[self.screens.len() - 1].as_ref()
    }

    fn screen_mut(&mut self) -> &mut dyn Screen {
        let last = self.screens.len() - 1;
        self.screens[last].as_mut()
    }
}

fn count(number: usize, what: &str) -> String {
    if number == 1 { format!("1 {what}") } else { format!("{number} {what}s") }
}

fn short(id: &str) -> &str {
    id.get(..10).unwrap_or(id)
}

fn capital(text: &str) -> String {
    let mut letters = text.chars();
    letters.next().map(|first| first.to_uppercase().chain(letters).collect()).unwrap_or_default()
}
