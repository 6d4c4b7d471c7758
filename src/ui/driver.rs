//! The screen without a terminal: keys typed into the real program, work done at once, and the cells to look at.
//!
//! Tests and pictures are made with it.

use crossterm::event::{KeyCode, KeyEvent};
use ratatui::Terminal;
use ratatui::backend::TestBackend;
use ratatui::buffer::Buffer;

use super::{App, Options, Theme, Worker};
use crate::register::Register;

/// A screen of a fixed size on a register.
pub struct Driver {
    app: App,
    worker: Worker,
    terminal: Terminal<TestBackend>,
}

impl Driver {
    pub fn new(register: Register, options: Options, width: u16, height: u16) -> Driver {
        let theme = Theme::new(options.colour);
        let worker = Worker { register, at: options.at, day: options.on, theme };
        let backend = TestBackend::new(width, height);
        let Ok(terminal) = Terminal::new(backend);
        let mut driver = Driver { app: App::new(theme), worker, terminal };
        driver.settle();
        driver
    }

    /// Types a script: letters are keys, `<enter>`, `<ctrl-s>` and the like are named keys, `<lt>` is `<`.
    ///
    /// # Panics
    /// On a name that is no key.
    pub fn type_keys(&mut self, script: &str) {
        let mut rest = script;
        while let Some(letter) = rest.chars().next() {
            let (key, used) = match rest.strip_prefix('<').and_then(|rest| rest.split_once('>')) {
                Some(("lt", _)) => (KeyCode::Char('<').into(), "<lt>".len()),
                Some((name, _)) => (named(name), name.len() + 2),
                None => (KeyEvent::from(KeyCode::Char(letter)), letter.len_utf8()),
            };
            self.app.key(key);
            self.settle();
            rest = &rest[used..];
        }
    }

    pub fn paste(&mut self, text: &str) {
        self.app.paste(text);
        self.settle();
    }

    pub fn resize(&mut self, width: u16, height: u16) {
        self.terminal.backend_mut().resize(width, height);
        self.settle();
    }

    pub fn is_over(&self) -> bool {
        self.app.is_over()
    }

    /// The cells as drawn last.
    pub fn buffer(&self) -> &Buffer {
        self.terminal.backend().buffer()
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

fn named(name: &str) -> KeyEvent {
    match crokey::parse(name) {
        Ok(key) => key.into(),
        Err(error) => panic!("<{name}>: {error}"),
    }
}
