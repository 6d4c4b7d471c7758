//! Text that has to fit.

use std::borrow::Cow;

use ratatui::style::Style;
use ratatui::text::{Line, Span};
use ratatui::widgets::Paragraph;
use textwrap::WordSplitter;
use unicode_segmentation::UnicodeSegmentation;
use unicode_width::UnicodeWidthStr;

use crate::report::table::columns;

/// As much of a text as fits into `width` columns, with an ellipsis where something is left out.
pub fn cut(text: &str, width: usize) -> Cow<'_, str> {
    if columns(text) <= width {
        return Cow::Borrowed(text);
    }
    let mut short = String::new();
    let mut used = 0;
    for grapheme in text.graphemes(true) {
        used += grapheme.width();
        if used + 1 > width {
            break;
        }
        short.push_str(grapheme);
    }
    if width > 0 {
        short.push('…');
    }
    Cow::Owned(short)
}

/// The same of a line in several styles.
pub fn cut_line(line: Line<'static>, width: usize) -> Line<'static> {
    if line.spans.iter().map(|span| columns(&span.content)).sum::<usize>() <= width {
        return line;
    }
    let mut left = width;
    let mut short = Vec::new();
    for span in line.spans {
        let taken = columns(&span.content);
        if taken >= left {
            // The blank stands for what is behind it.
            short.push(Span::styled(cut(&format!("{} ", span.content), left).into_owned(), span.style));
            break;
        }
        left -= taken;
        short.push(span);
    }
    Line { spans: short, ..line }
}

/// A text in a column: cut to `width`, and filled up with spaces.
pub fn fit(text: &str, width: usize) -> String {
    let short = cut(text, width);
    let fill = width - columns(&short).min(width);
    format!("{short}{}", " ".repeat(fill))
}

/// How lines are broken: not at the hyphens of names, refs and words that are typed as they stand.
pub fn wrapping(width: usize) -> textwrap::Options<'static> {
    textwrap::Options::new(width).word_splitter(WordSplitter::NoHyphenation)
}

/// A line on as many lines as it needs: what is reviewed must be seen whole. What goes on is indented.
pub fn wrap(line: &str, width: u16) -> Vec<String> {
    let options = wrapping(usize::from(width).max(10)).subsequent_indent("  ");
    textwrap::wrap(line, options).into_iter().map(|line| line.into_owned()).collect()
}

/// What is said where a list or a page would stand.
pub fn saying(text: &str, width: u16, style: Style) -> Paragraph<'static> {
    let lines = textwrap::wrap(text, wrapping(usize::from(width).max(10)));
    Paragraph::new(lines.into_iter().map(|line| Line::styled(line.into_owned(), style)).collect::<Vec<_>>())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_does_not_fit_ends_in_an_ellipsis() {
        assert_eq!(cut("Anthropic", 9), "Anthropic");
        assert_eq!(cut("Anthropic", 8), "Anthrop…");
        assert_eq!(cut("界面界面", 4), "界…");
        assert_eq!(cut("abc", 0), "");
        assert_eq!(columns(&fit("界面界面", 4)), 4);
        assert_eq!(cut("الاصطناعي", 9), "الاصطناعي", "no terminal joins lam and alif");
        assert_eq!(columns(&fit("الاصطناعي", 12)), 12);
    }

    #[test]
    fn so_does_a_line_in_several_styles() {
        let cut = |width| {
            let line = Line::from(vec![Span::raw("[ ] "), Span::raw("界面"), Span::raw(" last")]);
            let text = cut_line(line, width).to_string();
            assert!(columns(&text) <= width, "{text}");
            text
        };
        assert_eq!(cut(13), "[ ] 界面 last");
        assert_eq!(cut(12), "[ ] 界面 la…");
        assert_eq!(cut(8), "[ ] 界…");
        assert_eq!(cut(4), "[ ]…");
        assert_eq!(cut(0), "");
    }

    #[test]
    fn a_name_is_not_broken_at_its_hyphens() {
        assert_eq!(wrap("one of `partial`, `to-assess`", 24), ["one of `partial`,", "  `to-assess`"]);
    }
}
