//! The home screen: measures down, companies across in two blocks, every cell a state.
//!
//! ```text
//!                                  │ Signatories 22              │ Non-signatories 21     block
//! ▾ S Safety and Security      412 │ OpenAI  Google  Anthrop. xAI│ Meta    NVIDIA         names
//!   open cells                     │ 3       4       4        2  │ 1       –              open
//!   ▾ S-1 Safety and Security F… 9 │ ?       ?       ?        ?  │ ?       ?              commitment
//!     S-1.1 Creating the Framew… 4 │ ? a 2   ? a 1   ? a 3    …  │ ? m 1   ? m            measure
//! ```
//!
//! The head belongs to one chapter, because a partial signatory stands left in the chapters it signed and right in the
//! others: each chapter brings its own, and the one of the topmost row in view stays at the top while scrolling.

mod arrangement;

use std::cell::{self, RefCell};
use std::collections::HashSet;
use std::rc::Rc;

use ratatui::Frame;
use ratatui::buffer::Buffer;
use ratatui::layout::Rect;
use ratatui::style::Style;
use ratatui::text::{Line, Span};
use unicode_width::UnicodeWidthStr;

use super::{Goal, Place, Screen};
use crate::analysis::{Cell, Counts, Group, State, Target, coverage};
use crate::domain::visible::line as visible;
use crate::domain::{Basis, Chapter, CommitmentRef, CompanyId, MeasureRef};
use crate::ui::action::{Action, Scope};
use crate::ui::intent::Intent;
use crate::ui::theme;
use crate::ui::view::{INVENTED, Order, View};
use crate::ui::widget::text::{cut, fit};
use arrangement::{Arrangement, Blocks};

/// Columns of one cell, its gap included.
const CELL_WIDTH: u16 = 10;
/// Lines of a chapter's head.
const HEAD_HEIGHT: u16 = 3;

#[derive(Default)]
pub struct Matrix {
    at: Option<Row>,
    company: Option<CompanyId>,
    folded: HashSet<CommitmentRef>,
    folded_chapters: HashSet<Chapter>,
    filter: String,
    order: Order,
    top: Option<Row>,
    /// First column in view of either block.
    left: [usize; 2],
    page: usize,
    /// The last one that was asked for.
    arrangement: RefCell<Option<Rc<Arrangement>>>,
}

/// One line, or for a chapter its head. Rows are identities: they survive a register that changes underneath.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Row {
    Chapter(Chapter),
    Commitment(CommitmentRef),
    Measure(MeasureRef),
}

impl Row {
    fn chapter(self) -> Chapter {
        match self {
            Row::Chapter(chapter) => chapter,
            Row::Commitment(commitment) => commitment.chapter,
            Row::Measure(measure) => measure.chapter,
        }
    }

    fn target(self) -> Target {
        match self {
            Row::Chapter(chapter) => Target::Chapter(chapter),
            Row::Commitment(commitment) => Target::Commitment(commitment),
            Row::Measure(measure) => Target::Measure(measure),
        }
    }

    fn height(self) -> u16 {
        match self {
            Row::Chapter(_) => HEAD_HEIGHT,
            _ => 1,
        }
    }
}

impl Screen for Matrix {
    fn scope(&self) -> Scope {
        Scope::Matrix
    }

    fn title(&self, _view: &View) -> String {
        match self.filter.as_str() {
            "" => "Board".into(),
            filter => format!("Board, only /{filter}"),
        }
    }

    fn act(&mut self, action: Action, view: &View) -> Intent {
        let rows = self.rows(view);
        let at = self.position(&rows);
        let last = rows.len().saturating_sub(1);
        match action {
            Action::Up => self.at = rows.get(at.saturating_sub(1)).copied(),
            Action::Down => self.at = rows.get((at + 1).min(last)).copied(),
            Action::PageUp => self.at = rows.get(at.saturating_sub(self.page)).copied(),
            Action::PageDown => self.at = rows.get((at + self.page).min(last)).copied(),
            Action::First => self.at = rows.first().copied(),
            Action::Last => self.at = rows.last().copied(),
            Action::Left => self.step(view, &rows, -1),
            Action::Right => self.step(view, &rows, 1),
            Action::NextBlock => self.other_block(view, &rows),
            Action::Fold => self.fold(rows.get(at).copied()),
            Action::FoldAll => self.fold_all(view),
            Action::Sort => {
                self.order = if self.order == Order::Name { Order::OnFile } else { Order::Name };
                let words = if self.order == Order::Name { "name" } else { "what is on file" };
                return Intent::Say(format!("Companies are ordered by {words}."));
            }
            Action::Open => {
                return match (rows.get(at), self.cell(view)) {
                    (Some(Row::Measure(_)), Some((company, measure))) => {
                        Intent::Open(Place::Detail { company, measure })
                    }
                    (Some(row), _) => {
                        self.fold(Some(*row));
                        Intent::Nothing
                    }
                    _ => Intent::Nothing,
                };
            }
            Action::Back if !self.filter.is_empty() => self.filter.clear(),
            Action::Back => return Intent::Back,
            _ => return Intent::Nothing,
        }
        Intent::Nothing
    }

    fn draw(&mut self, frame: &mut Frame, area: Rect, view: &View) {
        let rows = self.rows(view);
        if rows.is_empty() {
            return empty(frame, area, view, &self.filter);
        }
        // What was selected stays remembered while a filter hides it.
        let at = rows[self.position(&rows)];
        self.left = Grid::new(self, view, area, at).leftmost();
        self.page = usize::from(area.height.saturating_sub(HEAD_HEIGHT)).max(1);
        let top = self.scroll(&rows, area.height);
        self.top = Some(rows[top]);
        let grid = Grid::new(self, view, area, at);
        grid.draw(frame.buffer_mut(), &rows[top..]);
        if let Some(place) = grid.selection.get() {
            frame.set_cursor_position(place);
        }
    }

    fn cell(&self, view: &View) -> Option<(CompanyId, MeasureRef)> {
        let rows = self.rows(view);
        let Row::Measure(measure) = *rows.get(self.position(&rows))? else {
            return None;
        };
        Some((self.selected_company(view, measure.chapter)?, measure))
    }

    fn target(&self, view: &View) -> Option<Target> {
        let rows = self.rows(view);
        rows.get(self.position(&rows)).map(|row| row.target())
    }

    fn company(&self, view: &View) -> Option<CompanyId> {
        let rows = self.rows(view);
        let row = rows.get(self.position(&rows))?;
        self.selected_company(view, row.chapter())
    }

    fn filter(&mut self, text: &str) {
        self.filter = text.trim().to_owned();
    }

    fn filter_text(&self) -> &str {
        &self.filter
    }

    fn go_to(&mut self, goal: Goal, view: &View) -> Intent {
        let arrangement = self.arrangement(view);
        let hidden = match &goal {
            Goal::Company(company) => {
                !Chapter::ALL.iter().any(|chapter| arrangement.columns(*chapter).any(|id| id == company))
            }
            Goal::Measure(measure) => !arrangement.keeps(*measure),
        };
        match goal {
            Goal::Company(company) => self.company = Some(company),
            Goal::Measure(measure) => {
                self.folded_chapters.remove(&measure.chapter);
                self.folded.remove(&measure.commitment());
                self.at = Some(Row::Measure(measure));
            }
        }
        if hidden {
            self.filter.clear();
            return Intent::Say("The filter hid it, so the filter is gone.".to_owned());
        }
        Intent::Nothing
    }

    fn legend(&self, view: &View) -> Vec<Line<'static>> {
        let basis = |basis: Basis| Line::raw(format!("{} {}", theme::basis_mark(basis), basis.words()));
        let state = |state: State| {
            Line::from(vec![
                Span::styled(theme::glyph(state), view.theme.state(state)),
                Span::raw(format!(" {}", state.words())),
            ])
        };
        let mut items: Vec<Line> = State::ALL.into_iter().map(state).collect();
        items.extend(Basis::ALL.into_iter().map(basis));
        items.push(Line::styled("number: evidence on file", view.theme.hint()));
        if view.has_invented() {
            items.insert(0, Line::styled(format!("{INVENTED} invented"), view.theme.warning()));
        }
        items
    }
}

impl Matrix {
    /// The rows that are neither folded away nor filtered out.
    fn rows(&self, view: &View) -> Vec<Row> {
        let arrangement = self.arrangement(view);
        let mut rows = Vec::new();
        for chapter in &view.snapshot.catalogue.chapters {
            let start = rows.len();
            rows.push(Row::Chapter(chapter.chapter));
            for commitment in &chapter.commitments {
                let measures = commitment.measures.iter().map(|measure| measure.id);
                let measures: Vec<MeasureRef> = measures.filter(|id| arrangement.keeps(*id)).collect();
                if measures.is_empty() {
                    continue;
                }
                rows.push(Row::Commitment(commitment.id));
                if !self.folded.contains(&commitment.id) {
                    rows.extend(measures.into_iter().map(Row::Measure));
                }
            }
            if rows.len() == start + 1 {
                rows.truncate(start);
            } else if self.folded_chapters.contains(&chapter.chapter) {
                rows.truncate(start + 1);
            }
        }
        rows
    }

    /// Where the selection stands among the rows; a row that is gone falls back to its commitment or chapter.
    fn position(&self, rows: &[Row]) -> usize {
        let find = |row: Row| rows.iter().position(|own| *own == row);
        let here = self.at.and_then(|at| {
            let above = match at {
                Row::Measure(measure) => find(Row::Commitment(measure.commitment())),
                _ => None,
            };
            find(at).or(above).or_else(|| find(Row::Chapter(at.chapter())))
        });
        // On the first measure, so that a first Enter shows something.
        let first = || rows.iter().position(|row| matches!(row, Row::Measure(_)));
        here.or_else(first).unwrap_or(0)
    }

    fn arrangement(&self, view: &View) -> Rc<Arrangement> {
        let mut kept = self.arrangement.borrow_mut();
        let fitting = kept.take().filter(|kept| kept.is_of(view, &self.filter, self.order));
        let fitting = fitting.unwrap_or_else(|| Rc::new(Arrangement::new(view, &self.filter, self.order)));
        kept.insert(fitting).clone()
    }

    /// The selected company, or the first one where it is gone.
    fn selected_company(&self, view: &View, chapter: Chapter) -> Option<CompanyId> {
        let arrangement = self.arrangement(view);
        let mut columns = arrangement.columns(chapter);
        let selected = columns.clone().find(|company| Some(*company) == self.company.as_ref());
        selected.or(columns.next()).cloned()
    }

    fn step(&mut self, view: &View, rows: &[Row], by: isize) {
        let Some(row) = rows.get(self.position(rows)) else { return };
        let arrangement = self.arrangement(view);
        let columns: Vec<&CompanyId> = arrangement.columns(row.chapter()).collect();
        let selected = self.selected_company(view, row.chapter());
        let at = columns.iter().position(|company| Some(*company) == selected.as_ref()).unwrap_or(0);
        let next = at.saturating_add_signed(by).min(columns.len().saturating_sub(1));
        self.company = columns.get(next).copied().cloned();
    }

    fn other_block(&mut self, view: &View, rows: &[Row]) {
        let Some(row) = rows.get(self.position(rows)) else { return };
        let selected = self.selected_company(view, row.chapter());
        let arrangement = self.arrangement(view);
        let [left, right] = arrangement.blocks(row.chapter());
        let in_left = selected.is_some_and(|company| left.contains(&company));
        let other = if in_left { right.first() } else { left.first() };
        self.company = other.cloned().or(self.company.take());
    }

    fn fold(&mut self, row: Option<Row>) {
        match row {
            Some(Row::Chapter(chapter)) => toggle(&mut self.folded_chapters, chapter),
            Some(Row::Commitment(commitment)) => toggle(&mut self.folded, commitment),
            Some(Row::Measure(measure)) => {
                toggle(&mut self.folded, measure.commitment());
                self.at = Some(Row::Commitment(measure.commitment()));
            }
            None => {}
        }
    }

    fn fold_all(&mut self, view: &View) {
        let all: HashSet<CommitmentRef> =
            view.snapshot.catalogue.commitments().map(|commitment| commitment.id).collect();
        self.folded = if self.folded.is_superset(&all) { HashSet::new() } else { all };
    }

    /// The first row in view, such that the selected one is in view too.
    fn scroll(&self, rows: &[Row], height: u16) -> usize {
        let at = self.position(rows);
        let mut top = self.top.and_then(|top| rows.iter().position(|row| *row == top)).unwrap_or(0).min(at);
        while top < at && !in_view(&rows[top..=at], height) {
            top += 1;
        }
        // Empty lines at the end are put to use.
        while top > 0 && in_view(&rows[top - 1..], height) {
            top -= 1;
        }
        top
    }
}

fn toggle<T: Eq + std::hash::Hash>(set: &mut HashSet<T>, value: T) {
    if !set.remove(&value) {
        set.insert(value);
    }
}

/// Whether rows fit below one another when the first one's chapter head stands on top.
fn in_view(rows: &[Row], height: u16) -> bool {
    let head = if matches!(rows.first(), Some(Row::Chapter(_))) { 0 } else { HEAD_HEIGHT };
    head + rows.iter().map(|row| row.height()).sum::<u16>() <= height
}

fn empty(frame: &mut Frame, area: Rect, view: &View, filter: &str) {
    let text = match filter {
        "" => {
            "This register has no measures yet: commitments/ is empty. `countersign init` makes one that has."
        }
        _ => "No measure matches the filter. Esc clears it.",
    };
    frame.render_widget(Line::styled(text, view.theme.hint()), area);
}

/// Where everything is, for one draw.
struct Grid<'a> {
    matrix: &'a Matrix,
    view: &'a View,
    arrangement: Rc<Arrangement>,
    area: Rect,
    /// Width of the frozen column with refs, titles and counts.
    label: u16,
    /// First column in view of either block.
    left: [usize; 2],
    selected: Option<CompanyId>,
    at: Row,
    /// Where the selection was drawn: the terminal's own cursor rests there.
    selection: cell::Cell<Option<(u16, u16)>>,
}

impl<'a> Grid<'a> {
    fn new(matrix: &'a Matrix, view: &'a View, area: Rect, at: Row) -> Grid<'a> {
        let label = (area.width / 3).clamp(24, 52);
        let selected = matrix.selected_company(view, at.chapter());
        let arrangement = matrix.arrangement(view);
        let (left, selection) = (matrix.left, cell::Cell::default());
        Grid { matrix, view, arrangement, area, label, left, selected, at, selection }
    }

    /// The first columns to be shown, such that the selected company is in view.
    fn leftmost(&self) -> [usize; 2] {
        let blocks = self.arrangement.blocks(self.at.chapter());
        let rooms = self.rooms(blocks);
        std::array::from_fn(|block| {
            let (columns, room) = (&blocks[block], rooms[block]);
            let left = self.left[block].min(columns.len().saturating_sub(room));
            match columns.iter().position(|company| Some(company) == self.selected.as_ref()) {
                Some(at) => left.min(at).max((at + 1).saturating_sub(room)),
                None => left,
            }
        })
    }

    /// How many columns of each block fit: both blocks are always in view, and a small one leaves its room to the other.
    fn rooms(&self, blocks: &Blocks) -> [usize; 2] {
        let all = usize::from(self.area.width.saturating_sub(self.label + 2) / CELL_WIDTH).max(2);
        let [left, right] = [blocks[0].len(), blocks[1].len()];
        let share = (all * 3 / 5).clamp(1, all - 1);
        let right_room = right.min((all - share).max(all.saturating_sub(left)));
        [left.min(all - right_room), right_room]
    }

    fn draw(&self, buffer: &mut Buffer, rows: &[Row]) {
        let Some(first) = rows.first() else { return };
        let mut y = self.area.y;
        self.head(buffer, y, first.chapter());
        y += HEAD_HEIGHT;
        for row in rows.iter().skip(usize::from(matches!(first, Row::Chapter(_)))) {
            if y + row.height() > self.area.bottom() {
                break;
            }
            match row {
                Row::Chapter(chapter) => self.head(buffer, y, *chapter),
                Row::Commitment(commitment) => self.commitment(buffer, y, *commitment),
                Row::Measure(measure) => self.measure(buffer, y, *measure),
            }
            y += row.height();
        }
    }

    /// The columns in view for a chapter, block by block: x and company.
    fn columns(&self, chapter: Chapter) -> [Vec<(u16, &CompanyId)>; 2] {
        let blocks = self.arrangement.blocks(chapter);
        let rooms = self.rooms(blocks);
        let mut x = self.area.x + self.label + 1;
        let mut columns = [Vec::new(), Vec::new()];
        for (block, columns) in columns.iter_mut().enumerate() {
            // The line between the blocks takes a column.
            x += u16::from(block == 1 && rooms[0] > 0);
            let left = self.left[block].min(blocks[block].len().saturating_sub(rooms[block]));
            for company in blocks[block].iter().skip(left).take(rooms[block]) {
                columns.push((x, company));
                x += CELL_WIDTH;
            }
        }
        columns
    }

    fn head(&self, buffer: &mut Buffer, y: u16, chapter: Chapter) {
        let theme = self.view.theme;
        let columns = self.columns(chapter);
        let (x, width) = (self.area.x, self.area.width);
        buffer.set_style(Rect::new(x, y, width, 2), theme.section());
        let title = self.view.snapshot.catalogue.chapter(chapter).map_or(chapter.title(), |text| &text.title);
        let mark = if self.matrix.folded_chapters.contains(&chapter) { "▸" } else { "▾" };
        let open = self.arrangement.open(Target::Chapter(chapter));
        let selected = self.at == Row::Chapter(chapter);
        let style = if selected { theme.section().patch(theme.selected()) } else { theme.section() };
        if selected {
            self.selection.set(Some((x, y + 1)));
        }
        self.label(buffer, y + 1, &format!("{mark} {chapter} {}", visible(title)), open, style);
        let everyone = self.arrangement.columns(chapter).count();
        let hint = format!("  open of {}", everyone * self.rows_of(chapter));
        buffer.set_stringn(x, y + 2, hint, usize::from(self.label), theme.hint());
        for (group, columns) in Group::ALL.into_iter().zip(&columns) {
            let block = &self.arrangement.blocks(chapter)[group as usize];
            self.block_title(buffer, y, group, block, columns);
            for (x, company) in columns {
                self.company_head(buffer, *x, y + 1, chapter, company);
            }
        }
        self.dividers(buffer, y, HEAD_HEIGHT, &columns);
    }

    fn company_head(&self, buffer: &mut Buffer, x: u16, y: u16, chapter: Chapter, id: &CompanyId) {
        let Some(company) = self.view.company(id) else { return };
        let theme = self.view.theme;
        let width = usize::from(CELL_WIDTH - 1);
        let mut style = if company.profile.invented { theme.warning() } else { theme.section() };
        if Some(id) == self.selected.as_ref() {
            style = style.patch(theme.crosshair());
        }
        buffer.set_stringn(x, y, cut(&visible(&self.view.short(company)), width), width, style);
        let open = self.arrangement.open_of(chapter, id);
        buffer.set_stringn(x, y + 1, open.to_string(), width, theme.hint());
    }

    fn rows_of(&self, chapter: Chapter) -> usize {
        self.view.board.measures().iter().filter(|measure| measure.chapter == chapter).count()
    }

    /// `‹ Signatories 4–9 of 22 ›` over a block; the arrows say on which side there are more.
    fn block_title(
        &self,
        buffer: &mut Buffer,
        y: u16,
        group: Group,
        block: &[CompanyId],
        columns: &[(u16, &CompanyId)],
    ) {
        let Some((x, first)) = columns.first() else { return };
        let from = block.iter().position(|company| company == *first).unwrap_or(0);
        let to = from + columns.len();
        let words = match (from, to == block.len()) {
            (0, true) => format!("{} {}", group.words(), block.len()),
            (from, last) => {
                let before = if from > 0 { "‹ " } else { "" };
                let after = if last { "" } else { " ›" };
                format!("{before}{} {}–{to} of {}{after}", group.words(), from + 1, block.len())
            }
        };
        let room = columns.len() * usize::from(CELL_WIDTH) - 1;
        let short = words.replace("Signatories", "Signed").replace("Non-signatories", "Others");
        let words = if words.width() <= room { words } else { short };
        buffer.set_stringn(*x, y, cut(&words, room), room, self.view.theme.section());
    }

    fn dividers(&self, buffer: &mut Buffer, y: u16, height: u16, columns: &[Vec<(u16, &CompanyId)>; 2]) {
        self.line(buffer, self.area.x + self.label, y, height);
        if let (false, Some((x, _))) = (columns[0].is_empty(), columns[1].first()) {
            self.line(buffer, x - 1, y, height);
        }
    }

    fn commitment(&self, buffer: &mut Buffer, y: u16, id: CommitmentRef) {
        let Some(commitment) = self.view.snapshot.catalogue.commitment(id) else { return };
        let theme = self.view.theme;
        let folded = self.matrix.folded.contains(&id);
        let mark = if folded { "▸" } else { "▾" };
        let target = Target::Commitment(id);
        let selected = self.at == Row::Commitment(id);
        let style = if selected { theme.title().patch(theme.selected()) } else { theme.title() };
        let open = self.arrangement.open(target);
        self.label(buffer, y, &format!(" {mark} {id} {}", visible(&commitment.title)), open, style);
        let columns = self.columns(id.chapter);
        self.dividers(buffer, y, 1, &columns);
        if !folded && !selected {
            return;
        }
        for (x, company) in columns.concat() {
            let counts = coverage::of_target(&self.view.board, target, std::slice::from_ref(company));
            self.roll_up(buffer, x, y, counts, selected && Some(company) == self.selected.as_ref());
        }
    }

    /// A folded commitment: its worst state, and how many of its measures are open.
    fn roll_up(&self, buffer: &mut Buffer, x: u16, y: u16, counts: Counts, selected: bool) {
        let Some((worst, _)) = counts.present().next() else { return };
        let open = counts.open();
        let text = match open {
            0 => theme::glyph(worst).to_owned(),
            open => format!("{} {open}/{}", theme::glyph(worst), counts.total()),
        };
        self.cell_text(buffer, x, y, &text, self.view.theme.state(worst), selected);
    }

    fn measure(&self, buffer: &mut Buffer, y: u16, id: MeasureRef) {
        let Some(measure) = self.view.measure(id) else { return };
        let theme = self.view.theme;
        let at = self.at == Row::Measure(id);
        let style = if at { theme.crosshair() } else { Style::new() };
        let open = self.arrangement.open(Target::Measure(id));
        self.label(buffer, y, &format!("   {id} {}", visible(&measure.title)), open, style);
        let columns = self.columns(id.chapter);
        self.dividers(buffer, y, 1, &columns);
        for (x, company) in columns.concat() {
            let Some(cell) = self.view.board.cell(company, id) else { continue };
            let selected = at && Some(company) == self.selected.as_ref();
            self.cell_text(buffer, x, y, &cell_words(&cell), theme.state(cell.state), selected);
        }
    }

    fn cell_text(&self, buffer: &mut Buffer, x: u16, y: u16, text: &str, style: Style, selected: bool) {
        let width = usize::from(CELL_WIDTH - 1);
        match selected {
            true => {
                self.selection.set(Some((x, y)));
                buffer.set_stringn(x, y, fit(text, width), width, style.patch(self.view.theme.selected()))
            }
            false => buffer.set_stringn(x, y, text, width, style),
        };
    }

    /// The frozen column: a title, and at its end how many cells of the row are open.
    fn label(&self, buffer: &mut Buffer, y: u16, title: &str, open: u32, style: Style) {
        let width = usize::from(self.label);
        let count = if open == 0 { String::new() } else { format!(" {open}") };
        let title = fit(title, width - count.len());
        buffer.set_stringn(self.area.x, y, format!("{title}{count}"), width, style);
    }

    fn line(&self, buffer: &mut Buffer, x: u16, y: u16, height: u16) {
        for y in y..(y + height).min(self.area.bottom()) {
            buffer.set_stringn(x, y, "│", 1, self.view.theme.hint());
        }
    }
}

/// Glyph, mark of the basis, and how much evidence is on file.
fn cell_words(cell: &Cell) -> String {
    let (glyph, basis) = (theme::glyph(cell.state), theme::basis_mark(cell.basis));
    match cell.evidence {
        0 => format!("{glyph} {basis}"),
        evidence => format!("{glyph} {basis} {evidence}"),
    }
}
