//! Notices what other programs do to the register, so that it appears by itself.
//!
//! A thread sleeps until the system says that something was written where it matters. What comes in a burst, as a pull
//! or a rebase makes one, is told once. Where the system cannot watch, that is told, once.

use std::collections::HashSet;
use std::path::PathBuf;
use std::sync::mpsc::{self, Receiver};
use std::thread;
use std::time::Duration;

use notify::event::ModifyKind;
use notify::{Config, ErrorKind, Event, EventKind, RecommendedWatcher, RecursiveMode, Watcher};

use crate::register::Outside;

/// What was noticed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Noticed {
    /// Something was written, or may have been while nobody looked.
    Changed,
    /// Why not everything can be watched.
    Blind(String),
}

/// A burst is over when it was quiet for so long;
const QUIET: Duration = Duration::from_millis(80);
/// after so many times it is told even while it goes on.
const ROUNDS: usize = 12;

/// Watches from a thread of its own, for as long as somebody listens: `tell` says whether.
pub fn start(outside: Outside, tell: impl Fn(Noticed) -> bool + Send + 'static) {
    thread::spawn(move || {
        let (send, events) = mpsc::channel();
        // A link could lead anywhere.
        let config = Config::default().with_follow_symlinks(false);
        match RecommendedWatcher::new(send, config) {
            Ok(watcher) => {
                Watch { outside, watcher, watched: HashSet::new(), blind: false }.run(&events, &tell)
            }
            Err(error) => {
                tell(Noticed::Blind(words(&error)));
            }
        }
    });
}

struct Watch {
    outside: Outside,
    watcher: RecommendedWatcher,
    watched: HashSet<PathBuf>,
    /// It was told already.
    blind: bool,
}

type Events = Receiver<notify::Result<Event>>;

impl Watch {
    fn run(mut self, events: &Events, tell: &dyn Fn(Noticed) -> bool) {
        loop {
            // First watched, then looked at: what happens in between is not missed.
            let hindered = self.watch();
            let heard = match hindered.filter(|_| !self.blind) {
                Some(why) => {
                    self.blind = true;
                    tell(Noticed::Blind(why))
                }
                None => true,
            };
            if !(heard && tell(Noticed::Changed) && self.wait(events)) {
                return;
            }
        }
    }

    /// Watches what is there and not yet watched; why something could not be.
    fn watch(&mut self) -> Option<String> {
        let folders = match self.outside.folders() {
            Ok(folders) => folders,
            Err(error) => return Some(error.to_string()),
        };
        let mut why = None;
        for folder in folders {
            if self.watched.contains(&folder.path) {
                continue;
            }
            let mode = if folder.deep { RecursiveMode::Recursive } else { RecursiveMode::NonRecursive };
            match self.watcher.watch(&folder.path, mode) {
                Ok(()) => {
                    self.watched.insert(folder.path);
                }
                Err(error) if matches!(error.kind, ErrorKind::PathNotFound) => {}
                Err(error) => why = Some(words(&error)),
            }
        }
        why
    }

    /// Sleeps until something that matters has happened and it is quiet again; false when nothing can happen any more.
    fn wait(&mut self, events: &Events) -> bool {
        while let Ok(event) = events.recv() {
            if self.matters(&event) {
                for _ in 0..ROUNDS {
                    thread::sleep(QUIET);
                    let more = events.try_iter().filter(|event| self.matters(event)).count();
                    if more == 0 {
                        break;
                    }
                }
                return true;
            }
        }
        false
    }

    /// Who only reads changes nothing. What the system could not keep in mind may have been anything.
    fn matters(&mut self, event: &notify::Result<Event>) -> bool {
        let Ok(event) = event else { return false };
        if matches!(event.kind, EventKind::Remove(_) | EventKind::Modify(ModifyKind::Name(_))) {
            // The system forgets what it watched with it.
            self.watched.retain(|path| !event.paths.contains(path));
        }
        let written = !matches!(event.kind, EventKind::Access(_));
        event.need_rescan() || (written && event.paths.iter().any(|path| self.outside.is_told_by(path)))
    }
}

fn words(error: &notify::Error) -> String {
    match &error.kind {
        ErrorKind::MaxFilesWatch => {
            "the system watches no more folders (fs.inotify.max_user_watches)".to_owned()
        }
        ErrorKind::Io(error) => error.to_string(),
        ErrorKind::Generic(words) => words.clone(),
        _ => error.to_string(),
    }
}
