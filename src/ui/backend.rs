//! The terminal's cells, with links around those that lead somewhere.

use std::cell::RefCell;
use std::io::{self, Write};
use std::rc::Rc;

use crossterm::queue;
use crossterm::style::Print;
use ratatui::backend::{Backend, ClearType, CrosstermBackend, WindowSize};
use ratatui::buffer::Cell;
use ratatui::layout::{Position, Size};

use super::link::Links;

pub struct Linked<W: Write> {
    cells: CrosstermBackend<W>,
    /// Where the cells that are drawn next lead; whoever draws says so.
    links: Rc<RefCell<Links>>,
}

impl<W: Write> Linked<W> {
    pub fn new(writer: W, links: Rc<RefCell<Links>>) -> Linked<W> {
        Linked { cells: CrosstermBackend::new(writer), links }
    }
}

impl<W: Write> Backend for Linked<W> {
    type Error = io::Error;

    fn draw<'a, I>(&mut self, content: I) -> io::Result<()>
    where
        I: Iterator<Item = (u16, u16, &'a Cell)>,
    {
        let content: Vec<_> = content.collect();
        let links = self.links.borrow();
        let address = |(x, y, _): &(u16, u16, &Cell)| links.at(Position { x: *x, y: *y }).cloned();
        let linked = content.chunk_by(|one, next| address(one) == address(next));
        let runs: Vec<_> = linked.map(|run| (address(&run[0]), run)).collect();
        drop(links);
        for (address, run) in runs {
            if let Some(address) = &address {
                queue!(self.cells, Print(format!("\x1b]8;;{address}\x1b\\")))?;
            }
            self.cells.draw(run.iter().copied())?;
            if address.is_some() {
                queue!(self.cells, Print("\x1b]8;;\x1b\\"))?;
            }
        }
        Ok(())
    }

    fn hide_cursor(&mut self) -> io::Result<()> {
        self.cells.hide_cursor()
    }

    fn show_cursor(&mut self) -> io::Result<()> {
        self.cells.show_cursor()
    }

    fn get_cursor_position(&mut self) -> io::Result<Position> {
        self.cells.get_cursor_position()
    }

    fn set_cursor_position<P: Into<Position>>(&mut self, position: P) -> io::Result<()> {
        self.cells.set_cursor_position(position)
    }

    fn clear(&mut self) -> io::Result<()> {
        self.cells.clear()
    }

    fn clear_region(&mut self, clear_type: ClearType) -> io::Result<()> {
        self.cells.clear_region(clear_type)
    }

    fn size(&self) -> io::Result<Size> {
        self.cells.size()
    }

    fn window_size(&mut self) -> io::Result<WindowSize> {
        self.cells.window_size()
    }

    fn flush(&mut self) -> io::Result<()> {
        Backend::flush(&mut self.cells)
    }
}
