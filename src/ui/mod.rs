//! The terminal screen: keys in, cells out, and everything slow behind it.
//!
//! ```text
//! key → action → screen → intent → request → worker → response → screen
//! ```
//!
//! One thread draws and answers keys; it sleeps until something happens. A second one reads the terminal, a third does
//! what takes time. [`App`] is pure: tests drive it without a terminal.

pub mod action;
mod app;
mod backend;
pub mod chosen;
mod clipboard;
pub mod draft;
pub mod driver;
mod exchange;
mod fuzzy;
mod intent;
mod keymap;
mod letters;
mod link;
mod mouse;
mod overlay;
pub mod picture;
mod progress;
mod reviewing;
mod screen;
mod settling;
pub mod sketch;
mod terminal;
pub mod theme;
pub mod twin;
mod view;
mod watch;
mod widget;
mod worker;

use std::collections::VecDeque;
use std::sync::mpsc::{self, Receiver, RecvTimeoutError, Sender};
use std::thread;
use std::time::Duration;

use crossterm::event::{Event, KeyCode, KeyEvent, KeyModifiers};

use crate::domain::Day;
use crate::error::{Error, Result};
use crate::register::{At, Pulse, Register, Shelf, edit};

pub use action::{Action, Scope};
pub use app::{App, Personal, SMALLEST};
pub use clipboard::Through;
pub use keymap::{Heard, Keymap, Sequence};
pub use letters::Letters;
use link::Links;
use progress::Progress;
use settling::Settled;
use terminal::{Outside, Stop};
pub use theme::Theme;
use watch::Noticed;
pub use worker::{Request, Response, Worker};

/// What the screen opens on.
#[derive(Clone, Debug)]
pub struct Options {
    pub at: At,
    /// The day that staleness and deadlines are judged by.
    pub on: Day,
    pub theme: Theme,
    pub personal: Personal,
}

/// What the drawing thread wakes up for.
enum News {
    Terminal(Outside),
    Response(Response),
    Noticed(Noticed),
    /// The worker is gone, which only a defect can do.
    Crashed,
}

/// Runs the screen until the person leaves it. The terminal is restored on every way out.
pub fn run(register: Register, options: Options) -> Result<()> {
    let theme = options.theme;
    let (news, heard) = mpsc::channel();
    let shelf = register.draft_shelf();
    let progress = Progress::new(register.pulse().clone());
    let worker = Worker::new(register, options.at, options.on, theme).with_reader();
    let requests = work_behind(worker, news.clone());
    let mut terminal = terminal::enter()?;
    terminal::listen(news, News::Terminal)?;
    let result =
        until_over(&mut terminal, App::new(theme, options.personal), progress, &shelf, &requests, &heard);
    terminal::leave();
    result
}

fn until_over(
    terminal: &mut terminal::Screen,
    mut app: App,
    mut progress: Progress,
    shelf: &Result<Shelf>,
    requests: &Sender<Request>,
    heard: &Receiver<News>,
) -> Result<()> {
    let mut stale = true;
    loop {
        for request in app.take_requests() {
            if request.is_about_a_draft() {
                keep(&mut app, shelf, &request);
                continue;
            }
            let asks = request.may_ask();
            progress.asked(&request);
            // The worker lives as long as this sender.
            let _ = requests.send(request);
            if let Some(why) = asks {
                terminal::lend(terminal, why, || until_done(&mut app, &mut progress, heard))?;
                stale = true;
            }
        }
        if let Some(text) = app.take_text_to_edit() {
            let edited = terminal::lend(terminal, "Your editor has the terminal.", || Ok(edit(&text)))?;
            app.edited(edited);
            stale = true;
        }
        terminal::want_mouse(app.wants_mouse())?;
        if let Some(sequence) = app.take_copy_sequence() {
            terminal::send(&sequence)?;
        }
        stale |= app.tell_progress(progress.look());
        if stale {
            terminal::draw(terminal, |frame| {
                app.draw(frame);
                Links::new(app.links())
            })?;
        }
        let pause = app.is_unsaved().then_some(PAUSE);
        let first = match pause.into_iter().chain(progress.until_look()).min() {
            Some(wait) => heard.recv_timeout(wait),
            None => heard.recv().map_err(RecvTimeoutError::from),
        };
        let first = match first {
            Ok(first) => first,
            Err(RecvTimeoutError::Timeout) => {
                stale = app.is_unsaved();
                app.save();
                continue;
            }
            Err(RecvTimeoutError::Disconnected) => return Ok(()),
        };
        stale = answer(&mut app, &mut progress, first)?;
        // What is already waiting is answered before the next frame: a burst of keys draws once.
        for news in heard.try_iter() {
            stale |= answer(&mut app, &mut progress, news)?;
        }
        if app.is_over() {
            app.save_at_last();
            let last = app.take_requests();
            last.iter().for_each(|request| keep(&mut app, shelf, request));
            return Ok(());
        }
    }
}

/// After so long without a key, what is typed is kept.
const PAUSE: Duration = Duration::from_millis(250);

/// Keeps drafts at once: nothing that takes long may stand between what is typed and its place.
fn keep(app: &mut App, shelf: &Result<Shelf>, request: &Request) {
    let kept = match shelf {
        Ok(shelf) => match request {
            Request::KeepDraft { name, text } => shelf.keep(name, text),
            Request::ForgetDraft { name } => shelf.forget(name).map(drop),
            Request::KeepDrafts(files) => files.iter().try_for_each(|(name, text)| match text {
                Some(text) => shelf.keep(name, text),
                None => shelf.forget(name).map(drop),
            }),
            _ => Ok(()),
        },
        Err(_) => Err(Error::NoStateFolder),
    };
    if let Err(error) = kept {
        app.response(Response::Failed { while_doing: Request::KEEPING, error });
    }
}

/// Waits for a commit to be made or not; it is not where the person has to trust something first.
fn until_done(app: &mut App, progress: &mut Progress, heard: &Receiver<News>) -> Result<()> {
    loop {
        let Ok(news) = heard.recv() else { return Ok(()) };
        let done = match &news {
            News::Response(Response::Failed { while_doing, .. }) => Request::MAY_ASK.contains(while_doing),
            News::Response(
                Response::Committed { .. }
                | Response::Untrusted { .. }
                | Response::Exchanged { .. }
                | Response::Settled(Settled::WentOn { .. })
                | Response::BroughtUp(_),
            )
            | News::Crashed => true,
            News::Response(Response::Heard { line, .. }) => {
                terminal::say(line);
                false
            }
            _ => false,
        };
        answer(app, progress, news)?;
        if done {
            return Ok(());
        }
    }
}

/// Answers what has happened; whether there may be something new to see.
fn answer(app: &mut App, progress: &mut Progress, news: News) -> Result<bool> {
    match news {
        News::Terminal(Outside::Event(Event::Key(key))) if key == STOP => stop(app, Stop::Group),
        News::Terminal(Outside::Event(Event::Key(key))) => {
            match app.would_stop(key).then(|| progress.stop()).flatten() {
                Some(ending) => return Ok(app.stopping(ending)),
                None => app.key(key),
            }
        }
        News::Terminal(Outside::Event(Event::Mouse(mouse))) => return Ok(app.mouse(mouse)),
        News::Terminal(Outside::Event(Event::Paste(text))) => app.paste(&text),
        News::Terminal(Outside::Event(Event::Resize(..))) => {}
        News::Terminal(Outside::Event(Event::FocusGained)) | News::Noticed(Noticed::Changed) => {
            app.look();
            return Ok(false);
        }
        News::Terminal(Outside::Event(_)) => return Ok(false),
        News::Terminal(Outside::Stop) => stop(app, Stop::Process),
        News::Terminal(Outside::GoOn) => terminal::go_on()?,
        News::Terminal(Outside::End) => app.end(),
        News::Response(Response::Uncommitted(now)) => return Ok(app.counted(now)),
        // There is nothing to go back to: what is wrong is said where the program was started.
        News::Response(Response::Failed { error, .. }) if app.shows_nothing() => return Err(error),
        News::Response(response) => app.response(response),
        News::Noticed(Noticed::Blind(why)) => app.blind(&why),
        News::Crashed => return Err(Error::Crashed),
    }
    Ok(true)
}

/// The terminal's own key for it, which nothing else may stand for.
const STOP: KeyEvent = KeyEvent::new(KeyCode::Char('z'), KeyModifiers::CONTROL);

fn stop(app: &mut App, whom: Stop) {
    if !terminal::stop(whom) {
        app.warn("No shell started Countersign, so none could make it go on: it does not stop.");
    }
}

/// Rings when its thread panics: the panic's message is already printed, and the screen must not draw over it.
struct Alarm(Sender<News>);

impl Drop for Alarm {
    fn drop(&mut self) {
        if thread::panicking() {
            let _ = self.0.send(News::Crashed);
        }
    }
}

/// Tells that a request is over, whichever way.
struct Over(Pulse);

impl Drop for Over {
    fn drop(&mut self) {
        self.0.end();
    }
}

/// The request that has waited longest, with everything that came meanwhile behind it; none when nobody asks any more.
fn next(waiting: &mut VecDeque<Request>, asked: &Receiver<Request>) -> Option<Request> {
    if waiting.is_empty() {
        waiting.push_back(asked.recv().ok()?);
    }
    waiting.extend(asked.try_iter());
    waiting.pop_front()
}

/// Starts the thread that does what takes time, one request after the other.
fn work_behind(worker: Worker, news: Sender<News>) -> Sender<Request> {
    let (requests, asked) = mpsc::channel::<Request>();
    thread::spawn(move || {
        let _alarm = Alarm(news.clone());
        let mut waiting = VecDeque::new();
        let mut watching = false;
        // What waits is looked at before anything is begun: a later request can make an earlier one useless.
        while let Some(request) = next(&mut waiting, &asked) {
            let over = Over(worker.register.pulse().clone());
            if waiting.iter().any(|later| request.is_superseded_by(later)) {
                continue;
            }
            let news = news.clone();
            // What takes long gets a thread of its own, so that everything else is answered meanwhile.
            if request.is_long()
                && let Ok(beside) = worker.beside()
            {
                thread::spawn(move || {
                    beside.perform(request, &mut |response| drop(news.send(News::Response(response))));
                });
                continue;
            }
            let loads = matches!(request, Request::Load);
            // What has the terminal is ended there.
            over.0.begin(request.may_ask().is_none());
            // When the screen is gone, nobody listens any more.
            worker.perform(request, &mut |response| drop(news.send(News::Response(response))));
            drop(over);
            // The first picture comes before anything else.
            if loads && !std::mem::replace(&mut watching, true) {
                let news = news.clone();
                watch::start(worker.register.outside(), move |noticed| {
                    news.send(News::Noticed(noticed)).is_ok()
                });
            }
        }
    });
    requests
}
