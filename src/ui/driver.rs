//! The screen without a terminal: keys typed into the real program, work done at once, and the cells to look at.
//!
//! Tests and pictures are made with it.

use std::str::FromStr;

use crossterm::event::{KeyCode, KeyEvent, MouseEvent};
use ratatui::Terminal;
use ratatui::backend::TestBackend;
use ratatui::buffer::Buffer;
use ratatui::layout::Rect;

use super::{App, Options, Worker};
use crate::domain::{CompanyId, MeasureRef, Snapshot};
use crate::register::Register;

/// A screen of a fixed size on a register.
pub struct Driver {
    app: App,
    worker: Worker,
    terminal: Terminal<TestBackend>,
}

impl Driver {
    pub fn new(register: Register, options: Options, Size { width, height }: Size) -> Driver {
        let theme = options.theme;
        let worker = Worker::new(register, options.at, options.on, theme);
        let backend = TestBackend::new(width, height);
        let Ok(terminal) = Terminal::new(backend);
        let mut driver = Driver { app: App::new(theme, options.personal), worker, terminal };
        driver.settle();
        driver
    }

    pub fn play(&mut self, script: &Script) {
        for key in &script.0 {
            self.app.key(*key);
            self.app.save();
            self.settle();
        }
    }

    pub fn mouse(&mut self, event: MouseEvent) {
        self.app.mouse(event);
        self.settle();
    }

    pub fn paste(&mut self, text: &str) {
        self.app.paste(text);
        self.app.save();
        self.settle();
    }

    /// Somebody else may have changed the register.
    pub fn look(&mut self) {
        self.app.look();
        self.settle();
    }

    pub fn resize(&mut self, Size { width, height }: Size) {
        self.terminal.backend_mut().resize(width, height);
        self.settle();
    }

    pub fn is_over(&self) -> bool {
        self.app.is_over()
    }

    pub fn snapshot(&self) -> Option<&Snapshot> {
        self.app.snapshot()
    }

    pub fn selected(&self) -> Option<(CompanyId, MeasureRef)> {
        self.app.selected()
    }

    /// What the terminal was to put on the clipboard since it was asked last.
    pub fn take_copied(&mut self) -> Option<String> {
        self.app.take_copied()
    }

    /// The addresses that were drawn, with where.
    pub fn links(&self) -> Vec<(Rect, String)> {
        self.app.links().iter().map(|link| (link.area, link.address.to_string())).collect()
    }

    /// The cells as drawn last.
    pub fn buffer(&self) -> &Buffer {
        self.terminal.backend().buffer()
    }

    /// Where the terminal's own cursor rests: column and line.
    pub fn cursor(&self) -> (u16, u16) {
        let place = self.terminal.backend().cursor_position();
        (place.x, place.y)
    }

    /// The screen as text, without spaces at line ends.
    pub fn screen(&self) -> String {
        let buffer = self.buffer();
        let line = |y| {
            let cells = (0..buffer.area.width).map(|x| buffer[(x, y)].symbol());
            cells.collect::<String>().trim_end().to_owned()
        };
        (0..buffer.area.height).map(line).collect::<Vec<_>>().join("\n")
    }

    /// Does all work that is asked for, then draws.
    fn settle(&mut self) {
        loop {
            let requests = self.app.take_requests();
            if requests.is_empty() {
                break;
            }
            for request in requests {
                let app = &mut self.app;
                self.worker.perform(request, &mut |response| app.response(response));
            }
        }
        let app = &mut self.app;
        let Ok(_) = self.terminal.draw(|frame| app.draw(frame));
    }
}

/// Columns and lines, written `120x36`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Size {
    pub width: u16,
    pub height: u16,
}

impl FromStr for Size {
    type Err = String;

    fn from_str(text: &str) -> Result<Size, String> {
        let side = |text: &str| text.parse().ok().filter(|side| (1..=1000).contains(side));
        text.split_once('x')
            .and_then(|(width, height)| Some(Size { width: side(width)?, height: side(height)? }))
            .ok_or_else(|| {
                format!("`{text}` is no size; write columns and lines as 120x36, at most 1000 each")
            })
    }
}

/// Keys to type: letters are keys, `<enter>`, `<ctrl-s>` and the like are named keys, `<lt>` is `<`.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Script(Vec<KeyEvent>);

impl FromStr for Script {
    type Err = String;

    fn from_str(text: &str) -> Result<Script, String> {
        let mut keys = Vec::new();
        let mut rest = text;
        while let Some(letter) = rest.chars().next() {
            let (key, used) = match rest.strip_prefix('<').and_then(|rest| rest.split_once('>')) {
                Some(("lt", _)) => (KeyEvent::from(KeyCode::Char('<')), "<lt>".len()),
                Some((name, _)) => {
                    let key = crokey::parse(name)
                        .map_err(|_| format!("<{name}> is no key; try <enter> or <ctrl-s>"))?;
                    (key.into(), name.len() + 2)
                }
                None => (KeyEvent::from(KeyCode::Char(letter)), letter.len_utf8()),
            };
            keys.push(key);
            rest = &rest[used..];
        }
        Ok(Script(keys))
    }
}
