//! Labelled lines, one below the other: typed into, or chosen among a few words.

use std::collections::BTreeMap;
use std::str::FromStr;

use crossterm::event::{KeyCode, KeyEvent};
use ratatui::Frame;
use ratatui::layout::{Constraint, Layout, Position, Rect};
use ratatui::style::Style;
use ratatui::text::{Line, Span};
use ratatui::widgets::Paragraph;
use strum::VariantArray;

use super::input::Input;
use super::list::Cursor;
use super::text::{cut, wrap};
use crate::domain::visible::line as visible;
use crate::ui::theme::Theme;

/// What the lines of a form are.
pub trait Labelled: Copy + Ord + VariantArray + 'static {
    fn label(self) -> &'static str;

    /// What is said where nothing is typed.
    fn hint(self) -> &'static str;

    /// The words it chooses between, where it does.
    fn choices(self) -> Option<Vec<&'static str>>;
}

/// What was typed, line by line; a line without text is not there.
pub type Typed<L> = BTreeMap<L, String>;

pub struct Lines<L> {
    lines: Vec<(L, Input)>,
    /// The line that has the focus, and which ones are in view.
    cursor: Cursor,
    /// What was drawn where.
    drawn: Vec<(usize, Rect)>,
}

impl<L: Labelled> Lines<L> {
    pub fn new(typed: &Typed<L>) -> Lines<L> {
        let text = |line: &L| typed.get(line).map_or("", String::as_str);
        let lines = L::VARIANTS.iter().map(|line| (*line, Input::new(text(line)))).collect();
        Lines { lines, cursor: Cursor::default(), drawn: Vec::new() }
    }

    pub fn typed(&self) -> Typed<L> {
        let text = |(line, input): &(L, Input)| (*line, input.text().trim().to_owned());
        self.lines.iter().map(text).filter(|(_, text)| !text.is_empty()).collect()
    }

    /// The line that has the focus.
    pub fn at(&self) -> L {
        self.lines[self.cursor.at].0
    }

    pub fn text(&self, line: L) -> &str {
        self.lines.iter().find(|(own, _)| *own == line).map_or("", |(_, input)| input.text().trim())
    }

    pub fn set(&mut self, line: L, text: &str) {
        if let Some((_, input)) = self.lines.iter_mut().find(|(own, _)| *own == line) {
            *input = Input::new(text);
        }
    }

    pub fn go(&mut self, by: isize) {
        let count = self.lines.len() as isize;
        self.cursor.at = (self.cursor.at as isize + by).rem_euclid(count) as usize;
    }

    pub fn key(&mut self, key: KeyEvent) {
        let (line, input) = &mut self.lines[self.cursor.at];
        match (line.choices(), key.code) {
            (_, KeyCode::Enter | KeyCode::Down) => self.go(1),
            (_, KeyCode::Up) => self.go(-1),
            (Some(words), KeyCode::Char(' ') | KeyCode::Right) => *input = Input::new(next(&words, input, 1)),
            (Some(words), KeyCode::Left) => *input = Input::new(next(&words, input, words.len() - 1)),
            (Some(_), KeyCode::Backspace | KeyCode::Delete) => *input = Input::new(""),
            (Some(_), _) => {}
            (None, _) => input.key(key),
        }
    }

    pub fn paste(&mut self, text: &str) {
        let (line, input) = &mut self.lines[self.cursor.at];
        if line.choices().is_none() {
            input.paste(text);
        }
    }

    /// To the line that was drawn at a place, and into its text; a choice that has the focus moves on.
    pub fn touch(&mut self, place: Position) -> bool {
        let Some((at, _)) = self.drawn.iter().find(|(_, area)| area.contains(place)) else { return false };
        let again = std::mem::replace(&mut self.cursor.at, *at) == *at;
        let (line, input) = &mut self.lines[*at];
        match line.choices() {
            Some(_) if again => self.key(KeyCode::Char(' ').into()),
            Some(_) => {}
            None => {
                input.touch(place);
            }
        }
        true
    }

    /// Scrolls what lies under the mouse; the line with the focus stays in view.
    pub fn scroll(&mut self, place: Position, by: isize) {
        if self.drawn.iter().any(|(_, area)| area.contains(place)) {
            self.cursor.scroll(by);
        }
    }

    /// As many as there is room for, the one with the focus among them; `hint` says what stands where nothing is typed.
    pub fn draw(&mut self, frame: &mut Frame, area: Rect, theme: Theme, hint: impl Fn(L) -> String) {
        let top = self.cursor.window(usize::from(area.height), self.lines.len()).start;
        let rows = area.rows().zip(self.lines.iter().enumerate().skip(top));
        self.drawn.clear();
        for (row, (at, (line, input))) in rows {
            self.drawn.push((at, row));
            draw_line(frame, row, theme, line.label(), input, self.cursor.at == at, &hint(*line));
        }
    }

    /// Where a line was drawn.
    pub fn place(&self, line: L) -> Option<Rect> {
        let drawn = self.drawn.iter().find(|(at, _)| self.lines[*at].0 == line);
        drawn.map(|(_, area)| *area)
    }
}

/// The frame of such lines: a title above, and below what stands against them. Gives the place between.
pub fn framed(frame: &mut Frame, area: Rect, theme: Theme, title: &str, refusals: &[String]) -> Rect {
    let refused: Vec<String> =
        refusals.iter().flat_map(|text| wrap(&format!("✗ {}", visible(text)), area.width)).collect();
    let refused = &refused[..refused.len().min(usize::from(area.height / 3))];
    let [head, inside, below] = area.layout(&Layout::vertical([
        Constraint::Length(2),
        Constraint::Min(1),
        Constraint::Length(refused.len() as u16),
    ]));
    frame.render_widget(Line::styled(cut(title, usize::from(head.width)).into_owned(), theme.title()), head);
    let refused = refused.iter().map(|line| Line::styled(line.clone(), theme.error()));
    frame.render_widget(Paragraph::new(refused.collect::<Vec<_>>()), below);
    inside
}

/// A line's text as a value, where it has one; otherwise what is wrong with it.
pub fn word<L: Labelled, T: FromStr<Err: ToString>>(
    typed: &Typed<L>,
    line: L,
    wrong: &mut Vec<String>,
) -> Option<T> {
    typed.get(&line)?.parse().map_err(|why: T::Err| wrong.push(why.to_string())).ok()
}

/// The same of several, with commas or blanks between.
pub fn words<L: Labelled, T: FromStr<Err: ToString>>(
    typed: &Typed<L>,
    line: L,
    wrong: &mut Vec<String>,
) -> Vec<T> {
    let parts = typed.get(&line).map_or("", String::as_str);
    let parts = parts.split([',', ' ']).filter(|part| !part.is_empty());
    parts.filter_map(|part| part.parse().map_err(|why: T::Err| wrong.push(why.to_string())).ok()).collect()
}

/// The word so many steps after the one that is there, around in a circle.
fn next<'a>(words: &[&'a str], input: &Input, by: usize) -> &'a str {
    let at = words.iter().position(|word| *word == input.text().trim());
    words[at.map_or(if by == 1 { 0 } else { by }, |at| (at + by) % words.len())]
}

/// Columns of what lines are called.
pub const LABEL_WIDTH: usize = 14;

pub fn heading(theme: Theme, focused: bool) -> Style {
    if focused { theme.section().patch(theme.crosshair()) } else { theme.section() }
}

/// A label, and what is typed behind it or what could be.
pub fn draw_line(
    frame: &mut Frame,
    area: Rect,
    theme: Theme,
    label: &str,
    input: &Input,
    focused: bool,
    hint: &str,
) {
    let [name, field] =
        area.layout(&Layout::horizontal([Constraint::Length(LABEL_WIDTH as u16), Constraint::Min(10)]));
    input.is_at(field);
    frame.render_widget(Span::styled(label.to_owned(), heading(theme, focused)), name);
    match (focused, input.text().is_empty()) {
        (true, _) => input.draw(frame, field),
        (false, true) => {
            let hint = cut(hint, usize::from(field.width)).into_owned();
            frame.render_widget(Span::styled(hint, theme.hint()), field);
        }
        (false, false) => frame.render_widget(Span::raw(visible(input.text()).into_owned()), field),
    }
}
