//! The terminal's modes: entered once, left on every way out, panics and signals included.

use std::io::{self, Stdout, Write};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::mpsc::Sender;
use std::sync::{Mutex, Once, PoisonError};
use std::thread;

use crossterm::event::{self, DisableBracketedPaste, EnableBracketedPaste, Event};
use crossterm::terminal::{
    BeginSynchronizedUpdate, EndSynchronizedUpdate, EnterAlternateScreen, LeaveAlternateScreen,
    disable_raw_mode, enable_raw_mode,
};
use crossterm::{cursor, execute};
use ratatui::backend::CrosstermBackend;
use ratatui::{Frame, Terminal};
use signal_hook::consts::{SIGHUP, SIGINT, SIGTERM, SIGWINCH};
use signal_hook::iterator::Signals;

use crate::error::{Error, Result};

pub type Screen = Terminal<CrosstermBackend<Stdout>>;

static ENTERED: AtomicBool = AtomicBool::new(false);

/// Takes the terminal over.
pub fn enter() -> Result<Screen> {
    restore_on_panic();
    take()?;
    Terminal::new(CrosstermBackend::new(io::stdout())).map_err(failed)
}

fn take() -> Result<()> {
    enable_raw_mode().map_err(failed)?;
    ENTERED.store(true, Ordering::SeqCst);
    execute!(io::stdout(), EnterAlternateScreen, EnableBracketedPaste, cursor::Hide).map_err(failed)
}

fn failed(source: io::Error) -> Error {
    Error::Terminal { source }
}

/// Lends the terminal to another program while `run` runs: on the ordinary screen, every key its own.
pub fn lend<T>(screen: &mut Screen, why: &str, run: impl FnOnce() -> Result<T>) -> Result<T> {
    let lent = LENT.lock().unwrap_or_else(PoisonError::into_inner);
    wake_reader();
    leave();
    let _ = writeln!(io::stdout(), "{why}");
    let result = run();
    drop(lent);
    take()?;
    screen.clear().map_err(failed)?;
    result
}

/// Held while another program has the terminal.
static LENT: Mutex<()> = Mutex::new(());

/// The thread that reads keys sits in a read and would take the other program's first. A change of size, which is
/// always right to look at again, gets it out of there.
fn wake_reader() {
    let _ = signal_hook::low_level::raise(SIGWINCH);
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
    let mut signals = Signals::new([SIGTERM, SIGHUP, SIGINT]).map_err(failed)?;
    let ending = news.clone();
    thread::spawn(move || {
        for signal in signals.forever() {
            // Ctrl-C is a key here; as a signal it is meant for the program that has the terminal.
            let not_for_us = signal == SIGINT && LENT.try_lock().is_err();
            if !not_for_us {
                let _ = ending.send(end());
            }
        }
    });
    thread::spawn(move || {
        // A terminal that is gone ends the screen.
        while let Ok(event) = event::read() {
            // Nothing is read while somebody else has the terminal.
            drop(LENT.lock());
            if news.send(heard(event)).is_err() {
                return;
            }
        }
        let _ = news.send(end());
    });
    Ok(())
}
