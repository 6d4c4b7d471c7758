//! How the form of a decision is drawn.

use ratatui::Frame;
use ratatui::layout::{Constraint, Layout, Rect};
use ratatui::style::{Modifier, Style};
use ratatui::text::{Line, Span};
use ratatui::widgets::Paragraph;
use ratatui_textarea::TextArea;

use super::document::pin_lines;
use super::{Field, Form};
use crate::analysis::decision::Choice;
use crate::domain::catalogue::Force;
use crate::domain::visible::line as visible;
use crate::domain::{Company, EvidenceId, Measure, Status};
use crate::ui::draft::Line as Typed;
use crate::ui::theme;
use crate::ui::view::View;
use crate::ui::widget::input::Input;
use crate::ui::widget::text::cut;

impl Form {
    pub(super) fn draw_on(&mut self, frame: &mut Frame, area: Rect, view: &View) {
        if let Some(form) = &self.document {
            return form.draw(frame, area, view, self.subject(view).map(|(company, _)| company));
        }
        let Some((company, measure)) = self.subject(view) else {
            let gone = "This cell is no longer in the register. Esc keeps what was typed.";
            return frame.render_widget(Line::styled(gone, view.theme.error()), area);
        };
        self.note_positions(company, measure);
        let offered = self.offered(company).len() as u16;
        let pin = u16::from(self.cited().is_some());
        let lists = area.height.saturating_sub(8 + 2 * pin + self.refusals.len() as u16);
        let requirements = (measure.requirements.len() as u16).min(lists / 3).max(1);
        let evidence = offered.clamp(1, 4).min((lists / 4).max(1));
        let [head, status, need, proof, reason, place, quote, owner, review, wrong] =
            area.layout(&Layout::vertical([
                Constraint::Length(1),
                Constraint::Length(Status::ALL.len() as u16 + 1),
                Constraint::Length(requirements + 1),
                Constraint::Length(evidence + 1),
                Constraint::Min(3),
                Constraint::Length(pin),
                Constraint::Length(pin),
                Constraint::Length(1),
                Constraint::Length(1),
                Constraint::Length(self.refusals.len() as u16),
            ]));
        let title = format!("{} {}", measure.id, measure.title);
        frame.render_widget(
            Line::styled(cut(&visible(&title), usize::from(head.width)).into_owned(), view.theme.title()),
            head,
        );
        self.draw_list(
            frame,
            status,
            view,
            Field::Status,
            "Status",
            self.status_rows(view, company, measure),
        );
        self.draw_list(
            frame,
            need,
            view,
            Field::Requirements,
            "Requirements",
            self.requirement_rows(view, measure),
        );
        self.draw_list(frame, proof, view, Field::Evidence, "Evidence", self.evidence_rows(view, company));
        if pin > 0 {
            let focus = [Field::Place, Field::Quote].iter().position(|field| *field == self.focus);
            let id = self.evidence_at.as_ref().map(ToString::to_string).unwrap_or_default();
            pin_lines(frame, [place, quote], view, &id, (&self.place, &self.quote), focus);
        }
        draw_reason(frame, reason, view, &mut self.reason, self.focus == Field::Reason);
        draw_line(frame, owner, view, "Owner", &self.owner, self.focus == Field::Owner, "who answers for it");
        let hint = "last day it stands, as 2027-05-20";
        draw_line(frame, review, view, "Review by", &self.review_by, self.focus == Field::ReviewBy, hint);
        let lines: Vec<Line> = self
            .refusals
            .iter()
            .map(|text| Line::styled(format!("✗ {}", visible(text)), view.theme.error()))
            .collect();
        frame.render_widget(Paragraph::new(lines), wrong);
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
        title: &str,
        rows: Vec<Line<'static>>,
    ) {
        let focused = self.focus == field;
        let cursor = match field {
            Field::Requirements => &mut self.cursors[1],
            Field::Evidence => &mut self.cursors[2],
            _ => &mut self.cursors[0],
        };
        let [head, list] = area.layout(&Layout::vertical([Constraint::Length(1), Constraint::Min(0)]));
        let window = cursor.window(usize::from(list.height), rows.len());
        let more = rows.len() > window.len();
        let place = if more {
            format!("{title}  {}–{} of {}", window.start + 1, window.end, rows.len())
        } else {
            title.to_owned()
        };
        frame.render_widget(Line::styled(place, heading(view, focused)), head);
        if rows.is_empty() {
            let words =
                if field == Field::Evidence { "  none on file" } else { "  the measure has no checklist" };
            return frame.render_widget(Line::styled(words, view.theme.hint()), list);
        }
        let at = cursor.at;
        let shown = rows.into_iter().enumerate().skip(window.start).take(window.len());
        let lines: Vec<Line> = shown
            .map(|(index, mut row)| {
                row.spans.insert(0, Span::raw("  "));
                if focused && index == at { row.patch_style(view.theme.selected()) } else { row }
            })
            .collect();
        frame.render_widget(Paragraph::new(lines), list);
        if focused {
            cursor.rest(frame, list);
        }
    }
}

/// The reason, and the cursor in it.
pub(super) fn draw_reason(
    frame: &mut Frame,
    area: Rect,
    view: &View,
    text: &mut TextArea<'static>,
    focused: bool,
) {
    let [head, body] = area.layout(&Layout::vertical([Constraint::Length(1), Constraint::Min(1)]));
    frame.render_widget(Line::styled("Reason", heading(view, focused)), head);
    let inside = Rect { x: body.x + 2, width: body.width.saturating_sub(2), ..body };
    text.set_cursor_style(if focused { view.theme.selected() } else { Style::new() });
    text.set_placeholder_style(view.theme.hint());
    frame.render_widget(&*text, inside);
    if focused {
        // Nothing else in it is drawn like the place where one types.
        let typed = |place: &ratatui::layout::Position| {
            frame.buffer_mut()[*place].modifier.contains(Modifier::REVERSED)
        };
        let place = inside.positions().find(typed).unwrap_or(inside.as_position());
        frame.set_cursor_position(place);
    }
}

pub(super) fn heading(view: &View, focused: bool) -> Style {
    if focused { view.theme.section().patch(view.theme.crosshair()) } else { view.theme.section() }
}

pub(super) fn draw_line(
    frame: &mut Frame,
    area: Rect,
    view: &View,
    label: &str,
    input: &Input,
    focused: bool,
    hint: &str,
) {
    let [name, field] = area.layout(&Layout::horizontal([Constraint::Length(12), Constraint::Min(10)]));
    frame.render_widget(Span::styled(label.to_owned(), heading(view, focused)), name);
    match (focused, input.text().is_empty()) {
        (true, _) => input.draw(frame, field),
        (false, true) => frame.render_widget(Span::styled(hint.to_owned(), view.theme.hint()), field),
        (false, false) => frame.render_widget(Span::raw(visible(input.text()).into_owned()), field),
    }
}
