//! A change that waits on a branch of its own, and what such branches are called.

use std::fmt;
use std::str::FromStr;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::deed::Who;
use super::remark::Weighed;
use super::{CompanyId, Entry, Finding};

/// A proposal as it stands against the reviewed branch.
#[derive(Clone, Debug, PartialEq)]
pub struct Proposal {
    /// The branch's name, without a remote's.
    pub name: String,
    pub company: Option<CompanyId>,
    /// Where it is. The first place is the one that is looked at.
    pub places: Vec<Place>,
    /// The commit it ends in, and the id of its content.
    pub head: String,
    pub content: String,
    /// The commit of the reviewed branch it grew from; nothing where the two have none in common, or several.
    pub base: Option<String>,
    /// Who has a commit in it that touches the register, by address, and when it was last worked on.
    pub authors: Vec<Who>,
    pub subjects: Vec<String>,
    /// What it does to the register.
    pub changes: Vec<Entry>,
    pub fit: Fit,
    /// What is wrong in its files and not in those of the base.
    pub findings: Vec<Finding>,
    /// Oldest first.
    pub remarks: Vec<Weighed>,
}

/// A proposal that nothing stands in the way of, as it was looked at: it may be merged.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Cleared {
    pub name: String,
    /// The commit that was looked at.
    pub head: String,
    /// The commit of the base that it was held against.
    pub onto: String,
    /// Whose review counts: `First Desk <first@example.org>`.
    pub reviewers: Vec<String>,
    /// What it does, in the register's words.
    pub changes: Vec<String>,
}

/// The reviewed branch is not what others have already.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Behind {
    /// The branch it follows, as it was last fetched: `origin/main`.
    pub upstream: String,
    pub commits: usize,
}

/// Where a branch is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Place {
    /// Nothing: in this repository.
    pub remote: Option<String>,
    pub head: String,
}

/// Whether a proposal still applies.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Fit {
    Applies,
    /// These files were changed on both sides, against each other.
    Conflicts(Vec<Clash>),
    /// Only git itself can merge it, because of these.
    NotFiles(Vec<String>),
    /// It shares no commit with the base, or was merged crosswise.
    Unrelated,
    /// All of it is in the base.
    Merged,
}

/// A file in which a proposal and its base contradict each other.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Clash {
    pub path: String,
    /// In what, and what each says, one line each; none where it has no keys.
    pub points: Vec<String>,
}

impl Fit {
    pub fn key(&self) -> &'static str {
        match self {
            Fit::Applies => "applies",
            Fit::Conflicts(_) => "conflicts",
            Fit::NotFiles(_) => "not-files",
            Fit::Unrelated => "unrelated",
            Fit::Merged => "merged",
        }
    }
}

/// What a proposal's branch is called: `proposal/<company>/<slug>`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(try_from = "String", into = "String")]
#[schemars(with = "String")]
pub struct NamePattern {
    before: String,
    /// What stands between the company and the slug, where the company is named.
    between: Option<String>,
    after: String,
}

const COMPANY: &str = "<company>";
const SLUG: &str = "<slug>";

impl Default for NamePattern {
    fn default() -> NamePattern {
        NamePattern { before: "proposal/".to_owned(), between: Some("/".to_owned()), after: String::new() }
    }
}

impl NamePattern {
    pub fn name(&self, company: Option<&CompanyId>, slug: &Slug) -> String {
        let NamePattern { before, between, after } = self;
        let company = company.map_or("register", CompanyId::as_str);
        match between {
            Some(between) => format!("{before}{company}{between}{slug}{after}"),
            None => format!("{before}{slug}{after}"),
        }
    }

    /// The company and the slug of a branch, where it is named like a proposal.
    pub fn read(&self, branch: &str) -> Option<(Option<CompanyId>, Slug)> {
        let inside = branch.strip_prefix(&self.before)?.strip_suffix(&self.after)?;
        match &self.between {
            None => Some((None, inside.parse().ok()?)),
            Some(between) => {
                let (company, slug) = inside.split_once(between.as_str())?;
                let company: CompanyId = company.parse().ok()?;
                Some((Some(company), slug.parse().ok()?))
            }
        }
    }
}

impl TryFrom<String> for NamePattern {
    type Error = String;

    fn try_from(text: String) -> Result<NamePattern, String> {
        let (front, after) = text.split_once(SLUG).ok_or_else(|| format!("`{text}` has no {SLUG}"))?;
        let (before, between) = match front.split_once(COMPANY) {
            Some((_, "")) => return Err(format!("something must stand between {COMPANY} and {SLUG}")),
            Some((before, between)) => (before, Some(between.to_owned())),
            None => (front, None),
        };
        let pattern = NamePattern { before: before.to_owned(), between, after: after.to_owned() };
        let slash = |text: &str| text.contains('/');
        let own_folder = slash(before) || pattern.between.as_deref().is_some_and(slash);
        let letters = |letter: char| letter.is_ascii_alphanumeric() || "-_./".contains(letter);
        let example = pattern.name(None, &Slug("a".to_owned()));
        let sound = example.chars().all(letters)
            && example.split('/').all(|part| {
                !part.is_empty()
                    && !part.starts_with(['.', '-'])
                    && !part.ends_with('.')
                    && !part.ends_with(".lock")
            })
            && !example.contains("..");
        match (own_folder, sound) {
            (false, _) => Err(format!("`{text}` has no `/`: proposals need names no other branch has")),
            (_, false) => Err(format!("`{text}` gives no branch names that git allows")),
            _ => Ok(pattern),
        }
    }
}

impl From<NamePattern> for String {
    fn from(pattern: NamePattern) -> String {
        pattern.to_string()
    }
}

impl fmt::Display for NamePattern {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let NamePattern { before, between, after } = self;
        match between {
            Some(between) => write!(f, "{before}{COMPANY}{between}{SLUG}{after}"),
            None => write!(f, "{before}{SLUG}{after}"),
        }
    }
}

/// A proposal's own part of its name: `[a-z0-9][a-z0-9-]*`.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Slug(String);

impl Slug {
    /// Of what a change is about: `S-1.1@llama-4` gives `s-1-1-llama-4`.
    pub fn about(text: &str) -> Slug {
        let word = |part: &str| part.to_ascii_lowercase();
        let words: Vec<String> = text
            .split(|letter: char| !letter.is_ascii_alphanumeric())
            .filter(|part| !part.is_empty())
            .map(word)
            .collect();
        Slug(if words.is_empty() { "change".to_owned() } else { words.join("-") })
    }
}

impl fmt::Display for Slug {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl FromStr for Slug {
    type Err = String;

    fn from_str(text: &str) -> Result<Slug, String> {
        let letter = |byte: u8| byte.is_ascii_lowercase() || byte.is_ascii_digit();
        let sound =
            text.bytes().next().is_some_and(letter) && text.bytes().all(|byte| letter(byte) || byte == b'-');
        let words = || format!("`{text}` is no name for a proposal; write small letters, digits and hyphens");
        if sound { Ok(Slug(text.to_owned())) } else { Err(words()) }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn pattern(text: &str) -> Result<NamePattern, String> {
        NamePattern::try_from(text.to_owned())
    }

    #[test]
    fn names_are_written_and_read_alike() {
        let company: CompanyId = "meta".parse().unwrap();
        for text in ["proposal/<company>/<slug>", "review/<slug>", "p/<company>--<slug>/open"] {
            let pattern = pattern(text).unwrap();
            assert_eq!(pattern.to_string(), text);
            let name = pattern.name(Some(&company), &"q3-2026".parse().unwrap());
            let (named, slug) = pattern.read(&name).unwrap();
            assert_eq!(slug.to_string(), "q3-2026", "{name}");
            assert!(named.is_none_or(|named| named == company), "{name}");
        }
        let usual = NamePattern::default();
        assert_eq!(usual.name(Some(&company), &Slug::about("S-1.1@Llama 4")), "proposal/meta/s-1-1-llama-4");
        for other in [
            "main",
            "proposal/meta",
            "proposal/meta/",
            "proposal/Meta/a",
            "proposal/meta/a/b",
            "proposal/meta/A",
        ] {
            assert_eq!(usual.read(other), None, "{other}");
        }
    }

    #[test]
    fn patterns_that_could_not_be_told_apart_from_other_branches_are_refused() {
        for text in [
            "",
            "<company>",
            "proposal/<company><slug>",
            "<slug>",
            "x-<slug>",
            "/<slug>",
            "a..b/<slug>",
            "a b/<slug>",
            "a/<slug>.lock",
            "-a/<slug>",
        ] {
            assert!(pattern(text).is_err(), "{text}");
        }
    }
}
