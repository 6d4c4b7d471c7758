//! Commits as their bytes say, read alike whatever opened the repository.
//!
//! The format is git's own (`parse_commit_buffer` in commit.c, `split_ident_line` in ident.c). What a commit claims is
//! taken as it is; only what cannot be read at all is an error.

use super::Person;
use super::oid::Oid;

/// A commit object.
pub(super) struct RawCommit {
    pub tree: Oid,
    pub parents: Vec<Oid>,
    pub author: Person,
    pub committer: Person,
    /// Everything behind the header.
    pub message: Vec<u8>,
}

impl RawCommit {
    pub fn parse(bytes: &[u8]) -> Option<RawCommit> {
        let mut header = Header { rest: bytes };
        let tree = header.id(b"tree ")?;
        let mut parents = Vec::new();
        while let Some(parent) = header.id(b"parent ") {
            parents.push(parent);
        }
        let author = Person::parse(header.value(b"author ")?);
        let committer = Person::parse(header.value(b"committer ")?);
        // Signature, encoding and whatever else may follow, up to the empty line.
        while header.line().is_some_and(|line| !line.is_empty()) {}
        let message = header.rest.to_vec();
        Some(RawCommit { tree, parents, author, committer, message })
    }

    /// A commit as git writes it, with its message as it is.
    pub fn to_bytes(&self) -> Vec<u8> {
        let mut bytes = format!("tree {}\n", self.tree).into_bytes();
        for parent in &self.parents {
            bytes.extend(format!("parent {parent}\n").bytes());
        }
        bytes.extend(format!("author {}\n", self.author.to_ident()).bytes());
        bytes.extend(format!("committer {}\n\n", self.committer.to_ident()).bytes());
        bytes.extend(&self.message);
        bytes
    }

    /// The message as people read it: without the empty lines before it.
    pub fn text(&self) -> String {
        String::from_utf8_lossy(&self.message).trim_start_matches('\n').to_owned()
    }

    /// The first paragraph on one line.
    pub fn subject(&self) -> String {
        let text = self.text();
        let lines = text.lines().map(str::trim);
        let lines = lines.skip_while(|line| line.is_empty()).take_while(|line| !line.is_empty());
        lines.collect::<Vec<_>>().join(" ")
    }
}

/// The beginning of the signature in a commit's header, whatever its format (`gpgsig`, or `gpgsig-sha256`).
pub(super) fn signature(bytes: &[u8]) -> Option<&[u8]> {
    let mut header = Header { rest: bytes };
    let lines = std::iter::from_fn(|| header.line()).take_while(|line| !line.is_empty());
    let mut signed = lines.filter(|line| line.starts_with(b"gpgsig"));
    let line = signed.next()?;
    line.splitn(2, |byte| *byte == b' ').nth(1)
}

/// The root folder of a commit, for whoever wants nothing else of it.
pub(super) fn tree_of(bytes: &[u8]) -> Option<Oid> {
    Header { rest: bytes }.id(b"tree ")
}

/// The object an annotated tag names.
pub(super) fn tagged(bytes: &[u8]) -> Option<Oid> {
    Header { rest: bytes }.id(b"object ")
}

struct Header<'a> {
    rest: &'a [u8],
}

impl<'a> Header<'a> {
    fn line(&mut self) -> Option<&'a [u8]> {
        let end = self.rest.iter().position(|&byte| byte == b'\n')?;
        let (line, rest) = (&self.rest[..end], &self.rest[end + 1..]);
        self.rest = rest;
        Some(line)
    }

    /// The next line's value, if it has this key. Another line stays where it is.
    fn value(&mut self, key: &[u8]) -> Option<&'a [u8]> {
        if self.rest.starts_with(key) { self.line()?.get(key.len()..) } else { None }
    }

    fn id(&mut self, key: &[u8]) -> Option<Oid> {
        std::str::from_utf8(self.value(key)?).ok()?.parse().ok()
    }
}

impl Person {
    /// `Name <email> seconds offset`. What is missing is empty or zero.
    fn parse(line: &[u8]) -> Person {
        let text = |bytes: &[u8]| String::from_utf8_lossy(bytes.trim_ascii()).into_owned();
        let position = |byte: u8| line.iter().position(|&other| other == byte);
        let email_start = position(b'<').unwrap_or(line.len());
        let behind = line.get(email_start + 1..).unwrap_or_default();
        let email_end = behind.iter().position(|&byte| byte == b'>').unwrap_or(behind.len());
        // The time is behind the last bracket, so that one in the address cannot hide it.
        let time = line.iter().rposition(|&byte| byte == b'>').map_or(&[][..], |at| &line[at + 1..]);
        let time = String::from_utf8_lossy(time);
        let mut fields = time.split_whitespace();
        Person {
            name: text(&line[..email_start]),
            email: text(&behind[..email_end]),
            time_seconds: fields.next().and_then(|seconds| seconds.parse().ok()).unwrap_or_default(),
            offset_minutes: fields.next().and_then(offset_minutes).unwrap_or_default(),
        }
    }

    /// What ends a field or the line in git's format is left out, as git does.
    fn to_ident(&self) -> String {
        let clean = |text: &str| text.replace(['<', '>', '\n', '\0'], "").trim().to_owned();
        let sign = if self.offset_minutes < 0 { '-' } else { '+' };
        let (hours, minutes) = (self.offset_minutes.abs() / 60, self.offset_minutes.abs() % 60);
        let (name, email) = (clean(&self.name), clean(&self.email));
        format!("{name} <{email}> {} {sign}{hours:02}{minutes:02}", self.time_seconds)
    }
}

/// `+0130` in minutes, if there is such a place.
fn offset_minutes(text: &str) -> Option<i32> {
    let number: i32 = text.parse().ok()?;
    let (hours, minutes) = (number / 100, number % 100);
    (hours.abs() <= 14 && minutes.abs() <= 59).then_some(hours * 60 + minutes)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    const TREE: &str = "4b825dc642cb6eb9a060e54bf8d69288fbee4904";

    fn person(line: &str) -> (String, String, i64, i32) {
        let Person { name, email, time_seconds, offset_minutes } = Person::parse(line.as_bytes());
        (name, email, time_seconds, offset_minutes)
    }

    #[test]
    fn people_are_read_however_odd() {
        let is =
            |name: &str, email: &str, seconds, offset| (name.to_owned(), email.to_owned(), seconds, offset);
        assert_eq!(person("Ana <a@x> 10 +0130"), is("Ana", "a@x", 10, 90));
        assert_eq!(person("Ana <a@x> 10 -0130"), is("Ana", "a@x", 10, -90));
        assert_eq!(person("Ana <a@x> 10 +9999"), is("Ana", "a@x", 10, 0));
        assert_eq!(person("Ana <a@x> -5 +0000"), is("Ana", "a@x", -5, 0));
        assert_eq!(person("Ana <a>x> 10 +0000"), is("Ana", "a", 10, 0));
        assert_eq!(person("<> 99999999999999999999 +0000"), is("", "", 0, 0));
        assert_eq!(person("nobody"), is("nobody", "", 0, 0));
        assert_eq!(person(""), is("", "", 0, 0));
    }

    #[test]
    fn a_commit_is_read_and_written_alike() {
        let text =
            format!("tree {TREE}\nauthor A <a@x> 1 +0100\ncommitter B <b@x> 2 -0030\n\none\ntwo\n\nthree\n");
        let commit = RawCommit::parse(text.as_bytes()).unwrap();
        assert_eq!(commit.subject(), "one two");
        assert_eq!(String::from_utf8(commit.to_bytes()).unwrap(), text);
    }

    #[test]
    fn what_is_no_commit_is_refused() {
        let whole =
            format!("tree {TREE}\nparent {TREE}\nauthor A <a@x> 1 +0100\ncommitter B <b@x> 2 -0030\n");
        assert!(RawCommit::parse(whole.as_bytes()).is_some());
        for end in 0..whole.len() {
            assert!(RawCommit::parse(&whole.as_bytes()[..end]).is_none(), "{end}");
        }
    }

    proptest! {
        /// Any bytes behind a sound beginning are a commit or none, and what is a commit can be written.
        #[test]
        fn whatever_bytes(cut in 0..150usize, bytes in prop::collection::vec(any::<u8>(), 0..200)) {
            let sound = format!("tree {TREE}\nparent {TREE}\nauthor A <a@x> 1 +0100\ncommitter B <b@x> 2 -0030\n\nx");
            let bytes = [&sound.as_bytes()[..cut.min(sound.len())], &bytes].concat();
            if let Some(commit) = RawCommit::parse(&bytes) {
                let again = RawCommit::parse(&commit.to_bytes()).unwrap();
                prop_assert_eq!((again.tree, again.parents), (commit.tree, commit.parents));
                prop_assert_eq!(again.message, commit.message);
            }
            tree_of(&bytes);
            tagged(&bytes);
        }
    }
}
