//! A document that is put on file from the form, so that the judgement can rest on it at once.
//!
//! Its file is read behind the screen and its digest shown; of an address nothing is fetched.

use std::path::PathBuf;

use crossterm::event::{KeyCode, KeyEvent};
use ratatui::Frame;
use ratatui::layout::{Constraint, Layout, Position, Rect};
use ratatui::text::Line;
use ratatui::widgets::Paragraph;
use strum::VariantArray;

use super::draw::draw_line;
use crate::analysis::filing::{Copy, Document, Draft, id_of};
use crate::domain::visible::line as visible;
use crate::domain::{Access, Checked, Company, EvidenceId, EvidenceKind, Slot};
use crate::ui::draft::{Line as Typed, TypedEvidence};
use crate::ui::view::View;
use crate::ui::widget::input::Input;
use crate::ui::worker::Request;

/// What is typed of one document.
pub struct DocumentForm {
    focus: usize,
    inputs: Vec<Input>,
    /// What was read of the file that is named, or why it could not be.
    read: Option<(PathBuf, Result<Document, String>)>,
    pub refusals: Vec<String>,
    /// What was drawn where.
    drawn: Vec<(usize, Rect)>,
}

impl DocumentForm {
    /// With what was typed before; a new one bears on the cell it is added for.
    pub fn new(typed: Option<&TypedEvidence>, slot: &Slot) -> DocumentForm {
        let fresh = TypedEvidence::from([
            (Typed::BearsOn, slot.measure.to_string()),
            (Typed::Models, slot.model.iter().map(ToString::to_string).collect()),
        ]);
        let typed = typed.unwrap_or(&fresh);
        let text = |line: &Typed| typed.get(line).map_or("", String::as_str);
        let inputs = Typed::VARIANTS.iter().map(|line| Input::new(text(line))).collect();
        DocumentForm { focus: 0, inputs, read: None, refusals: Vec::new(), drawn: Vec::new() }
    }

    pub fn typed(&self) -> TypedEvidence {
        let lines = Typed::VARIANTS.iter().zip(&self.inputs);
        lines
            .filter(|(_, input)| !input.text().trim().is_empty())
            .map(|(line, input)| (*line, input.text().trim().to_owned()))
            .collect()
    }

    /// Whether anything is typed that a new one would not have.
    pub fn is_touched(&self, slot: &Slot) -> bool {
        self.typed() != DocumentForm::new(None, slot).typed()
    }

    fn at(&self) -> Typed {
        Typed::VARIANTS[self.focus]
    }

    fn text(&self, line: Typed) -> &str {
        self.inputs[line as usize].text().trim()
    }

    /// To another line. The file that was named is read meanwhile.
    pub fn go(&mut self, by: isize) -> Option<Request> {
        let left = self.at();
        let count = Typed::VARIANTS.len() as isize;
        self.focus = (self.focus as isize + by).rem_euclid(count) as usize;
        if left == Typed::File { self.wants() } else { None }
    }

    /// What is still to be read.
    pub fn wants(&self) -> Option<Request> {
        let path = path_of(self.text(Typed::File))?;
        let is_read = self.read.as_ref().is_some_and(|(read, _)| *read == path);
        (!is_read).then_some(Request::ReadDocument(path))
    }

    pub fn hear(&mut self, path: &PathBuf, document: &Result<Document, String>) {
        if path_of(self.text(Typed::File)).as_ref() == Some(path) {
            self.read = Some((path.clone(), document.clone()));
        }
    }

    pub fn key(&mut self, key: KeyEvent) -> Option<Request> {
        let line = self.at();
        match (choices(line), key.code) {
            (_, KeyCode::Enter) | (_, KeyCode::Down) => return self.go(1),
            (_, KeyCode::Up) => return self.go(-1),
            (Some(words), KeyCode::Char(' ') | KeyCode::Right | KeyCode::Left) => {
                let by = if key.code == KeyCode::Left { words.len() - 1 } else { 1 };
                let at = words.iter().position(|word| *word == self.text(line));
                let next = at.map_or(if by == 1 { 0 } else { by }, |at| (at + by) % words.len());
                self.inputs[self.focus] = Input::new(words[next]);
            }
            (Some(_), _) => {}
            (None, _) => self.inputs[self.focus].key(key),
        }
        None
    }

    pub fn paste(&mut self, text: &str) {
        if choices(self.at()).is_none() {
            self.inputs[self.focus].paste(text);
        }
    }

    /// To the line that was drawn at a place, and into its text; a choice that has the focus moves on.
    pub fn touch(&mut self, place: Position) -> Option<Request> {
        let (line, _) = *self.drawn.iter().find(|(_, area)| area.contains(place))?;
        let (left, again) = (self.at(), self.focus == line);
        self.focus = line;
        match choices(self.at()) {
            Some(_) if again => return self.key(KeyCode::Char(' ').into()),
            Some(_) => {}
            None => {
                self.inputs[line].touch(place);
            }
        }
        if left == Typed::File && !again { self.wants() } else { None }
    }

    pub fn draw(&mut self, frame: &mut Frame, area: Rect, view: &View, company: Option<&Company>) {
        let room = usize::from(area.height).saturating_sub(2 + self.refusals.len()).max(1);
        let top = (self.focus + 1).saturating_sub(room);
        let [head, lines, wrong] = area.layout(&Layout::vertical([
            Constraint::Length(2),
            Constraint::Min(1),
            Constraint::Length(self.refusals.len() as u16),
        ]));
        let title = "A document to put on file. Ctrl-S takes it; Esc keeps what is typed.";
        frame.render_widget(Line::styled(title, view.theme.title()), head);
        self.drawn.clear();
        for (at, line) in Typed::VARIANTS.iter().enumerate().skip(top).take(room) {
            let row = Rect { y: lines.y + (at - top) as u16, height: 1, ..lines };
            if row.y < lines.bottom() {
                self.drawn.push((at, row));
                let hint = self.hint(*line, company);
                draw_line(frame, row, view, line.label(), &self.inputs[at], self.focus == at, &hint);
                self.note(frame, row, view, *line);
            }
        }
        let refused = self.refusals.iter().map(|text| format!("✗ {}", visible(text)));
        let refused: Vec<Line> = refused.map(|text| Line::styled(text, view.theme.error())).collect();
        frame.render_widget(Paragraph::new(refused), wrong);
    }

    fn hint(&self, line: Typed, company: Option<&Company>) -> String {
        match line {
            Typed::Id => {
                let id = company.and_then(|company| id_of(company, self.text(Typed::Title)));
                id.map_or("made of the title".to_owned(), |id| id.to_string())
            }
            line => line.hint().to_owned(),
        }
    }

    /// Behind the file, what was read of it.
    fn note(&self, frame: &mut Frame, row: Rect, view: &View, line: Typed) {
        let (Typed::File, Some((path, read))) = (line, &self.read) else { return };
        if path_of(self.text(Typed::File)).as_ref() != Some(path) {
            return;
        }
        let (text, style) = match read {
            Ok(document) => {
                let digest = document.digest();
                (format!("{} bytes, sha256:{}…", document.bytes.len(), &digest[..16]), view.theme.hint())
            }
            Err(why) => (why.clone(), view.theme.error()),
        };
        let text = format!(" {} ", visible(&text));
        let line = Line::styled(text, style).right_aligned();
        let width = (line.width() as u16).min(row.width / 2);
        frame.render_widget(line, Rect { x: row.right() - width, width, ..row });
    }

    /// What is meant, as far as it can be read; where not, why.
    pub fn meant(&self, company: &Company) -> Result<(EvidenceId, Draft), Vec<String>> {
        meant(&self.typed(), self.read.as_ref().map(|(_, read)| read), company)
    }
}

/// What is typed, as evidence.
pub fn meant(
    typed: &TypedEvidence,
    read: Option<&Result<Document, String>>,
    company: &Company,
) -> Result<(EvidenceId, Draft), Vec<String>> {
    let mut wrong = Vec::new();
    let text = |line: Typed| typed.get(&line).cloned();
    let copy = match (text(Typed::File), read) {
        (None, _) => Copy::None,
        (Some(_), Some(Ok(document))) if text(Typed::Keep).as_deref() == Some(KEEP[0]) => {
            Copy::Kept(document.clone())
        }
        (Some(_), Some(Ok(document))) => Copy::Seen(document.clone()),
        (Some(_), Some(Err(why))) => {
            wrong.push(why.clone());
            Copy::None
        }
        (Some(file), None) => {
            wrong.push(format!("{file} is being read: the same key again goes on"));
            Copy::None
        }
    };
    let title = text(Typed::Title).unwrap_or_default();
    let id = match text(Typed::Id) {
        Some(id) => id.parse().map_err(|why| wrong.push(why)).ok(),
        None => id_of(company, &title),
    };
    let draft = Draft {
        kind: word(typed, Typed::Kind, &mut wrong),
        version: text(Typed::Version),
        published: word(typed, Typed::Published, &mut wrong),
        url: text(Typed::Url),
        also_at: Vec::new(),
        bears_on: words(typed, Typed::BearsOn, &mut wrong),
        models: words(typed, Typed::Models, &mut wrong),
        access: word(typed, Typed::Access, &mut wrong),
        checked: word(typed, Typed::Checked, &mut wrong),
        source: text(Typed::Source).unwrap_or_default(),
        expires: word(typed, Typed::Expires, &mut wrong),
        note: text(Typed::Note),
        copy,
        reason: String::new(),
        title,
    };
    match id {
        Some(id) if wrong.is_empty() => Ok((id, draft)),
        None if wrong.is_empty() => Err(vec!["give the document's title".to_owned()]),
        _ => Err(wrong),
    }
}

fn word<T: std::str::FromStr<Err: ToString>>(
    typed: &TypedEvidence,
    line: Typed,
    wrong: &mut Vec<String>,
) -> Option<T> {
    typed.get(&line)?.parse().map_err(|why: T::Err| wrong.push(why.to_string())).ok()
}

fn words<T: std::str::FromStr<Err: ToString>>(
    typed: &TypedEvidence,
    line: Typed,
    wrong: &mut Vec<String>,
) -> Vec<T> {
    let parts = typed.get(&line).map_or("", String::as_str);
    let parts = parts.split([',', ' ']).filter(|part| !part.is_empty());
    parts.filter_map(|part| part.parse().map_err(|why: T::Err| wrong.push(why.to_string())).ok()).collect()
}

const KEEP: [&str; 2] = ["yes", "no"];

/// The words a line chooses between, where it does.
fn choices(line: Typed) -> Option<Vec<&'static str>> {
    Some(match line {
        Typed::Kind => EvidenceKind::VARIANTS.iter().map(|kind| kind.key()).collect(),
        Typed::Access => Access::VARIANTS.iter().map(|access| access.key()).collect(),
        Typed::Checked => Checked::VARIANTS.iter().map(|checked| checked.key()).collect(),
        Typed::Keep => KEEP.to_vec(),
        _ => return None,
    })
}

fn path_of(text: &str) -> Option<PathBuf> {
    (!text.is_empty()).then(|| PathBuf::from(text))
}
