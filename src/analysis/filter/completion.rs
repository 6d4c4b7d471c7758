//! How the word at the end of a filter could go on.

use std::ops::Range;

use strum::VariantArray;

use super::Field;
use super::syntax;
use crate::domain::Snapshot;

/// What could stand in place of a part of the text.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Completion {
    pub span: Range<usize>,
    pub text: String,
    /// What it is.
    pub words: String,
}

/// What the last word of a text could become: a field, or one of a field's values. Nothing where it is complete.
pub fn complete(text: &str, snapshot: &Snapshot) -> Vec<Completion> {
    let last = syntax::terms(text)
        .pop()
        .filter(|term| term.values.last().is_some_and(|value| value.span.end == text.len()));
    let Some(term) = last else {
        return fields(text.len()..text.len(), "");
    };
    let Some(value) = term.values.last() else { return Vec::new() };
    match term.field {
        None => fields(value.span.clone(), &value.text),
        Some(field) => match field.text.parse() {
            Ok(field) => values(field, value.span.clone(), &value.text, snapshot),
            Err(_) => Vec::new(),
        },
    }
}

fn fields(span: Range<usize>, typed: &str) -> Vec<Completion> {
    let typed = typed.to_lowercase();
    let begins = Field::VARIANTS.iter().filter(|field| field.name().starts_with(&typed));
    begins
        .map(|field| Completion {
            span: span.clone(),
            text: format!("{}:", field.name()),
            words: field.words().to_owned(),
        })
        .collect()
}

fn values(field: Field, span: Range<usize>, typed: &str, snapshot: &Snapshot) -> Vec<Completion> {
    let known: Vec<(String, String)> = match field {
        Field::Company => {
            let companies = snapshot.companies.iter();
            companies.map(|(id, company)| (id.to_string(), company.profile.name.clone())).collect()
        }
        Field::Measure => {
            let measures = snapshot.catalogue.measures();
            measures.map(|measure| (measure.id.to_string(), measure.title.clone())).collect()
        }
        Field::Owner => owners(snapshot),
        Field::Due => ["30d", "90d", "1y", "0d"].map(|value| (value.to_owned(), due(value))).to_vec(),
        Field::Article => articles(snapshot),
        field => field.values().into_iter().map(|value| (value.to_owned(), String::new())).collect(),
    };
    let typed = typed.to_lowercase();
    let fits = |(value, words): &(String, String)| {
        let value = value.to_lowercase();
        value != typed && (value.starts_with(&typed) || words.to_lowercase().contains(&typed))
    };
    let completion = |(text, words): (String, String)| {
        // What would come apart is kept together.
        let apart = text.contains(|letter: char| letter.is_whitespace() || letter == ',');
        Completion { span: span.clone(), text: if apart { format!("\"{text}\"") } else { text }, words }
    };
    known.into_iter().filter(fits).map(completion).collect()
}

fn due(value: &str) -> String {
    if value == "0d" { "overdue, or due today".to_owned() } else { format!("due within {value}") }
}

fn owners(snapshot: &Snapshot) -> Vec<(String, String)> {
    let judgements = snapshot.companies.values().flat_map(|company| company.assessments.values());
    let owners: std::collections::BTreeSet<&str> =
        judgements.filter_map(|recorded| recorded.assessment.owner.as_deref()).collect();
    owners.into_iter().map(|owner| (owner.to_owned(), String::new())).collect()
}

fn articles(snapshot: &Snapshot) -> Vec<(String, String)> {
    let articles: std::collections::BTreeSet<&String> =
        snapshot.catalogue.measures().flat_map(|measure| &measure.articles).collect();
    articles.into_iter().map(|article| (article.clone(), String::new())).collect()
}
