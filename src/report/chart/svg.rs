//! What a chart is drawn with: boxes, lines and words on a light page.

use std::fmt::{Display, Write};

use quick_xml::escape::escape;

use crate::analysis::State;
use crate::domain::visible;

/// Width of every chart.
pub const WIDTH: f32 = 960.0;
/// Free space on every side.
pub const MARGIN: f32 = 24.0;
/// Width of one letter of the small text.
pub const LETTER: f32 = 7.225;

pub const INK: &str = "#1f2328";
/// Words that explain.
pub const QUIET: &str = "#59636e";
pub const RULE: &str = "#d1d9e0";
/// Cells that were opened, cells that were closed.
pub const OPENED: &str = "#b3362b";
pub const CLOSED: &str = "#1a7f5a";
pub const BAR: &str = "#8fa8c8";

/// A picture while it is drawn. What is written is made visible and escaped here.
pub struct Drawing {
    body: String,
    title: String,
    description: String,
}

/// How words stand.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Anchor {
    Start,
    Middle,
    End,
}

impl Drawing {
    pub fn new(title: &str, description: &str) -> Drawing {
        Drawing { body: String::new(), title: title.to_owned(), description: description.to_owned() }
    }

    /// A filled box; nothing where it has no size.
    pub fn fill(&mut self, [x, y, width, height]: [f32; 4], colour: &str) {
        if width > 0.0 && height > 0.0 {
            self.push(format_args!(
                r#"<rect x="{x:.1}" y="{y:.1}" width="{width:.1}" height="{height:.1}" fill="{colour}"/>"#
            ));
        }
    }

    /// A part of a bar in its state's colour, with its glyph where there is room, and in words for who points at it.
    pub fn part(&mut self, [x, y, width, height]: [f32; 4], state: State, count: u32) {
        let (fill, ink) = colours(state);
        self.push(format_args!(
            r##"<g><title>{count} {words}</title><rect x="{x:.1}" y="{y:.1}" width="{width:.1}" height="{height:.1}" fill="{fill}" stroke="#ffffff" stroke-width="1"/>"##,
            words = state.words(),
        ));
        if width >= 2.0 * LETTER {
            self.words([x + width / 2.0, y + height * 0.72], Anchor::Middle, ink, state.glyph());
        }
        self.push(format_args!("</g>"));
    }

    pub fn line(&mut self, [x1, y1]: [f32; 2], [x2, y2]: [f32; 2]) {
        self.push(format_args!(
            r#"<line x1="{x1:.1}" y1="{y1:.1}" x2="{x2:.1}" y2="{y2:.1}" stroke="{RULE}" stroke-width="1"/>"#
        ));
    }

    pub fn words(&mut self, at: [f32; 2], anchor: Anchor, colour: &str, text: &str) {
        self.text(at, anchor, colour, 12, false, text);
    }

    pub fn heading(&mut self, at: [f32; 2], size: u8, text: &str) {
        self.text(at, Anchor::Start, INK, size, true, text);
    }

    fn text(&mut self, [x, y]: [f32; 2], anchor: Anchor, colour: &str, size: u8, bold: bool, text: &str) {
        let anchor = match anchor {
            Anchor::Start => "",
            Anchor::Middle => r#" text-anchor="middle""#,
            Anchor::End => r#" text-anchor="end""#,
        };
        let weight = if bold { r#" font-weight="bold""# } else { "" };
        let text = visible::line(text);
        self.push(format_args!(
            r#"<text x="{x:.1}" y="{y:.1}" font-size="{size}" fill="{colour}"{anchor}{weight}>{}</text>"#,
            escape(text.as_ref())
        ));
    }

    /// The document, so high.
    pub fn finish(self, height: f32) -> String {
        let (title, description) = (visible::line(&self.title), visible::line(&self.description));
        format!(
            concat!(
                r#"<svg xmlns="http://www.w3.org/2000/svg" width="{width:.0}" height="{height:.0}" "#,
                r#"viewBox="0 0 {width:.0} {height:.0}" role="img" aria-labelledby="title desc">"#,
                "\n<title id=\"title\">{title}</title>\n<desc id=\"desc\">{description}</desc>\n",
                r##"<rect width="100%" height="100%" fill="#ffffff"/>"##,
                "\n<g font-family=\"'DejaVu Sans Mono', ui-monospace, Menlo, Consolas, monospace\">\n{body}</g>\n</svg>\n",
            ),
            width = WIDTH,
            height = height,
            title = escape(title.as_ref()),
            description = escape(description.as_ref()),
            body = self.body,
        )
    }

    fn push(&mut self, element: impl Display) {
        // Writing to a string cannot fail.
        let _ = writeln!(self.body, "{element}");
    }
}

/// A state's colour, and the ink that is read on it. They differ in lightness too.
pub fn colours(state: State) -> (&'static str, &'static str) {
    match state {
        State::Met => ("#1a7f5a", "#ffffff"),
        State::Partial => ("#e6b84a", INK),
        State::Gap => ("#b3362b", "#ffffff"),
        State::Stale => ("#8a63b8", "#ffffff"),
        State::ToAssess => ("#7db7dd", INK),
        State::NothingOnFile => ("#c3ccd6", INK),
        _ => ("#eaeef2", INK),
    }
}
