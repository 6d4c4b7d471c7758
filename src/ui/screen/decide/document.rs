//! A document that is put on file from the form, so that the judgement can rest on it at once.
//!
//! Its file is read behind the screen and its digest shown; of an address nothing is fetched.

use std::path::PathBuf;

use crossterm::event::{KeyCode, KeyEvent};
use ratatui::Frame;
use ratatui::layout::{Position, Rect};
use ratatui::text;

use crate::analysis::filing::{Copy, Document, Draft, id_of};
use crate::domain::visible::line as visible;
use crate::domain::{Company, EvidenceId, Slot};
use crate::register::Completed;
use crate::ui::draft::{KEEP, Line, TypedEvidence};
use crate::ui::intent::Intent;
use crate::ui::view::View;
use crate::ui::widget::lines::{Labelled, Lines, framed, word, words};
use crate::ui::worker::Request;

/// What is typed of one document.
pub struct DocumentForm {
    lines: Lines<Line>,
    /// What was read of the file that is named, or why it could not be.
    read: Option<(PathBuf, Result<Document, String>)>,
    /// The file's name as it was completed last: there is nothing more to complete.
    completed: Option<String>,
    pub refusals: Vec<String>,
}

impl DocumentForm {
    /// With what was typed before; a new one bears on the cell it is added for.
    pub fn new(typed: Option<&TypedEvidence>, slot: Option<&Slot>) -> DocumentForm {
        let fresh = slot.map(|slot| {
            let models = slot.model.iter().map(ToString::to_string).collect();
            TypedEvidence::from([(Line::BearsOn, slot.measure.to_string()), (Line::Models, models)])
        });
        let fresh = fresh.unwrap_or_default();
        let lines = Lines::new(typed.unwrap_or(&fresh));
        DocumentForm { lines, read: None, completed: None, refusals: Vec::new() }
    }

    pub fn typed(&self) -> TypedEvidence {
        self.lines.typed()
    }

    /// Whether anything is typed that a new one would not have.
    pub fn is_touched(&self, slot: Option<&Slot>) -> bool {
        self.typed() != DocumentForm::new(None, slot).typed()
    }

    /// To another line. The file that was named is read meanwhile; before it is left its name is completed.
    pub fn go(&mut self, by: isize) -> Option<Request> {
        let (left, file) = (self.lines.at(), self.lines.text(Line::File).to_owned());
        if left == Line::File && by > 0 && !file.is_empty() && self.completed.as_ref() != Some(&file) {
            return Some(Request::CompletePath(file));
        }
        self.lines.go(by);
        if left == Line::File { self.wants() } else { None }
    }

    /// What is still to be read.
    pub fn wants(&self) -> Option<Request> {
        let path = self.path()?;
        let is_read = self.read.as_ref().is_some_and(|(read, _)| *read == path);
        (!is_read).then_some(Request::ReadDocument(path))
    }

    pub fn hear(&mut self, path: &PathBuf, document: &Result<Document, String>) {
        if self.path().as_ref() == Some(path) {
            self.read = Some((path.clone(), document.clone()));
        }
    }

    /// The name of the file, as far as it can be completed; where that says nothing new, the next line.
    pub fn completed(&mut self, typed: &str, found: &Completed) -> Intent {
        if self.lines.text(Line::File) != typed || self.lines.at() != Line::File {
            return Intent::Nothing;
        }
        self.lines.set(Line::File, &found.text);
        self.completed = Some(found.text.clone());
        match &found.names[..] {
            _ if found.text != typed => Intent::Nothing,
            [] | [_] => self.go(1).map_or(Intent::Nothing, Intent::Ask),
            names => Intent::Say(names.join("  ")),
        }
    }

    pub fn key(&mut self, key: KeyEvent) -> Option<Request> {
        match key.code {
            KeyCode::Enter | KeyCode::Down | KeyCode::Up => {
                let left = self.lines.at();
                self.lines.key(key);
                if left == Line::File { self.wants() } else { None }
            }
            _ => {
                self.lines.key(key);
                None
            }
        }
    }

    pub fn paste(&mut self, text: &str) {
        self.lines.paste(text);
    }

    pub fn touch(&mut self, place: Position) -> Option<Request> {
        let left = self.lines.at();
        self.lines.touch(place);
        if left == Line::File { self.wants() } else { None }
    }

    pub fn scroll(&mut self, place: Position, lines: isize) {
        self.lines.scroll(place, lines);
    }

    pub fn draw(
        &mut self,
        frame: &mut Frame,
        area: Rect,
        view: &View,
        company: Option<&Company>,
        title: &str,
    ) {
        let area = framed(frame, area, view.theme, title, &self.refusals);
        let id = company.and_then(|company| id_of(company, self.lines.text(Line::Title)));
        self.lines.draw(frame, area, view.theme, |line| match (line, &id) {
            (Line::Id, Some(id)) => id.to_string(),
            (line, _) => line.hint().to_owned(),
        });
        self.note(frame, view);
    }

    /// Behind the file, what was read of it.
    fn note(&self, frame: &mut Frame, view: &View) {
        let (Some(row), Some((path, read))) = (self.lines.place(Line::File), &self.read) else { return };
        if self.path().as_ref() != Some(path) {
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
        let line = text::Line::styled(text, style).right_aligned();
        let width = (line.width() as u16).min(row.width / 2);
        frame.render_widget(line, Rect { x: row.right() - width, width, ..row });
    }

    /// The file that is named.
    fn path(&self) -> Option<PathBuf> {
        let text = self.lines.text(Line::File);
        (!text.is_empty()).then(|| PathBuf::from(text))
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
    let text = |line: Line| typed.get(&line).cloned();
    let copy = match (text(Line::File), read) {
        (None, _) => Copy::None,
        (Some(_), Some(Ok(document))) if text(Line::Keep).as_deref() == Some(KEEP[0]) => {
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
    let title = text(Line::Title).unwrap_or_default();
    let id = match text(Line::Id) {
        Some(id) => id.parse().map_err(|why| wrong.push(why)).ok(),
        None => id_of(company, &title),
    };
    let draft = Draft {
        kind: word(typed, Line::Kind, &mut wrong),
        version: text(Line::Version),
        published: word(typed, Line::Published, &mut wrong),
        url: text(Line::Url),
        also_at: Vec::new(),
        bears_on: words(typed, Line::BearsOn, &mut wrong),
        models: words(typed, Line::Models, &mut wrong),
        access: word(typed, Line::Access, &mut wrong),
        checked: word(typed, Line::Checked, &mut wrong),
        source: text(Line::Source).unwrap_or_default(),
        expires: word(typed, Line::Expires, &mut wrong),
        note: text(Line::Note),
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
