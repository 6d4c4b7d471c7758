//! Bytes to values and findings.
//!
//! A file without mistakes costs its parse and nothing else. Any bytes can be given: nothing here fails or panics,
//! and what cannot be read is a finding.

mod catalogue;
mod company;
mod complaint;
mod faults;
pub(super) mod salvage;
pub mod schema;
mod waivers;

use std::borrow::Cow;

use serde::de::DeserializeOwned;

use crate::domain::catalogue::Code;
use crate::domain::company::Model;
use crate::domain::snapshot::Settings;
use crate::domain::{ContentId, Finding, Place, Rule};

use super::RegisterPath;
use super::tree::{self, Tree, at};
use catalogue::{Sources, chapter_mistakes, limit_mistakes, twice};
use company::{assessment_mistakes, evidence_mistakes, profile_mistakes};
use faults::without_stray_lines;
use salvage::{Flaw, Salvaged, salvage};
use waivers::waiver_mistakes;

pub use catalogue::catalogue;
pub use company::{assessment, company, evidence, model, profile};
pub use salvage::{Mistake, Patience};
pub use waivers::waivers;

/// A larger file is not read: no register's file comes near, and what reads it must stay quick.
pub const LARGEST_FILE: u64 = 1024 * 1024;

/// The one format there is.
pub const FORMAT: u32 = 1;

/// A file of the register as it was found.
#[derive(Clone, Debug)]
pub struct FileBytes {
    /// From the register's root, with `/`.
    pub path: String,
    /// Its blob id.
    pub id: ContentId,
    pub content: Content,
}

#[derive(Clone, Debug)]
pub enum Content {
    Bytes(Vec<u8>),
    /// More than [`LARGEST_FILE`], by its size.
    TooLarge(u64),
    /// What is there in place of a file, such as "a symbolic link" or "a submodule".
    NotAFile(&'static str),
    /// A document: only its id is asked for, see [`RegisterPath::is_read`].
    NotRead,
    /// Git has it no more, or not here: why, and what to do.
    Unreadable(String, String),
}

impl FileBytes {
    /// As far as it is one.
    fn text(&self) -> Cow<'_, str> {
        match &self.content {
            Content::Bytes(bytes) => String::from_utf8_lossy(bytes),
            Content::TooLarge(_) | Content::NotAFile(_) | Content::NotRead | Content::Unreadable(..) => {
                Cow::default()
            }
        }
    }
}

/// `countersign.toml`; its default where it cannot be read. What a format this version does not know may hold besides
/// is not judged.
pub fn settings(file: &FileBytes) -> (Settings, Vec<Finding>) {
    let read = value(file, settings_mistakes, &Patience::default());
    let (settings, findings) = of_known_format(&file.path, file.text(), read);
    (settings.unwrap_or_default(), findings)
}

/// The settings in the text of `countersign.toml`.
pub fn settings_text(path: &str, text: &str) -> (Option<Settings>, Vec<Finding>) {
    of_known_format(path, text.into(), from_text(path, text, settings_mistakes))
}

fn of_known_format(
    path: &str,
    text: Cow<str>,
    read: (Option<Settings>, Vec<Finding>),
) -> (Option<Settings>, Vec<Finding>) {
    match read {
        (Some(settings), _) if settings.format != FORMAT => {
            let finding = unknown_format(path, &text, settings.format);
            (Some(settings), vec![finding])
        }
        read => read,
    }
}

/// Two views of one name: nobody could choose the second.
fn settings_mistakes(settings: &Settings) -> Vec<Mistake> {
    let names = || settings.views.iter().map(|view| &view.name);
    repeats(names()).into_iter().map(|index| twice(at!["view", index], &settings.views[index].name)).collect()
}

fn unknown_format(path: &str, text: &str, format: u32) -> Finding {
    let text = legible(text);
    let (tree, key) = (tree(&RegisterPath::Settings, &text), at!["format"]);
    Finding {
        path: path.to_owned(),
        place: tree::mark(&tree, &key).map(|span| tree::place(&text, span.start)),
        rule: Rule::UnknownFormat,
        message: format!("format {format} is not known to this version"),
        hint: Some(format!("this version reads format {FORMAT}; a newer one may read this register")),
    }
}

/// For files whose shape says everything.
fn none<T>(_: &T) -> Vec<Mistake> {
    Vec::new()
}

/// One file's value, if enough of it can be read, and everything wrong in it.
fn value<T: DeserializeOwned>(
    file: &FileBytes,
    mistakes: impl Fn(&T) -> Vec<Mistake>,
    patience: &Patience,
) -> (Option<T>, Vec<Finding>) {
    let whole = |rule, message: String, hint: Option<String>| {
        (None, vec![Finding { path: file.path.clone(), place: None, rule, message, hint }])
    };
    match &file.content {
        Content::Bytes(bytes) if bytes.len() as u64 > LARGEST_FILE => too_large(bytes.len() as u64, whole),
        Content::TooLarge(size) => too_large(*size, whole),
        Content::NotAFile(what) => whole(
            Rule::NotAFile,
            format!("{what} where a file is expected"),
            Some("keep the file itself here".to_owned()),
        ),
        Content::Unreadable(why, hint) => whole(Rule::Unreadable, why.clone(), Some(hint.clone())),
        Content::NotRead => (None, Vec::new()),
        Content::Bytes(bytes) => from_bytes(&file.path, bytes, mistakes, patience),
    }
}

fn too_large<R>(size: u64, whole: impl Fn(Rule, String, Option<String>) -> R) -> R {
    let hint = "a file of the register is at most 1 MiB; keep long texts as documents beside evidence";
    whole(Rule::TooLarge, format!("{size} bytes are too many to be read"), Some(hint.to_owned()))
}

fn from_bytes<T: DeserializeOwned>(
    path: &str,
    bytes: &[u8],
    mistakes: impl Fn(&T) -> Vec<Mistake>,
    patience: &Patience,
) -> (Option<T>, Vec<Finding>) {
    match std::str::from_utf8(bytes) {
        Ok(text) => from_text_with(path, text, mistakes, patience),
        Err(error) => {
            let text = String::from_utf8_lossy(bytes);
            let finding = Finding {
                path: path.to_owned(),
                place: Some(tree::place(&text, error.valid_up_to())),
                rule: Rule::NotUtf8,
                message: "not UTF-8 from here on".to_owned(),
                hint: Some("save the file as UTF-8".to_owned()),
            };
            if !patience.is_left() {
                return (None, vec![finding, not_looked_at(path)]);
            }
            // A stray byte costs a letter. What is no TOML either was never meant to be UTF-8.
            let (value, mut findings) = from_text_with(path, &text, mistakes, patience);
            findings.retain(|finding| ![Rule::Syntax, Rule::TooMany].contains(&finding.rule));
            findings.insert(0, finding);
            (value, findings)
        }
    }
}

/// The value of a file's text, if enough of it can be read, and everything wrong in it: in its shape, and what
/// `mistakes` sees in the value.
pub fn from_text<T: DeserializeOwned>(
    path: &str,
    text: &str,
    mistakes: impl Fn(&T) -> Vec<Mistake>,
) -> (Option<T>, Vec<Finding>) {
    from_text_with(path, text, mistakes, &Patience::default())
}

fn from_text_with<T: DeserializeOwned>(
    path: &str,
    text: &str,
    mistakes: impl Fn(&T) -> Vec<Mistake>,
    patience: &Patience,
) -> (Option<T>, Vec<Finding>) {
    let text = &*unified(text);
    let conflicts = conflicts(text);
    if !conflicts.is_empty() {
        return (None, conflicts.into_iter().map(|place| conflict(path, place)).collect());
    }
    let strictly = match toml::from_str::<T>(text) {
        Ok(value) if mistakes(&value).is_empty() => return (Some(value), Vec::new()),
        strictly => strictly,
    };
    if !patience.is_left() {
        return (None, vec![not_looked_at(path)]);
    }
    if text.len() > LARGEST_WITH_MISTAKES {
        return (None, vec![too_large_for_its_mistakes(path, text, strictly.err())]);
    }
    let told = |text: &str, saved: Salvaged<'_, T>| {
        patience.spend(text.len() * saved.readings);
        (saved.value, saved.flaws.into_iter().map(|flaw| finding(path, text, flaw)).collect())
    };
    let parsed = tree::parse_anyway(text);
    patience.spend(text.len() + parsed.1.len() * OF_AN_ERROR);
    match without_stray_lines(text, &parsed.1) {
        None => told(text, salvage(text, parsed, Vec::new(), mistakes)),
        Some((text, stray)) => told(&text, salvage(&text, tree::parse_anyway(&text), stray, mistakes)),
    }
}

/// What is said of a text with mistakes takes a hundred times its memory, if they are many.
const LARGEST_WITH_MISTAKES: usize = 128 * 1024;

/// What an error of the parser costs beside the text, as bytes that are read.
const OF_AN_ERROR: usize = 64;

fn too_large_for_its_mistakes(path: &str, text: &str, error: Option<toml::de::Error>) -> Finding {
    let span = error.as_ref().and_then(toml::de::Error::span);
    let first = error.map(|error| format!(": {}", error.message())).unwrap_or_default();
    let kibibytes = LARGEST_WITH_MISTAKES / 1024;
    Finding {
        path: path.to_owned(),
        place: span.map(|span| tree::place(text, span.start)),
        rule: Rule::TooLarge,
        message: format!("it has a mistake, and is too large to be read around it{first}"),
        hint: Some(format!(
            "mend it; of files up to {kibibytes} KiB the rest is read, and every mistake told"
        )),
    }
}

/// The tree a file's value is read from, with the same indices as the value. The text is [`legible`].
pub(super) fn tree<'t>(file: &RegisterPath, text: &'t str) -> Tree<'t> {
    fn of<'t, T: DeserializeOwned>(text: &'t str, mistakes: impl Fn(&T) -> Vec<Mistake>) -> Tree<'t> {
        salvage(text, tree::parse_anyway(text), Vec::new(), mistakes).tree
    }
    match file {
        RegisterPath::Settings => of(text, settings_mistakes),
        RegisterPath::Sources => of::<Sources>(text, none),
        RegisterPath::Waivers => of(text, waiver_mistakes),
        RegisterPath::Code => of::<Code>(text, none),
        RegisterPath::Chapter(chapter) => of(text, |file| chapter_mistakes(*chapter, file)),
        RegisterPath::Limits => of(text, limit_mistakes),
        RegisterPath::Profile(_) => of(text, profile_mistakes),
        RegisterPath::Model(..) => of::<Model>(text, none),
        RegisterPath::Evidence(..) => of(text, evidence_mistakes),
        RegisterPath::Assessment(..) => of(text, assessment_mistakes),
        RegisterPath::Document(..) => tree::parse_anyway("").0,
    }
}

/// Everything wrong in one file by itself.
pub(super) fn findings(file: &RegisterPath, text: &str) -> Vec<Finding> {
    fn of<T: DeserializeOwned>(
        path: &str,
        text: &str,
        mistakes: impl Fn(&T) -> Vec<Mistake>,
    ) -> Vec<Finding> {
        from_text(path, text, mistakes).1
    }
    let path = &*file.to_string();
    match file {
        RegisterPath::Settings => of(path, text, settings_mistakes),
        RegisterPath::Sources => of::<Sources>(path, text, none),
        RegisterPath::Waivers => of(path, text, waiver_mistakes),
        RegisterPath::Code => of::<Code>(path, text, none),
        RegisterPath::Chapter(chapter) => of(path, text, |file| chapter_mistakes(*chapter, file)),
        RegisterPath::Limits => of(path, text, limit_mistakes),
        RegisterPath::Profile(_) => of(path, text, profile_mistakes),
        RegisterPath::Model(..) => of::<Model>(path, text, none),
        RegisterPath::Evidence(..) => of(path, text, evidence_mistakes),
        RegisterPath::Assessment(..) => of(path, text, assessment_mistakes),
        RegisterPath::Document(..) => Vec::new(),
    }
}

/// A file's text as it is read once its stray lines are told of; every letter of it keeps its line and column.
pub(super) fn legible(text: &str) -> String {
    let text = unified(text);
    match without_stray_lines(&text, &tree::parse_anyway(&text).1) {
        None => text.into_owned(),
        Some((text, _)) => text,
    }
}

/// A text without byte order mark, its lines ended by `\n`: neither has a meaning in TOML.
pub(super) fn unified(text: &str) -> Cow<'_, str> {
    let text = text.strip_prefix('\u{feff}').unwrap_or(text);
    if text.contains('\r') { text.replace("\r\n", "\n").into() } else { text.into() }
}

fn finding(path: &str, text: &str, flaw: Flaw) -> Finding {
    let Flaw { span, rule, message, hint } = flaw;
    let place = span.map(|span| tree::place(text, span.start));
    Finding { path: path.to_owned(), place, rule, message, hint }
}

fn not_looked_at(path: &str) -> Finding {
    Finding {
        path: path.to_owned(),
        place: None,
        rule: Rule::TooMany,
        message: "it has a mistake, and so have so many others that it was not read".to_owned(),
        hint: Some("mend the others first".to_owned()),
    }
}

/// Where merges were left half-done. Such a file says two things at once, so it says nothing.
fn conflicts(text: &str) -> Vec<Place> {
    if !text.contains("<<<<<<<") && !text.contains(">>>>>>>") {
        return Vec::new();
    }
    let begin = |marker: &str| -> Vec<Place> {
        let lines = text.lines().enumerate().filter(|(_, line)| line.starts_with(marker));
        lines.map(|(index, _)| Place { line: index + 1, column: 1 }).collect()
    };
    match begin("<<<<<<<") {
        begun if begun.is_empty() => begin(">>>>>>>"),
        begun => begun,
    }
}

fn conflict(path: &str, place: Place) -> Finding {
    Finding {
        path: path.to_owned(),
        place: Some(place),
        rule: Rule::ConflictMarker,
        message: "a merge was left half-done here".to_owned(),
        hint: Some("keep one of the two sides and delete the marker lines".to_owned()),
    }
}

/// The place of every item that was there before, in order.
fn repeats<T: Ord>(items: impl IntoIterator<Item = T>) -> Vec<usize> {
    let mut seen = std::collections::BTreeSet::new();
    items.into_iter().enumerate().filter_map(|(index, item)| (!seen.insert(item)).then_some(index)).collect()
}

/// What one file of the register is, where its name is right; else the finding joins the others.
fn known(file: &FileBytes, findings: &mut Vec<Finding>) -> Option<RegisterPath> {
    RegisterPath::of(&file.path).unwrap_or_else(|finding| {
        // Files of one wrong folder follow each other and say the same; there may be a hundred thousand of them.
        if findings.last() != Some(&finding) {
            findings.push(finding);
        }
        None
    })
}
