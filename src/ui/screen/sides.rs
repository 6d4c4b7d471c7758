//! Side by side: what signatories still owe on the left, what the others owe on the right.

use ratatui::Frame;
use ratatui::layout::{Constraint, Layout, Position, Rect};
use ratatui::text::{Line, Span};
use ratatui::widgets::Paragraph;
use unicode_width::UnicodeWidthStr;

use super::{Place, Screen};
use crate::analysis::{Cell, Counts, Gap, Group, Sides, State, Target, comparison, coverage};
use crate::domain::visible::line as visible;
use crate::domain::{Chapter, CompanyId, MeasureRef};
use crate::report::gaps::Gaps;
use crate::report::{Report, Table};
use crate::ui::action::{Action, Scope};
use crate::ui::intent::Intent;
use crate::ui::mouse::Touched;
use crate::ui::theme;
use crate::ui::view::View;
use crate::ui::widget::list::Selection;
use crate::ui::widget::text::{cut, cut_line, fit, saying};

pub struct SideBySide {
    target: Target,
    side: Group,
    selections: [Selection<Key>; 2],
    only_judged: bool,
}

type Key = (CompanyId, MeasureRef);

fn keys(gaps: &[Gap]) -> Vec<Key> {
    gaps.iter().map(|gap| (gap.company.clone(), gap.measure)).collect()
}

impl SideBySide {
    pub fn new(target: Target) -> SideBySide {
        SideBySide { target, side: Group::Signatory, selections: Default::default(), only_judged: false }
    }

    /// Open cells and unknown ones; or only those on which somebody has judged.
    fn sides(&self, view: &View) -> Sides {
        let judged = |cell: &Cell| matches!(cell.state, State::Gap | State::Partial | State::Stale);
        comparison::sides(&view.board, self.target, |cell| match self.only_judged {
            true => judged(cell),
            false => cell.state.is_open() || cell.state == State::Unknown,
        })
    }

    fn selected(&self, view: &View) -> Option<Gap> {
        let sides = self.sides(view);
        let gaps = if self.side == Group::Signatory { sides.signatories } else { sides.non_signatories };
        gaps.get(self.selections[self.side as usize].at(&keys(&gaps))?).cloned()
    }
}

impl Screen for SideBySide {
    fn scope(&self) -> Scope {
        Scope::Sides
    }

    fn title(&self, view: &View) -> String {
        format!("Side by side: {}", target_words(self.target, view))
    }

    fn act(&mut self, action: Action, view: &View) -> Intent {
        let sides = self.sides(view);
        let gaps = [&sides.signatories, &sides.non_signatories][self.side as usize];
        if self.selections[self.side as usize].act(action, &keys(gaps)) {
            return Intent::Nothing;
        }
        match action {
            Action::Left => self.side = Group::Signatory,
            Action::Right => self.side = Group::NonSignatory,
            Action::NextBlock => {
                self.side =
                    if self.side == Group::Signatory { Group::NonSignatory } else { Group::Signatory };
            }
            Action::Only => self.only_judged = !self.only_judged,
            Action::Open => {
                return match self.selected(view) {
                    Some(gap) => Intent::Open(Place::Detail { company: gap.company, measure: gap.measure }),
                    None => Intent::Nothing,
                };
            }
            Action::Back => return Intent::Back,
            _ => {}
        }
        Intent::Nothing
    }

    fn sheet(&self, view: &View) -> Option<Table> {
        let Sides { signatories, non_signatories, .. } = self.sides(view);
        let gaps = [signatories, non_signatories].concat();
        Gaps { snapshot: &view.snapshot, gaps, not_listed: Counts::default() }.sheet()
    }

    fn touch(&mut self, place: Position, _view: &View) -> Touched {
        let before = self.side;
        for side in Group::ALL {
            let touched = self.selections[side as usize].touch(place);
            if !touched.is_nothing() {
                self.side = side;
                return if side == before { touched } else { Touched::Selected };
            }
        }
        Touched::Nothing
    }

    fn scroll(&mut self, place: Position, lines: isize) {
        self.selections.iter_mut().for_each(|selection| selection.scroll(place, lines));
    }

    fn cell(&self, view: &View) -> Option<(CompanyId, MeasureRef)> {
        self.selected(view).map(|gap| (gap.company, gap.measure))
    }

    fn target(&self, _view: &View) -> Option<Target> {
        Some(self.target)
    }

    fn draw(&mut self, frame: &mut Frame, area: Rect, view: &View) {
        let sides = self.sides(view);
        let [left, gap, right] = area.layout(&Layout::horizontal([
            Constraint::Fill(1),
            Constraint::Length(3),
            Constraint::Fill(1),
        ]));
        let line = vec![Line::styled(" │ ", view.theme.hint()); usize::from(gap.height)];
        frame.render_widget(Paragraph::new(line), gap);
        for (group, gaps, area) in [
            (Group::Signatory, &sides.signatories, left),
            (Group::NonSignatory, &sides.non_signatories, right),
        ] {
            let column = Column { target: self.target, group, gaps, focused: self.side == group };
            column.draw(frame, area, view, &mut self.selections[group as usize]);
        }
    }

    fn legend(&self, view: &View) -> Vec<Line<'static>> {
        let what =
            if self.only_judged { "gap, partial and stale only" } else { "all that is open, worst first" };
        vec![Line::styled(format!("{what}; x changes that, Enter opens the cell"), view.theme.hint())]
    }
}

/// One side's gaps.
struct Column<'a> {
    target: Target,
    group: Group,
    gaps: &'a [Gap],
    focused: bool,
}

impl Column<'_> {
    fn draw(&self, frame: &mut Frame, area: Rect, view: &View, selection: &mut Selection<Key>) {
        let [head, counts, list] = area.layout(&Layout::vertical([
            Constraint::Length(1),
            Constraint::Length(2),
            Constraint::Min(1),
        ]));
        let style = if self.focused {
            view.theme.section().patch(view.theme.crosshair())
        } else {
            view.theme.section()
        };
        let (width, name, open) = (usize::from(head.width), self.group.words(), self.gaps.len());
        let title = format!("{name} ({open} open)");
        // Half a number would be another one.
        let title = if title.len() > width { format!("{name} {open}") } else { title };
        frame.render_widget(Line::styled(cut(&title, width).into_owned(), style), head);
        let counted = counts_line(&counts_of(view, self.target, self.group), view);
        frame.render_widget(cut_line(counted, width), counts);
        if self.gaps.is_empty() {
            return frame.render_widget(saying("Nothing owed here.", list.width, view.theme.hint()), list);
        }
        let keys = keys(self.gaps);
        let window = selection.window(list, &keys);
        let selected = selection.at(&keys).filter(|_| self.focused);
        let rows = window.map(|at| {
            let row = row(&self.gaps[at], view, self.target, usize::from(list.width));
            if Some(at) == selected { row.patch_style(view.theme.selected()) } else { row }
        });
        frame.render_widget(Paragraph::new(rows.collect::<Vec<_>>()), list);
        if self.focused {
            selection.rest(frame);
        }
    }
}

/// All cells of one side, also those that are not listed.
fn counts_of(view: &View, target: Target, group: Group) -> Counts {
    let mut counts = Counts::default();
    for chapter in Chapter::ALL {
        let members: Vec<CompanyId> = view.board.members(group, chapter).cloned().collect();
        let within = view.board.measures().iter().filter(|measure| measure.chapter == chapter);
        for measure in within.filter(|measure| target.covers(**measure)) {
            counts += coverage::of_target(&view.board, Target::Measure(*measure), &members);
        }
    }
    counts
}

/// `✗ 3  ◐ 1  · 12`, worst first.
pub fn counts_line(counts: &Counts, view: &View) -> Line<'static> {
    let spans = counts.present().flat_map(|(state, count)| {
        [Span::styled(theme::glyph(state), view.theme.state(state)), Span::raw(format!(" {count}  "))]
    });
    Line::from(spans.collect::<Vec<_>>())
}

/// Below so many columns a gap has no words beside its company's name.
const NARROW: usize = 24;

fn row(gap: &Gap, view: &View, target: Target, width: usize) -> Line<'static> {
    let state = gap.cell.state;
    let evidence = match gap.cell.evidence {
        0 => String::new(),
        number => format!(", {number} on file"),
    };
    let measure = match target {
        Target::Measure(_) => String::new(),
        _ => format!("{:<11}", gap.measure.to_string()),
    };
    let room = width.saturating_sub(2 + measure.len());
    let words = match room < NARROW {
        // The glyph says it, too; the name is said nowhere else.
        true => evidence.trim_start_matches(", ").trim_end_matches(" on file").to_owned(),
        false => cut(&format!("{}{evidence}", state.words()), room / 2).into_owned(),
    };
    // Where it may be cut, the mark of an invented one stands first.
    let name = if room < NARROW { view.marked(&gap.company) } else { view.name(&gap.company) };
    let name = fit(&visible(&name), room.saturating_sub(words.width() + 1));
    Line::from(vec![
        Span::styled(format!("{} ", theme::glyph(state)), view.theme.state(state)),
        Span::raw(measure),
        Span::raw(name),
        Span::styled(format!(" {words}"), view.theme.state(state)),
    ])
}

/// A part of the catalogue in words.
pub fn target_words(target: Target, view: &View) -> String {
    let catalogue = &view.snapshot.catalogue;
    match target {
        Target::Everything => "everything".into(),
        Target::Chapter(chapter) => chapter.title().into(),
        Target::Commitment(id) => {
            format!("{id} {}", catalogue.commitment(id).map_or("", |commitment| &commitment.title))
        }
        Target::Measure(id) => format!("{id} {}", catalogue.measure(id).map_or("", |measure| &measure.title)),
    }
}
