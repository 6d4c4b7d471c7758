//! How the board is drawn: where every column and line stands, and what is in them.

use std::cell;
use std::rc::Rc;

use ratatui::buffer::Buffer;
use ratatui::layout::Rect;
use ratatui::style::Style;
use unicode_width::UnicodeWidthStr;

use super::arrangement::{Arrangement, Blocks};
use super::spots::Spots;
use super::{HEAD_HEIGHT, Matrix, Row};
use crate::analysis::{Cell, Counts, Group, Target, coverage};
use crate::domain::visible::line as visible;
use crate::domain::{Chapter, CommitmentRef, CompanyId, MeasureRef};
use crate::ui::theme;
use crate::ui::view::{DRAFT, View};
use crate::ui::widget::text::{cut, fit};

/// Columns of one cell, its gap included.
const CELL_WIDTH: u16 = 10;

/// Where everything is, for one draw.
pub struct Grid<'a> {
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
    pub selection: cell::Cell<Option<(u16, u16)>>,
}

impl<'a> Grid<'a> {
    pub fn new(matrix: &'a Matrix, view: &'a View, area: Rect, at: Row) -> Grid<'a> {
        // A narrow terminal still shows a company of each side.
        let label = (area.width / 3).clamp(24, 52).min(area.width.saturating_sub(2 * CELL_WIDTH + 1));
        let selected = matrix.selected_company(view, at.chapter());
        let arrangement = matrix.arrangement(view);
        let (left, selection) = (matrix.left, cell::Cell::default());
        Grid { matrix, view, arrangement, area, label, left, selected, at, selection }
    }

    /// The first columns to be shown, such that the selected company is in view.
    pub fn leftmost(&self) -> [usize; 2] {
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

    pub fn draw(&self, buffer: &mut Buffer, rows: &[Row]) {
        for (y, row) in self.lines(rows) {
            match row {
                Row::Chapter(chapter) => self.head(buffer, y, chapter),
                Row::Commitment(commitment) => self.commitment(buffer, y, commitment),
                Row::Measure(measure) => self.measure(buffer, y, measure),
            }
        }
    }

    /// The rows that fit, each with its first line; on top the head of the first one's chapter.
    fn lines(&self, rows: &[Row]) -> Vec<(u16, Row)> {
        let Some(first) = rows.first() else { return Vec::new() };
        let head = Row::Chapter(first.chapter());
        let rest = rows.iter().skip(usize::from(*first == head));
        let mut lines = Vec::new();
        let mut y = self.area.y;
        for row in std::iter::once(&head).chain(rest) {
            if !lines.is_empty() && y + row.height() > self.area.bottom() {
                break;
            }
            lines.push((y, *row));
            y += row.height();
        }
        lines
    }

    /// What a draw of these rows puts where.
    pub fn spots(&self, rows: &[Row]) -> Spots {
        let rows = self.lines(rows);
        let mut chapters: Vec<Chapter> = rows.iter().map(|(_, row)| row.chapter()).collect();
        chapters.dedup();
        let columns = chapters.into_iter().flat_map(|chapter| {
            let columns = self.columns(chapter).concat();
            columns.into_iter().map(move |(x, company)| (chapter, x, company.clone()))
        });
        Spots {
            columns: columns.collect(),
            label: (self.area.x, self.area.x + self.label),
            bottom: self.area.bottom(),
            column_width: CELL_WIDTH,
            rows,
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
        let hint = format!("  open of {}", self.arrangement.cells(chapter));
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
        let pinned = if self.matrix.columns.pinned.contains(id) { " pinned" } else { "" };
        buffer.set_stringn(x, y + 1, format!("{open}{pinned}"), width, theme.hint());
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
        let short = match group {
            Group::Signatory => "Signed",
            Group::NonSignatory => "Others",
        };
        let (before, after) = (from > 0, to < block.len());
        let arrows = |gap: &str, words: String| {
            let (before, after) = (if before { "‹" } else { "" }, if after { "›" } else { "" });
            let gaps = [before, after].map(|arrow| if arrow.is_empty() { "" } else { gap });
            format!("{before}{}{words}{}{after}", gaps[0], gaps[1])
        };
        let counted = |name: &str| match before || after {
            false => format!("{name} {}", block.len()),
            true => arrows(" ", format!("{name} {}–{to} of {}", from + 1, block.len())),
        };
        // In one narrow column it is the side that matters, and where there are more.
        let ways = [counted(group.words()), counted(short), arrows("", short.to_owned())];
        let room = columns.len() * usize::from(CELL_WIDTH) - 1;
        let words = ways.iter().find(|words| words.width() <= room).unwrap_or(&ways[2]);
        buffer.set_stringn(*x, y, words, room, self.view.theme.section());
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
            let counts = coverage::of_target(self.arrangement.board(), target, std::slice::from_ref(company));
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
            let Some(cell) = self.arrangement.board().cell(company, id) else {
                // Left out by the filter, and still where the cursor can stand.
                if at && Some(company) == self.selected.as_ref() {
                    self.cell_text(buffer, x, y, "", Style::new(), true);
                }
                continue;
            };
            let selected = at && Some(company) == self.selected.as_ref();
            self.cell_text(buffer, x, y, &self.words(company, id, &cell), theme.state(cell.state), selected);
        }
    }

    /// What is in a cell; a draft is marked.
    fn words(&self, company: &CompanyId, id: MeasureRef, cell: &Cell) -> String {
        let is_draft = self.view.has_draft(company, id);
        let mark = if is_draft { format!(" {DRAFT}") } else { String::new() };
        let marked = self.matrix.marked.contains(&(company.clone(), id));
        format!("{}{mark}{}", cell_words(cell), if marked { " *" } else { "" })
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
