//! Where a command's words go: results to stdout, everything else to stderr.

use std::io::{self, ErrorKind, IsTerminal, Write};

use crate::domain::visible;
use crate::error::{Error, Result};

/// Prints a result. A reader that hung up has what it wanted.
pub fn print(text: impl AsRef<[u8]>) -> Result<()> {
    let mut stdout = io::stdout().lock();
    match stdout.write_all(text.as_ref()).and_then(|()| stdout.flush()) {
        Err(error) if error.kind() == ErrorKind::BrokenPipe => Ok(()),
        written => written.map_err(Error::Output),
    }
}

/// `label: text` on stderr, further lines below the first. Nobody hears about a stderr that is gone.
pub fn say(label: &str, text: &str) {
    let below = format!("\n{}", " ".repeat(label.len() + 2));
    let _ = writeln!(io::stderr(), "{label}: {}", visible::text(text.trim_end()).replace('\n', &below));
}

/// What a view does not show.
pub fn mention(notes: &[String]) {
    notes.iter().for_each(|note| say("note", note));
}

/// Columns to fit a report in: the terminal's, or as many as it takes where there is none.
pub fn width() -> Option<usize> {
    if !io::stdout().is_terminal() {
        return None;
    }
    crossterm::terminal::size().ok().map(|(columns, _)| usize::from(columns)).filter(|columns| *columns > 0)
}

/// Whether a person is there to look and answer.
pub fn is_interactive() -> bool {
    io::stdin().is_terminal() && io::stderr().is_terminal()
}

/// Asks on stderr; anything but yes is no.
pub fn confirm(question: &str) -> bool {
    let mut answer = String::new();
    let asked = write!(io::stderr(), "{question} [y/N] ").and_then(|()| io::stderr().flush());
    let heard = asked.and_then(|()| io::stdin().read_line(&mut answer));
    heard.is_ok() && matches!(answer.trim().to_lowercase().as_str(), "y" | "yes")
}

/// How far something long is, on a terminal's last line; nothing where stderr is none.
pub struct Progress {
    what: &'static str,
    of: usize,
    done: usize,
    shown: bool,
}

impl Progress {
    pub fn new(what: &'static str, of: usize) -> Progress {
        Progress { what, of, done: 0, shown: io::stderr().is_terminal() && of > PROGRESS_STEP }
    }

    pub fn step(&mut self) {
        self.done += 1;
        if self.shown && self.done.is_multiple_of(PROGRESS_STEP) {
            let _ = write!(io::stderr(), "\r{}: {} of {}", self.what, self.done, self.of);
        }
    }
}

/// Steps between two words about it.
const PROGRESS_STEP: usize = 25;

/// Takes the line away again.
impl Drop for Progress {
    fn drop(&mut self) {
        if self.shown {
            let _ = write!(io::stderr(), "\r{}\r", " ".repeat(self.what.len() + 30));
        }
    }
}
