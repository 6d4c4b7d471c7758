//! One proposal, change by change beside the base: what it means, each file line by line, what was said, and what stands in
//! the way of a merge.

use std::sync::Arc;

use ratatui::Frame;
use ratatui::layout::{Constraint, Layout, Position, Rect};
use ratatui::text::Line;
use ratatui::widgets::Paragraph;

use super::Screen;
use super::preview::diff_lines;
use crate::analysis::meaning::Line as Told;
use crate::analysis::review::Standing;
use crate::analysis::review::words::{age, fits, found, places, remark};
use crate::domain::visible::line as visible;
use crate::domain::{Entry, Proposal, Verdict};
use crate::register::Said;
use crate::ui::action::{Action, Scope};
use crate::ui::intent::Intent;
use crate::ui::mouse::Touched;
use crate::ui::reviewing::{Looked, Reviewed, Reviewing};
use crate::ui::view::View;
use crate::ui::widget::document::{Document, Scroll};
use crate::ui::widget::text::{fit, saying};
use crate::ui::worker::{Request, Response};

pub struct ProposalScreen {
    name: String,
    looked: Option<Arc<Looked>>,
    /// The change that is shown; none: the proposal as a whole.
    at: Option<usize>,
    scroll: Scroll,
}

impl ProposalScreen {
    pub fn new(name: String) -> ProposalScreen {
        ProposalScreen { name, looked: None, at: None, scroll: Scroll::default() }
    }

    fn proposal(&self) -> Option<&Proposal> {
        self.looked.as_ref().map(|looked| &looked.under.proposal)
    }

    fn change(&self) -> Option<&Entry> {
        self.proposal()?.changes.get(self.at?)
    }

    /// To the change before or after; before the first one is the whole.
    fn step(&mut self, forward: bool) {
        let count = self.proposal().map_or(0, |proposal| proposal.changes.len());
        self.show(match (self.at, forward) {
            (None, true) if count > 0 => Some(0),
            (Some(at), true) if at + 1 < count => Some(at + 1),
            (Some(0), false) => None,
            (Some(at), false) => Some(at - 1),
            (at, _) => at,
        });
    }

    fn show(&mut self, at: Option<usize>) {
        self.at = at;
        self.scroll = Scroll::default();
    }

    /// The change whose line is chosen, in the proposal as a whole.
    fn chosen(&self) -> Option<usize> {
        let chosen = self.scroll.chosen()?;
        self.proposal()?.changes.iter().position(|change| change.path == chosen)
    }

    fn whole(&self, looked: &Looked, view: &View) -> Document {
        let under = &looked.under;
        let proposal = &under.proposal;
        let mut page = Document::default();
        for author in &proposal.authors {
            page.field("by", format!("{} <{}>, {}", author.name, author.email, age(proposal, view.day())));
        }
        page.field("where", places(&proposal.places));
        page.field("applies", format!("{}; check: {}", fits(&proposal.fit), found(&proposal.findings)));
        for section in &looked.outline {
            page.heading(section.heading.clone());
            for item in &section.items {
                page.item(format!("  {} ", item.how.mark()), view.theme.title(), item.title.clone());
                for line in &item.lines {
                    let words = match line {
                        Told::Words(words) => words.clone(),
                        Told::Text { name, .. } => format!("{name} is another one: see the change"),
                    };
                    page.styled_item("      ", view.theme.hint(), words, view.theme.hint());
                }
            }
        }
        page.heading("Change by change");
        for change in &proposal.changes {
            page.item("  ", view.theme.title(), change.words());
            page.choosable(&change.path);
        }
        for finding in &proposal.findings {
            page.styled(finding.to_string(), view.theme.error());
        }
        page.heading("Reviews");
        if proposal.remarks.is_empty() {
            page.text("  Nobody has said anything yet.");
        }
        for weighed in &proposal.remarks {
            page.text(format!("  {}", remark(weighed, proposal, &under.settings)));
            if !weighed.remark.text.is_empty() {
                page.item("      ", view.theme.hint(), weighed.remark.text.clone());
            }
        }
        page.heading("In the way of a merge by you");
        if looked.in_the_way.is_empty() {
            page.text("  nothing");
        }
        for shortfall in &looked.in_the_way {
            page.item("  - ", view.theme.error(), shortfall.words());
        }
        page
    }

    fn lines(&self, looked: &Looked, at: usize, width: u16, view: &View) -> Vec<Line<'static>> {
        let proposal = &looked.under.proposal;
        let mut page = Document::default();
        let change = &proposal.changes[at];
        for weighed in &proposal.remarks {
            if weighed.remark.about.as_ref() == Some(&change.path) {
                page.text(remark(weighed, proposal, &looked.under.settings));
                page.item("    ", view.theme.hint(), weighed.remark.text.clone());
            }
        }
        let mut lines = page.lines(width, view.theme);
        let diff = looked.diffs.get(at).map(String::as_str).unwrap_or_default();
        lines.extend(diff_lines(diff, width, view.theme));
        lines
    }
}

impl Screen for ProposalScreen {
    fn scope(&self) -> Scope {
        Scope::Proposal
    }

    fn title(&self, _view: &View) -> String {
        let standing = self.looked.as_ref().map(|looked| {
            let standing = Standing::of(&looked.under.proposal, &looked.under.settings.review);
            format!(" for {}: {}", looked.under.branch, standing.words())
        });
        format!("{}{}", self.name, standing.unwrap_or_default())
    }

    fn begin(&mut self, _view: &View) -> Intent {
        Intent::Ask(Request::Review(Reviewing::Look(self.name.clone())))
    }

    fn refresh(&mut self, view: &View) -> Intent {
        self.begin(view)
    }

    fn look(&mut self, view: &View) -> Intent {
        self.begin(view)
    }

    fn hear(&mut self, response: &Response, _view: &View) -> Intent {
        match response {
            Response::Reviewed(Reviewed::Look(looked)) if looked.under.proposal.name == self.name => {
                self.looked = Some(looked.clone());
                let count = looked.under.proposal.changes.len();
                self.at = self.at.filter(|at| *at < count);
            }
            Response::Reviewed(Reviewed::Withdrawn { name, .. }) if *name == self.name => {
                return Intent::Back;
            }
            _ => {}
        }
        Intent::Nothing
    }

    fn act(&mut self, action: Action, _view: &View) -> Intent {
        match action {
            Action::Back => return Intent::Back,
            Action::Open if self.chosen().is_some() => self.show(self.chosen()),
            Action::Right | Action::NextBlock | Action::Open => self.step(true),
            Action::Left => self.step(false),
            Action::Countersign | Action::Withdraw | Action::AsOf => {
                let Some(proposal) = self.proposal() else { return Intent::Nothing };
                let (name, seen) = (proposal.name.clone(), proposal.head.clone());
                return match action {
                    Action::AsOf => Intent::AsOf(seen),
                    Action::Withdraw => Intent::Ask(Request::Review(Reviewing::Withdraw(name))),
                    _ => Intent::Ask(Request::Review(Reviewing::Countersign { name, seen })),
                };
            }
            action => {
                self.scroll.act(action);
            }
        }
        Intent::Nothing
    }

    fn told(&mut self, action: Action, text: &str, _view: &View) -> Intent {
        let (Some(looked), Some(verdict)) = (&self.looked, verdict(action)) else { return Intent::Nothing };
        let about = self.change().map(|change| change.path.clone()).filter(|_| verdict == Verdict::Note);
        let under = &looked.under;
        Intent::Ask(Request::Review(Reviewing::Say {
            name: self.name.clone(),
            seen: under.proposal.head.clone(),
            said: Said { verdict, text: text.to_owned(), about },
            signs: under.signs,
        }))
    }

    fn why_not(&self, action: Action, _view: &View) -> Option<String> {
        let acts = verdict(action).is_some() || matches!(action, Action::Countersign | Action::Withdraw);
        (acts && self.looked.is_none()).then(|| "The proposal is still being read.".to_owned())
    }

    fn touch(&mut self, place: Position, _view: &View) -> Touched {
        self.scroll.touch(place)
    }

    fn scroll(&mut self, _place: Position, lines: isize) {
        self.scroll.by(lines);
    }

    fn draw(&mut self, frame: &mut Frame, area: Rect, view: &View) {
        let Some(looked) = self.looked.clone() else {
            return frame
                .render_widget(saying("Reading the proposal …", area.width, view.theme.hint()), area);
        };
        let changes = &looked.under.proposal.changes;
        let [head, body] = area.layout(&Layout::vertical([Constraint::Length(2), Constraint::Min(1)]));
        let words = match self.at {
            None => "All of it; Enter or → goes through it change by change.".to_owned(),
            Some(at) => format!("Change {} of {}: {}", at + 1, changes.len(), changes[at].words()),
        };
        let words = fit(&visible(&words), usize::from(head.width));
        frame.render_widget(Paragraph::new(Line::styled(words, view.theme.section())), head);
        match self.at {
            None => {
                let page = self.whole(&looked, view);
                self.scroll.draw_page(frame, body, &page, view.theme);
            }
            Some(at) => {
                let lines = self.lines(&looked, at, body.width.saturating_sub(1), view);
                self.scroll.draw(frame, body, lines);
            }
        }
    }
}

fn verdict(action: Action) -> Option<Verdict> {
    Some(match action {
        Action::Note => Verdict::Note,
        Action::Approve => Verdict::Approve,
        Action::AskForChanges => Verdict::AskForChanges,
        Action::Decline => Verdict::Decline,
        _ => return None,
    })
}
