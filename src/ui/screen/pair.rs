//! Two companies against each other, measure by measure, with the differences picked out.

use ratatui::Frame;
use ratatui::layout::{Constraint, Layout, Position, Rect};
use ratatui::style::Style;
use ratatui::text::{Line, Span};
use ratatui::widgets::Paragraph;

use super::{Place, Screen};
use crate::analysis::{Cell, Pair, Target, comparison, scope};
use crate::domain::visible::line as visible;
use crate::domain::{Chapter, CompanyId, MeasureRef};
use crate::report::pair::PairReport;
use crate::report::{Report, Table};
use crate::ui::action::{Action, Scope};
use crate::ui::intent::Intent;
use crate::ui::mouse::Touched;
use crate::ui::theme;
use crate::ui::view::View;
use crate::ui::widget::list::Selection;
use crate::ui::widget::text::{fit, saying};

pub struct Compared {
    left: CompanyId,
    right: CompanyId,
    target: Target,
    /// The whole Code, or the part it was opened for.
    everything: bool,
    only_differences: bool,
    on_right: bool,
    selection: Selection<MeasureRef>,
    /// Where the right company's column was drawn.
    right_from: u16,
}

fn keys(pairs: &[Pair]) -> Vec<MeasureRef> {
    pairs.iter().map(|pair| pair.measure).collect()
}

impl Compared {
    pub fn new(left: CompanyId, right: CompanyId, target: Target) -> Compared {
        let selection = Selection::default();
        Compared {
            left,
            right,
            target,
            everything: true,
            only_differences: false,
            on_right: false,
            selection,
            right_from: 0,
        }
    }

    fn pairs(&self, view: &View) -> Vec<Pair> {
        let target = if self.everything { Target::Everything } else { self.target };
        let mut pairs = comparison::pairs(&view.board, &self.left, &self.right, target);
        if self.only_differences {
            pairs.retain(Pair::differs);
        }
        pairs
    }
}

impl Screen for Compared {
    fn scope(&self) -> Scope {
        Scope::Pair
    }

    fn title(&self, view: &View) -> String {
        format!("{} against {}", view.name(&self.left), view.name(&self.right))
    }

    fn begin(&mut self, view: &View) -> Intent {
        // Opened from a measure, the list starts there.
        if let Target::Measure(measure) = self.target
            && keys(&self.pairs(view)).contains(&measure)
        {
            self.selection.select(measure);
        }
        Intent::Nothing
    }

    fn act(&mut self, action: Action, view: &View) -> Intent {
        let pairs = self.pairs(view);
        if self.selection.act(action, &keys(&pairs)) {
            return Intent::Nothing;
        }
        match action {
            Action::Left => self.on_right = false,
            Action::Right => self.on_right = true,
            Action::Only => {
                let measure = self.cell(view).map(|(_, measure)| measure);
                self.only_differences = !self.only_differences;
                let pairs = self.pairs(view);
                let next = pairs.iter().find(|pair| Some(pair.measure) >= measure).or(pairs.first());
                next.into_iter().for_each(|pair| self.selection.select(pair.measure));
            }
            Action::Open => {
                return match self.cell(view) {
                    Some((company, measure)) => Intent::Open(Place::Detail { company, measure }),
                    None => Intent::Nothing,
                };
            }
            Action::Back => return Intent::Back,
            _ => {}
        }
        Intent::Nothing
    }

    fn sheet(&self, view: &View) -> Option<Table> {
        let [left, right] = [&self.left, &self.right].map(|company| view.company(company));
        let (snapshot, pairs) = (&*view.snapshot, self.pairs(view));
        PairReport { snapshot, left: left?, right: right?, pairs }.sheet()
    }

    fn touch(&mut self, place: Position, _view: &View) -> Touched {
        let before = self.on_right;
        let touched = self.selection.touch(place);
        if !touched.is_nothing() {
            self.on_right = place.x >= self.right_from;
        }
        if touched.is_again() && self.on_right != before { Touched::Selected } else { touched }
    }

    fn scroll(&mut self, place: Position, lines: isize) {
        self.selection.scroll(place, lines);
    }

    fn cell(&self, view: &View) -> Option<(CompanyId, MeasureRef)> {
        let company = if self.on_right { &self.right } else { &self.left };
        let pairs = self.pairs(view);
        let pair = pairs.get(self.selection.at(&keys(&pairs))?)?;
        Some((company.clone(), pair.measure))
    }

    fn draw(&mut self, frame: &mut Frame, area: Rect, view: &View) {
        let pairs = self.pairs(view);
        let [head, list] = area.layout(&Layout::vertical([Constraint::Length(2), Constraint::Min(1)]));
        let columns = Columns::new(usize::from(area.width));
        frame.render_widget(Paragraph::new(self.head(view, &columns)), head);
        if pairs.is_empty() {
            return frame.render_widget(
                saying("They stand alike on every measure.", list.width, view.theme.hint()),
                list,
            );
        }
        let keys = keys(&pairs);
        let window = self.selection.window(list, &keys);
        let selected = self.selection.at(&keys);
        let rows = window.map(|at| self.row(&pairs[at], Some(at) == selected, view, &columns));
        frame.render_widget(Paragraph::new(rows.collect::<Vec<_>>()), list);
        let [left, right] = [0, columns.side + 1].map(|side| list.x + (columns.title + 3 + side) as u16);
        self.right_from = right;
        self.selection.rest_at(frame, if self.on_right { right } else { left });
    }

    fn legend(&self, view: &View) -> Vec<Line<'static>> {
        let pairs = self.pairs(view);
        let differing = pairs.iter().filter(|pair| pair.differs()).count();
        let text = format!("{differing} of {} measures differ (≠); x shows only those", pairs.len());
        vec![Line::styled(text, view.theme.hint())]
    }
}

/// Widths of the parts of a row.
struct Columns {
    title: usize,
    side: usize,
}

impl Columns {
    fn new(width: usize) -> Columns {
        // The longest ref is seen whole.
        let side = (width / 4).clamp(16, 40).min(width.saturating_sub("AIA-53-1-d ".len() + 5) / 2);
        Columns { title: width.saturating_sub(2 * side + 5), side }
    }
}

impl Compared {
    fn head(&self, view: &View, columns: &Columns) -> Vec<Line<'static>> {
        let name = |company: &CompanyId, here: bool| {
            let style =
                if here { view.theme.section().patch(view.theme.crosshair()) } else { view.theme.section() };
            Span::styled(fit(&visible(&view.name(company)), columns.side), style)
        };
        let stances = |id: &CompanyId| {
            let signed = |chapter: &Chapter| {
                view.company(id).is_some_and(|company| company.has_signed(*chapter, view.day()))
            };
            let signed: Vec<&str> = Chapter::CODE.iter().filter(|id| signed(id)).map(|id| id.key()).collect();
            match (signed.is_empty(), view.company(id)) {
                (false, _) => format!("signed {}", signed.join(" ")),
                (true, Some(company)) => {
                    scope::stance_words(company, Chapter::SafetySecurity, view.day()).to_owned()
                }
                (true, None) => String::new(),
            }
        };
        let pad = Span::raw(" ".repeat(columns.title + 3));
        let stance = |id: &CompanyId| Span::styled(fit(&stances(id), columns.side), view.theme.hint());
        vec![
            Line::from(vec![
                pad.clone(),
                name(&self.left, !self.on_right),
                Span::raw(" "),
                name(&self.right, self.on_right),
            ]),
            Line::from(vec![pad, stance(&self.left), Span::raw(" "), stance(&self.right)]),
        ]
    }

    fn row(&self, pair: &Pair, selected: bool, view: &View, columns: &Columns) -> Line<'static> {
        let title = view.measure(pair.measure).map_or("", |measure| &measure.title);
        let label = fit(&visible(&format!("{} {title}", pair.measure)), columns.title);
        let mark = if pair.differs() { " ≠ " } else { "   " };
        let side = |cell: &Cell, here: bool| {
            let text = fit(&side_words(cell), columns.side);
            let style = view.theme.state(cell.state);
            Span::styled(text, if here { style.patch(view.theme.selected()) } else { style })
        };
        Line::from(vec![
            Span::styled(label, if selected { view.theme.crosshair() } else { Style::new() }),
            Span::styled(mark, view.theme.title()),
            side(&pair.left, selected && !self.on_right),
            Span::raw(" "),
            side(&pair.right, selected && self.on_right),
        ])
    }
}

fn side_words(cell: &Cell) -> String {
    let evidence = if cell.evidence == 0 { String::new() } else { format!(" {}", cell.evidence) };
    format!("{} {} {}{evidence}", theme::glyph(cell.state), theme::basis_mark(cell.basis), cell.state.words())
}
