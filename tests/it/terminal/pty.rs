//! The program itself in a pseudo-terminal, and what a person sees there.

use std::fs::File;
use std::io::{Read, Write};
use std::num::NonZeroU16;
use std::path::Path;
use std::process::{Child, ExitStatus};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::mpsc::{self, Receiver};
use std::thread::{self, JoinHandle};
use std::time::{Duration, Instant};

use pty_process::Size;
use pty_process::blocking::{Command, Pty};
use rustix::event::{PollFd, PollFlags, Timespec, poll};
use rustix::process::{Pid, Signal, kill_process};
use rustix::termios::{Termios, tcgetattr};
use vt100::Parser;

/// Long enough for the slowest machine: nothing is measured by it.
const LIMIT: Duration = Duration::from_secs(60);

/// A running program and its terminal.
pub struct Session {
    pty: Option<Pty>,
    child: Child,
    output: Receiver<Vec<u8>>,
    hung_up: Arc<AtomicBool>,
    reading: Option<JoinHandle<()>>,
    screen: Parser,
    /// Everything written so far.
    pub written: Vec<u8>,
}

/// Starts a program in a terminal of lines and columns, with a plain environment and some variables.
pub fn start(
    program: &str,
    arguments: &[&str],
    folder: &Path,
    (lines, columns): (u16, u16),
    variables: &[(&str, &str)],
) -> Session {
    let (pty, pts) = pty_process::blocking::open().unwrap();
    pty.resize(Size::new(lines, columns)).unwrap();
    let child = command(program, arguments, folder, variables).spawn(pts).unwrap();
    Session::new(pty, child, (lines, columns))
}

fn command(program: &str, arguments: &[&str], folder: &Path, variables: &[(&str, &str)]) -> Command {
    let kept =
        ["PATH", "HOME", "TMPDIR"].into_iter().filter_map(|name| Some((name, std::env::var_os(name)?)));
    Command::new(program)
        .args(arguments)
        .current_dir(folder)
        .env_clear()
        .envs(kept)
        .envs([("TERM", "xterm-256color"), ("LANG", "C.UTF-8"), ("XDG_CONFIG_HOME", "/nowhere")])
        .envs([("GIT_CONFIG_GLOBAL", "/dev/null"), ("PS1", "$ ")])
        .env("XDG_STATE_HOME", std::env::temp_dir().join("countersign-tests-state"))
        .envs(variables.iter().copied())
}

pub fn number(value: u16) -> NonZeroU16 {
    NonZeroU16::new(value).unwrap()
}

impl Session {
    fn new(pty: Pty, child: Child, (lines, columns): (u16, u16)) -> Session {
        let mut reader = File::from(rustix::io::dup(&pty).unwrap());
        let (read, output) = mpsc::channel();
        let hung_up = Arc::new(AtomicBool::new(false));
        let stop = hung_up.clone();
        let reading = thread::spawn(move || {
            let mut buffer = [0; 1 << 16];
            let wait = Timespec { tv_sec: 0, tv_nsec: 20_000_000 };
            while !stop.load(Ordering::SeqCst) {
                let ready = poll(&mut [PollFd::new(&reader, PollFlags::IN)], Some(&wait));
                match ready {
                    Ok(0) | Err(_) => continue,
                    // Linux answers a terminal that nobody has open any more with an error.
                    Ok(_) => match reader.read(&mut buffer) {
                        Ok(bytes @ 1..) if read.send(buffer[..bytes].to_vec()).is_ok() => {}
                        _ => return,
                    },
                }
            }
        });
        let screen = Parser::new(number(lines), number(columns), 0);
        Session {
            pty: Some(pty),
            child,
            output,
            hung_up,
            reading: Some(reading),
            screen,
            written: Vec::new(),
        }
    }

    pub fn send(&mut self, keys: &str) {
        self.pty.as_mut().unwrap().write_all(keys.as_bytes()).unwrap();
    }

    pub fn resize(&mut self, lines: u16, columns: u16) {
        self.screen.screen_mut().set_size(number(lines), number(columns));
        self.terminal().resize(Size::new(lines, columns)).unwrap();
    }

    pub fn signal(&self, signal: Signal) {
        kill_process(self.id(), signal).unwrap();
    }

    pub fn id(&self) -> Pid {
        Pid::from_child(&self.child)
    }

    /// The terminal's modes as any program would read them.
    pub fn modes(&self) -> Termios {
        tcgetattr(self.terminal()).unwrap()
    }

    pub fn terminal(&self) -> &Pty {
        self.pty.as_ref().unwrap()
    }

    pub fn screen(&self) -> &vt100::Screen {
        self.screen.screen()
    }

    /// Whether a private mode was switched on last, and not off.
    pub fn is_on(&self, mode: &str) -> bool {
        let last = |end: char| {
            let sequence = format!("\x1b[?{mode}{end}");
            self.written.windows(sequence.len()).rposition(|bytes| bytes == sequence.as_bytes())
        };
        last('h') > last('l')
    }

    /// The screen as text, without spaces at line ends.
    pub fn text(&self) -> String {
        let (_, columns) = self.screen().size();
        let rows = self.screen().rows(0, columns.get());
        rows.map(|row| row.trim_end().to_owned()).collect::<Vec<_>>().join("\n").trim_end().to_owned()
    }

    /// Reads what is written until the screen is as it should be.
    #[track_caller]
    pub fn wait(&mut self, what: &str, is_so: impl Fn(&Session) -> bool) {
        let end = Instant::now() + LIMIT;
        while !is_so(self) {
            let left = end.saturating_duration_since(Instant::now());
            let bytes = self.output.recv_timeout(left);
            let bytes = bytes.unwrap_or_else(|_| panic!("{what} did not come:\n{}", self.text()));
            self.take(&bytes);
        }
    }

    #[track_caller]
    pub fn wait_for(&mut self, text: &str) {
        self.wait(text, |session| session.text().contains(text));
    }

    /// Reads on until nothing was written for a while: a frame comes in pieces.
    pub fn settle(&mut self) {
        while let Ok(bytes) = self.output.recv_timeout(Duration::from_millis(300)) {
            self.take(&bytes);
        }
    }

    fn take(&mut self, bytes: &[u8]) {
        self.written.extend_from_slice(bytes);
        self.screen.process(bytes);
    }

    /// Pulls the plug: the terminal is gone for the program.
    pub fn hang_up(&mut self) {
        self.hung_up.store(true, Ordering::SeqCst);
        self.reading.take().unwrap().join().unwrap();
        self.pty = None;
    }

    /// Waits for the program to end, and reads what it still wrote.
    #[track_caller]
    pub fn end(&mut self) -> ExitStatus {
        let end = Instant::now() + LIMIT;
        loop {
            while let Ok(bytes) = self.output.recv_timeout(Duration::from_millis(20)) {
                self.take(&bytes);
            }
            if let Some(status) = self.child.try_wait().unwrap() {
                while let Ok(bytes) = self.output.recv_timeout(Duration::from_millis(100)) {
                    self.take(&bytes);
                }
                return status;
            }
            assert!(Instant::now() < end, "the program does not end:\n{}", self.text());
        }
    }
}

impl Drop for Session {
    fn drop(&mut self) {
        // A test that failed leaves nothing behind.
        self.hung_up.store(true, Ordering::SeqCst);
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}
