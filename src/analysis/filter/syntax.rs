//! The filter's language, before it means anything: terms with the place of each of their parts.
//!
//! A term is a word, or `field:value`, or `field:one,other`; `!` before it excludes, and double quotes keep spaces and
//! signs together. Every text can be taken apart: a quote that is never closed ends with the text, so that a filter is
//! readable at each letter while it is typed.

use std::ops::Range;

use winnow::ascii::multispace0;
use winnow::combinator::{alt, delimited, opt, repeat, separated, terminated};
use winnow::error::ContextError;
use winnow::prelude::*;
use winnow::stream::LocatingSlice;
use winnow::token::take_while;

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Part {
    pub text: String,
    pub span: Range<usize>,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Term {
    pub exclude: bool,
    pub field: Option<Part>,
    /// One of them has to match. Without a field there is one.
    pub values: Vec<Part>,
}

type Input<'t> = LocatingSlice<&'t str>;

/// The terms of a text.
pub fn terms(text: &str) -> Vec<Term> {
    let all = delimited(multispace0, repeat(0.., terminated(term, multispace0)), multispace0);
    // Everything that is no space begins a term.
    let parsed: Result<Vec<Term>, _> = { all }.parse(LocatingSlice::new(text));
    parsed.unwrap_or_default()
}

fn term(input: &mut Input) -> ModalResult<Term> {
    let exclude = opt('!').parse_next(input)?.is_some();
    let field = opt(terminated(name, ':')).parse_next(input)?;
    let values = match &field {
        Some(_) => separated(1.., part(in_list), ',').parse_next(input)?,
        None if exclude => vec![part(in_word).parse_next(input)?],
        None => vec![part(in_word).verify(|part: &Part| !part.span.is_empty()).parse_next(input)?],
    };
    Ok(Term { exclude, field, values })
}

fn name(input: &mut Input) -> ModalResult<Part> {
    let letters = take_while(1.., |letter: char| letter.is_alphabetic() || letter == '-');
    letters.with_span().map(|(text, span): (&str, _)| Part { text: text.to_owned(), span }).parse_next(input)
}

/// Bare letters and quoted pieces, one after the other; perhaps none.
fn part<'t>(bare: fn(char) -> bool) -> impl ModalParser<Input<'t>, Part, ContextError> {
    let quoted = delimited('"', take_while(0.., |letter| letter != '"'), opt('"'));
    let piece = alt((quoted, take_while(1.., bare)));
    let pieces = repeat(0.., piece).fold(String::new, |text, piece: &str| text + piece);
    pieces.with_span().map(|(text, span)| Part { text, span })
}

fn in_word(letter: char) -> bool {
    !letter.is_whitespace() && letter != '"'
}

fn in_list(letter: char) -> bool {
    in_word(letter) && letter != ','
}

#[cfg(test)]
mod tests {
    use super::*;

    fn written(text: &str) -> Vec<String> {
        let part = |part: &Part| format!("{}@{}..{}", part.text, part.span.start, part.span.end);
        let term = |term: Term| {
            let mark = if term.exclude { "!" } else { "" };
            let field = term.field.as_ref().map(|field| part(field) + ":").unwrap_or_default();
            format!("{mark}{field}{}", term.values.iter().map(part).collect::<Vec<_>>().join(","))
        };
        terms(text).into_iter().map(term).collect()
    }

    #[test]
    fn terms_know_their_places() {
        assert_eq!(written(""), [""; 0]);
        assert_eq!(written("  meta S-1.1 "), ["meta@2..6", "S-1.1@7..12"]);
        assert_eq!(written("!state:gap,met"), ["!state@1..6:gap@7..10,met@11..14"]);
        assert_eq!(
            written("company:\"Meta Platforms\" x,y"),
            ["company@0..7:Meta Platforms@8..24", "x,y@25..28"]
        );
        assert_eq!(written("\"a:b c"), ["a:b c@0..6"]);
        assert_eq!(written("due:<2027-01-01"), ["due@0..3:<2027-01-01@4..15"]);
        assert_eq!(written("state: ! é"), ["state@0..5:@6..6", "!@8..8", "é@9..11"]);
        assert_eq!(written("state:,"), ["state@0..5:@6..6,@7..7"]);
    }
}
