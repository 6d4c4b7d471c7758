//! How the form of a decision is drawn.

use ratatui::Frame;
use ratatui::layout::{Constraint, Layout, Rect};
use ratatui::style::{Modifier, Style};
use ratatui::text::{Line, Span};
use ratatui::widgets::Paragraph;
use ratatui_textarea::TextArea;

use super::{FIELDS, Field, Form, list, subject};
use crate::analysis::decision::Choice;
use crate::domain::catalogue::Force;
use crate::domain::visible::line as visible;
use crate::domain::{Company, EvidenceId, Measure, Status};
use crate::ui::draft::Line as Typed;
use crate::ui::theme;
use crate::ui::view::View;
use crate::ui::widget::input::seen;
use crate::ui::widget::lines::{LABEL_WIDTH, draw_line, heading};
use crate::ui::widget::text::{cut, cut_line, saying, wrap};

/// Below so many lines every field but the one with the focus is a line that says what it holds.
const ROOMY: u16 = 17;

impl Form {
    pub(super) fn draw_on(&mut self, frame: &mut Frame, area: Rect, view: &View) {
        let subject = subject(&self.company, &self.slot, view);
        if let Some(form) = &mut self.document {
            let title = "A document to put on file. Ctrl-S takes it; Esc keeps what is typed.";
            return form.draw(frame, area, view, subject.map(|(company, _)| company), title);
        }
        let Some((company, measure)) = subject else {
            let gone = "This cell is no longer in the register. Esc keeps what was typed.";
            return frame.render_widget(saying(gone, area.width, view.theme.error()), area);
        };
        self.note_positions(company, measure);
        let wrong: Vec<String> =
            self.refusals.iter().flat_map(|text| wrap(&format!("✗ {}", visible(text)), area.width)).collect();
        let wrong = &wrong[..wrong.len().min(usize::from(area.height / 3))];
        let [head, fields, refused] = area.layout(&Layout::vertical([
            Constraint::Length(1),
            Constraint::Min(1),
            Constraint::Length(wrong.len() as u16),
        ]));
        let title = format!("{} {}", measure.id, measure.title);
        let title = cut(&visible(&title), usize::from(head.width)).into_owned();
        frame.render_widget(Line::styled(title, view.theme.title()), head);
        self.drawn = self.places(fields, company, measure);
        for (field, area) in self.drawn.clone() {
            match field {
                Field::Status => {
                    let rows = self.status_rows(view, company, measure);
                    self.draw_list(frame, area, view, field, rows);
                }
                Field::Requirements => {
                    self.draw_list(frame, area, view, field, self.requirement_rows(view, measure));
                }
                Field::Evidence => {
                    self.draw_list(frame, area, view, field, self.evidence_rows(view, company));
                    // A wheel may have moved the cursor, and what follows is about where it stands.
                    self.note_positions(company, measure);
                }
                Field::Reason => {
                    draw_reason(frame, area, view, &mut self.reason, self.focus == field);
                }
                Field::Place | Field::Quote | Field::Owner | Field::ReviewBy => {
                    self.draw_text(frame, area, view, field);
                }
            }
        }
        let wrong: Vec<Line> =
            wrong.iter().map(|line| Line::styled(line.clone(), view.theme.error())).collect();
        frame.render_widget(Paragraph::new(wrong), refused);
    }

    /// Where each field is drawn, from top to bottom.
    fn places(&self, area: Rect, company: &Company, measure: &Measure) -> Vec<(Field, Rect)> {
        let pin = u16::from(self.cited().is_some());
        let lists = area.height.saturating_sub(7 + 2 * pin);
        let requirements = (measure.requirements.len() as u16).min(lists / 3).max(1);
        let evidence = (self.offered(company).len() as u16).clamp(1, (lists / 4).max(1));
        let height = |field| match field {
            Field::Place | Field::Quote => Constraint::Length(pin),
            Field::Owner | Field::ReviewBy => Constraint::Length(1),
            field if area.height < ROOMY => match field == self.focus {
                true => Constraint::Min(2),
                false => Constraint::Length(1),
            },
            Field::Status => Constraint::Length(Status::ALL.len() as u16 + 1),
            Field::Requirements => Constraint::Length(requirements + 1),
            Field::Evidence => Constraint::Length(evidence + 1),
            Field::Reason => Constraint::Min(3),
        };
        let areas = Layout::vertical(FIELDS.map(height)).areas::<{ FIELDS.len() }>(area);
        FIELDS.into_iter().zip(areas).collect()
    }

    fn draw_text(&self, frame: &mut Frame, area: Rect, view: &View, field: Field) {
        let evidence = self.evidence_at.as_ref().map(ToString::to_string).unwrap_or_default();
        let (label, input, hint) = match field {
            Field::Place => ("Rests on", &self.place, format!("section or page of {evidence}")),
            Field::Quote => ("Quote", &self.quote, format!("exact words of {evidence}")),
            Field::Owner => ("Owner", &self.owner, "who answers for it".to_owned()),
            _ => ("Review by", &self.review_by, "last day it stands, as 2027-05-20".to_owned()),
        };
        if !area.is_empty() {
            draw_line(frame, area, view.theme, label, input, self.focus == field, &hint);
        }
    }

    /// What a list holds, in a line.
    fn summary(&self, field: Field) -> String {
        match field {
            Field::Requirements => format!("{} judged", self.requirements.len()),
            Field::Evidence => format!("{} chosen", self.evidence.len()),
            _ => self.status.map_or("none chosen".to_owned(), |status| status.to_string()),
        }
    }

    fn status_rows(&self, view: &View, company: &Company, measure: &Measure) -> Vec<Line<'static>> {
        let row = |choice: Choice| {
            let mark = if self.status == Some(choice.status) { "(•)" } else { "( )" };
            let style = view.theme.status(choice.status);
            let mut spans = vec![
                Span::raw(format!("{mark} ")),
                Span::styled(
                    format!("{} {}", theme::glyph(theme::of_status(choice.status)), choice.status),
                    style,
                ),
            ];
            if let Some(refusal) = choice.refusal {
                spans.push(Span::styled(format!("  not yet: {}", refusal.words()), view.theme.hint()));
            }
            Line::from(spans)
        };
        self.choices(company, measure).into_iter().map(row).collect()
    }

    fn requirement_rows(&self, view: &View, measure: &Measure) -> Vec<Line<'static>> {
        let row = |requirement: &crate::domain::Requirement| {
            let status = self.requirements.get(&requirement.letter).copied();
            let (mark, style) = match status {
                None => ("[ ]".to_owned(), Style::new()),
                Some(status) => {
                    (format!("[{}]", theme::glyph(theme::of_status(status))), view.theme.status(status))
                }
            };
            let force = if requirement.force == Force::Required { "" } else { " (encouraged)" };
            let words = status.map(|status| format!("{status}: ")).unwrap_or_default();
            Line::from(vec![
                Span::styled(mark, style),
                Span::raw(format!(" {}. {words}{}{force}", requirement.letter, visible(&requirement.text))),
            ])
        };
        measure.requirements.iter().map(row).collect()
    }

    fn evidence_rows(&self, view: &View, company: &Company) -> Vec<Line<'static>> {
        let row = |id: EvidenceId| {
            let chosen = self.evidence.iter().any(|cited| cited.id == id);
            let mark = if chosen { "[x]" } else { "[ ]" };
            let Some(filed) = company.evidence.get(&id) else {
                let title = self.documents[&id].get(&Typed::Title).cloned().unwrap_or_default();
                return Line::from(vec![
                    Span::raw(format!("{mark} {} ", visible(&title))),
                    Span::styled("put on file with this", view.theme.hint()),
                ]);
            };
            let evidence = &filed.evidence;
            let bears = evidence.bears_on(self.slot.measure, self.slot.model.as_ref());
            let about = if bears { "" } else { "  (not filed for this measure)" };
            Line::from(vec![
                Span::raw(format!("{mark} {} ", visible(&evidence.title))),
                Span::styled(format!("{}{about}", evidence.checked.key()), view.theme.hint()),
            ])
        };
        self.offered(company).into_iter().map(row).collect()
    }

    fn draw_list(
        &mut self,
        frame: &mut Frame,
        area: Rect,
        view: &View,
        field: Field,
        rows: Vec<Line<'static>>,
    ) {
        let focused = self.focus == field;
        let title = match field {
            Field::Requirements => "Requirements",
            Field::Evidence => "Evidence",
            _ => "Status",
        };
        if area.height < 2 {
            let held = [
                Span::styled(format!("{title:<LABEL_WIDTH$}"), heading(view.theme, focused)),
                Span::raw(self.summary(field)),
            ];
            return frame.render_widget(Line::from_iter(held), area);
        }
        let cursor = &mut self.cursors[list(field)];
        let [head, list] = area.layout(&Layout::vertical([Constraint::Length(1), Constraint::Min(0)]));
        let width = list.width.saturating_sub(2);
        let selected = rows.get(cursor.at).filter(|row| focused && row.width() > usize::from(width));
        let whole = selected.map(|row| whole(row, width, list.height)).unwrap_or_default();
        let window = cursor.window_around(usize::from(list.height), rows.len(), whole.len());
        let more = rows.len() > window.len();
        let place = if more {
            format!("{title}  {}–{} of {}", window.start + 1, window.end, rows.len())
        } else {
            title.to_owned()
        };
        frame.render_widget(Line::styled(place, heading(view.theme, focused)), head);
        if rows.is_empty() {
            let words =
                if field == Field::Evidence { "  none on file" } else { "  the measure has no checklist" };
            return frame.render_widget(saying(words, list.width, view.theme.hint()), list);
        }
        let at = cursor.at;
        let shown = rows.into_iter().enumerate().skip(window.start).take(window.len());
        let lines: Vec<Line> = shown
            .flat_map(|(index, row)| {
                let is_selected = focused && index == at;
                let lines: Vec<Line> = match is_selected && !whole.is_empty() {
                    true => whole.iter().map(|line| Line::raw(line.clone())).collect(),
                    false => vec![cut_line(row, usize::from(width))],
                };
                lines.into_iter().map(move |mut line| {
                    line.spans.insert(0, Span::raw("  "));
                    if is_selected { line.patch_style(view.theme.selected()) } else { line }
                })
            })
            .collect();
        frame.render_widget(Paragraph::new(lines), list);
        if focused {
            cursor.rest(frame, list);
        }
    }
}

/// What is being chosen is read whole, as far as there are lines for it; the others end where their line does.
fn whole(row: &Line, width: u16, height: u16) -> Vec<String> {
    let mut lines = wrap(&row.to_string(), width);
    if lines.len() > usize::from(height) {
        lines.truncate(usize::from(height));
        let last = lines.pop().unwrap_or_default();
        lines.push(cut(&format!("{last} …"), usize::from(width)).into_owned());
    }
    lines
}

/// The reason, and the cursor in it.
pub(in crate::ui::screen) fn draw_reason(
    frame: &mut Frame,
    area: Rect,
    view: &View,
    text: &mut TextArea<'static>,
    focused: bool,
) {
    if area.height < 2 {
        let first = text.lines().iter().find(|line| !line.trim().is_empty());
        let held = [
            Span::styled(format!("{:<LABEL_WIDTH$}", "Reason"), heading(view.theme, focused)),
            Span::raw(first.map(|line| visible(line).into_owned()).unwrap_or_default()),
        ];
        return frame.render_widget(Line::from_iter(held), area);
    }
    frame.render_widget(Line::styled("Reason", heading(view.theme, focused)), Rect { height: 1, ..area });
    let inside = inside(area);
    text.set_cursor_style(if focused { view.theme.selected() } else { Style::new() });
    text.set_placeholder_style(view.theme.hint());
    frame.render_widget(&*seen(text), inside);
    if focused {
        // Nothing else in it is drawn like the place where one types.
        let typed = |place: &ratatui::layout::Position| {
            frame.buffer_mut()[*place].modifier.contains(Modifier::REVERSED)
        };
        let place = inside.positions().find(typed).unwrap_or(inside.as_position());
        frame.set_cursor_position(place);
    }
}

/// Where a reason is typed: below its heading.
pub(in crate::ui::screen) fn inside(area: Rect) -> Rect {
    let (indent, head) = (area.width.min(2), area.height.min(1));
    Rect { x: area.x + indent, y: area.y + head, width: area.width - indent, height: area.height - head }
}
