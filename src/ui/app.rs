//! The whole screen's state, and how it answers keys and news. Pure: it asks for work by value and draws from a view.

mod command;
mod copy;
mod drafts;
mod exchange;
mod frame;
mod mouse;
mod reviews;
mod time;

use crossterm::event::{KeyCode, KeyEvent, KeyEventKind};
use ratatui::layout::Rect;

use super::action::{Action, Scope};
use super::clipboard::Through;
use super::intent::Intent;
use super::keymap::{Heard, Keymap, Sequence};
use super::link::Link;
use super::overlay::{Around, Outcome, Overlay};
use super::screen::{self, Place, Screen};
use super::theme::Theme;
use super::view::View;
use super::worker::{Request, Response, Uncommitted};
use crate::domain::{CompanyId, MeasureRef, Snapshot};
use crate::error::Error;
use crate::register::Way;
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

    /// Whether a key is meant for what takes long.
    pub fn would_stop(&self, key: KeyEvent) -> bool {
        let free = self.overlay.is_none() && self.typed.is_empty() && key.kind != KeyEventKind::Release;
        key.code == KeyCode::Esc && free && self.progress.is_some()
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

    /// News from behind the screen.
    pub fn response(&mut self, response: Response) {
        match response {
            Response::Loaded(view) => {
                self.loaded(*view);
                self.ask(Request::CountUncommitted);
            }
            Response::Changed(view) => self.changed(*view),
            Response::Uncommitted(now) => {
                self.counted(now);
            }
            Response::Settled(settled) => {
                self.ask(Request::CountUncommitted);
                self.tell(&Response::Settled(settled));
            }
            Response::LoadedAsOf { revision, view } => self.arrived(&revision, *view),
            Response::Moments { of, moments, complete } => self.learned(&of, moments, complete),
            Response::Drafts(kept) => self.found(kept),
            Response::PutRight(words) => self.say(format!("{}.", capital(words))),
            Response::Committed { commits, replayed_on, warnings, way } => {
                self.leave_form();
                let mut lines: Vec<String> =
                    commits.iter().map(|commit| format!("Committed {commit}")).collect();
                lines.extend(way.and_then(|way| self.way_back(way)));
                lines.extend(replayed_on.map(|head| {
                    format!(
                        "Replayed on {}: the branch moved meanwhile, but nothing this rests on.",
                        short(&head)
                    )
                }));
                lines.extend(warnings);
                self.say(lines.join("\n"));
                self.ask(Request::Load);
            }
            Response::Untrusted { programs, request } => {
                self.overlay = Some(Overlay::trust(programs, request));
            }
            Response::Failed { error: Error::Overtaken { overtaken }, while_doing } => {
                let error = Error::Overtaken { overtaken: overtaken.clone() };
                self.tell(&Response::Failed { while_doing, error });
                // The preview is of a commit that can no longer be made; the form it came from stays.
                self.screens.retain(|screen| screen.scope() != Scope::Preview);
                self.screens.push(screen::overtaken(*overtaken));
                self.ask(Request::Load);
            }
            Response::Heard { going, line } => self.heard(&going, &line),
            Response::Exchanged { going, news } => self.exchanged(&going, *news),
            Response::BroughtUp(words) => {
                self.say(words);
                self.ask(Request::Load);
            }
            // Nobody asked for it, and the trail itself is there.
            Response::Failed { while_doing: Request::REVIEWS, .. } => {}
            Response::Failed { while_doing, error } if self.exchange_failed(while_doing, &error) => {}
            Response::Failed { while_doing, error } if while_doing == Request::KEEPING => {
                // Once is enough: the next key would fail alike.
                self.options.keeps_drafts = false;
                self.warn(format!("Drafts are kept only while Countersign runs: {error}.\n{}", error.hint()));
            }
            Response::Failed { while_doing, error } => {
                self.time.failed(while_doing);
                let text = format!("{}: {error}.\n{}", capital(while_doing), error.hint());
                // The screen that asked may want to be asked again.
                self.tell(&Response::Failed { while_doing, error });
                self.warn(text);
            }
            Response::Audited { going, grades, complete, .. } if self.reviews.is_about(&going) => {
                self.learn_reviews(&grades, complete);
            }
            response => self.tell(&response),
        }
    }

    /// The register of today is here; where the past is shown, it waits behind it.
    fn loaded(&mut self, view: View) {
        self.doubt_reviews();
        match &mut self.today {
            Some(today) => *today = view,
            None => self.show(view),
        }
    }

    /// Another program changed it. What is being said is more important than that.
    fn changed(&mut self, view: View) {
        let back = if self.today.is_some() { "; Esc goes back to it" } else { "" };
        let words = format!("Another program changed the register: {}{back}.", view.origin);
        self.loaded(view);
        if self.note.is_none() {
            self.say(words);
        }
    }

    /// Somebody may have changed the register.
    pub fn look(&mut self) {
        self.ask(Request::Look);
        self.ask(Request::CountUncommitted);
        self.with_screen(|screen, view| screen.look(view));
    }

    /// Whether more or less is not committed than before. A conflict that is new is told.
    pub fn counted(&mut self, now: Uncommitted) -> bool {
        let before = std::mem::replace(&mut self.uncommitted, now);
        if before.conflicts == 0 && now.conflicts > 0 && self.note.is_none() {
            let keys = self.options.keymap.keys(Scope::Matrix, Action::Conflicts);
            let keys = keys.first().map(|key| format!("; {key} settles them")).unwrap_or_default();
            let stopped = now.operation.map(|operation| format!("A {operation} stopped: "));
            let conflicts = count(now.conflicts, "file");
            self.say(capital(&format!("{}{conflicts} in conflict{keys}.", stopped.unwrap_or_default())));
        }
        before != now
    }

    /// Not everything can be watched.
    pub fn blind(&mut self, why: &str) {
        let keys = self.options.keymap.keys(Scope::Matrix, Action::Reload);
        let keys = keys.first().map(|key| format!(", or with {key}")).unwrap_or_default();
        let words = format!(
            "Changes made by other programs cannot be watched here: {why}. They appear when this window gets the \
             focus{keys}."
        );
        let said = self.note.take().map(|note| note.text);
        self.warn([said, Some(words)].into_iter().flatten().collect::<Vec<_>>().join("\n"));
    }

    fn show(&mut self, view: View) {
        let selected =
            |screen: &dyn Screen, view: &View| (screen.cell(view), screen.slot(view), screen.company(view));
        let before = self.view.as_ref().map(|view| selected(self.screen(), view));
        let intents: Vec<Intent> = self.screens.iter_mut().map(|screen| screen.refresh(&view)).collect();
        self.unseen |= before.is_some_and(|before| before != selected(self.screen(), &view));
        self.view = Some(view);
        self.show_drafts();
        self.show_reviews();
        intents.into_iter().for_each(|intent| self.carry_out(intent));
    }

    fn back_to_today(&mut self) {
        self.time.stay();
        if let Some(today) = self.today.take() {
            self.show(today);
            self.say("Back to the register of today.");
        }
    }

    /// How what was just taken back is put back, or the other way round.
    fn way_back(&self, way: Way) -> Option<String> {
        let (action, words) = match way {
            Way::Undo => (Action::Redo, "puts it back."),
            Way::Redo => (Action::Undo, "takes it back again."),
        };
        let keys = self.options.keymap.keys(self.screen().scope(), action);
        keys.first().map(|key| format!("{key} {words}"))
    }

    /// After a commit, the preview and the form it came from are done.
    fn leave_form(&mut self) {
        let done = |screen: &dyn Screen| matches!(screen.scope(), Scope::Preview | Scope::Decide);
        while self.screens.len() > 1 && self.screens.last().is_some_and(|screen| done(screen.as_ref())) {
            let Some(form) = self.screens.pop() else { break };
            for draft in form.drafts() {
                self.forget(&draft.company, &draft.slot);
            }
            if let Some((sketch, _)) = form.sketch() {
                self.forget_sketch(&sketch);
            }
        }
        self.screen_mut().unmark();
    }

    fn tell(&mut self, response: &Response) {
        let Some(view) = &self.view else { return };
        let intents: Vec<Intent> =
            self.screens.iter_mut().map(|screen| screen.hear(response, view)).collect();
        intents.into_iter().for_each(|intent| self.carry_out(intent));
        if let Response::Prepared(prepared) = response
            && self.screen().scope() != Scope::Preview
        {
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
            Intent::Decide(company, slot) => self.open_form(company, slot),
            Intent::Record(company, what) => self.open_record(company, what, None),
            Intent::Back => self.back(),
            Intent::Ask(request) => self.ask(request),
            Intent::AsOf(commit) => {
                self.back();
                self.travel(commit);
            }
            Intent::Say(text) => self.say(text),
        }
    }

    fn back(&mut self) {
        if self.screens.len() > 1 {
            let Some(screen) = self.screens.pop() else { return };
            let is_form = screen.scope() == Scope::Decide;
            let mut kept =
                screen.drafts().into_iter().map(|draft| self.keep(draft)).filter(|kept| *kept).count();
            if let Some((sketch, is_touched)) = screen.sketch()
                && self.keep_sketch(sketch, is_touched)
            {
                self.say("Kept as a draft: D lists it.");
                kept = 0;
            }
            match kept {
                0 if !is_form && screen.scope() != Scope::Preview => self.left.push(screen),
                0 => {}
                1 => self.say("Kept as a draft: decide on the same cell again to go on."),
                kept => self.say(format!("Kept as {kept} drafts: D lists them.")),
            }
        } else if self.today.is_some() {
            self.back_to_today();
        } else {
            self.say("This is the first screen: q leaves Countersign.");
        }
    }

    /// To the screen that was left last.
    fn forward(&mut self) {
        let (Some(view), Some(mut screen)) = (&self.view, self.left.pop()) else {
            return self.say("There is nothing to go forward to.");
        };
        let intent = screen.refresh(view);
        self.screens.push(screen);
        self.carry_out(intent);
    }

    fn open(&mut self, place: Place) {
        let Some(view) = &self.view else { return };
        self.left.clear();
        let mut screen = screen::open(place);
        let intent = screen.begin(view);
        self.screens.push(screen);
        self.carry_out(intent);
    }

    fn ask(&mut self, request: Request) {
        if matches!(request, Request::Prepare { .. } | Request::PrepareFiled { .. } | Request::Undo(..)) {
            self.prepared_by = Some(request.clone());
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
