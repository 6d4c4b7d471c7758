//! Small windows over a screen: help, commands, and lines to type.

use crossterm::event::KeyEvent;
use ratatui::Frame;
use ratatui::layout::{Constraint, Layout, Rect};
use ratatui::style::Style;
use ratatui::text::{Line, Span};
use ratatui::widgets::{Block, Clear, Paragraph};
use ratatui_textarea::TextArea;

use super::action::{self, Action, Binding, Scope};
use super::theme::Theme;
use super::view::View;
use super::widget::document::{Document, Scroll};
use super::widget::list::Cursor;
use super::widget::text::fit;
use super::worker::Request;
use crate::domain::CompanyId;
use crate::domain::visible::line as visible;
use crate::register::Program;

/// What lies over the screen; it hears the keys first.
pub enum Overlay {
    Help {
        scope: Scope,
        scroll: Scroll,
    },
    Palette {
        scope: Scope,
        input: Input,
        cursor: Cursor,
    },
    Prompt {
        kind: Prompt,
        input: Input,
    },
    /// The company to compare `with`.
    Companies {
        with: CompanyId,
        input: Input,
        cursor: Cursor,
    },
    /// What a repository would run, in the way of a request.
    Trust {
        programs: Vec<Program>,
        then: Box<Request>,
        scroll: Scroll,
    },
}

/// What a typed line is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Prompt {
    Filter,
    AsOf,
}

/// What came of a key.
pub enum Outcome {
    Open,
    Closed,
    /// The filter as typed so far.
    Narrowed(String),
    Run(Action),
    AsOf(String),
    Compare(CompanyId, CompanyId),
    /// These programs may run, and this was waiting for it.
    Trust(Vec<Program>, Box<Request>),
    Declined,
}

/// One line of text with a cursor.
pub struct Input(TextArea<'static>);

impl Input {
    pub fn new(text: &str) -> Input {
        let mut area = TextArea::new(vec![text.to_owned()]);
        area.move_cursor(ratatui_textarea::CursorMove::End);
        area.set_cursor_line_style(Style::new());
        Input(area)
    }

    pub fn text(&self) -> &str {
        self.0.lines().first().map_or("", String::as_str)
    }

    pub fn key(&mut self, key: KeyEvent) {
        self.0.input(key);
    }

    pub fn paste(&mut self, text: &str) {
        // One line: a line end in what is pasted is a space.
        self.0.insert_str(text.split_whitespace().collect::<Vec<_>>().join(" "));
    }

    pub fn draw(&self, frame: &mut Frame, area: Rect) {
        frame.render_widget(&self.0, area);
    }
}

impl Overlay {
    pub fn key(&mut self, key: KeyEvent, view: Option<&View>) -> Outcome {
        use crossterm::event::KeyCode;
        if key.code == KeyCode::Esc {
            return match self {
                Overlay::Prompt { kind: Prompt::Filter, .. } => Outcome::Narrowed(String::new()),
                Overlay::Trust { .. } => Outcome::Declined,
                _ => Outcome::Closed,
            };
        }
        match self {
            Overlay::Help { scope, scroll } => {
                match action::lookup(*scope, key.into()) {
                    Some(Action::Up) => scroll.up(1),
                    Some(Action::Down) => scroll.down(1),
                    Some(Action::PageUp) => scroll.up(scroll.page()),
                    Some(Action::PageDown) => scroll.down(scroll.page()),
                    Some(Action::Help | Action::Quit | Action::Open) => return Outcome::Closed,
                    _ => {}
                }
                Outcome::Open
            }
            Overlay::Palette { scope, input, cursor } => {
                let found = commands(*scope, input.text());
                match key.code {
                    KeyCode::Enter => {
                        found.get(cursor.at).map_or(Outcome::Closed, |found| Outcome::Run(found.action))
                    }
                    KeyCode::Up | KeyCode::Down => move_cursor(cursor, key, found.len()),
                    _ => type_into(input, cursor, key),
                }
            }
            Overlay::Companies { with, input, cursor } => {
                let found = view.map(|view| companies(view, with, input.text())).unwrap_or_default();
                match key.code {
                    KeyCode::Enter => found
                        .get(cursor.at)
                        .map_or(Outcome::Closed, |other| Outcome::Compare(with.clone(), other.clone())),
                    KeyCode::Up | KeyCode::Down => move_cursor(cursor, key, found.len()),
                    _ => type_into(input, cursor, key),
                }
            }
            Overlay::Trust { programs, then, scroll } => match key.code {
                // Not Enter: the key that asked for the commit may still be held, or typed ahead.
                KeyCode::Char('y') => Outcome::Trust(programs.clone(), then.clone()),
                _ => {
                    action::lookup(Scope::Preview, key.into()).map(|action| scroll.act(action));
                    Outcome::Open
                }
            },
            Overlay::Prompt { kind, input } => match (key.code, kind) {
                (KeyCode::Enter, Prompt::Filter) => Outcome::Closed,
                (KeyCode::Enter, Prompt::AsOf) => Outcome::AsOf(input.text().trim().to_owned()),
                (_, kind) => {
                    input.key(key);
                    match kind {
                        Prompt::Filter => Outcome::Narrowed(input.text().to_owned()),
                        Prompt::AsOf => Outcome::Open,
                    }
                }
            },
        }
    }

    pub fn paste(&mut self, text: &str) {
        match self {
            Overlay::Palette { input, .. }
            | Overlay::Prompt { input, .. }
            | Overlay::Companies { input, .. } => {
                input.paste(text);
            }
            Overlay::Help { .. } | Overlay::Trust { .. } => {}
        }
    }

    /// The filter as it stands, for a prompt that narrows while typing.
    pub fn narrowing(&self) -> Option<&str> {
        match self {
            Overlay::Prompt { kind: Prompt::Filter, input } => Some(input.text()),
            _ => None,
        }
    }

    pub fn draw(&mut self, frame: &mut Frame, area: Rect, theme: Theme, view: Option<&View>) {
        match self {
            Overlay::Help { scope, scroll } => {
                let lines = help(*scope, theme);
                let inside = window(frame, area, WIDTH, lines.len() as u16 + 2, "Keys here");
                scroll.draw(frame, inside, lines);
            }
            Overlay::Palette { scope, input, cursor } => {
                let found = commands(*scope, input.text());
                let rows = found.iter().map(|binding| {
                    let keys = Span::styled(fit(&action::key_words(binding), 16), theme.key());
                    Line::from(vec![keys, Span::raw(binding.description)])
                });
                pick(frame, area, theme, "Command", input, cursor, rows.collect());
            }
            Overlay::Companies { with, input, cursor } => {
                let Some(view) = view else { return };
                let title = format!("Compare {} with", visible(&view.name(with)));
                let found = companies(view, with, input.text());
                let rows = found.iter().map(|id| Line::raw(visible(&view.name(id)).into_owned()));
                pick(frame, area, theme, &title, input, cursor, rows.collect());
            }
            Overlay::Trust { programs, scroll, .. } => {
                let width = area.width.min(WIDTH);
                let lines = trust(programs, width.saturating_sub(3), theme);
                let height = u16::try_from(lines.len()).unwrap_or(u16::MAX).saturating_add(3);
                let inside = window(frame, area, width, height, "Programs of this repository");
                let [list, keys] =
                    inside.layout(&Layout::vertical([Constraint::Min(1), Constraint::Length(1)]));
                scroll.draw(frame, list, lines);
                let key = |keys, words| [Span::styled(keys, theme.key()), Span::raw(words)];
                let keys_line = [key("y", " trust them and go on  "), key("Esc", " run nothing")];
                frame.render_widget(Line::from_iter(keys_line.into_iter().flatten()), keys);
            }
            Overlay::Prompt { kind, input } => {
                let (title, hint) = match kind {
                    Prompt::Filter => ("/", "words of companies and measures; Enter keeps it, Esc clears it"),
                    Prompt::AsOf => {
                        ("as of", "a day (2026-03-01), branch, tag or commit; Enter opens it read-only")
                    }
                };
                let line = Rect { y: area.bottom().saturating_sub(1), height: 1, ..area };
                frame.render_widget(Clear, line);
                let [label, field, help] = line.layout(&Layout::horizontal([
                    Constraint::Length(title.len() as u16 + 1),
                    Constraint::Min(12),
                    Constraint::Length((hint.len() as u16).min(line.width / 2)),
                ]));
                frame.render_widget(Span::styled(title, theme.key()), label);
                input.draw(frame, field);
                frame.render_widget(Span::styled(hint, theme.hint()), help);
            }
        }
    }
}

fn move_cursor(cursor: &mut Cursor, key: KeyEvent, length: usize) -> Outcome {
    let up = key.code == crossterm::event::KeyCode::Up;
    cursor.act(if up { Action::Up } else { Action::Down }, length);
    Outcome::Open
}

fn type_into(input: &mut Input, cursor: &mut Cursor, key: KeyEvent) -> Outcome {
    input.key(key);
    *cursor = Cursor::default();
    Outcome::Open
}

/// Bindings of a scope whose description has all the words.
fn commands(scope: Scope, words: &str) -> Vec<&'static Binding> {
    let words = words.to_lowercase();
    let matches = |binding: &&Binding| {
        let text = format!("{} {} {}", binding.description, binding.label, action::key_words(binding))
            .to_lowercase();
        words.split_whitespace().all(|word| text.contains(word))
    };
    action::in_scope(scope).filter(|binding| binding.action != Action::Palette).filter(matches).collect()
}

/// Companies other than one whose name or id has all the words, by name.
fn companies(view: &View, but: &CompanyId, words: &str) -> Vec<CompanyId> {
    let words = words.to_lowercase();
    let mut found: Vec<(String, &CompanyId)> = view
        .snapshot
        .companies
        .iter()
        .filter(|(id, _)| *id != but)
        .map(|(id, company)| (company.profile.name.to_lowercase(), id))
        .filter(|(name, id)| {
            words.split_whitespace().all(|word| name.contains(word) || id.as_str().contains(word))
        })
        .collect();
    found.sort();
    found.into_iter().map(|(_, id)| id.clone()).collect()
}

fn help(scope: Scope, theme: Theme) -> Vec<Line<'static>> {
    let row = |binding: &'static Binding| {
        let keys = Span::styled(fit(&action::key_words(binding), 18), theme.key());
        Line::from(vec![keys, Span::raw(binding.description)])
    };
    action::in_scope(scope).map(row).collect()
}

fn trust(programs: &[Program], width: u16, theme: Theme) -> Vec<Line<'static>> {
    let mut document = Document::default();
    document.text(
        "A commit runs what your own git would. Here the repository itself names these programs; trust them only if \
         you trust whoever made it. A list that changes is asked about again.",
    );
    for Program { name, value, file } in programs {
        document.heading(name);
        // A value of several lines must not look like several programs.
        document.text(visible(value));
        document.styled(format!("in {}", visible(file)), theme.hint());
    }
    document.lines(width, theme)
}

/// Columns of a window.
const WIDTH: u16 = 78;

/// A framed window in the middle; gives its inside.
fn window(frame: &mut Frame, area: Rect, width: u16, height: u16, title: &str) -> Rect {
    let centred =
        area.centered(Constraint::Length(width.min(area.width)), Constraint::Length(height.min(area.height)));
    frame.render_widget(Clear, centred);
    let block = Block::bordered().title(format!(" {title} "));
    let inside = block.inner(centred);
    frame.render_widget(block, centred);
    inside
}

fn pick(
    frame: &mut Frame,
    area: Rect,
    theme: Theme,
    title: &str,
    input: &Input,
    cursor: &mut Cursor,
    mut rows: Vec<Line<'static>>,
) {
    let inside = window(frame, area, WIDTH, area.height.min(18), title);
    let field = Rect { height: 1, ..inside };
    input.draw(frame, field);
    let list = Rect { y: inside.y + 1, height: inside.height.saturating_sub(1), ..inside };
    if rows.is_empty() {
        return frame.render_widget(Line::styled("Nothing matches.", theme.hint()), list);
    }
    let window = cursor.window(usize::from(list.height), rows.len());
    if let Some(row) = rows.get_mut(cursor.at) {
        row.style = theme.selected();
    }
    frame.render_widget(Paragraph::new(rows[window].to_vec()), list);
}
