//! How the whole screen is drawn: header, screen, legend, note and footer, and what lies over them.

use ratatui::Frame;
use ratatui::layout::{Constraint, Layout, Rect};
use ratatui::style::Styled;
use ratatui::text::{Line, Span};
use ratatui::widgets::Paragraph;
use unicode_width::UnicodeWidthStr;

use super::{App, SMALLEST, count};
use crate::analysis::State;
use crate::domain::visible::line as visible;
use crate::ui::action::{self, Action};
use crate::ui::overlay::which_key;
use crate::ui::theme::Theme;
use crate::ui::view::View;
use crate::ui::widget::text::{cut, wrap};
use crate::ui::worker::Uncommitted;

/// Lines from which on there is room for a legend.
const ROOMY: u16 = 18;

/// Columns that are left of the register's own name.
const NAME_LEAST: usize = 12;

impl App {
    pub fn draw(&mut self, frame: &mut Frame) {
        self.unseen = false;
        self.draw_on(frame, self.theme.room(frame.area()));
        self.theme.finish(frame.buffer_mut());
    }

    fn draw_on(&mut self, frame: &mut Frame, area: Rect) {
        if area.width < SMALLEST.0 || area.height < SMALLEST.1 {
            let text = format!("Countersign needs {} columns and {} lines.", SMALLEST.0, SMALLEST.1);
            return frame.render_widget(Paragraph::new(text).wrap(Default::default()), area);
        }
        // Where lines are few they go to what is looked at.
        let explained = self.view.as_ref().filter(|_| area.height >= ROOMY);
        let legend = explained.map(|view| self.screen().legend(view)).unwrap_or_default();
        let legend = flow(legend, area.width);
        let note = self.note.as_ref().map(|note| note.lines(area.width, self.theme)).unwrap_or_default();
        let time = self.time_bar(area.width);
        let [header, time_line, body, legend_line, note_line, footer] = area.layout(&Layout::vertical([
            Constraint::Length(1),
            Constraint::Length(u16::from(time.is_some())),
            Constraint::Min(1),
            Constraint::Length(legend.len() as u16),
            Constraint::Length(note.len() as u16),
            Constraint::Length(1),
        ]));
        self.header(frame, header);
        frame.render_widget(time.unwrap_or_default(), time_line);
        match (&self.view, self.screens.last_mut()) {
            (Some(view), Some(screen)) => screen.draw(frame, body, view),
            _ => frame.render_widget(Line::styled("Reading the register …", self.theme.hint()), body),
        }
        frame.render_widget(Paragraph::new(legend), legend_line);
        frame.render_widget(Paragraph::new(note), note_line);
        self.hints = self.footer(frame, footer);
        if let Some(mut overlay) = self.overlay.take() {
            overlay.draw(frame, area, &self.around(&|action| self.why_not(action)));
            self.overlay = Some(overlay);
        }
        if !self.typed.is_empty() {
            which_key::draw(frame, area, &self.around(&|action| self.why_not(action)), &self.typed);
        }
    }

    /// Register, screen and, at the right, what it was read from; what does not fit goes in that order from the right.
    fn header(&self, frame: &mut Frame, area: Rect) {
        let Some(view) = &self.view else {
            return frame.render_widget(Line::styled("Countersign", self.theme.title()), area);
        };
        let mut left = Vec::new();
        let width = usize::from(area.width);
        let mut name_least = NAME_LEAST;
        if let Some(as_of) = &view.as_of {
            let mark = |as_of: &str| format!(" AS OF {}, READ-ONLY ", visible(as_of));
            let (whole, day) = (mark(as_of), mark(as_of.split(" (").next().unwrap_or_default()));
            // The commit stands in the line below, too; that nothing can be written does not.
            let words = if whole.width() + NAME_LEAST + 2 > width { day } else { whole };
            name_least = NAME_LEAST.min(width.saturating_sub(words.width() + 2));
            left.push(Span::styled(words, self.theme.warning()));
            left.push(Span::raw(" "));
        }
        let right = self.origin(view);
        // The register's own name gives way first, then the right side; half of the line is the screen's in any case.
        let here = visible(&self.screen().title(view)).into_owned();
        let before = left.iter().map(Span::width).sum::<usize>() + name_least + 2;
        let beside = width.saturating_sub(before + right.width() + 2);
        let room = width.saturating_sub(before);
        let here = cut(&here, if beside >= width / 2 { beside } else { room }).into_owned();
        left.push(Span::raw(here));
        let taken = left.iter().map(Span::width).sum::<usize>() + right.width() + 4;
        let title = view.snapshot.settings.title.as_deref().unwrap_or("Countersign");
        let title = cut(&visible(title), width.saturating_sub(taken).max(name_least)).into_owned();
        left.insert(0, Span::raw("  "));
        left.insert(0, Span::styled(title, self.theme.title()));
        let left = Line::from(left);
        let room = width.saturating_sub(left.width() + 2);
        frame.render_widget(left, area);
        if right.width() <= room {
            frame.render_widget(right.right_aligned(), area);
        }
    }

    /// What is wrong, what is not committed, and what the view was read from.
    fn origin(&self, view: &View) -> Line<'static> {
        let mut spans = Vec::new();
        let findings = view.verdict.findings.len();
        if findings > 0 {
            spans.push(Span::styled(format!("{} !  ", count(findings, "finding")), self.theme.error()));
        }
        let drafts = view.drafts.len() + view.sketches.len();
        if drafts > 0 {
            let text = format!("{}  ", count(drafts, "draft"));
            spans.push(Span::styled(text, self.theme.state(State::Partial)));
        }
        let Uncommitted { edits, conflicts, operation } = self.uncommitted;
        let during = operation.map(|operation| format!(" in a {operation}")).unwrap_or_default();
        match (conflicts, operation) {
            _ if view.as_of.is_some() => {}
            (0, None) if edits == 0 => {}
            (0, None) => {
                let text = format!("{} not committed  ", count(edits, "edit"));
                spans.push(Span::styled(text, self.theme.state(State::Partial)));
            }
            (0, Some(operation)) => {
                let text = format!("{operation} not finished  ");
                spans.push(Span::styled(text, self.theme.state(State::Partial)));
            }
            (conflicts, _) => {
                let text = format!("{}{during}  ", count(conflicts, "conflict"));
                spans.push(Span::styled(text, self.theme.error()));
            }
        }
        if let Some((ahead, behind)) = view.upstream.filter(|upstream| *upstream != (0, 0)) {
            let side = |count: usize, word: &str| (count > 0).then(|| format!("{count} {word}"));
            let sides: Vec<String> =
                [side(ahead, "to push"), side(behind, "behind")].into_iter().flatten().collect();
            spans.push(Span::styled(format!("{}  ", sides.join(", ")), self.theme.state(State::Partial)));
        }
        spans.push(Span::styled(format!("{}  {}", visible(&view.origin), view.day()), self.theme.hint()));
        Line::from(spans)
    }

    /// The keys that matter here: as many as fit, and at the right always how to find the others.
    fn footer(&self, frame: &mut Frame, area: Rect) -> Vec<(Rect, Action)> {
        let scope = self.screen().scope();
        let labelled = action::in_scope(scope).filter(|binding| !binding.label.is_empty());
        let (always, here): (Vec<_>, Vec<_>) = labelled
            .partition(|binding| matches!(binding.action, Action::Help | Action::Palette | Action::Quit));
        let hints = |bindings: Vec<&action::Binding>| -> Vec<(Line<'static>, Action)> {
            bindings
                .into_iter()
                .filter_map(|binding| Some((self.key_hint(binding)?, binding.action)))
                .collect()
        };
        let (always, here) = (hints(always), hints(here));
        let width = |hints: &[(Line, Action)]| hints.iter().map(|(hint, _)| hint.width() as u16).sum::<u16>();
        let right = area.right().saturating_sub(width(&always)).max(area.x);
        let mut spots = Vec::new();
        let mut place = |x: u16, until: u16, hints: Vec<(Line<'static>, Action)>| {
            let mut x = x;
            for (hint, action) in hints {
                let spot = Rect { x, width: hint.width() as u16, ..area };
                if spot.right() > until {
                    break;
                }
                frame.render_widget(hint, spot);
                spots.push((spot, action));
                x = spot.right();
            }
        };
        place(area.x, right, if self.progress.is_some() { Vec::new() } else { here });
        place(right, area.right(), always);
        if let Some(words) = &self.progress {
            let words = cut(words, usize::from(right - area.x).saturating_sub(2)).into_owned();
            frame.render_widget(Line::styled(words, self.theme.warning()), area);
        }
        spots
    }

    /// Nothing where the person has no key for it.
    fn key_hint(&self, binding: &action::Binding) -> Option<Line<'static>> {
        let key = self.options.keymap.keys(self.screen().scope(), binding.action).into_iter().next()?;
        let hint =
            Line::from(vec![Span::styled(key, self.theme.key()), Span::raw(format!(" {}  ", binding.label))]);
        // It stays where it is, so that nothing jumps while one moves about.
        Some(match self.why_not(binding.action) {
            Some(_) => hint.to_string().set_style(self.theme.hint()).into(),
            None => hint,
        })
    }
}

/// A line for the person.
pub(super) struct Note {
    pub text: String,
    pub wrong: bool,
}

/// More of a long error is in the repository's own tools.
const NOTE_LINES: usize = 8;

impl Note {
    fn lines(&self, width: u16, theme: Theme) -> Vec<Line<'static>> {
        let style = if self.wrong { theme.error() } else { theme.title() };
        let wrapped = self.text.lines().flat_map(|line| wrap(&visible(line), width));
        wrapped.take(NOTE_LINES).map(|line| Line::styled(line, style)).collect()
    }
}

/// Items one after the other, on as few lines as they need and never more than two.
fn flow(items: Vec<Line<'static>>, width: u16) -> Vec<Line<'static>> {
    let mut lines: Vec<Line> = Vec::new();
    for item in items {
        let room = lines.last().map_or(0, |line| usize::from(width).saturating_sub(line.width() + 2));
        // An item's style is its own, not the line's.
        let spans = item.spans.into_iter().map(|span| span.patch_style(item.style));
        match lines.last_mut() {
            Some(line) if spans.clone().map(|span| span.width()).sum::<usize>() <= room => {
                line.push_span("  ");
                line.extend(spans);
            }
            _ => lines.push(Line::from_iter(spans)),
        }
    }
    lines.truncate(2);
    lines
}
