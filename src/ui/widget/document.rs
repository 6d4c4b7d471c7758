//! Something to read: headings, labelled fields and paragraphs, wrapped to the width there is.

use std::rc::Rc;

use ratatui::Frame;
use ratatui::layout::{Position, Rect};
use ratatui::style::Style;
use ratatui::text::{Line, Span};
use ratatui::widgets::{Paragraph, Scrollbar, ScrollbarOrientation, ScrollbarState};

use crate::domain::visible::{self, line as visible};
use crate::report::markdown::escaped;
use crate::ui::action::Action;
use crate::ui::link::{self, Link};
use crate::ui::mouse::Touched;
use crate::ui::theme::Theme;
use crate::ui::widget::text::wrapping;

/// The parts, in reading order.
#[derive(Default)]
pub struct Document {
    parts: Vec<Part>,
}

enum Part {
    Blank,
    Heading(String),
    /// Spans in front of the text stay, the text hangs behind them.
    Text {
        lead: Vec<(String, Style)>,
        text: String,
        style: Style,
        /// What it is about, where it can be chosen.
        key: Option<Rc<str>>,
    },
}

/// A line as it is laid out.
struct Laid {
    line: Line<'static>,
    /// Where its text leads to.
    address: Option<Rc<str>>,
    key: Option<Rc<str>>,
}

impl From<Line<'static>> for Laid {
    fn from(line: Line<'static>) -> Laid {
        Laid { line, address: None, key: None }
    }
}

impl Document {
    /// A heading, with an empty line before it unless it comes first.
    pub fn heading(&mut self, text: impl Into<String>) {
        if !self.parts.is_empty() {
            self.parts.push(Part::Blank);
        }
        self.parts.push(Part::Heading(text.into()));
    }

    pub fn blank(&mut self) {
        self.parts.push(Part::Blank);
    }

    /// A label in a column of its own and what it says.
    pub fn field(&mut self, label: &str, text: impl Into<String>) {
        self.styled_field(label, text, Style::new());
    }

    pub fn styled_field(&mut self, label: &str, text: impl Into<String>, style: Style) {
        let lead = vec![(
            format!("{label:<LABEL_WIDTH$}"),
            Style::new().add_modifier(ratatui::style::Modifier::DIM),
        )];
        self.part(lead, text, style);
    }

    pub fn text(&mut self, text: impl Into<String>) {
        self.item("", Style::new(), text);
    }

    pub fn styled(&mut self, text: impl Into<String>, style: Style) {
        self.part(Vec::new(), text, style);
    }

    /// A marked line; the text hangs behind the mark.
    pub fn item(&mut self, mark: impl Into<String>, mark_style: Style, text: impl Into<String>) {
        self.styled_item(mark, mark_style, text, Style::new());
    }

    /// As `item`, with the text in a style of its own.
    pub fn styled_item(
        &mut self,
        mark: impl Into<String>,
        mark_style: Style,
        text: impl Into<String>,
        style: Style,
    ) {
        self.part(vec![(mark.into(), mark_style)], text, style);
    }

    /// A heading right where it stands.
    pub fn title(&mut self, text: impl Into<String>) {
        self.parts.push(Part::Heading(text.into()));
    }

    /// Words in columns of their own, and a text that hangs behind them.
    pub fn columns(&mut self, lead: Vec<(String, Style)>, text: impl Into<String>) {
        self.part(lead, text, Style::new());
    }

    /// What was put down last can be chosen, with the keyboard or the mouse; `key` says what it is, however the page
    /// changes around it.
    pub fn choosable(&mut self, key: &str) {
        if let Some(Part::Text { key: own, .. }) = self.parts.last_mut() {
            *own = Some(key.into());
        }
    }

    fn part(&mut self, lead: Vec<(String, Style)>, text: impl Into<String>, style: Style) {
        self.parts.push(Part::Text { lead, text: text.into(), style, key: None });
    }

    /// One after the other.
    pub fn concat(documents: impl IntoIterator<Item = Document>) -> Document {
        Document { parts: documents.into_iter().flat_map(|document| document.parts).collect() }
    }

    /// Everything as lines no wider than `width`; what comes from a repository is made harmless here.
    pub fn lines(&self, width: u16, theme: Theme) -> Vec<Line<'static>> {
        self.laid(width, theme).into_iter().map(|laid| laid.line).collect()
    }

    fn laid(&self, width: u16, theme: Theme) -> Vec<Laid> {
        let width = usize::from(width).max(10);
        let mut lines = Vec::new();
        for part in &self.parts {
            match part {
                Part::Blank => lines.push(Line::default().into()),
                Part::Heading(text) => {
                    lines.push(Line::styled(visible(text).into_owned(), theme.section()).into());
                }
                Part::Text { lead, text, style, key } => {
                    let mut hung = Vec::new();
                    hang(&mut hung, lead, text, *style, width);
                    let address = link::address(text);
                    let laid = |line| Laid { line, address: address.clone(), key: key.clone() };
                    lines.extend(hung.into_iter().map(laid));
                }
            }
        }
        lines
    }

    /// All of it as Markdown.
    pub fn markdown(&self) -> String {
        let mut text = String::new();
        let clean = |text: &str| escaped(&visible::line(text));
        for part in &self.parts {
            match part {
                Part::Blank => {}
                Part::Heading(heading) => text.push_str(&format!("\n## {}\n\n", clean(heading))),
                Part::Text { lead, text: said, .. } => {
                    let lead: String = lead.iter().map(|(lead, _)| lead.as_str()).collect();
                    let lead = clean(lead.trim());
                    let said: Vec<String> = said.trim_end().lines().map(clean).collect();
                    let said = said.join("\n  ");
                    let lead = if lead.is_empty() { lead } else { format!("{lead} ") };
                    text.push_str(&format!("- {lead}{said}\n"));
                }
            }
        }
        text.trim_start().to_owned()
    }
}

const LABEL_WIDTH: usize = 13;

/// Where the text of a line begins behind its lead, and how wide it is.
fn last_span(line: &Line) -> (u16, u16) {
    let width = line.spans.last().map_or(0, Span::width);
    ((line.width() - width) as u16, width as u16)
}

fn hang(lines: &mut Vec<Line<'static>>, lead: &[(String, Style)], text: &str, style: Style, width: usize) {
    let lead: Vec<Span> =
        lead.iter().map(|(text, style)| Span::styled(visible(text).into_owned(), *style)).collect();
    let indent: usize = lead.iter().map(Span::width).sum();
    let room = width.saturating_sub(indent).max(8);
    let mut first = true;
    for paragraph in text.trim_end().split('\n') {
        for piece in textwrap::wrap(&visible(paragraph), wrapping(room)) {
            let mut spans: Vec<Span<'static>> = match first {
                true => lead.clone(),
                false => vec![Span::raw(" ".repeat(indent))],
            };
            spans.push(Span::styled(piece.into_owned(), style));
            lines.push(Line::from(spans));
            first = false;
        }
    }
}

/// How far a document is scrolled, and what is chosen in it.
#[derive(Clone, Debug, Default)]
pub struct Scroll {
    pub top: usize,
    page: usize,
    /// Addresses that were drawn last.
    links: Vec<Link>,
    chosen: Option<Rc<str>>,
    /// It was chosen with a key, so that it has to be in view.
    follows: bool,
    /// What can be chosen of the page that was drawn last, and what of it was drawn where.
    keys: Vec<Rc<str>>,
    drawn: Vec<(Rect, Rc<str>)>,
}

impl Scroll {
    pub fn up(&mut self, lines: usize) {
        self.top = self.top.saturating_sub(lines);
    }

    /// Past the end is put right by the next draw.
    pub fn down(&mut self, lines: usize) {
        self.top = self.top.saturating_add(lines);
    }

    /// Down, or up where it is negative.
    pub fn by(&mut self, lines: isize) {
        self.top = self.top.saturating_add_signed(lines);
    }

    /// Moves for an action; false where it is none of a page's. Whoever reads on chooses nothing any more.
    pub fn act(&mut self, action: Action) -> bool {
        match action {
            Action::NextBlock => {
                self.choose_next();
                return true;
            }
            Action::Up => self.up(1),
            Action::Down => self.down(1),
            Action::PageUp => self.up(self.page()),
            Action::PageDown => self.down(self.page()),
            Action::First => self.top = 0,
            Action::Last => self.top = usize::MAX,
            _ => return false,
        }
        self.chosen = None;
        true
    }

    /// What is chosen, where it is still there.
    pub fn chosen(&self) -> Option<&str> {
        self.chosen.as_deref()
    }

    pub fn choose_nothing(&mut self) {
        self.chosen = None;
    }

    /// Chooses what comes after, and after the last the first.
    fn choose_next(&mut self) {
        let at = self.keys.iter().position(|key| Some(key) == self.chosen.as_ref());
        self.chosen = self.keys.get(at.map_or(0, |at| at + 1)).or(self.keys.first()).cloned();
        self.follows = true;
    }

    /// Chooses what was drawn at a place.
    pub fn touch(&mut self, place: Position) -> Touched {
        let Some((_, key)) = self.drawn.iter().find(|(area, _)| area.contains(place)) else {
            return Touched::Nothing;
        };
        match self.chosen.replace(key.clone()).as_ref() == Some(key) {
            true => Touched::Again,
            false => Touched::Selected,
        }
    }

    pub fn page(&self) -> usize {
        self.page.max(2) - 1
    }

    /// Draws a page from where it stands, beside a column for the scrollbar.
    pub fn draw_page(&mut self, frame: &mut Frame, area: Rect, page: &Document, theme: Theme) {
        let laid = page.laid(area.width.saturating_sub(1), theme);
        let (mut lines, mut addresses, mut keys) = (Vec::new(), Vec::new(), Vec::new());
        self.find_chosen(&laid, usize::from(area.height));
        for Laid { line, address, key } in laid {
            let is_chosen = key.is_some() && key == self.chosen;
            addresses.push(address.map(|address| (address, last_span(&line))));
            lines.push(if is_chosen { line.patch_style(theme.selected()) } else { line });
            keys.push(key);
        }
        self.draw(frame, area, lines);
        let in_view = |at: usize| Rect { y: area.y + at as u16, height: 1, ..area };
        let addresses = addresses.into_iter().skip(self.top).take(self.page).enumerate();
        self.links = addresses
            .filter_map(|(at, link)| {
                let (address, (x, width)) = link?;
                let area = Rect { x: area.x + x, width, ..in_view(at) }.intersection(area);
                Some(Link { area, address })
            })
            .collect();
        let drawn = keys.iter().skip(self.top).take(self.page).enumerate();
        self.drawn = drawn.filter_map(|(at, key)| Some((in_view(at), key.clone()?))).collect();
        if let Some((at, _)) = self.drawn.iter().find(|(_, key)| Some(key) == self.chosen.as_ref()) {
            frame.set_cursor_position(at.as_position());
        }
        self.keys = keys.into_iter().flatten().collect();
        self.keys.dedup();
    }

    /// What is no longer on the page is not chosen; what was chosen with a key comes into view.
    fn find_chosen(&mut self, laid: &[Laid], height: usize) {
        let at = laid.iter().position(|laid| laid.key.is_some() && laid.key == self.chosen);
        if at.is_none() {
            self.chosen = None;
        }
        if let (Some(at), true) = (at, std::mem::take(&mut self.follows)) {
            self.top = self.top.min(at).max((at + 1).saturating_sub(height));
        }
    }

    pub fn links(&self) -> &[Link] {
        &self.links
    }

    /// Draws the lines from where it stands, with a scrollbar where they do not all fit.
    pub fn draw(&mut self, frame: &mut Frame, area: Rect, lines: Vec<Line<'static>>) {
        self.page = usize::from(area.height);
        let hidden = lines.len().saturating_sub(self.page);
        self.top = self.top.min(hidden);
        // One reads from here.
        frame.set_cursor_position(area.as_position());
        let visible: Vec<Line> = lines.into_iter().skip(self.top).take(self.page).collect();
        frame.render_widget(Paragraph::new(visible), area);
        if hidden > 0 {
            let mut state =
                ScrollbarState::new(hidden + 1).position(self.top).viewport_content_length(self.page);
            let bar = Scrollbar::new(ScrollbarOrientation::VerticalRight).begin_symbol(None).end_symbol(None);
            frame.render_stateful_widget(bar, area, &mut state);
        }
    }
}
