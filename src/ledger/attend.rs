//! A run of git that somebody waits for: what it says is heard as it comes, and it ends once nobody waits any more.

use std::io::{ErrorKind, Read};
use std::process::{Child, ChildStderr, ChildStdout, ExitStatus};
use std::sync::mpsc::{self, Receiver, RecvTimeoutError};
use std::thread;
use std::time::{Duration, Instant};

use super::git::failed;
use crate::error::Result;

/// How often it is asked whether somebody still waits.
const TICK: Duration = Duration::from_millis(50);
/// How long output may still come that a helper left in the background keeps open.
const LAST_WORDS: Duration = Duration::from_millis(500);

/// A run whose streams are pipes.
pub(super) struct Attended {
    pub child: Child,
    /// What it started is a group of its own, and ends with it.
    pub is_group: bool,
    /// How long it may take to end when it is asked to; what takes longer is killed. Nothing is where git itself may hold
    /// locks that only it takes away.
    pub patience: Option<Duration>,
}

pub(super) enum Heard {
    Output(Vec<u8>),
    Said(Vec<u8>),
}

impl Attended {
    /// Hears it to its end; nothing where it was stopped before.
    pub fn hear(
        mut self,
        stopped: &dyn Fn() -> bool,
        tell: &mut dyn FnMut(Heard),
    ) -> Result<Option<ExitStatus>> {
        let (Some(stdout), Some(stderr)) = (self.child.stdout.take(), self.child.stderr.take()) else {
            unreachable!("both are pipes")
        };
        let heard = listen(stdout, stderr);
        let mut left = LAST_WORDS;
        loop {
            match heard.recv_timeout(TICK) {
                Ok(said) => tell(said),
                // It ends, or goes on without its streams.
                Err(RecvTimeoutError::Disconnected) => match self.child.try_wait().map_err(failed)? {
                    Some(status) => return Ok(Some(status)),
                    None => thread::sleep(TICK / 50),
                },
                Err(RecvTimeoutError::Timeout) => match self.child.try_wait().map_err(failed)? {
                    Some(status) if left.is_zero() => return Ok(Some(status)),
                    Some(_) => left = left.saturating_sub(TICK),
                    None => {}
                },
            }
            if stopped() {
                drop(heard);
                self.end()?;
                return Ok(None);
            }
        }
    }

    #[cfg(unix)]
    fn end(&mut self) -> Result<()> {
        use rustix::process::{Pid, Signal, kill_process, kill_process_group, test_kill_process_group};
        let Some(id) = i32::try_from(self.child.id()).ok().and_then(Pid::from_raw) else { return Ok(()) };
        let send = |signal| match self.is_group {
            true => kill_process_group(id, signal),
            false => kill_process(id, signal),
        };
        // A stopped process only hears it once it goes on.
        for signal in [Signal::TERM, Signal::CONT] {
            let _ = send(signal);
        }
        if let Some(patience) = self.patience {
            let until = Instant::now() + patience;
            loop {
                let ended = self.child.try_wait().map_err(failed)?.is_some();
                if ended && !(self.is_group && test_kill_process_group(id).is_ok()) {
                    return Ok(());
                }
                if Instant::now() >= until {
                    let _ = send(Signal::KILL);
                    break;
                }
                thread::sleep(TICK / 10);
            }
        }
        self.child.wait().map_err(failed).map(drop)
    }

    #[cfg(not(unix))]
    fn end(&mut self) -> Result<()> {
        let _ = self.child.kill();
        self.child.wait().map_err(failed).map(drop)
    }
}

/// Reads both streams as they come. Whoever drops the receiver closes them.
fn listen(stdout: ChildStdout, stderr: ChildStderr) -> Receiver<Heard> {
    let (sender, receiver) = mpsc::channel();
    let of_stderr = sender.clone();
    thread::spawn(move || read(stdout, |bytes| sender.send(Heard::Output(bytes)).is_ok()));
    thread::spawn(move || read(stderr, |bytes| of_stderr.send(Heard::Said(bytes)).is_ok()));
    receiver
}

fn read(mut stream: impl Read, mut tell: impl FnMut(Vec<u8>) -> bool) {
    let mut buffer = [0; 4096];
    loop {
        match stream.read(&mut buffer) {
            Ok(0) => return,
            Ok(length) if tell(buffer[..length].to_vec()) => {}
            Err(error) if error.kind() == ErrorKind::Interrupted => {}
            _ => return,
        }
    }
}
