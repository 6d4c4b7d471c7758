//! One company: its positions over time, how much is covered, its models and its evidence.

use ratatui::Frame;
use ratatui::layout::{Position, Rect};
use ratatui::style::Style;

use super::Screen;
use super::detail::filed_evidence;
use crate::analysis::{Target, coverage};
use crate::domain::company::{Compute, ComputeKind, Established};
use crate::domain::{Chapter, Company, CompanyId, Model, ModelId};
use crate::register::Trail;
use crate::report::company::CompanyReport;
use crate::report::{Report, Table};
use crate::ui::action::{Action, Scope};
use crate::ui::intent::Intent;
use crate::ui::link::Link;
use crate::ui::mouse::Touched;
use crate::ui::sketch::What;
use crate::ui::theme;
use crate::ui::view::View;
use crate::ui::widget::document::{Document, Scroll};

use super::Place;

pub struct CompanyScreen {
    company: CompanyId,
    scroll: Scroll,
}

impl CompanyScreen {
    pub fn new(company: CompanyId) -> CompanyScreen {
        CompanyScreen { company, scroll: Scroll::default() }
    }
}

impl Screen for CompanyScreen {
    fn scope(&self) -> Scope {
        Scope::Company
    }

    fn title(&self, view: &View) -> String {
        view.name(&self.company)
    }

    fn act(&mut self, action: Action, view: &View) -> Intent {
        match action {
            Action::Open if self.scroll.chosen().is_some() => return self.open_chosen(view),
            Action::Open => return Intent::Open(Place::History(Trail::Company(self.company.clone()))),
            Action::Back => return Intent::Back,
            action => {
                self.scroll.act(action);
            }
        }
        Intent::Nothing
    }

    fn company(&self, _view: &View) -> Option<CompanyId> {
        Some(self.company.clone())
    }

    fn touch(&mut self, place: Position, _view: &View) -> Touched {
        self.scroll.touch(place)
    }

    fn scroll(&mut self, _place: Position, lines: isize) {
        self.scroll.by(lines);
    }

    fn draw(&mut self, frame: &mut Frame, area: Rect, view: &View) {
        let page = self.written(view);
        self.scroll.draw_page(frame, area, &page, view.theme);
    }

    fn page(&self, view: &View) -> Option<Document> {
        Some(self.written(view))
    }

    fn sheet(&self, view: &View) -> Option<Table> {
        let company = view.company(&self.company)?;
        CompanyReport { snapshot: &view.snapshot, board: &view.board, company, day: view.day() }.sheet()
    }

    fn links(&self) -> &[Link] {
        self.scroll.links()
    }
}

impl CompanyScreen {
    /// A chapter's measures, or what is known of a model.
    fn open_chosen(&self, view: &View) -> Intent {
        let is_chosen = |key: &str| self.scroll.chosen() == Some(key);
        if let Some(chapter) = Chapter::ALL.into_iter().find(|chapter| is_chosen(&key_of_chapter(*chapter))) {
            return Intent::Open(Place::Sides(Target::Chapter(chapter)));
        }
        let mut models = view.company(&self.company).into_iter().flat_map(|company| company.models.keys());
        match models.find(|id| is_chosen(&key_of_model(id))) {
            Some(id) => Intent::Record(self.company.clone(), What::Model(Some(id.clone()))),
            None => Intent::Nothing,
        }
    }

    fn written(&self, view: &View) -> Document {
        let mut page = Document::default();
        match view.company(&self.company) {
            Some(company) => write(&mut page, view, company),
            None => page.text("This company is not in the register at this revision."),
        }
        page
    }
}

fn write(page: &mut Document, view: &View, company: &Company) {
    let profile = &company.profile;
    page.heading(profile.name.clone());
    if profile.invented {
        page.styled("Invented: nothing here is about a real company.", view.theme.warning());
    }
    let sourced = |text: &str, source: &Option<String>| match source {
        Some(source) => format!("{text} ({source})"),
        None => text.to_owned(),
    };
    if let Some(name) = &profile.legal_name {
        page.field("legal name", sourced(name, &profile.legal_name_source));
    }
    page.field(
        "seat",
        profile.seat.as_ref().map_or("unknown".into(), |seat| sourced(seat, &profile.seat_source)),
    );
    let established = match profile.established {
        Some(Established::Union) => "in the Union",
        Some(Established::OutsideUnion) => "outside the Union",
        None => "not known whether in the Union (Art. 54)",
    };
    page.field("established", established);
    if let Some(representative) = &profile.representative {
        page.field("represented", representative.clone());
    }
    positions(page, view, company);
    covered(page, view, company);
    page.heading(format!("Models on file ({})", company.models.len()));
    company.models.iter().for_each(|(id, model)| self::model(page, view, id, model));
    compute(page, view, &profile.compute);
    page.heading(format!("Evidence on file ({})", company.evidence.len()));
    if company.evidence.is_empty() {
        page.styled("None found in the sources consulted, which says nothing more.", view.theme.hint());
    }
    for (id, filed) in &company.evidence {
        filed_evidence(page, view, id, filed);
        let refs: Vec<String> = filed.evidence.bears_on.iter().map(ToString::to_string).collect();
        let refs =
            if refs.is_empty() { "context only".to_owned() } else { format!("bears on {}", refs.join(", ")) };
        page.styled_item("   ", Style::new(), refs, view.theme.hint());
    }
    if !profile.notes.is_empty() {
        page.heading("Notes");
    }
    for note in &profile.notes {
        let source = note.source.as_ref().map(|source| format!(" ({source})")).unwrap_or_default();
        page.item("· ", Style::new(), format!("{}{source}", note.text));
    }
}

fn positions(page: &mut Document, view: &View, company: &Company) {
    page.heading("Positions");
    if company.profile.positions.is_empty() {
        page.styled("None on record.", view.theme.hint());
    }
    let mut positions: Vec<_> = company.profile.positions.iter().collect();
    positions.sort_by_key(|position| position.since);
    for position in positions {
        let chapters: Vec<&str> = position.chapters.iter().map(|chapter| chapter.key()).collect();
        let began = position.not_before.map(|day| format!(" (not before {day})")).unwrap_or_default();
        let now =
            position.chapters.iter().any(|chapter| company.position(*chapter, view.day()) == Some(position));
        let style = if now { view.theme.title() } else { view.theme.hint() };
        let text = format!("{} {}{began}", position.stance.words(), chapters.join(" "));
        page.styled_item(format!("{}  ", position.since), view.theme.hint(), text, style);
        page.styled_item("            ", Style::new(), position.source.clone(), view.theme.hint());
        if let Some(note) = &position.note {
            page.styled_item("            ", Style::new(), note.clone(), view.theme.hint());
        }
    }
}

fn covered(page: &mut Document, view: &View, company: &Company) {
    page.heading("Coverage");
    let coverage = coverage::of_company(&view.board, &company.id);
    for chapter in Chapter::ALL {
        let counts = coverage.chapter(chapter);
        let words: Vec<String> = counts
            .present()
            .map(|(state, number)| format!("{} {} {number}", theme::glyph(state), state.words()))
            .collect();
        page.field(
            chapter.key(),
            format!("{} of {} measures: {}", chapter.title(), counts.total(), words.join("  ")),
        );
        page.choosable(&key_of_chapter(chapter));
    }
}

/// What a line is chosen by.
fn key_of_chapter(chapter: Chapter) -> String {
    format!("chapter {chapter}")
}

fn key_of_model(id: &ModelId) -> String {
    format!("model {id}")
}

fn model(page: &mut Document, view: &View, id: &ModelId, model: &Model) {
    let day = match (model.placed_on_market, model.released) {
        (Some(day), _) => format!("on the Union market {day}"),
        (None, Some(day)) => format!("released {day}"),
        (None, None) => "no date".into(),
    };
    let parameters = model.parameters.as_ref().map(|number| format!(", {number}")).unwrap_or_default();
    let open = match model.open_source.key() {
        "unknown" => String::new(),
        known => format!(", open source: {known}"),
    };
    page.item(
        "· ",
        Style::new(),
        format!("{}: systemic risk {}, {day}{parameters}{open}", model.name, model.systemic_risk.key()),
    );
    page.choosable(&key_of_model(id));
    page.styled_item("  ", Style::new(), model.source.clone(), view.theme.hint());
    compute(page, view, &model.compute);
}

fn compute(page: &mut Document, view: &View, compute: &[Compute]) {
    for compute in compute {
        let kind = match compute.kind {
            ComputeKind::Estimate => "estimate",
            ComputeKind::Stated => "stated",
        };
        let model = compute.model.as_ref().map(|model| format!("{model}: ")).unwrap_or_default();
        let text = format!("{model}{:.1e} FLOP, {kind} ({})", compute.flop, compute.source);
        page.styled_item("  ", Style::new(), text, view.theme.hint());
    }
}
