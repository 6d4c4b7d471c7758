//! Two companies against each other, measure by measure, with the differences picked out.

use ratatui::Frame;
use ratatui::layout::{Constraint, Layout, Rect};
use ratatui::style::Style;
use ratatui::text::{Line, Span};
use ratatui::widgets::Paragraph;

use super::{Place, Screen};
use crate::analysis::{Cell, Pair, Target, comparison, scope};
use crate::domain::visible::line as visible;
use crate::domain::{Chapter, CompanyId, MeasureRef};
use crate::ui::action::{Action, Scope};
use crate::ui::intent::Intent;
use crate::ui::theme;
use crate::ui::view::View;
use crate::ui::widget::list::Cursor;
use crate::ui::widget::text::fit;

pub struct Compared {
    left: CompanyId,
    right: CompanyId,
    target: Target,
    /// The whole Code, or the part it was opened for.
    everything: bool,
    only_differences: bool,
    on_right: bool,
    cursor: Cursor,
}

impl Compared {
    pub fn new(left: CompanyId, right: CompanyId, target: Target) -> Compared {
        let cursor = Cursor::default();
        Compared { left, right, target, everything: true, only_differences: false, on_right: false, cursor }
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
        if let Target::Measure(measure) = self.target {
            self.cursor.at = self.pairs(view).iter().position(|pair| pair.measure == measure).unwrap_or(0);
        }
        Intent::Nothing
    }

    fn act(&mut self, action: Action, view: &View) -> Intent {
        let pairs = self.pairs(view);
        if self.cursor.act(action, pairs.len()) {
            return Intent::Nothing;
        }
        match action {
            Action::Left => self.on_right = false,
            Action::Right => self.on_right = true,
            Action::Only => {
                let measure = pairs.get(self.cursor.at).map(|pair| pair.measure);
                self.only_differences = !self.only_differences;
                let pairs = self.pairs(view);
                self.cursor.at = pairs.iter().position(|pair| Some(pair.measure) >= measure).unwrap_or(0);
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

    fn cell(&self, view: &View) -> Option<(CompanyId, MeasureRef)> {
        let company = if self.on_right { &self.right } else { &self.left };
        let pairs = self.pairs(view);
        let pair = pairs.get(self.cursor.at.min(pairs.len().checked_sub(1)?))?;
        Some((company.clone(), pair.measure))
    }

    fn draw(&mut self, frame: &mut Frame, area: Rect, view: &View) {
        let pairs = self.pairs(view);
        let [head, list] = area.layout(&Layout::vertical([Constraint::Length(2), Constraint::Min(1)]));
        let columns = Columns::new(usize::from(area.width));
        frame.render_widget(Paragraph::new(self.head(view, &columns)), head);
        if pairs.is_empty() {
            return frame
                .render_widget(Line::styled("They stand alike on every measure.", view.theme.hint()), list);
        }
        let window = self.cursor.window(usize::from(list.height), pairs.len());
        let rows = window.map(|at| self.row(&pairs[at], at == self.cursor.at, view, &columns));
        frame.render_widget(Paragraph::new(rows.collect::<Vec<_>>()), list);
        let column = columns.title + 3 + usize::from(self.on_right) * (columns.side + 1);
        self.cursor.rest(frame, Rect { x: list.x + column as u16, ..list });
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
        let side = (width / 4).clamp(16, 40);
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
