//! Reading what can be read of a file with mistakes in it.
//!
//! The tree is held against its type again and again; each time the first mistake is written down and taken out,
//! until the rest reads as a value. So several mistakes are reported together, and one wrong line in a long list
//! costs that line. A table that lacks a key it cannot be without is dropped as a whole, after the other mistakes in
//! it have been found.

use std::collections::BTreeSet;
use std::ops::Range;

use serde::de::DeserializeOwned;
use toml::Spanned;
use toml::de::{DeArray, DeValue, ValueDeserializer};

use crate::domain::Rule;
use crate::files::suggestion::did_you_mean_or_list;
use crate::files::tree::{self, Path, ROOT, Step, Tree};

use super::complaint::{Complaint, Fault};

/// Something wrong at a place in a text. Without a place: something that is not there.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Flaw {
    pub span: Option<Range<usize>>,
    pub rule: Rule,
    pub message: String,
    pub hint: Option<String>,
}

/// What the shape of a file cannot say, such as an item that is listed twice: it is taken out like any other mistake.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Mistake {
    /// Where in the value that was read.
    pub at: Path,
    pub rule: Rule,
    pub message: String,
    pub hint: Option<String>,
}

/// What was saved of a file.
pub struct Salvaged<'t, T> {
    /// Nothing where the file says too little without its mistakes.
    pub value: Option<T>,
    /// What the value was read from: an index in one is the same index in the other.
    pub tree: Tree<'t>,
    pub flaws: Vec<Flaw>,
}

/// More would not be read by anybody, and each one costs another reading of the file.
const MOST_FLAWS: usize = 50;

/// Each missing key costs a few readings without a flaw of its own.
const MOST_READINGS: usize = 200;

pub fn salvage<T: DeserializeOwned>(text: &str, mistakes: impl Fn(&T) -> Vec<Mistake>) -> Salvaged<'_, T> {
    let mut salvage = Salvage::of(text);
    let value = salvage.read(mistakes);
    salvage.flaws.sort_by_key(|flaw| flaw.span.as_ref().map(|span| span.start));
    Salvaged { value, tree: salvage.tree, flaws: salvage.flaws }
}

struct Salvage<'t> {
    tree: Tree<'t>,
    flaws: Vec<Flaw>,
    /// The TOML itself is broken, so that a key that seems to be missing may only be out of sight.
    broken: bool,
    /// Keys that were there with a wrong value, by the span of their table: they are not missing.
    taken_out: BTreeSet<(usize, usize, String)>,
    /// Tables that lack a key and hold a stand-in for it.
    hollow: Vec<Range<usize>>,
    /// The key that is being stood in for, and the values still to be tried.
    standing_in: Option<(Path, Vec<DeValue<'static>>)>,
}

impl<'t> Salvage<'t> {
    fn of(text: &'t str) -> Salvage<'t> {
        let (tree, faults) = tree::parse_anyway(text);
        let mut salvage = Salvage {
            tree,
            flaws: Vec::new(),
            broken: !faults.is_empty(),
            taken_out: BTreeSet::new(),
            hollow: Vec::new(),
            standing_in: None,
        };
        salvage.take_out_faults(text, faults);
        salvage
    }

    fn read<T: DeserializeOwned>(&mut self, mistakes: impl Fn(&T) -> Vec<Mistake>) -> Option<T> {
        for _ in 0..MOST_READINGS {
            if self.flaws.len() > MOST_FLAWS {
                break;
            }
            match T::deserialize(ValueDeserializer::from(self.tree.clone())) {
                Err(error) => self.take_out(&error)?,
                Ok(_) if self.hollow.contains(&ROOT) => return None,
                Ok(_) if !self.hollow.is_empty() => self.drop_hollow_tables(),
                Ok(value) => match mistakes(&value) {
                    none if none.is_empty() => return Some(value),
                    found => self.take_out_mistakes(found),
                },
            }
        }
        self.flaws.truncate(MOST_FLAWS);
        self.flaws.push(Flaw {
            span: None,
            rule: Rule::Syntax,
            message: "so many mistakes that the rest was not read".to_owned(),
            hint: None,
        });
        None
    }

    /// One mistake in the shape, or nothing where it cannot be told what to take out.
    fn take_out(&mut self, error: &toml::de::Error) -> Option<()> {
        let span = error.span()?;
        let complaint = Complaint::of(error.message());
        if span == STAND_IN {
            return self.stand_in_differently(complaint);
        }
        let path = tree::find(&self.tree, &span)?;
        if let Complaint::MissingKey(key) = complaint {
            self.miss(path, span, key);
            return Some(());
        }
        let path = self.list_itself(path, error.message());
        let (rule, message, hint) = self.words(&path, complaint);
        self.flaws.push(Flaw { span: Some(span), rule, message, hint });
        self.remove(&path);
        Some(())
    }

    /// `[[name]]` begins a list and its first item at the same place; which one is meant the message tells.
    fn list_itself(&self, mut path: Path, message: &str) -> Path {
        if message.starts_with("invalid type: sequence") && path.last() == Some(&Step::Index(0)) {
            path.pop();
        }
        path
    }

    fn miss(&mut self, table: Path, span: Range<usize>, key: &str) {
        let was_there = self.taken_out.contains(&(span.start, span.end, key.to_owned()));
        if !was_there && !self.broken {
            self.flaws.push(Flaw {
                span: (span != ROOT).then(|| span.clone()),
                rule: Rule::MissingKey,
                message: format!("`{key}` is missing"),
                hint: None,
            });
        }
        if !self.hollow.contains(&span) {
            self.hollow.push(span);
        }
        let mut path = table;
        path.push(Step::from(key.to_owned()));
        self.standing_in = Some((path, stand_ins()));
        self.stand_in();
    }

    /// Puts the next stand-in where a key is missing, so that the reading can go on to the next mistake.
    fn stand_in(&mut self) -> Option<()> {
        let (path, values) = self.standing_in.as_mut()?;
        let value = values.pop()?;
        let (Step::Key(key), table) = path.split_last()? else { return None };
        let key = Spanned::new(STAND_IN, key.clone());
        if let DeValue::Table(table) = tree::get_mut(&mut self.tree, table)?.get_mut() {
            // In a map an equal key stays as it is, so the old stand-in leaves with its key.
            table.remove(key.get_ref().as_ref());
            table.insert(key, Spanned::new(STAND_IN, value));
        }
        Some(())
    }

    fn stand_in_differently(&mut self, complaint: Complaint) -> Option<()> {
        if let (Complaint::UnknownWord { known, .. }, Some((_, values))) = (complaint, &mut self.standing_in)
        {
            values.extend(known.first().map(|word| DeValue::String(word.to_string().into())));
        }
        self.stand_in()
    }

    fn drop_hollow_tables(&mut self) {
        for span in std::mem::take(&mut self.hollow) {
            if let Some(path) = tree::find(&self.tree, &span) {
                self.remove(&path);
            }
        }
    }

    fn take_out_mistakes(&mut self, mut mistakes: Vec<Mistake>) {
        // From the back, so that an item that leaves a list does not move those that are still to leave.
        mistakes.sort_by(|a, b| b.at.cmp(&a.at));
        for Mistake { at, rule, message, hint } in mistakes {
            self.flaws.push(Flaw { span: tree::span(&self.tree, &at), rule, message, hint });
            self.remove(&at);
        }
    }

    fn remove(&mut self, path: &[Step]) {
        if let Some((Step::Key(key), table)) = path.split_last()
            && let Some(span) = tree::span(&self.tree, table)
        {
            self.taken_out.insert((span.start, span.end, key.to_string()));
        }
        tree::remove(&mut self.tree, path);
    }

    fn words(&self, path: &[Step], complaint: Complaint) -> (Rule, String, Option<String>) {
        let key = path.iter().rev().find_map(|step| match step {
            Step::Key(key) => Some(quoted(key)),
            Step::Index(_) => None,
        });
        let key = key.unwrap_or_else(|| "the file".to_owned());
        let owned = |hint: Option<&str>| hint.map(str::to_owned);
        match complaint {
            Complaint::UnknownKey { known } => {
                let hint = did_you_mean_or_list(key.trim_matches('`'), &known);
                (Rule::UnknownKey, format!("{key} is not a key here"), hint)
            }
            Complaint::UnknownWord { word, known } => {
                let message = format!("{} is not a value of {key}", quoted(word));
                (Rule::WrongValue, message, did_you_mean_or_list(word, &known))
            }
            Complaint::WrongType { expected } => {
                let found = tree::get(&self.tree, path).map_or("nothing", |value| kind(value.get_ref()));
                (Rule::WrongValue, format!("{key} takes {expected}, not {found}"), None)
            }
            Complaint::NoDay { reason, hint } => (Rule::WrongDay, format!("{key}: {reason}"), owned(hint)),
            Complaint::Other { reason, hint } => (Rule::WrongValue, format!("{key}: {reason}"), owned(hint)),
            Complaint::MissingKey(key) => (Rule::MissingKey, format!("`{key}` is missing"), None),
        }
    }

    /// Everything that is wrong with the text as TOML. What it touches is not trusted.
    fn take_out_faults(&mut self, text: &str, mut faults: Vec<toml::de::Error>) {
        faults.sort_by_key(|fault| fault.span().map(|span| span.start));
        let mut lost: Vec<Range<usize>> = Vec::new();
        for fault in faults {
            if self.flaws.len() > MOST_FLAWS {
                break;
            }
            let span = fault.span().unwrap_or(ROOT);
            if lost.iter().any(|lost| lost.start <= span.start && span.start <= lost.end) {
                continue;
            }
            let fault = Fault::of(fault.message());
            let word = text.get(span.clone()).unwrap_or_default();
            let (rule, message, hint) = match fault {
                Fault::DuplicateKey => {
                    let hint = Some("the first one counts until one of them is gone".to_owned());
                    (Rule::Duplicate, format!("{} is there twice", quoted(word)), hint)
                }
                Fault::NoDay { reason } => {
                    let hint = Some(format!("{reason}; a day is written as 2026-04-07"));
                    (Rule::WrongDay, format!("{} is not a day", quoted(word)), hint)
                }
                Fault::KeyAlone => {
                    let hint = Some("the rest of the file is not read".to_owned());
                    (Rule::Syntax, "expected `=` and a value".to_owned(), hint)
                }
                Fault::Other(message) => (Rule::Syntax, message.to_owned(), None),
            };
            let line = line_around(text, span.start);
            let mut at = span.clone();
            if rule != Rule::Duplicate {
                if let Some((path, entry)) = self.touched(&line, span.start) {
                    // What is never closed is seen where it begins, not where the file ends.
                    if text[span.start..].trim().is_empty() && line_around(text, entry.start) != line {
                        at = entry.clone();
                    }
                    lost.push(entry);
                    self.remove(&path);
                }
                lost.push(line);
            }
            self.flaws.push(Flaw { span: Some(at), rule, message, hint });
        }
    }

    /// The innermost entry that covers a byte or ends on its line, from the start of its key to its own end.
    fn touched(&self, line: &Range<usize>, offset: usize) -> Option<(Path, Range<usize>)> {
        let mut found: Option<(Path, Range<usize>)> = None;
        tree::walk(&self.tree, &mut Path::new(), &mut |path, key, value| {
            let Some(key) = key else { return };
            let entry = key.start..value.end.max(key.end);
            let covers = entry.start <= offset && (offset <= entry.end || line.contains(&entry.start));
            let inner = found.as_ref().is_none_or(|(_, outer)| outer.start <= entry.start);
            if covers && inner {
                found = Some((path.to_vec(), entry));
            }
        });
        found
    }
}

/// A place that no text has.
const STAND_IN: Range<usize> = usize::MAX..usize::MAX;

/// Values one of which fits every type the register's files ask for; words of a closed list come from the complaint.
/// The last is tried first.
fn stand_ins() -> Vec<DeValue<'static>> {
    let day = toml::value::Date { year: 2000, month: 1, day: 1 };
    let refs = ["0000000000000000000000000000000000000000", "T-1.1", "T-1", "a", ""];
    let mut values = vec![
        DeValue::Boolean(false),
        DeValue::Integer(Default::default()),
        DeValue::Array(DeArray::new()),
        DeValue::Datetime(toml::value::Datetime { date: Some(day), time: None, offset: None }),
    ];
    values.extend(refs.map(|text| DeValue::String(text.into())));
    values
}

/// What was found where something else is expected, in the words of TOML's users.
fn kind(value: &DeValue) -> &'static str {
    match value {
        DeValue::String(_) => "a text",
        DeValue::Integer(_) | DeValue::Float(_) => "a number",
        DeValue::Boolean(_) => "true or false",
        DeValue::Datetime(_) => "a day",
        DeValue::Array(_) => "a list",
        DeValue::Table(_) => "a table",
    }
}

/// Somebody's text within a message: on one line and not too long.
pub fn quoted(text: &str) -> String {
    const MOST: usize = 60;
    let line = text.lines().next().unwrap_or_default();
    if line.len() == text.len() && line.chars().count() <= MOST {
        return format!("`{line}`");
    }
    format!("`{}…`", line.chars().take(MOST).collect::<String>())
}

/// The line a byte stands on, without its end.
fn line_around(text: &str, offset: usize) -> Range<usize> {
    let (before, after) = text.split_at_checked(offset).unwrap_or((text, ""));
    let start = before.rfind('\n').map_or(0, |newline| newline + 1);
    let end = after.find('\n').map_or(text.len(), |newline| before.len() + newline);
    start..end
}
