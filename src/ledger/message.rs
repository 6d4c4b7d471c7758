//! A commit message that people read and programs read back.
//!
//! Subject, reason, and one last paragraph of `Key: value` lines, as `git interpret-trailers` defines them. Trailers
//! repeat what the trees say, on purpose: a reader without Countersign understands them, and a contradiction is a
//! finding. They are claims, never proof.

use std::fmt;

/// What a commit says.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Message {
    /// One line.
    pub subject: String,
    /// Why, in the decider's words. May be empty.
    pub reason: String,
    pub trailers: Vec<Trailer>,
}

/// One `Key: value` line.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Trailer {
    pub key: String,
    pub value: String,
}

impl Trailer {
    pub fn new(key: impl Into<String>, value: impl Into<String>) -> Trailer {
        Trailer { key: key.into(), value: value.into() }
    }
}

impl fmt::Display for Trailer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {}", self.key, one_line(&self.value))
    }
}

impl fmt::Display for Message {
    /// The message as it is committed. Whatever the parts hold, the subject stays one line and exactly the trailers
    /// given are read back; NUL, which ends a message in git, is left out.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(f, "{}", one_line(&self.subject))?;
        let reason = self.reason.replace("\r\n", "\n").replace('\0', "");
        if !reason.trim().is_empty() {
            writeln!(f, "\n{}", reason.trim_matches('\n').trim_end())?;
        }
        if !self.trailers.is_empty() {
            writeln!(f)?;
        }
        self.trailers.iter().try_for_each(|trailer| writeln!(f, "{trailer}"))
    }
}

fn one_line(text: &str) -> String {
    text.replace('\0', "").split_whitespace().collect::<Vec<_>>().join(" ")
}

impl Message {
    /// Reads a commit's message back. The reason is everything between the subject and the trailers.
    pub fn parse(text: &str) -> Message {
        let lines: Vec<&str> = text.lines().collect();
        let title_end = lines.iter().position(|line| line.trim().is_empty()).unwrap_or(lines.len());
        let block_start = trailer_block_start(&lines);
        let reason = lines.get(title_end..block_start).unwrap_or_default().join("\n");
        Message {
            subject: one_line(&lines[..title_end].join(" ")),
            reason: reason.trim().to_owned(),
            trailers: read_trailers(&lines[block_start..]),
        }
    }

    /// The values of a key, in order. Keys are compared as git does, without case.
    pub fn values<'a>(&'a self, key: &'a str) -> impl Iterator<Item = &'a str> {
        self.trailers
            .iter()
            .filter(move |trailer| trailer.key.eq_ignore_ascii_case(key))
            .map(|trailer| trailer.value.as_str())
    }
}

/// The line the trailers begin with, or the number of lines if there are none.
///
/// git's rule (`find_trailer_block_start` in trailer.c): the last paragraph, unless it is the first, if all its lines
/// are trailers or their continuations; or if it holds a line git itself writes and at least a quarter are trailers.
fn trailer_block_start(lines: &[&str]) -> usize {
    let title_end = lines.iter().position(|line| !is_comment(line) && is_blank(line)).unwrap_or(lines.len());
    let (mut trailers, mut others, mut continuations) = (0, 0, 0);
    let mut written_by_git = false;
    let mut only_blank = true;
    for (at, line) in lines.iter().enumerate().skip(title_end).rev() {
        if is_comment(line) {
            others += continuations;
            continuations = 0;
        } else if is_blank(line) {
            if only_blank {
                continue;
            }
            others += continuations;
            let mostly = written_by_git && trailers * 3 >= others;
            return if mostly || (trailers > 0 && others == 0) { at + 1 } else { lines.len() };
        } else if line.starts_with("Signed-off-by: ") || line.starts_with("(cherry picked from commit ") {
            trailers += 1;
            continuations = 0;
            written_by_git = true;
        } else if line.starts_with(char::is_whitespace) {
            continuations += 1;
        } else if split_trailer(line).is_some() {
            trailers += 1;
            continuations = 0;
        } else {
            others += 1 + continuations;
            continuations = 0;
        }
        only_blank &= is_comment(line) || is_blank(line);
    }
    lines.len()
}

fn read_trailers(block: &[&str]) -> Vec<Trailer> {
    let mut trailers: Vec<Trailer> = Vec::new();
    // What follows a line that is no trailer continues that line.
    let mut open = false;
    for line in block.iter().filter(|line| !is_comment(line) && !is_blank(line)) {
        match (trailers.last_mut(), split_trailer(line)) {
            (Some(last), _) if line.starts_with(char::is_whitespace) => {
                if open {
                    last.value = format!("{} {}", last.value, line.trim()).trim().to_owned();
                }
            }
            (_, Some((key, value))) => {
                trailers.push(Trailer::new(key, value));
                open = true;
            }
            _ => open = false,
        }
    }
    trailers
}

/// `find_separator` in trailer.c: letters, digits and hyphens, then perhaps blanks, then the colon.
fn split_trailer(line: &str) -> Option<(&str, &str)> {
    let (key, value) = line.split_once(':')?;
    let name = key.trim_end_matches([' ', '\t']);
    let is_name = !name.is_empty() && name.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'-');
    is_name.then(|| (name, value.trim()))
}

fn is_comment(line: &str) -> bool {
    line.starts_with('#')
}

fn is_blank(line: &str) -> bool {
    line.trim().is_empty()
}
