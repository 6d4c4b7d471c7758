//! One file per screen. A screen keeps identities and positions, never rows of data: those come from the view each
//! time, so that nothing on it can be older than the register it shows.

pub mod audit;
pub mod changes;
pub mod company;
pub mod conflicts;
pub mod coverage;
pub mod decide;
pub mod detail;
pub mod drafts;
pub mod entry;
pub mod findings;
pub mod history;
pub mod matrix;
pub mod measure;
pub mod overtaken;
pub mod pair;
pub mod preview;
pub mod proposal;
pub mod proposals;
pub mod record;
pub mod sides;
pub mod timeline;

use ratatui::Frame;
use ratatui::layout::{Position, Rect};
use ratatui::text::Line;

use super::action::{Action, Scope};
use super::chosen::Chosen;
use super::draft::Draft;
use super::intent::Intent;
use super::link::Link;
use super::mouse::Touched;
use super::sketch::{Sketch, What};
use super::view::View;
use super::widget::document::Document;
use super::worker::Response;
use crate::analysis::{Filter, Target};
use crate::domain::view::{Order, SavedView};
use crate::domain::{CompanyId, Day, MeasureRef, Slot};
use crate::error::Overtaken;
use crate::register::{Prepared, Trail, Which};
use crate::report::Table;

/// The screen of a place.
pub fn open(place: Place) -> Box<dyn Screen> {
    match place {
        Place::Matrix => Box::new(matrix::Matrix::default()),
        Place::Sides(target) => Box::new(sides::SideBySide::new(target)),
        Place::Pair { left, right, target } => Box::new(pair::Compared::new(left, right, target)),
        Place::Detail { company, measure } => Box::new(detail::Detail::new(company, measure)),
        Place::Company(company) => Box::new(company::CompanyScreen::new(company)),
        Place::Measure(measure) => Box::new(measure::MeasureScreen::new(measure)),
        Place::History(trail) => Box::new(history::History::new(trail)),
        Place::Entry { commit } => Box::new(entry::Commit::new(commit)),
        Place::Decide { company, slot } => Box::new(decide::Form::new(company, slot)),
        Place::Record { company, what, slot } => Box::new(record::RecordForm::new(company, what, slot)),
        Place::DecideMany(cells) => Box::new(decide::ManyForm::new(cells)),
        Place::Audit => Box::new(audit::Audit::default()),
        Place::Coverage => Box::new(coverage::CoverageScreen::default()),
        Place::Timeline => Box::new(timeline::TimelineScreen::default()),
        Place::Changes { from, to } => Box::new(changes::Changes::new(from, to)),
        Place::Drafts => Box::new(drafts::Drafts::default()),
        Place::Findings => Box::new(findings::Findings::default()),
        Place::Conflicts => Box::new(conflicts::ConflictsScreen::default()),
        Place::Proposals => Box::new(proposals::ProposalsScreen::default()),
        Place::Proposal(name) => Box::new(proposal::ProposalScreen::new(name)),
    }
}

/// What will be committed, before it is.
pub fn preview(prepared: Prepared) -> Box<dyn Screen> {
    Box::new(preview::Preview::new(prepared))
}

/// What somebody else committed first, and what was not committed.
pub fn overtaken(overtaken: Overtaken) -> Box<dyn Screen> {
    Box::new(overtaken::TwoVersions::new(overtaken))
}

/// Where one can go. A place names things by what they are, so it still means the same when the register changed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Place {
    Matrix,
    Sides(Target),
    Pair {
        left: CompanyId,
        right: CompanyId,
        target: Target,
    },
    Detail {
        company: CompanyId,
        measure: MeasureRef,
    },
    Company(CompanyId),
    Measure(MeasureRef),
    History(Trail),
    /// One commit's message and diff.
    Entry {
        commit: String,
    },
    Decide {
        company: CompanyId,
        slot: Slot,
    },
    /// What is recorded of a company beside judgements, begun on a cell or not.
    Record {
        company: CompanyId,
        what: What,
        slot: Option<Slot>,
    },
    /// Several judgements that are made alike.
    DecideMany(Vec<(CompanyId, Slot)>),
    Drafts,
    Findings,
    Conflicts,
    Proposals,
    /// By its branch's name.
    Proposal(String),
    Audit,
    Coverage,
    Timeline,
    /// What is different between two moments.
    Changes {
        from: (String, Day),
        to: (String, Day),
    },
}

/// What a person jumps to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Goal {
    Company(CompanyId),
    Measure(MeasureRef),
}

/// What a screen must be able to do.
pub trait Screen {
    /// Which bindings are heard.
    fn scope(&self) -> Scope;

    /// What the header says this is.
    fn title(&self, view: &View) -> String;

    /// Opened: what has to be fetched first.
    fn begin(&mut self, _view: &View) -> Intent {
        Intent::Nothing
    }

    /// The register changed underneath: what has to be fetched again.
    fn refresh(&mut self, _view: &View) -> Intent {
        Intent::Nothing
    }

    /// Somebody may have changed the repository, if not the register: what is to be fetched again for that alone.
    fn look(&mut self, _view: &View) -> Intent {
        Intent::Nothing
    }

    /// Answers an action.
    fn act(&mut self, action: Action, view: &View) -> Intent;

    /// Hears the words that go with an action.
    fn told(&mut self, _action: Action, _text: &str, _view: &View) -> Intent {
        Intent::Nothing
    }

    /// Why it cannot answer an action now.
    fn why_not(&self, _action: Action, _view: &View) -> Option<String> {
        None
    }

    /// Draws itself. Scroll positions are put right here, when the size is known.
    fn draw(&mut self, frame: &mut Frame, area: Rect, view: &View);

    /// The commit the cursor stands on.
    fn commit(&self) -> Option<String> {
        None
    }

    /// What is shown as a table, where it is one.
    fn sheet(&self, _view: &View) -> Option<Table> {
        None
    }

    /// What is shown as a text, where it is one.
    fn page(&self, _view: &View) -> Option<Document> {
        None
    }

    /// The addresses that were drawn.
    fn links(&self) -> &[Link] {
        &[]
    }

    /// Selects what was drawn where the mouse points.
    fn touch(&mut self, _place: Position, _view: &View) -> Touched {
        Touched::Nothing
    }

    /// The mouse is dragged to here, from what it touched.
    fn drag(&mut self, _place: Position, _view: &View) -> Touched {
        Touched::Nothing
    }

    /// Scrolls what is drawn where the mouse points.
    fn scroll(&mut self, _place: Position, _lines: isize) {}

    /// Hears what the background found out.
    fn hear(&mut self, _response: &Response, _view: &View) -> Intent {
        Intent::Nothing
    }

    /// Takes a key that is no command here; only forms do.
    fn type_key(&mut self, _key: crossterm::event::KeyEvent, _view: &View) -> Intent {
        Intent::Nothing
    }

    /// Takes pasted text; only forms do.
    fn paste(&mut self, _text: &str) {}

    /// The cell the cursor stands on, for everything that starts from a cell.
    fn cell(&self, _view: &View) -> Option<(CompanyId, MeasureRef)> {
        None
    }

    /// The company the cursor stands on.
    fn company(&self, view: &View) -> Option<CompanyId> {
        self.cell(view).map(|(company, _)| company)
    }

    /// The judgement the cursor stands on, where the screen tells the models of a cell apart.
    fn slot(&self, _view: &View) -> Option<Slot> {
        None
    }

    /// What undo and redo are about here.
    fn to_undo(&self, _view: &View) -> Option<Which> {
        None
    }

    /// Cells that are marked, to be decided together.
    fn marked(&self) -> Vec<(CompanyId, MeasureRef)> {
        Vec::new()
    }

    fn unmark(&mut self) {}

    /// The part of the catalogue the cursor stands on.
    fn target(&self, view: &View) -> Option<Target> {
        self.cell(view).map(|(_, measure)| Target::Measure(measure))
    }

    /// Narrows what is shown to what matches; where a screen has nothing to narrow, nothing happens.
    fn filter(&mut self, _filter: Filter) {}

    /// What it is narrowed to.
    fn filter_text(&self) -> &str {
        ""
    }

    /// Shows what a saved view says.
    fn show_view(&mut self, _saved: &SavedView, _filter: Filter) {}

    /// What is shown is kept by this name.
    fn name_view(&mut self, _name: &str) {}

    /// What is shown of the board and how, as a view that can be kept; it may have no name yet.
    fn arranged(&self) -> Option<SavedView> {
        None
    }

    /// Orders companies.
    fn sort(&mut self, _order: Order) {}

    /// Moves the selection to something, wherever it stands.
    fn go_to(&mut self, _goal: Goal, _view: &View) -> Intent {
        Intent::Nothing
    }

    /// What was typed here and is not committed.
    fn drafts(&self) -> Vec<Draft> {
        Vec::new()
    }

    /// What of it is kept while one types: enough that no word is lost.
    fn unsaved(&self) -> Vec<Draft> {
        self.drafts()
    }

    /// What was typed here of something else than a judgement, and whether it is more than a new form holds.
    fn sketch(&self) -> Option<(Sketch, bool)> {
        None
    }

    fn take_sketch(&mut self, _sketch: &Sketch) {}

    /// What was chosen and typed here for files in conflict, and whether it is more than a new form holds.
    fn chosen(&self) -> Vec<(Chosen, bool)> {
        Vec::new()
    }

    /// What was typed elsewhere that the cursor stands on.
    fn sketched(&self, _view: &View) -> Option<Sketch> {
        None
    }

    /// A text that is long enough for an editor, and takes one back.
    fn long_text(&self) -> Option<String> {
        None
    }

    fn take_long_text(&mut self, _text: &str) {}

    /// Puts a kept draft back.
    fn take_draft(&mut self, _draft: &Draft) {}

    /// What stands under the screen: a legend's items, or the state of a list.
    fn legend(&self, _view: &View) -> Vec<Line<'static>> {
        Vec::new()
    }
}
