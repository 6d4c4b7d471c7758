//! The program in a pseudo-terminal, with a clock beside it.

use std::fs::File;
use std::io::{Read, Write};
use std::num::NonZeroU16;
use std::path::Path;
use std::process::Child;
use std::sync::mpsc::{self, Receiver};
use std::thread;
use std::time::{Duration, Instant};

use pty_process::Size;
use pty_process::blocking::{Command, Pty};
use vt100::Parser;

use super::process::Process;

pub const LINES: u16 = 50;
pub const COLUMNS: u16 = 200;

/// What ends a frame: the end of a synchronized update.
const FRAME_END: &[u8] = b"\x1b[?2026l";
/// What a program asks last when it wants to know the background, and what a dark terminal answers.
const QUESTION: &[u8] = b"\x1b[c";
const ANSWER: &[u8] = b"\x1b]11;rgb:0000/0000/0000\x1b\\\x1b[?62;c";

/// Nothing that is measured takes as long.
const PATIENCE: Duration = Duration::from_secs(60);

pub struct Session {
    pty: Pty,
    child: Child,
    output: Receiver<(Instant, Vec<u8>)>,
    screen: Parser,
    begun: Instant,
    /// Bytes since the last frame's end, or what is left of them behind it.
    behind: Vec<u8>,
    /// When the last of them came.
    at: Instant,
    pub bytes: usize,
}

impl Session {
    /// Starts a program in a folder, as from a shell.
    pub fn start(program: &str, arguments: &[&str], folder: &Path) -> Session {
        let (pty, pts) = pty_process::blocking::open().expect("a pseudo-terminal");
        pty.resize(Size::new(LINES, COLUMNS)).expect("a size");
        let command = Command::new(program)
            .args(arguments)
            .current_dir(folder)
            .envs([("TERM", "xterm-256color"), ("LANG", "C.UTF-8"), ("GIT_CONFIG_GLOBAL", "/dev/null")])
            .envs(["XDG_CONFIG_HOME", "XDG_STATE_HOME"].map(|home| (home, folder.join(".git/person"))))
            .env_remove("NO_COLOR");
        let begun = Instant::now();
        let child = command.spawn(pts).expect("a program");
        let output = read(&pty);
        let size = |number| NonZeroU16::new(number).expect("not nothing");
        let screen = Parser::new(size(LINES), size(COLUMNS), 0);
        Session { pty, child, output, screen, begun, behind: Vec::new(), at: begun, bytes: 0 }
    }

    pub fn process(&self) -> Process {
        Process::of(&self.child)
    }

    /// Types, and says when.
    pub fn send(&mut self, keys: &str) -> Instant {
        let now = Instant::now();
        self.pty.write_all(keys.as_bytes()).expect("a terminal");
        now
    }

    /// When the next frame was complete.
    pub fn frame(&mut self) -> Instant {
        loop {
            if let Some(end) = find(&self.behind, FRAME_END) {
                self.behind.drain(..end);
                return self.at;
            }
            assert!(self.take(PATIENCE), "no frame came after:\n{}", self.text());
        }
    }

    /// When a frame was complete on which a text stands.
    pub fn frame_with(&mut self, text: &str) -> Instant {
        let end = Instant::now() + PATIENCE;
        loop {
            let at = self.frame();
            if self.text().contains(text) {
                return at;
            }
            assert!(at < end, "{text} did not come:\n{}", self.text());
        }
    }

    /// When the first bytes came back.
    pub fn answer(&mut self) -> Instant {
        assert!(self.take(PATIENCE), "no answer");
        self.behind.clear();
        self.at
    }

    /// When the last byte came before it was quiet for a while.
    pub fn quiet(&mut self, while_: Duration) -> Instant {
        while self.take(while_) {}
        self.behind.clear();
        self.at
    }

    pub fn since_start(&self, at: Instant) -> Duration {
        at.duration_since(self.begun)
    }

    /// How long the program ran, once it has ended by itself.
    pub fn end(mut self) -> Duration {
        while self.take(PATIENCE) {}
        assert!(self.child.wait().is_ok_and(|status| status.success()), "{}", self.text());
        self.begun.elapsed()
    }

    fn text(&self) -> String {
        self.screen.screen().contents()
    }

    /// Takes what is written next; false where nothing more comes within the time.
    fn take(&mut self, wait: Duration) -> bool {
        let Ok((at, bytes)) = self.output.recv_timeout(wait) else { return false };
        self.at = at;
        self.bytes += bytes.len();
        self.screen.process(&bytes);
        self.behind.extend_from_slice(&bytes);
        if find(&self.behind, QUESTION).is_some() {
            self.behind.clear();
            self.pty.write_all(ANSWER).expect("a terminal");
        }
        true
    }
}

impl Drop for Session {
    fn drop(&mut self) {
        // What has ended already is ended.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// Reads on a thread of its own, so that the time is that of the arrival.
fn read(pty: &Pty) -> Receiver<(Instant, Vec<u8>)> {
    let mut reader = File::from(rustix::io::dup(pty).expect("a terminal"));
    let (arrived, output) = mpsc::channel();
    thread::spawn(move || {
        let mut buffer = [0; 1 << 16];
        // Linux answers a terminal that nobody has open any more with an error.
        while let Ok(bytes @ 1..) = reader.read(&mut buffer) {
            if arrived.send((Instant::now(), buffer[..bytes].to_vec())).is_err() {
                return;
            }
        }
    });
    output
}

/// Where a text ends among bytes.
fn find(bytes: &[u8], text: &[u8]) -> Option<usize> {
    bytes.windows(text.len()).position(|window| window == text).map(|at| at + text.len())
}
