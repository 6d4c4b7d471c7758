//! The terminal's modes: entered once, left on every way out, panics and signals included.

use std::io::{self, Stdout};
use std::sync::Once;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::mpsc::Sender;
use std::thread;

use crossterm::event::{self, DisableBracketedPaste, EnableBracketedPaste, Event};
use crossterm::terminal::{
    BeginSynchronizedUpdate, EndSynchronizedUpdate, EnterAlternateScreen, LeaveAlternateScreen,
    disable_raw_mode, enable_raw_mode,
};
use crossterm::{cursor, execute};
use ratatui::backend::CrosstermBackend;
use ratatui::{Frame, Terminal};
use signal_hook::consts::{SIGHUP, SIGINT, SIGTERM};
use signal_hook::iterator::Signals;

use crate::error::{Error, Result};

pub type Screen = Terminal<CrosstermBackend<Stdout>>;

static ENTERED: AtomicBool = AtomicBool::new(false);

/// Takes the terminal over.
pub fn enter() -> Result<Screen> {
    restore_on_panic();
    let failed = |source| Error::Terminal { source };
    enable_raw_mode().map_err(failed)?;
    ENTERED.store(true, Ordering::SeqCst);
    execute!(io::stdout(), EnterAlternateScreen, EnableBracketedPaste, cursor::Hide).map_err(failed)?;
    Terminal::new(CrosstermBackend::new(io::stdout())).map_err(failed)
}

/// Gives the terminal back as it was. Does nothing when it is not taken.
pub fn leave() {
    if ENTERED.swap(false, Ordering::SeqCst) {
        // There is nobody left to tell that the terminal is gone.
        let _ = execute!(io::stdout(), DisableBracketedPaste, LeaveAlternateScreen, cursor::Show);
        let _ = disable_raw_mode();
    }
}

/// Draws a frame at once, where the terminal can hold its output back until the end.
pub fn draw(screen: &mut Screen, render: impl FnOnce(&mut Frame)) -> Result<()> {
    let failed = |source| Error::Terminal { source };
    execute!(io::stdout(), BeginSynchronizedUpdate).map_err(failed)?;
    screen.draw(render).map_err(failed)?;
    execute!(io::stdout(), EndSynchronizedUpdate).map_err(failed)
}

/// A panic's message is printed on the ordinary screen.
fn restore_on_panic() {
    static HOOK: Once = Once::new();
    HOOK.call_once(|| {
        let print = std::panic::take_hook();
        std::panic::set_hook(Box::new(move |panic| {
            leave();
            print(panic);
        }));
    });
}

/// Starts the threads that wait for keys and signals.
pub fn listen<N: Send + 'static>(news: Sender<N>, heard: fn(Event) -> N, end: fn() -> N) -> Result<()> {
    let mut signals = Signals::new([SIGTERM, SIGHUP, SIGINT]).map_err(|source| Error::Terminal { source })?;
    let ending = news.clone();
    thread::spawn(move || {
        for _ in signals.forever() {
            let _ = ending.send(end());
        }
    });
    thread::spawn(move || {
        // A terminal that is gone ends the screen.
        while let Ok(event) = event::read() {
            if news.send(heard(event)).is_err() {
                return;
            }
        }
        let _ = news.send(end());
    });
    Ok(())
}
