//! A fetch or a push while it goes on, and what came of it.

use crossterm::event::{KeyCode, KeyEvent};
use ratatui::Frame;
use ratatui::layout::{Constraint, Layout, Position, Rect};
use ratatui::text::{Line, Span};

use super::{Around, Outcome};
use crate::domain::visible::line as visible;
use crate::ui::action::Action;
use crate::ui::exchange::{Exchange, News, Way};
use crate::ui::widget::document::{Document, Scroll};
use crate::ui::widget::window;
use crate::ui::worker::{Going, Request};

pub struct Exchanging {
    exchange: Exchange,
    /// What git said so far; the last line may still be replaced.
    said: Vec<String>,
    replaces: bool,
    news: Option<News>,
    /// Git failed, and may not where somebody can be asked.
    wants_terminal: bool,
    pub(super) scroll: Scroll,
    /// Where what one can do now was drawn.
    drawn: Vec<(Rect, KeyCode)>,
}

/// Older lines are in nobody's way.
const MOST_LINES: usize = 200;

impl Exchanging {
    pub fn new(exchange: Exchange) -> Exchanging {
        let (said, scroll) = (Vec::new(), Scroll::default());
        let drawn = Vec::new();
        Exchanging { exchange, said, replaces: false, news: None, wants_terminal: false, scroll, drawn }
    }

    pub fn is_of(&self, going: &Going) -> bool {
        self.exchange.going == *going
    }

    pub fn is_going(&self) -> bool {
        self.news.is_none()
    }

    pub fn hear(&mut self, line: &str) {
        if self.replaces {
            self.said.pop();
        }
        self.replaces = line.ends_with('\r');
        self.said.push(line.trim_end_matches(['\r', '\n']).to_owned());
        if self.said.len() > MOST_LINES {
            self.said.remove(0);
        }
    }

    pub fn ended(&mut self, news: News) {
        self.news = Some(news);
    }

    pub fn failed(&mut self, words: String, wants_terminal: bool) {
        // git's own words are in what failed.
        self.said.clear();
        self.wants_terminal = wants_terminal && !self.exchange.has_terminal;
        self.news = Some(News { words, catch_up: None, overtaken: false });
    }

    /// Enter does nothing: the key that began it may still be held, or typed ahead.
    pub fn act(&mut self, action: Action) -> Outcome {
        if action == Action::Back {
            self.exchange.going.stop();
            return Outcome::Closed;
        }
        self.scroll.act(action);
        Outcome::Open
    }

    pub fn type_key(&mut self, key: KeyEvent) -> Outcome {
        let Some(news) = &self.news else { return Outcome::Open };
        let next = match (key.code, &news.catch_up) {
            (KeyCode::Char('u'), Some(catch_up)) => Request::BringUp(Box::new(catch_up.clone())),
            (KeyCode::Char('f'), _) if news.overtaken => Request::Exchange(Exchange::new(Way::Fetch)),
            (KeyCode::Char('t'), _) if self.wants_terminal => {
                Request::Exchange(Exchange::with_terminal(self.exchange.way))
            }
            _ => return Outcome::Open,
        };
        Outcome::Ask(Box::new(next))
    }

    pub fn touch(&mut self, place: Position) -> Outcome {
        match self.drawn.iter().find(|(area, _)| area.contains(place)) {
            Some((_, KeyCode::Esc)) => self.act(Action::Back),
            Some((_, key)) => self.type_key((*key).into()),
            None => Outcome::Open,
        }
    }

    fn title(&self) -> &'static str {
        match self.exchange.way {
            Way::Fetch => "Fetch",
            Way::Push => "Push",
        }
    }

    pub fn draw(&mut self, frame: &mut Frame, area: Rect, around: &Around) {
        let theme = around.theme;
        let mut document = Document::default();
        match &self.news {
            None if self.said.is_empty() => document.text("Waiting for the other side …"),
            _ => self.said.iter().for_each(|line| document.styled(visible(line), theme.hint())),
        }
        if let Some(news) = &self.news {
            news.words.lines().for_each(|line| document.text(visible(line)));
        }
        let lines = document.lines(window::inner_width(area).saturating_sub(1) as u16, theme);
        let height = u16::try_from(lines.len()).unwrap_or(u16::MAX).saturating_add(3);
        let inside = window::frame_off(frame, window::centred(area, height), self.title());
        let [list, keys] = inside.layout(&Layout::vertical([Constraint::Min(1), Constraint::Length(1)]));
        self.scroll.draw(frame, list, lines);
        self.drawn.clear();
        let mut x = keys.x;
        for (key, words) in self.offers() {
            let name = if key == KeyCode::Esc { "Esc".to_owned() } else { key.to_string() };
            let offer = Line::from(vec![Span::styled(name, theme.key()), Span::raw(format!(" {words}  "))]);
            let place = Rect { x, width: offer.width() as u16, ..keys }.intersection(keys);
            frame.render_widget(offer, place);
            self.drawn.push((place, key));
            x = place.right();
        }
    }

    /// What one can do now.
    fn offers(&self) -> Vec<(KeyCode, &'static str)> {
        let Some(news) = &self.news else { return vec![(KeyCode::Esc, "give it up")] };
        let mut offers = Vec::new();
        match &news.catch_up {
            Some(catch_up) if catch_up.remade.is_empty() => {
                offers.push((KeyCode::Char('u'), "bring the branch up"));
            }
            Some(_) => offers.push((KeyCode::Char('u'), "make them anew on top")),
            None => {}
        }
        if news.overtaken {
            offers.push((KeyCode::Char('f'), "fetch what they have"));
        }
        if self.wants_terminal {
            offers.push((KeyCode::Char('t'), "again in the terminal, where git can ask"));
        }
        offers.push((KeyCode::Esc, "close"));
        offers
    }
}
