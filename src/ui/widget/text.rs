//! Text that has to fit.

use std::borrow::Cow;

use unicode_segmentation::UnicodeSegmentation;
use unicode_width::UnicodeWidthStr;

/// As much of a text as fits into `width` columns, with an ellipsis where something is left out.
pub fn cut(text: &str, width: usize) -> Cow<'_, str> {
    if text.width() <= width {
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

/// A text in a column: cut to `width`, and filled up with spaces.
pub fn fit(text: &str, width: usize) -> String {
    let short = cut(text, width);
    let fill = width - short.width().min(width);
    format!("{short}{}", " ".repeat(fill))
}

/// A line on as many lines as it needs: what is reviewed must be seen whole. What goes on is indented.
pub fn wrap(line: &str, width: u16) -> Vec<String> {
    let options = textwrap::Options::new(usize::from(width).max(10)).subsequent_indent("  ");
    textwrap::wrap(line, options).into_iter().map(|line| line.into_owned()).collect()
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
        assert_eq!(fit("界面界面", 4).width(), 4);
    }
}
