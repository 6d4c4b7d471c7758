//! The terminal's modes: entered once, left on every way out, panics and signals included.

use std::cell::RefCell;
use std::fmt;
use std::io::{self, Stdout, Write};
use std::rc::Rc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::mpsc::Sender;
use std::sync::{Mutex, Once, PoisonError};
use std::thread;

use crossterm::event::{
    self, DisableBracketedPaste, DisableFocusChange, EnableBracketedPaste, EnableFocusChange, Event,
};
use crossterm::terminal::{
    BeginSynchronizedUpdate, EndSynchronizedUpdate, EnterAlternateScreen, LeaveAlternateScreen,
    disable_raw_mode, enable_raw_mode,
};
use crossterm::{Command, cursor, execute};
use ratatui::{Frame, Terminal};
use rustix::event::{PollFd, PollFlags, poll};
use rustix::process::{Signal, getpid, getsid, kill_current_process_group, kill_process};
use signal_hook::consts::{SIGCONT, SIGHUP, SIGINT, SIGTERM, SIGTSTP, SIGWINCH};
use signal_hook::iterator::SignalsInfo;
use signal_hook::iterator::exfiltrator::WithOrigin;
use signal_hook::iterator::exfiltrator::origin::Origin;

use super::backend::Linked;
use super::link::Links;
use crate::domain::visible;
use crate::error::{Error, Result};

/// The terminal, taken over.
pub struct Screen {
    terminal: Terminal<Linked<Stdout>>,
    /// Which cells lead where, for the next draw.
    links: Rc<RefCell<Links>>,
}

static ENTERED: AtomicBool = AtomicBool::new(false);
/// Whether nothing of the last frame is there any more.
static WIPED: AtomicBool = AtomicBool::new(false);

/// Whether the terminal is to tell what the mouse does.
static MOUSE: AtomicBool = AtomicBool::new(false);

/// Clicks, wheel and what is dragged, with places however far to the right; not every step of the mouse, as
/// crossterm's own command would ask for, because each of them would wake the program.
struct EnableMouse;

struct DisableMouse;

impl Command for EnableMouse {
    fn write_ansi(&self, to: &mut impl fmt::Write) -> fmt::Result {
        to.write_str("\x1b[?1000h\x1b[?1002h\x1b[?1006h")
    }
}

impl Command for DisableMouse {
    fn write_ansi(&self, to: &mut impl fmt::Write) -> fmt::Result {
        to.write_str("\x1b[?1006l\x1b[?1002l\x1b[?1000l")
    }
}

/// Takes the mouse from the terminal or gives it back, where that is not so already.
pub fn want_mouse(wanted: bool) -> Result<()> {
    if MOUSE.swap(wanted, Ordering::SeqCst) == wanted || !ENTERED.load(Ordering::SeqCst) {
        return Ok(());
    }
    match wanted {
        true => execute!(io::stdout(), EnableMouse),
        false => execute!(io::stdout(), DisableMouse),
    }
    .map_err(failed)
}

/// Takes the terminal over.
pub fn enter() -> Result<Screen> {
    restore_on_panic();
    // The theme alone says what has colour.
    crossterm::style::force_color_output(true);
    take()?;
    empty()
}

/// The screen just after it was taken. To clear one would ask the terminal where its cursor is, and the answer would
/// be read as keys.
fn empty() -> Result<Screen> {
    let links = Rc::default();
    let terminal = Terminal::new(Linked::new(io::stdout(), Rc::clone(&links))).map_err(failed)?;
    Ok(Screen { terminal, links })
}

fn take() -> Result<()> {
    enable_raw_mode().map_err(failed)?;
    ENTERED.store(true, Ordering::SeqCst);
    execute!(io::stdout(), EnterAlternateScreen, EnableBracketedPaste, EnableFocusChange, cursor::Hide)
        .map_err(failed)?;
    if MOUSE.load(Ordering::SeqCst) {
        execute!(io::stdout(), EnableMouse).map_err(failed)?;
    }
    Ok(())
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
    *screen = empty()?;
    result
}

/// A line of the program that has the terminal; one that ends with `\r` is replaced by the next.
pub fn say(line: &str) {
    let end = if line.ends_with('\r') { "\r" } else { "\n" };
    let line = visible::line(line.trim_end_matches(['\r', '\n']));
    let _ = write!(io::stdout(), "\u{1b}[K{line}{end}").and_then(|()| io::stdout().flush());
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
        let _ = execute!(
            io::stdout(),
            EndSynchronizedUpdate,
            DisableMouse,
            DisableFocusChange,
            DisableBracketedPaste,
            LeaveAlternateScreen,
            cursor::Show
        );
        let _ = disable_raw_mode();
    }
}

/// Who is to be stopped.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Stop {
    /// This program, because it got the signal.
    Process,
    /// All that was started together, as the terminal does for Ctrl-Z.
    Group,
}

/// Gives the terminal back and stops until a shell says to go on; that comes as news. False where there is no shell
/// that could.
pub fn stop(whom: Stop) -> bool {
    if getsid(None).is_ok_and(|leader| leader == getpid()) {
        return false;
    }
    leave();
    // A process can always stop itself.
    let _ = match whom {
        Stop::Process => kill_process(getpid(), Signal::STOP),
        Stop::Group => kill_current_process_group(Signal::STOP),
    };
    true
}

/// Takes the terminal again after the program was stopped, by whomever: a shell had it meanwhile.
pub fn go_on() -> Result<()> {
    if LENT.try_lock().is_err() {
        return Ok(());
    }
    leave();
    WIPED.store(true, Ordering::SeqCst);
    take()
}

/// Draws a frame at once, where the terminal can hold its output back until the end. Draws nothing while the program
/// is about to be stopped.
pub fn draw(screen: &mut Screen, render: impl FnOnce(&mut Frame) -> Links) -> Result<()> {
    if !ENTERED.load(Ordering::SeqCst) {
        return Ok(());
    }
    if WIPED.swap(false, Ordering::SeqCst) {
        *screen = empty()?;
    }
    execute!(io::stdout(), BeginSynchronizedUpdate).map_err(failed)?;
    let links = Rc::clone(&screen.links);
    let render = |frame: &mut Frame| {
        let new = render(frame);
        new.renew(&links.borrow(), frame.buffer_mut());
        links.replace(new);
    };
    screen.terminal.draw(render).map_err(failed)?;
    execute!(io::stdout(), EndSynchronizedUpdate).map_err(failed)
}

/// Tells the terminal something that is not to be seen.
pub fn send(sequence: &str) -> Result<()> {
    let mut terminal = io::stdout();
    terminal.write_all(sequence.as_bytes()).and_then(|()| terminal.flush()).map_err(failed)
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

/// What comes from outside.
pub enum Outside {
    Event(Event),
    /// Asked to stop for a while.
    Stop,
    /// Going on after that.
    GoOn,
    /// Asked to end, or the terminal is gone.
    End,
}

/// Starts the threads that wait for keys and signals.
pub fn listen<N: Send + 'static>(news: Sender<N>, heard: fn(Outside) -> N) -> Result<()> {
    let mut signals =
        SignalsInfo::<WithOrigin>::new([SIGTERM, SIGHUP, SIGINT, SIGTSTP, SIGCONT]).map_err(failed)?;
    let told = news.clone();
    thread::spawn(move || {
        for Origin { signal, process: sender, .. } in signals.forever() {
            let what = match signal {
                // Whoever has the terminal stopped, and the shell waits for all of us to.
                SIGTSTP if LENT.try_lock().is_err() => {
                    let _ = kill_process(getpid(), Signal::STOP);
                    continue;
                }
                SIGTSTP => Outside::Stop,
                SIGCONT => Outside::GoOn,
                // Ctrl-C is a key here. As a signal, which no process sends, it was meant for a program that had the
                // terminal; it may have given it back by now.
                SIGINT if sender.is_none() => continue,
                _ => Outside::End,
            };
            let _ = told.send(heard(what));
        }
    });
    let gone = news.clone();
    // The reader of keys does not notice that there will be no more of them.
    thread::spawn(move || {
        let keyboard = io::stdin();
        let mut waiting = [PollFd::new(&keyboard, PollFlags::empty())];
        while matches!(poll(&mut waiting, None), Err(rustix::io::Errno::INTR)) {}
        let _ = gone.send(heard(Outside::End));
    });
    thread::spawn(move || {
        while let Ok(event) = event::read() {
            // Nothing is read while somebody else has the terminal.
            drop(LENT.lock());
            if news.send(heard(Outside::Event(event))).is_err() {
                return;
            }
        }
        let _ = news.send(heard(Outside::End));
    });
    Ok(())
}
