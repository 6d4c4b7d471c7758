//! What `fetch` and `push` share: git's progress on the terminal, and how the branch stands.

use std::io::{self, IsTerminal, Write};

use serde_json::{Value, json};

use crate::domain::visible;
use crate::error::Result;
use crate::register::{Pushed, Register, Talk, Upstream};
use crate::report;

/// The terminal while git speaks with another machine: its progress on the last line, and where a person sits there, its
/// questions. What it says besides is told when it fails.
pub struct Terminal {
    shows: bool,
}

impl Terminal {
    pub fn open() -> Terminal {
        Terminal { shows: io::stderr().is_terminal() }
    }

    pub fn with<T>(&self, transfer: impl FnOnce(&mut Talk<'_>) -> Result<T>) -> Result<T> {
        let mut hear = |line: &str| self.show(line);
        let may_ask = io::stdin().is_terminal();
        let done = transfer(&mut Talk { hear: &mut hear, stopped: &|| false, may_ask });
        self.show("");
        done
    }

    /// A line over the one before. Nobody hears about a stderr that is gone.
    fn show(&self, line: &str) {
        if self.shows {
            let _ = write!(io::stderr(), "\r\u{1b}[K{}", visible::line(line.trim_end_matches(['\r', '\n'])));
        }
    }
}

/// How the branch stands, in a sentence.
pub fn standing(standing: Option<&Upstream>, register: &Register) -> Result<String> {
    let branch = register.branch()?;
    let branch = visible::line(&branch);
    Ok(match standing {
        None => format!("{branch} follows no branch of a remote.\n"),
        Some(Upstream { name: upstream, ahead, behind, .. }) => {
            let upstream = visible::line(upstream);
            match (ahead, behind) {
                (0, 0) => format!("{branch} is the same as {upstream}.\n"),
                (ahead, 0) => format!("{branch} has {} to push to {upstream}.\n", commits(*ahead)),
                (0, behind) => format!("{upstream} has {} that {branch} has not.\n", commits(*behind)),
                (ahead, behind) => format!(
                    "{branch} has {} that {upstream} has not, and {upstream} has {} that {branch} has not.\n",
                    commits(*ahead),
                    commits(*behind)
                ),
            }
        }
    })
}

pub fn commits(count: usize) -> String {
    if count == 1 { "1 commit".to_owned() } else { format!("{count} commits") }
}

pub fn as_json(
    view: &str,
    remote: &str,
    upstream: Option<&Upstream>,
    remade: &[String],
    pushed: &[Pushed],
) -> String {
    let refs: Vec<Value> =
        pushed.iter().map(|pushed| json!({ "ref": pushed.reference, "summary": pushed.summary })).collect();
    let mut document = json!({
        "format": 1,
        "view": view,
        "remote": remote,
        "upstream": upstream.map(|upstream| &upstream.name),
        "ahead": upstream.map(|upstream| upstream.ahead),
        "behind": upstream.map(|upstream| upstream.behind),
        "commits": remade,
    });
    if view == "push" {
        document["refs"] = refs.into();
    }
    report::json::text(&document)
}
