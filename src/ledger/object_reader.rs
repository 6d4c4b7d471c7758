//! Objects of a repository only git reads: asked for one by one, of a git that goes on running.
//!
//! Each question is a way there and back, and a repository can hold the same folder a hundred thousand times: what is small
//! is not asked for again at once.

use std::collections::HashMap;
use std::io::{self, BufRead, BufReader, ErrorKind, Read, Write};
use std::process::{Child, ChildStdin, ChildStdout};

use git2::ObjectType;

use super::bound;
use super::git::Git;
use super::oid::{ObjectFormat, Oid};
use super::store::Object;
use crate::error::{Error, Result};

pub(super) struct ObjectReader {
    format: ObjectFormat,
    /// Started with the first object that is read.
    running: Option<Running>,
    lately: HashMap<Oid, Object>,
    lately_bytes: usize,
}

/// A file or a folder of ordinary size.
const SMALL_BYTES: usize = 16 * 1024;

/// Enough for what comes again at once, too little to be noticed. When it is full it starts over.
const LATELY_BYTES: usize = 512 * 1024;

/// What is remembered takes that much besides its bytes, at most.
const OVERHEAD_BYTES: usize = 256;

impl ObjectReader {
    pub fn new(format: ObjectFormat) -> ObjectReader {
        ObjectReader { format, running: None, lately: HashMap::new(), lately_bytes: 0 }
    }

    pub fn header(&mut self, git: &Git, id: Oid) -> Result<(ObjectType, u64)> {
        match self.lately.get(&id) {
            Some((kind, bytes)) => Ok((*kind, bytes.len() as u64)),
            None => self.ask(git, id, |running| running.header(id)),
        }
    }

    /// Nothing where it is larger than `limit_bytes`.
    pub fn contents(&mut self, git: &Git, id: Oid, limit_bytes: u64) -> Result<Option<Object>> {
        if let Some(known) = self.lately.get(&id) {
            return Ok((known.1.len() as u64 <= limit_bytes).then(|| known.clone()));
        }
        let Some(object) = self.ask(git, id, |running| running.contents(id, limit_bytes))? else {
            // It is about to send all of it.
            self.running = None;
            return Ok(None);
        };
        if object.1.len() <= SMALL_BYTES {
            self.lately_bytes += object.1.len() + OVERHEAD_BYTES;
            if self.lately_bytes > LATELY_BYTES {
                self.lately.clear();
                self.lately_bytes = object.1.len() + OVERHEAD_BYTES;
            }
            self.lately.insert(id, object.clone());
        }
        Ok(Some(object))
    }

    fn ask<T>(
        &mut self,
        git: &Git,
        id: Oid,
        ask: impl Fn(&mut Running) -> io::Result<Option<T>>,
    ) -> Result<T> {
        let missing = || Error::MissingObject { id: id.to_string() };
        // In a SHA-256 repository a SHA-1 id would be taken for an abbreviation.
        if id.format() != self.format {
            return Err(missing());
        }
        let was_running = self.running.is_some();
        let answer = match Running::of(&mut self.running, git).map(&ask)? {
            // Somebody may have ended it meanwhile; another one tells.
            Err(_) if was_running => {
                self.running = None;
                Running::of(&mut self.running, git).map(&ask)?
            }
            answer => answer,
        };
        match answer {
            Ok(answer) => answer.ok_or_else(missing),
            Err(error) => {
                // It ends at the first object it cannot read; the next question starts another.
                self.running = None;
                let detail = format!("git cannot read it ({error})");
                Err(Error::DamagedObject { id: id.to_string(), detail })
            }
        }
    }
}

/// `git cat-file --batch-command`, which answers one question after the other.
struct Running {
    child: Child,
    questions: ChildStdin,
    answers: BufReader<ChildStdout>,
}

impl Running {
    /// The one that is running, or a new one.
    fn of<'a>(running: &'a mut Option<Running>, git: &Git) -> Result<&'a mut Running> {
        match running {
            Some(running) => Ok(running),
            None => {
                let (child, questions, answers) = git.reading("cat-file", ["--batch-command"]).converse()?;
                Ok(running.insert(Running { child, questions, answers: BufReader::new(answers) }))
            }
        }
    }

    fn header(&mut self, id: Oid) -> io::Result<Option<(ObjectType, u64)>> {
        self.ask("info", id)
    }

    /// What is larger than `limit_bytes` is there, and not read.
    fn contents(&mut self, id: Oid, limit_bytes: u64) -> io::Result<Option<Option<Object>>> {
        let Some((kind, size_bytes)) = self.ask("contents", id)? else { return Ok(None) };
        if size_bytes > limit_bytes {
            return Ok(Some(None));
        }
        let size = usize::try_from(size_bytes).map_err(io::Error::other)?;
        if size > bound::LARGEST {
            return Err(io::Error::other(format!("{size} bytes are too many")));
        }
        // Not reserved at once: the size is a claim until the bytes are there.
        let mut bytes = Vec::new();
        (&mut self.answers).take(size as u64).read_to_end(&mut bytes)?;
        let mut end = [0];
        self.answers.read_exact(&mut end)?;
        let whole = bytes.len() == size && end == *b"\n";
        if whole { Ok(Some(Some((kind, bytes)))) } else { Err(ErrorKind::UnexpectedEof.into()) }
    }

    /// `<id> <kind> <size>`, or `<id> missing`.
    fn ask(&mut self, question: &str, id: Oid) -> io::Result<Option<(ObjectType, u64)>> {
        self.questions.write_all(format!("{question} {id}\n").as_bytes())?;
        self.questions.flush()?;
        let mut line = String::new();
        self.answers.read_line(&mut line)?;
        if line.is_empty() {
            return Err(ErrorKind::UnexpectedEof.into());
        }
        let mut fields = line.trim_end().split(' ').skip(1);
        match (fields.next(), fields.next()) {
            (Some("missing"), None) => Ok(None),
            (Some(kind), Some(size)) => match (ObjectType::from_str(kind), size.parse()) {
                (Some(kind), Ok(size)) => Ok(Some((kind, size))),
                _ => Err(io::Error::other(line.trim_end().to_owned())),
            },
            _ => Err(io::Error::other(line.trim_end().to_owned())),
        }
    }
}

impl Drop for Running {
    fn drop(&mut self) {
        // It may be in the middle of an answer nobody reads; there is nothing of it to keep.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}
