//! The proposals for the branch that is shown: what waits first, then what is merged or declined.

use std::sync::Arc;

use ratatui::Frame;
use ratatui::layout::{Constraint, Layout, Position, Rect};
use ratatui::text::{Line, Span};
use ratatui::widgets::Paragraph;

use super::{Place, Screen};
use crate::analysis::review::Standing;
use crate::analysis::review::words::{age, fits, found as check_words, places, reviews};
use crate::domain::visible::line as visible;
use crate::domain::{Entry, Proposal};
use crate::register::Proposals;
use crate::ui::action::{Action, Scope};
use crate::ui::intent::Intent;
use crate::ui::mouse::Touched;
use crate::ui::reviewing::{Reviewed, Reviewing};
use crate::ui::view::View;
use crate::ui::widget::document::Document;
use crate::ui::widget::list::Selection;
use crate::ui::widget::text::{fit, saying};
use crate::ui::worker::{Request, Response};

#[derive(Default)]
pub struct ProposalsScreen {
    found: Option<Arc<Proposals>>,
    /// By name.
    selection: Selection<String>,
}

impl ProposalsScreen {
    /// What waits first; within that, by name.
    fn sorted(&self) -> Vec<(&Proposal, Standing)> {
        let Some(found) = &self.found else { return Vec::new() };
        let standing = |proposal| (proposal, Standing::of(proposal, &found.settings.review));
        let mut sorted: Vec<_> = found.proposals.iter().map(standing).collect();
        sorted.sort_by_key(|(_, standing)| standing.is_over());
        sorted
    }

    fn names(&self) -> Vec<String> {
        self.sorted().into_iter().map(|(proposal, _)| proposal.name.clone()).collect()
    }
}

impl Screen for ProposalsScreen {
    fn scope(&self) -> Scope {
        Scope::Proposals
    }

    fn title(&self, _view: &View) -> String {
        match &self.found {
            Some(found) => format!("Proposals for {} ({})", found.branch, found.proposals.len()),
            None => "Proposals".to_owned(),
        }
    }

    fn begin(&mut self, _view: &View) -> Intent {
        Intent::Ask(Request::Review(Reviewing::List))
    }

    fn refresh(&mut self, view: &View) -> Intent {
        self.begin(view)
    }

    fn look(&mut self, view: &View) -> Intent {
        self.begin(view)
    }

    fn hear(&mut self, response: &Response, _view: &View) -> Intent {
        match response {
            Response::Reviewed(Reviewed::List(found)) => {
                self.found = Some(found.clone());
            }
            Response::Reviewed(Reviewed::Withdrawn { name, remotes }) => {
                let elsewhere = remotes.iter().map(|remote| format!(" git push {remote} --delete {name}"));
                let elsewhere: String = elsewhere.collect();
                let hint =
                    if elsewhere.is_empty() { String::new() } else { format!(" Elsewhere:{elsewhere}") };
                return Intent::Say(format!("Withdrew {name}.{hint}"));
            }
            _ => {}
        }
        Intent::Nothing
    }

    fn act(&mut self, action: Action, _view: &View) -> Intent {
        let names = self.names();
        if self.selection.act(action, &names) {
            return Intent::Nothing;
        }
        match (action, self.selection.at(&names)) {
            (Action::Open, Some(at)) => Intent::Open(Place::Proposal(names[at].clone())),
            (Action::Back, _) => Intent::Back,
            _ => Intent::Nothing,
        }
    }

    fn touch(&mut self, place: Position, _view: &View) -> Touched {
        self.selection.touch(place)
    }

    fn scroll(&mut self, place: Position, lines: isize) {
        self.selection.scroll(place, lines);
    }

    fn draw(&mut self, frame: &mut Frame, area: Rect, view: &View) {
        if self.found.is_none() {
            return frame
                .render_widget(saying("Reading the proposals …", area.width, view.theme.hint()), area);
        }
        let names = self.names();
        if names.is_empty() {
            let mut page = Document::default();
            page.text("Nothing waits for review.");
            page.styled(
                "Decide on a cell, and press p in the preview: the decision goes to a branch of its own.",
                view.theme.hint(),
            );
            return frame.render_widget(Paragraph::new(page.lines(area.width, view.theme)), area);
        }
        let height = (area.height / 2).min(14);
        let [list, about] = area.layout(&Layout::vertical([Constraint::Min(4), Constraint::Length(height)]));
        let window = self.selection.window(list, &names);
        let selected = self.selection.at(&names);
        let sorted = self.sorted();
        let rows = window.map(|at| {
            let row = row(&sorted[at], view, usize::from(list.width));
            if Some(at) == selected { row.patch_style(view.theme.selected()) } else { row }
        });
        let rows: Vec<Line> = rows.collect();
        if let (Some(found), Some((proposal, _))) = (&self.found, selected.and_then(|at| sorted.get(at))) {
            let page = about_it(proposal, found, view);
            frame.render_widget(Paragraph::new(page.lines(about.width, view.theme)), about);
        }
        frame.render_widget(Paragraph::new(rows), list);
        self.selection.rest(frame);
    }
}

/// Wide enough for the longest standing, and for most ages.
const STANDING_WIDTH: usize = 15;
const AGE_WIDTH: usize = 9;

fn row((proposal, standing): &(&Proposal, Standing), view: &View, width: usize) -> Line<'static> {
    let changes = proposal.changes.iter().map(Entry::words).collect::<Vec<_>>().join("; ");
    let text = format!("{}  {}", proposal.name, changes);
    let style = if standing.is_over() { view.theme.hint() } else { view.theme.title() };
    let room = width.saturating_sub(STANDING_WIDTH + AGE_WIDTH);
    Line::from(vec![
        Span::styled(fit(standing.words(), STANDING_WIDTH), style),
        Span::styled(fit(&age(proposal, view.day()), AGE_WIDTH), view.theme.hint()),
        Span::raw(fit(&visible(&text), room)),
    ])
}

fn about_it(proposal: &Proposal, found: &Proposals, view: &View) -> Document {
    let mut page = Document::default();
    page.blank();
    for author in &proposal.authors {
        page.field("by", format!("{} <{}>", author.name, author.email));
    }
    page.field("where", places(&proposal.places));
    page.field("applies", format!("{}; check: {}", fits(&proposal.fit), check_words(&proposal.findings)));
    page.field("reviews", reviews(proposal, &found.settings));
    for change in &proposal.changes {
        page.styled_field("change", change.words(), view.theme.hint());
    }
    page
}
