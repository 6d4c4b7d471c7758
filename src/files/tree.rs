//! A file's TOML as a tree in which every key and value knows its place in the text.

use std::borrow::Cow;
use std::fmt;
use std::ops::Range;

use toml::Spanned;
use toml::de::{DeArray, DeTable, DeValue};

use crate::domain::Place;

pub type Tree<'t> = Spanned<DeValue<'t>>;

/// The span of the outermost table, which no text spells out.
pub const ROOT: Range<usize> = 0..0;

/// The tree of any text, as far as it can be made out, and everything that is wrong with it as TOML.
pub fn parse_anyway(text: &str) -> (Tree<'_>, Vec<toml::de::Error>) {
    let (table, errors) = DeTable::parse_recoverable(text);
    (rooted(table), errors)
}

fn rooted(table: Spanned<DeTable<'_>>) -> Tree<'_> {
    Spanned::new(ROOT, DeValue::Table(table.into_inner()))
}

/// Line and column of a byte in a text.
pub fn place(text: &str, offset: usize) -> Place {
    let before = text.get(..offset).unwrap_or(text);
    let line_start = before.rfind('\n').map_or(0, |newline| newline + 1);
    Place {
        line: before.bytes().filter(|byte| *byte == b'\n').count() + 1,
        column: before[line_start..].chars().count() + 1,
    }
}

/// The way from the root of a tree to one of its values.
pub type Path = Vec<Step>;

#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Step {
    Key(Cow<'static, str>),
    Index(usize),
}

impl From<&'static str> for Step {
    fn from(key: &'static str) -> Step {
        Step::Key(Cow::Borrowed(key))
    }
}

impl From<String> for Step {
    fn from(key: String) -> Step {
        Step::Key(Cow::Owned(key))
    }
}

impl From<usize> for Step {
    fn from(index: usize) -> Step {
        Step::Index(index)
    }
}

impl fmt::Display for Step {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Step::Key(key) => f.write_str(key),
            Step::Index(index) => index.fmt(f),
        }
    }
}

/// `at!["position", 2, "since"]`: the way to a value.
macro_rules! at {
    ($($step:expr),* $(,)?) => { vec![$($crate::files::tree::Step::from($step)),*] };
}
pub(crate) use at;

pub fn get<'a, 't>(tree: &'a Tree<'t>, path: &[Step]) -> Option<&'a Tree<'t>> {
    path.iter().try_fold(tree, |value, step| match (value.get_ref(), step) {
        (DeValue::Table(table), Step::Key(key)) => table.get(key.as_ref()),
        (DeValue::Array(array), Step::Index(index)) => array.get(*index),
        _ => None,
    })
}

pub fn get_mut<'a, 't>(tree: &'a mut Tree<'t>, path: &[Step]) -> Option<&'a mut Tree<'t>> {
    path.iter().try_fold(tree, |value, step| match (value.get_mut(), step) {
        (DeValue::Table(table), Step::Key(key)) => table.get_mut(key.as_ref()),
        (DeValue::Array(array), Step::Index(index)) => array.get_mut(*index),
        _ => None,
    })
}

/// Takes a value and its key out of the tree. The root stays.
pub fn remove<'t>(tree: &mut Tree<'t>, path: &[Step]) {
    let Some((last, parents)) = path.split_last() else { return };
    let Some(parent) = get_mut(tree, parents) else { return };
    match (parent.get_mut(), last) {
        (DeValue::Table(table), Step::Key(key)) => {
            table.remove(key.as_ref());
        }
        (DeValue::Array(array), Step::Index(gone)) => {
            let items = std::mem::replace(array, DeArray::new());
            let kept = items.into_iter().enumerate().filter(|(index, _)| index != gone);
            *array = kept.map(|(_, value)| value).collect();
        }
        _ => {}
    }
}

/// Where a finding about a value points: at its key where it has one, else at itself.
pub fn mark(tree: &Tree<'_>, path: &[Step]) -> Option<Range<usize>> {
    key_span(tree, path).or_else(|| span(tree, path))
}

pub fn span(tree: &Tree<'_>, path: &[Step]) -> Option<Range<usize>> {
    get(tree, path).map(Spanned::span)
}

fn key_span(tree: &Tree<'_>, path: &[Step]) -> Option<Range<usize>> {
    let (Step::Key(key), parents) = path.split_last()? else { return None };
    let DeValue::Table(table) = get(tree, parents)?.get_ref() else { return None };
    table.get_key_value(key.as_ref()).map(|(key, _)| key.span())
}

/// The innermost value that stands, or whose key stands, at exactly this span.
pub fn find(tree: &Tree<'_>, span: &Range<usize>) -> Option<Path> {
    if *span == ROOT {
        return Some(Path::new());
    }
    let mut found = None;
    walk(tree, &mut Path::new(), &mut |path, key, value| {
        if value == *span || key.as_ref() == Some(span) {
            found = Some(path.to_vec());
        }
    });
    found
}

/// Visits every value with its path, the span of its key if it has one, and its own span; outer ones first.
pub fn walk(
    tree: &Tree<'_>,
    path: &mut Path,
    visit: &mut impl FnMut(&[Step], Option<Range<usize>>, Range<usize>),
) {
    match tree.get_ref() {
        DeValue::Table(table) => {
            for (key, value) in table.iter() {
                path.push(Step::from(key.get_ref().to_string()));
                visit(path, Some(key.span()), value.span());
                walk(value, path, visit);
                path.pop();
            }
        }
        DeValue::Array(array) => {
            for (index, value) in array.iter().enumerate() {
                path.push(Step::from(index));
                visit(path, None, value.span());
                walk(value, path, visit);
                path.pop();
            }
        }
        _ => {}
    }
}
