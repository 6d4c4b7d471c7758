//! A meaning as Markdown, made to be a comment on a pull request.
//!
//! Whatever comes from the register stands in code spans and code blocks: there nothing is markup, a mention, a
//! reference or a link, on any platform. The text stays below the size at which platforms refuse a comment, whole
//! items at a time, and says what was left out.

use super::meaning::MeaningReport;
use super::{Origin, words};
use crate::analysis::Group;
use crate::analysis::meaning::{Gaps, Item, Line, Run, Section, Stays};
use crate::domain::visible;

/// Platforms refuse a comment of more than 65,536 characters; bytes are never fewer.
const LARGEST_COMMENT: usize = 65_000;

/// What is kept for the note on what was left out, and for closing what is open.
const RESERVE: usize = 400;

/// A single text is cut here, so that one long reason does not take everybody's place.
const LARGEST_TEXT: usize = 4_000;

/// A section with more items is folded.
const MOST_UNFOLDED: usize = 10;

/// By this a job finds its comment again, to write the new one in its place.
const MARK: &str = "<!-- countersign diff -->\n";

pub fn comment(origin: &Origin, report: &MeaningReport) -> String {
    let mut text = MARK.to_owned();
    text.push_str(&format!("### Countersign: {}\n\n", report.meaning.headline()));
    text.push_str(&format!("{} since {}\n", code(&origin.words()), code(&report.from)));
    if report.meaning.gaps.iter().any(|gaps| *gaps != Gaps::default()) {
        text.push_str("\n| Gaps | opened | closed |\n|---|---:|---:|\n");
        for (group, Gaps { opened, closed }) in Group::ALL.iter().zip(&report.meaning.gaps) {
            text.push_str(&format!("| {} | {} | {} |\n", group.words(), opened.len(), closed.len()));
        }
    }
    let mut left_out = 0;
    for section in report.meaning.outline() {
        left_out += self::section(&mut text, &section);
    }
    if left_out > 0 {
        let items = words::number(left_out, "change is", "changes are");
        text.push_str(&format!(
            "\n**{items} left out here**: a comment holds no more. `countersign diff` shows everything.\n"
        ));
    }
    text
}

/// One line of text where code spans are not wanted: every sign that could begin something stands for itself.
pub fn escaped(text: &str) -> String {
    let mut escaped = String::with_capacity(text.len());
    for letter in text.chars() {
        if "\\`*_[]<>|#~&@".contains(letter) {
            escaped.push('\\');
        }
        escaped.push(letter);
    }
    escaped
}

/// The same for what may begin a line: there a list's mark or a number with a point begins something too.
pub fn escaped_line(text: &str) -> String {
    let text = escaped(text.trim());
    let digits = text.bytes().take_while(u8::is_ascii_digit).count();
    match text[digits..].chars().next() {
        Some('-' | '+' | '=') if digits == 0 => format!("\\{text}"),
        Some('.' | ')') if digits > 0 => format!("{}\\{}", &text[..digits], &text[digits..]),
        _ => text,
    }
}

/// As many items as there is room for; how many there was none for.
fn section(text: &mut String, Section { heading, items }: &Section) -> usize {
    let open = if items.len() <= MOST_UNFOLDED { " open" } else { "" };
    let head = format!("\n<details{open}><summary>{heading} ({})</summary>\n\n", items.len());
    let room = LARGEST_COMMENT - RESERVE;
    if text.len() + head.len() > room {
        return items.len();
    }
    text.push_str(&head);
    let mut left_out = 0;
    for item in items {
        let item = self::item(item);
        match text.len() + item.len() <= room {
            true => text.push_str(&item),
            false => left_out += 1,
        }
    }
    text.push_str("\n</details>\n");
    left_out
}

fn item(Item { how, title, lines, .. }: &Item) -> String {
    let mut text = format!("- {}\n", code(&format!("{} {title}", how.mark())));
    for line in lines {
        match line {
            Line::Words(words) => text.push_str(&format!("  - {}\n", code(words))),
            Line::Text { name, runs } => {
                text.push_str(&format!("  - {}\n{}", code(name), block(&sides(runs))));
            }
        }
    }
    text
}

/// A text before and after, as lines of a diff.
fn sides(runs: &[Run]) -> String {
    let side = |other: Stays| {
        let runs = runs.iter().filter(|run| run.how != other);
        runs.map(|run| run.text.as_str()).collect::<Vec<_>>().join(" ")
    };
    format!("- {}\n+ {}", cut(&side(Stays::Added)), cut(&side(Stays::Removed)))
}

/// A fenced block within a list's second level.
fn block(text: &str) -> String {
    let fence = "`".repeat(longest_run(text).max(2) + 1);
    let begin = format!("{fence}diff");
    let lines = [begin.as_str()].into_iter().chain(text.lines()).chain([fence.as_str()]);
    lines.map(|line| format!("    {}\n", visible::line(line))).collect()
}

/// One line that is nothing but what it says.
fn code(text: &str) -> String {
    let text = visible::line(cut(text.trim()).as_str()).into_owned();
    let fence = "`".repeat(longest_run(&text) + 1);
    match text.starts_with('`') || text.ends_with('`') {
        _ if text.is_empty() => text,
        true => format!("{fence} {text} {fence}"),
        false => format!("{fence}{text}{fence}"),
    }
}

/// How many backticks follow each other at most.
fn longest_run(text: &str) -> usize {
    text.split(|letter| letter != '`').map(str::len).max().unwrap_or(0)
}

fn cut(text: &str) -> String {
    match text.char_indices().nth(LARGEST_TEXT) {
        Some((end, _)) => format!("{}…", &text[..end]),
        None => text.to_owned(),
    }
}
