//! Fetching and pushing: the window that shows it, and what is told of it.

use super::{App, capital};
use crate::error::Error;
use crate::ui::exchange::{Exchange, News, Way, may_want_an_answer};
use crate::ui::overlay::{Exchanging, Overlay};
use crate::ui::worker::{Going, Request};

impl App {
    /// Asks for something that a window shows while it goes on.
    pub(super) fn begin(&mut self, request: Request) {
        if let Request::Exchange(exchange) = &request {
            self.overlay = Some(Overlay::exchange(exchange.clone()));
        }
        self.ask(request);
    }

    pub(super) fn heard(&mut self, going: &Going, line: &str) {
        if let Some(exchanging) = self.exchanging(going) {
            exchanging.hear(line);
        }
    }

    /// What came of it, where somebody still waits for it; else in a line.
    pub(super) fn exchanged(&mut self, going: &Going, news: News) {
        match self.exchanging(going) {
            Some(exchanging) => exchanging.ended(news),
            None => self.say(news.words),
        }
        self.ask(Request::Load);
    }

    /// Whether it was a fetch or a push, which is then told in its window.
    pub(super) fn exchange_failed(&mut self, while_doing: &str, error: &Error) -> bool {
        let ways = [Way::Fetch, Way::Push].map(|way| Exchange::new(way).words());
        if !ways.contains(&while_doing) {
            return false;
        }
        let words = format!("{}.\n{}", capital(&error.to_string()), error.hint());
        match &mut self.overlay {
            Some(Overlay::Exchange(exchanging)) if exchanging.is_going() => {
                exchanging.failed(words, may_want_an_answer(error));
            }
            _ if matches!(error, Error::GivenUp { .. }) => self.say(words),
            _ => self.warn(words),
        }
        true
    }

    fn exchanging(&mut self, going: &Going) -> Option<&mut Exchanging> {
        match &mut self.overlay {
            Some(Overlay::Exchange(exchanging)) if exchanging.is_of(going) => Some(exchanging),
            _ => None,
        }
    }
}
