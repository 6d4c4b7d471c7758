//! Two moments held against each other, in the words of `countersign diff`: what was recorded otherwise, what came of it,
//! and each cell that stands differently, by whom. The cursor goes line by line, and Enter to what a line is about.

use std::sync::Arc;

use ratatui::Frame;
use ratatui::layout::{Position, Rect};
use ratatui::style::Style;
use ratatui::text::Line;
use ratatui::widgets::Paragraph;

use super::{Place, Screen};
use crate::analysis::difference::BY_TIME;
use crate::analysis::meaning::{About, Item};
use crate::analysis::{Difference, Meaning, State, Target};
use crate::domain::{CompanyId, Day, MeasureRef};
use crate::report::{self, Table};
use crate::ui::action::{Action, Scope};
use crate::ui::intent::Intent;
use crate::ui::mouse::Touched;
use crate::ui::theme;
use crate::ui::view::View;
use crate::ui::widget::document::Document;
use crate::ui::widget::list::Selection;
use crate::ui::widget::text::{fit, saying};
use crate::ui::worker::{Request, Response};

/// A commit, and the day it is judged on.
type Moment = (String, Day);

/// A passage, and a line of it.
type Spot = (usize, usize);

pub struct Changes {
    from: Moment,
    to: Moment,
    meaning: Option<Arc<Meaning>>,
    passages: Vec<Passage>,
    /// The passages wrapped to this width, each line with its place.
    width: u16,
    lines: Vec<(Spot, Line<'static>)>,
    selection: Selection<Spot>,
}

/// What stands together, and leads to one place.
struct Passage {
    about: About,
    /// The last commit that bears on it.
    commit: Option<String>,
    /// Whether a part begins with it.
    is_heading: bool,
    page: Document,
}

impl Passage {
    fn new(about: About, write: impl FnOnce(&mut Document)) -> Passage {
        let mut page = Document::default();
        write(&mut page);
        Passage { about, commit: None, is_heading: false, page }
    }

    fn heading(words: String) -> Passage {
        let passage = Passage::new(About::Register, |page| {
            page.blank();
            page.title(words);
        });
        Passage { is_heading: true, ..passage }
    }
}

impl Changes {
    pub fn new(from: Moment, to: Moment) -> Changes {
        let (passages, lines, selection) = (Vec::new(), Vec::new(), Selection::default());
        Changes { from, to, meaning: None, passages, width: 0, lines, selection }
    }

    fn spots(&self) -> Vec<Spot> {
        self.lines.iter().map(|(spot, _)| *spot).collect()
    }

    fn selected(&self) -> Option<&Passage> {
        let (spot, _) = self.lines.get(self.selection.at(&self.spots())?)?;
        self.passages.get(spot.0)
    }

    fn about(&self) -> Option<&About> {
        self.selected().map(|passage| &passage.about)
    }

    fn wrap(&mut self, meaning: &Meaning, width: u16, view: &View) {
        let is_first = self.width == 0;
        self.width = width;
        self.passages = passages(meaning, width, view);
        let lines = |(at, passage): (usize, &Passage)| {
            let lines = passage.page.lines(width, view.theme).into_iter().enumerate();
            lines.map(move |(line, text)| ((at, line), text)).collect::<Vec<_>>()
        };
        self.lines = self.passages.iter().enumerate().flat_map(lines).collect();
        if let Some(first) = self.passages.iter().position(|passage| passage.about != About::Register)
            && is_first
        {
            self.selection.select((first, 0));
        }
    }

    /// To the next part; behind the last one is the first.
    fn next_part(&mut self) {
        let at = self.selection.at(&self.spots()).map_or(0, |line| self.lines[line].0.0);
        let headings = self.passages.iter().enumerate().filter(|(_, passage)| passage.is_heading);
        let headings: Vec<usize> = headings.map(|(heading, _)| heading).collect();
        if let Some(next) = headings.iter().find(|heading| **heading > at).or(headings.first()) {
            self.selection.select((next + 1, 0));
        }
    }
}

impl Screen for Changes {
    fn scope(&self) -> Scope {
        Scope::Changes
    }

    fn title(&self, _view: &View) -> String {
        let short = |(commit, day): &Moment| format!("{day} ({})", commit.get(..7).unwrap_or(commit));
        format!("Changed from {} to {}", short(&self.from), short(&self.to))
    }

    fn begin(&mut self, _view: &View) -> Intent {
        Intent::Ask(Request::Between { from: self.from.clone(), to: self.to.clone() })
    }

    fn hear(&mut self, response: &Response, _view: &View) -> Intent {
        if let Response::Between { from, to, meaning } = response
            && (from, to) == (&self.from, &self.to)
        {
            self.meaning = Some(meaning.clone());
            self.width = 0;
        }
        Intent::Nothing
    }

    fn act(&mut self, action: Action, _view: &View) -> Intent {
        if self.selection.act(action, &self.spots()) {
            return Intent::Nothing;
        }
        match (action, self.about()) {
            (Action::NextBlock, _) => self.next_part(),
            (Action::Open, Some(about)) => {
                return match about.clone() {
                    About::Cell(company, measure) => Intent::Open(Place::Detail { company, measure }),
                    About::Company(company) => Intent::Open(Place::Company(company)),
                    About::Measure(measure) => Intent::Open(Place::Measure(measure)),
                    About::Register => {
                        Intent::Say("This line is about no company and no measure.".to_owned())
                    }
                };
            }
            (Action::AsOf, _) => return self.commit().map_or(Intent::Nothing, Intent::AsOf),
            (Action::Back, _) => return Intent::Back,
            _ => {}
        }
        Intent::Nothing
    }

    fn cell(&self, _view: &View) -> Option<(CompanyId, MeasureRef)> {
        match self.about()? {
            About::Cell(company, measure) => Some((company.clone(), *measure)),
            _ => None,
        }
    }

    fn company(&self, _view: &View) -> Option<CompanyId> {
        match self.about()? {
            About::Cell(company, _) | About::Company(company) => Some(company.clone()),
            _ => None,
        }
    }

    fn target(&self, _view: &View) -> Option<Target> {
        match self.about()? {
            About::Cell(_, measure) | About::Measure(measure) => Some(Target::Measure(*measure)),
            _ => None,
        }
    }

    fn commit(&self) -> Option<String> {
        self.selected()?.commit.clone()
    }

    fn sheet(&self, _view: &View) -> Option<Table> {
        self.meaning.as_deref().map(report::meaning::sheet)
    }

    fn page(&self, view: &View) -> Option<Document> {
        let passages = passages(self.meaning.as_deref()?, self.width, view);
        Some(Document::concat(passages.into_iter().map(|passage| passage.page)))
    }

    fn draw(&mut self, frame: &mut Frame, area: Rect, view: &View) {
        let Some(meaning) = self.meaning.clone() else {
            return frame.render_widget(saying("Comparing …", area.width, view.theme.hint()), area);
        };
        if self.width != area.width {
            self.wrap(&meaning, area.width, view);
        }
        let spots = self.spots();
        let window = self.selection.window(area, &spots);
        let selected = self.selection.at(&spots);
        let rows = window.map(|at| {
            let line = self.lines[at].1.clone();
            if Some(at) == selected { line.patch_style(view.theme.selected()) } else { line }
        });
        frame.render_widget(Paragraph::new(rows.collect::<Vec<_>>()), area);
        self.selection.rest(frame);
    }

    fn touch(&mut self, place: Position, _view: &View) -> Touched {
        self.selection.touch(place)
    }

    fn scroll(&mut self, place: Position, lines: isize) {
        self.selection.scroll(place, lines);
    }

    fn legend(&self, view: &View) -> Vec<Line<'static>> {
        let line = || {
            Line::styled("Enter opens what a line is about; Tab goes on to the next part", view.theme.hint())
        };
        self.meaning.iter().map(|_| line()).collect()
    }
}

fn passages(meaning: &Meaning, width: u16, view: &View) -> Vec<Passage> {
    let mut passages = vec![Passage::new(About::Register, |page| page.text(meaning.headline()))];
    for section in meaning.outline() {
        passages.push(Passage::heading(section.heading));
        passages.extend(section.items.into_iter().map(|item| passage(item, view)));
    }
    if meaning.cells.is_empty() {
        passages.push(Passage::new(About::Register, |page| page.text("Every cell stands as it did.")));
    } else {
        passages.push(Passage::heading(meaning.cells_heading()));
    }
    passages.extend(meaning.cells.iter().map(|cell| self::cell(cell, meaning, width, view)));
    passages
}

fn passage(item: Item, view: &View) -> Passage {
    Passage::new(item.about, |page| {
        page.item(format!("  {} ", item.how.mark()), view.theme.title(), item.title);
        item.lines.iter().for_each(|line| page.item("      ", Style::new(), line.words()));
    })
}

/// In a narrower window states are told by their glyphs.
const WIDE: u16 = 70;

fn cell(difference: &Difference, meaning: &Meaning, width: u16, view: &View) -> Passage {
    let Difference { company, measure, from, to, by } = difference;
    let side = |state: &Option<State>| {
        let (glyph, words) = state.map_or((" ", "not there"), |state| (theme::glyph(state), state.words()));
        let style = state.map_or(view.theme.hint(), |state| view.theme.state(state));
        (if width < WIDE { format!("{glyph} ") } else { fit(&format!("{glyph} {words}"), 18) }, style)
    };
    let plain = |text: String| (text, Style::new());
    let lead = vec![plain(format!("  {measure:<10} ")), side(from), plain("→ ".to_owned()), side(to)];
    let passage = Passage::new(About::Cell(company.clone(), *measure), |page| {
        page.columns(lead, meaning.name(company));
        let mut below = |words: String| page.styled_item("      ", Style::new(), words, view.theme.hint());
        by.iter().for_each(|entry| below(format!("{}  {}: {}", entry.day(), entry.author, entry.subject)));
        if by.is_empty() {
            below(BY_TIME.to_owned());
        }
    });
    Passage { commit: by.first().map(|entry| entry.commit.clone()), ..passage }
}
