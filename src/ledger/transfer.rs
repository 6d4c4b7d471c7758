//! A run of git that speaks with another machine: it takes its time, tells how far it is, may want a password, and can be
//! given up.
//!
//! What git says is handed on as it comes. Where a person sits at the terminal, git and ssh ask there by themselves;
//! where nobody does, they fail instead of waiting. Giving up closes the pipes and asks git, and whatever it started, to
//! end, so that it takes its locks away; nothing is killed.

use std::env;
use std::process::{Command, Stdio};

use super::attend::{Attended, Heard};
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
        let child = command.spawn().map_err(failed)?;
        self.attend(Attended { child, is_group: !talk.may_ask, patience: None }, talk)
    }

    fn attend(&self, attended: Attended, talk: &mut Talk<'_>) -> Result<Answer> {
        let Talk { hear, stopped, .. } = talk;
        let (mut output, mut lines) = (Vec::new(), Lines::default());
        let status = attended.hear(stopped, &mut |heard| match heard {
            Heard::Output(bytes) => output.extend(bytes),
            Heard::Said(bytes) => lines.add(&bytes, hear),
        })?;
        let Some(status) = status else { return Err(Error::GivenUp { command: self.name().to_owned() }) };
        let said = lines.finish(hear);
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
