//! A run of git that speaks with another machine: it takes its time, tells how far it is, may want a password, and can be
//! given up.
//!
//! What git says is handed on as it comes. Where a person sits at the terminal, git and ssh ask there by themselves;
//! where nobody does, they fail instead of waiting. Giving up closes the pipes and asks git, and whatever it started, to
//! end, so that it takes its locks away; nothing is killed.

use std::env;
use std::io::{ErrorKind, Read};
use std::process::{Child, ChildStderr, ChildStdout, Command, Stdio};
use std::sync::mpsc::{self, Receiver, RecvTimeoutError};
use std::thread;
use std::time::Duration;

use super::git::{Answer, Call, failed};
use crate::error::{Error, Result};

/// Who waits for a transfer.
pub struct Talk<'a> {
    /// Hears a line as soon as it is there. One that ends with `\r` is replaced by the next.
    pub hear: &'a mut dyn FnMut(&str),
    /// Whether it is to be given up, asked again and again.
    pub stopped: &'a dyn Fn() -> bool,
    /// Whether somebody is at the terminal to be asked for a password.
    pub may_ask: bool,
}

/// How often it is asked whether to give up.
const TICK: Duration = Duration::from_millis(50);
/// How long output may still come that a helper left in the background keeps open.
const LAST_WORDS: Duration = Duration::from_millis(500);

/// Variables of git's by which the user reaches other machines.
const TRANSPORT_VARIABLES: [&str; 12] = [
    "GIT_SSH",
    "GIT_SSH_COMMAND",
    "GIT_SSH_VARIANT",
    "GIT_ASKPASS",
    "GIT_PROXY_COMMAND",
    "GIT_ALLOW_PROTOCOL",
    "GIT_SSL_NO_VERIFY",
    "GIT_SSL_CAINFO",
    "GIT_SSL_CAPATH",
    "GIT_SSL_CERT",
    "GIT_SSL_KEY",
    "GIT_HTTP_PROXY_AUTHMETHOD",
];

impl Call {
    /// Runs it to its end, or gives it up. `plain_ssh`: no setting names another program for it.
    pub(super) fn transfer(mut self, talk: &mut Talk<'_>, plain_ssh: bool) -> Result<Answer> {
        let command = self.command();
        for variable in TRANSPORT_VARIABLES {
            command.envs(env::var_os(variable).map(|value| (variable, value)));
        }
        // What it says is taken apart, and English is what is known of it.
        command.env("LC_ALL", "C").stdout(Stdio::piped()).stderr(Stdio::piped());
        match talk.may_ask {
            true => command.env("GIT_TERMINAL_PROMPT", "1").stdin(Stdio::inherit()),
            false => unattended(command, plain_ssh).stdin(Stdio::null()),
        };
        let mut child = command.spawn().map_err(failed)?;
        let (Some(stdout), Some(stderr)) = (child.stdout.take(), child.stderr.take()) else {
            unreachable!("both were just asked for")
        };
        let heard = listen(stdout, stderr);
        self.attend(child, heard, talk)
    }

    fn attend(&self, mut child: Child, heard: Receiver<Heard>, talk: &mut Talk<'_>) -> Result<Answer> {
        let (mut output, mut lines) = (Vec::new(), Lines::default());
        let mut left = LAST_WORDS;
        let status = loop {
            match heard.recv_timeout(TICK) {
                Ok(Heard::Output(bytes)) => output.extend(bytes),
                Ok(Heard::Said(bytes)) => lines.add(&bytes, talk.hear),
                Err(RecvTimeoutError::Disconnected) => break child.wait().map_err(failed)?,
                Err(RecvTimeoutError::Timeout) => match child.try_wait().map_err(failed)? {
                    Some(status) if left.is_zero() => break status,
                    Some(_) => left = left.saturating_sub(TICK),
                    None => {}
                },
            }
            if (talk.stopped)() {
                drop(heard);
                end(&mut child, !talk.may_ask);
                child.wait().map_err(failed)?;
                return Err(Error::GivenUp { command: self.name().to_owned() });
            }
        };
        let said = lines.finish(talk.hear);
        Ok(Answer { success: status.success(), code: status.code(), output, said })
    }
}

/// Nobody can answer: no question reaches the terminal, which belongs to somebody else.
fn unattended(command: &mut Command, plain_ssh: bool) -> &mut Command {
    command.env("GIT_TERMINAL_PROMPT", "0").env("SSH_ASKPASS_REQUIRE", "never");
    if plain_ssh && env::var_os("GIT_SSH_COMMAND").is_none() && env::var_os("GIT_SSH").is_none() {
        command.env("GIT_SSH_COMMAND", "ssh -oBatchMode=yes");
    }
    #[cfg(unix)]
    std::os::unix::process::CommandExt::process_group(command, 0);
    command
}

/// Asks git, and what it started where they are a group of their own, to end. A stopped process only hears it once it
/// goes on.
#[cfg(unix)]
fn end(child: &mut Child, is_group: bool) {
    use rustix::process::{Pid, Signal, kill_process, kill_process_group};
    let Some(id) = i32::try_from(child.id()).ok().and_then(Pid::from_raw) else { return };
    for signal in [Signal::TERM, Signal::CONT] {
        let _ = if is_group { kill_process_group(id, signal) } else { kill_process(id, signal) };
    }
}

#[cfg(not(unix))]
fn end(child: &mut Child, _: bool) {
    let _ = child.kill();
}

enum Heard {
    Output(Vec<u8>),
    Said(Vec<u8>),
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

/// What was said, line by line.
#[derive(Default)]
struct Lines {
    open: Vec<u8>,
    /// Everything but what was replaced by a later line.
    kept: String,
}

/// More is not read by anybody: the beginning of what a chatty server says is left out.
const MOST_KEPT: usize = 16 * 1024;

impl Lines {
    fn add(&mut self, bytes: &[u8], hear: &mut dyn FnMut(&str)) {
        for byte in bytes {
            self.open.push(*byte);
            if matches!(byte, b'\n' | b'\r') {
                self.close(hear);
            }
        }
    }

    fn close(&mut self, hear: &mut dyn FnMut(&str)) {
        let line = String::from_utf8_lossy(&self.open).into_owned();
        self.open.clear();
        hear(&line);
        if !line.ends_with('\r') {
            self.kept.push_str(&line);
        }
        if self.kept.len() > MOST_KEPT {
            let from = self.kept.len() - MOST_KEPT / 2;
            let from = (from..self.kept.len()).find(|at| self.kept.is_char_boundary(*at));
            self.kept.drain(..from.unwrap_or_default());
        }
    }

    fn finish(mut self, hear: &mut dyn FnMut(&str)) -> String {
        if !self.open.is_empty() {
            self.close(hear);
        }
        self.kept.trim_end().to_owned()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines_come_as_they_are_and_progress_is_not_kept() {
        let (mut lines, mut heard) = (Lines::default(), Vec::new());
        let mut hear = |line: &str| heard.push(line.to_owned());
        for bytes in [&b"remote: h\xc3"[..], b"\xa9llo\nCounting: 1%\rCount", b"ing: 2%\rdone.\nfatal: no"] {
            lines.add(bytes, &mut hear);
        }
        assert_eq!(lines.finish(&mut hear), "remote: héllo\ndone.\nfatal: no");
        assert_eq!(heard, ["remote: héllo\n", "Counting: 1%\r", "Counting: 2%\r", "done.\n", "fatal: no"]);
    }
}
