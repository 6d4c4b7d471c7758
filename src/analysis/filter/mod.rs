//! Which cells a person wants to see: words, and fields such as `state:gap !company:meta due:30d`.
//!
//! Terms are joined by *and*, the values of one field by *or*. A word is part of a company's or a measure's name, or a
//! ref; small letters match capitals too, a capital only itself. Reading a filter never fails halfway: it is whole, or
//! every mistake in it is told with its place.

mod completion;
mod syntax;
mod test;

use std::ops::Range;
use std::str::FromStr;

use strum::{EnumString, IntoStaticStr, VariantArray};
use unicode_width::UnicodeWidthStr;

use super::{Board, State};
use crate::domain::suggestion::{did_you_mean, did_you_mean_or_list};
use crate::domain::{Basis, Chapter, CompanyId, Snapshot};
use syntax::Part;
use test::{Due, Needle, Reason, Ref, Subjects, Test};

pub use completion::{Completion, complete};

/// A filter that can be used. The default one keeps everything.
#[derive(Clone, Debug, Default)]
pub struct Filter {
    text: String,
    terms: Vec<Term>,
}

#[derive(Clone, Debug)]
struct Term {
    exclude: bool,
    any_of: Vec<Test>,
}

/// What a value is compared with.
#[derive(Clone, Copy, Debug, PartialEq, Eq, EnumString, IntoStaticStr, VariantArray)]
#[strum(serialize_all = "kebab-case")]
pub enum Field {
    Company,
    Measure,
    State,
    Basis,
    Chapter,
    Article,
    Owner,
    Due,
    Stale,
}

/// Something in a filter that has no meaning, and where.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Mistake {
    /// Bytes of the filter's text.
    pub span: Range<usize>,
    pub message: String,
    pub hint: Option<String>,
}

impl Filter {
    /// Reads a filter for a register; a company, measure or article that it does not have is a mistake.
    pub fn read(text: &str, snapshot: &Snapshot) -> Result<Filter, Vec<Mistake>> {
        match Filter::read_anyway(text, snapshot) {
            (filter, mistakes) if mistakes.is_empty() => Ok(filter),
            (_, mistakes) => Err(mistakes),
        }
    }

    /// What can be read of a filter while it is typed, and everything wrong in the rest.
    pub fn read_anyway(text: &str, snapshot: &Snapshot) -> (Filter, Vec<Mistake>) {
        let (mut terms, mut mistakes) = (Vec::new(), Vec::new());
        for term in syntax::terms(text) {
            match tests(&term, snapshot) {
                Ok(any_of) => terms.push(Term { exclude: term.exclude, any_of }),
                Err(mistake) => mistakes.push(mistake),
            }
        }
        // What costs least is asked first.
        terms.sort_by_key(|term| term.any_of.iter().map(Test::cost).max());
        (Filter { text: text.trim().to_owned(), terms }, mistakes)
    }

    /// As it was written.
    pub fn text(&self) -> &str {
        &self.text
    }

    /// It keeps everything.
    pub fn is_empty(&self) -> bool {
        self.terms.is_empty()
    }

    /// It says which states it wants, so that nothing has to be assumed of them.
    pub fn names_states(&self) -> bool {
        let tests = self.terms.iter().flat_map(|term| &term.any_of);
        tests.into_iter().any(|test| matches!(test, Test::State(_) | Test::Stale(_)))
    }

    /// What it keeps of a board: its cells, and the companies and measures that have one.
    pub fn board(&self, snapshot: &Snapshot, board: &Board) -> Board {
        let subjects = Subjects::new(snapshot, board);
        let terms: Vec<_> = self.terms.iter().map(|term| term.prepared(&subjects)).collect();
        board.only(|column, row| {
            terms.iter().all(|(exclude, any_of)| {
                any_of.iter().any(|test| test.holds(&subjects, column, row)) != *exclude
            })
        })
    }
}

impl Term {
    fn prepared<'a>(&'a self, subjects: &Subjects) -> (bool, Vec<test::Prepared<'a>>) {
        (self.exclude, self.any_of.iter().map(|test| test.prepare(subjects)).collect())
    }
}

impl Mistake {
    /// What is wrong and what may have been meant, below the filter with the place marked.
    pub fn pointed_at(&self, filter: &str) -> String {
        let [before, at] =
            [0..self.span.start, self.span.clone()].map(|span| filter.get(span).unwrap_or_default());
        let marks = "^".repeat(at.width().max(1));
        format!("{filter}\n  {}{marks} {}", " ".repeat(before.width()), self.words())
    }

    /// What is wrong and what may have been meant, on one line.
    pub fn words(&self) -> String {
        let hint = self.hint.as_ref().map(|hint| format!("; {hint}")).unwrap_or_default();
        format!("{}{hint}", self.message)
    }
}

impl Field {
    pub fn name(self) -> &'static str {
        self.into()
    }

    /// What its values look like.
    pub fn words(self) -> &'static str {
        match self {
            Field::Company => "part of a company's name, or its id",
            Field::Measure => "a measure, a commitment, or part of a title",
            Field::State => "the state of a cell",
            Field::Basis => "why a measure binds",
            Field::Chapter => "T, C, S or AIA",
            Field::Article => "an article of the AI Act: 53, 55-1-b",
            Field::Owner => "part of who answers for a judgement",
            Field::Due => "what runs out by then: 30d, 6w, 2027-01-01, >1y",
            Field::Stale => "why a judgement is stale",
        }
    }

    /// The values it can have, where they are few.
    fn values(self) -> Vec<&'static str> {
        match self {
            Field::State => State::ALL.map(State::key).to_vec(),
            Field::Basis => Basis::ALL.map(Basis::key).to_vec(),
            Field::Chapter => Chapter::ALL.map(Chapter::key).to_vec(),
            Field::Stale => Reason::VARIANTS.iter().map(|reason| reason.into()).collect(),
            _ => Vec::new(),
        }
    }
}

fn tests(term: &syntax::Term, snapshot: &Snapshot) -> Result<Vec<Test>, Mistake> {
    let field = term.field.as_ref().map(field).transpose()?;
    term.values.iter().map(|value| test(field, value, snapshot)).collect()
}

fn field(written: &Part) -> Result<Field, Mistake> {
    written.text.to_lowercase().parse().map_err(|_| {
        let names: Vec<&str> = Field::VARIANTS.iter().map(|field| field.name()).collect();
        mistake(
            written,
            format!("`{}` is not a field", written.text),
            did_you_mean_or_list(&written.text, &names),
        )
    })
}

fn test(field: Option<Field>, value: &Part, snapshot: &Snapshot) -> Result<Test, Mistake> {
    if value.text.is_empty() {
        let hint = field.map(|field| match &field.values()[..] {
            [] => field.words().to_owned(),
            values => format!("one of {}", values.join(", ")),
        });
        return Err(mistake(value, "a value is missing".to_owned(), hint));
    }
    match field {
        None => word(value, snapshot),
        Some(Field::Company) => company(value, snapshot),
        Some(Field::Measure) => measure(value, snapshot),
        Some(field @ Field::State) => one_of(field, value).map(Test::State),
        Some(field @ Field::Basis) => one_of(field, value).map(Test::Basis),
        Some(field @ Field::Chapter) => one_of(field, value).map(Test::Chapter),
        Some(field @ Field::Stale) => one_of(field, value).map(Test::Stale),
        Some(Field::Article) => article(value, snapshot),
        Some(Field::Owner) => Ok(Test::Owner(Needle::new(&value.text))),
        Some(Field::Due) => value
            .text
            .parse::<Due>()
            .map(Test::Due)
            .map_err(|(message, hint)| mistake(value, message, Some(hint))),
    }
}

fn one_of<T: FromStr>(field: Field, value: &Part) -> Result<T, Mistake> {
    value.text.parse().map_err(|_| {
        let message = format!("`{}` is not a value of {}", value.text, field.name());
        mistake(value, message, did_you_mean_or_list(&value.text, &field.values()))
    })
}

/// A word that nothing has in its name is told of, so that the board does not go empty for a slip.
fn word(value: &Part, snapshot: &Snapshot) -> Result<Test, Mistake> {
    let needle = Needle::new(&value.text);
    let company = || snapshot.companies.values().any(|company| needle.names_company(company));
    if company() || snapshot.catalogue.measures().any(|measure| needle.names_measure(measure)) {
        return Ok(Test::Word(needle));
    }
    let fields = Field::VARIANTS.iter().map(|field| field.name());
    let known = snapshot.companies.keys().map(CompanyId::as_str).chain(fields);
    let message = format!("nothing here is called `{}`", value.text);
    Err(mistake(value, message, did_you_mean(&value.text, known)))
}

fn company(value: &Part, snapshot: &Snapshot) -> Result<Test, Mistake> {
    // An id names one company, and not those whose names have it in them.
    if let Some(id) = snapshot.companies.keys().find(|id| id.as_str() == value.text) {
        return Ok(Test::CompanyId(id.clone()));
    }
    let needle = Needle::new(&value.text);
    if snapshot.companies.values().any(|company| needle.names_company(company)) {
        return Ok(Test::Company(needle));
    }
    let known = snapshot.companies.keys().map(CompanyId::as_str);
    Err(mistake(value, format!("no company is called `{}`", value.text), did_you_mean(&value.text, known)))
}

fn measure(value: &Part, snapshot: &Snapshot) -> Result<Test, Mistake> {
    let measures = || snapshot.catalogue.measures();
    let part = Ref::new(&value.text);
    if measures().any(|measure| part.covers(measure)) {
        return Ok(Test::Ref(part));
    }
    let needle = Needle::new(&value.text);
    if measures().any(|measure| needle.is_in(&measure.title)) {
        return Ok(Test::Title(needle));
    }
    let refs: Vec<String> = measures().map(|measure| measure.id.to_string()).collect();
    let hint = did_you_mean(&value.text, refs.iter().map(String::as_str));
    Err(mistake(value, format!("no measure is called `{}`", value.text), hint))
}

fn article(value: &Part, snapshot: &Snapshot) -> Result<Test, Mistake> {
    let article = test::Article::new(&value.text);
    match snapshot.catalogue.measures().any(|measure| article.of(measure)) {
        true => Ok(Test::Article(article)),
        false => {
            let hint = "articles are written 53, 53-1 or 55-1-b".to_owned();
            Err(mistake(value, format!("no measure follows from article `{}`", value.text), Some(hint)))
        }
    }
}

fn mistake(at: &Part, message: String, hint: Option<String>) -> Mistake {
    Mistake { span: at.span.clone(), message, hint }
}
