//! One cell, whole: what the measure asks, why it binds, what stands there and on what ground.

use ratatui::Frame;
use ratatui::layout::{Position, Rect};
use ratatui::style::Style;

use super::{Place, Screen};
use crate::analysis::state::{Ground, grounds};
use crate::analysis::{Group, State, scope};
use crate::domain::catalogue::Force;
use crate::domain::company::Filed;
use crate::domain::{
    Chapter, Company, CompanyId, Entry, EntryKind, EvidenceId, Limit, Measure, MeasureRef, Pinned,
    Requirement, Slot, Status,
};
use crate::register::{At, Trail, Which};
use crate::report::log;
use crate::ui::action::{Action, Scope};
use crate::ui::intent::Intent;
use crate::ui::link::Link;
use crate::ui::mouse::Touched;
use crate::ui::theme;
use crate::ui::view::{DRAFT, View};
use crate::ui::widget::document::{Document, Scroll};
use crate::ui::worker::{Request, Response};

/// How many decisions are shown; all of them are in the history.
const LAST_DECISIONS: usize = 5;

pub struct Detail {
    company: CompanyId,
    measure: MeasureRef,
    /// The judgement that is shown: of several models the worst, until one is chosen.
    shown: Option<Slot>,
    scroll: Scroll,
    decisions: Option<Vec<Entry>>,
}

impl Detail {
    pub fn new(company: CompanyId, measure: MeasureRef) -> Detail {
        Detail { company, measure, shown: None, scroll: Scroll::default(), decisions: None }
    }

    fn grounds<'a>(&self, view: &'a View) -> Vec<Ground<'a>> {
        match (view.company(&self.company), view.measure(self.measure)) {
            (Some(company), Some(measure)) => grounds(&view.snapshot.catalogue, company, measure, view.day()),
            _ => Vec::new(),
        }
    }

    fn chosen(&self, grounds: &[Ground]) -> usize {
        let worst = || (0..grounds.len()).min_by_key(|at| grounds[*at].state).unwrap_or(0);
        let shown = |shown: &Slot| grounds.iter().position(|ground| ground.slot == *shown);
        self.shown.as_ref().and_then(shown).unwrap_or_else(worst)
    }

    fn show(&mut self, ground: Option<&Ground>) {
        self.shown = ground.map(|ground| ground.slot.clone());
        self.scroll.choose_nothing();
    }

    /// The model whose line is chosen, where one is.
    fn show_chosen(&mut self, grounds: &[Ground]) {
        let chosen = grounds
            .iter()
            .map(|ground| &ground.slot)
            .find(|slot| self.scroll.chosen() == Some(&*slot.to_string()));
        self.shown = chosen.cloned().or(self.shown.take());
    }

    fn is_decision(&self, commit: &str) -> bool {
        self.decisions.iter().flatten().any(|decision| decision.commit == commit)
    }

    fn trail(&self) -> Trail {
        Trail::Cell(self.company.clone(), self.measure)
    }
}

impl Screen for Detail {
    fn scope(&self) -> Scope {
        Scope::Detail
    }

    fn title(&self, view: &View) -> String {
        format!("{} · {}", view.name(&self.company), self.measure)
    }

    fn begin(&mut self, view: &View) -> Intent {
        Intent::Ask(Request::History(self.trail(), At::of(&view.snapshot.source)))
    }

    fn act(&mut self, action: Action, view: &View) -> Intent {
        let grounds = self.grounds(view);
        let chosen = self.chosen(&grounds);
        match action {
            Action::Left => self.show(grounds.get(chosen.saturating_sub(1))),
            Action::Right => self.show(grounds.get(chosen + 1).or(grounds.last())),
            Action::NextBlock => {
                self.scroll.act(action);
                self.show_chosen(&grounds);
            }
            Action::Open => {
                let commit =
                    self.scroll.chosen().map(str::to_owned).filter(|chosen| self.is_decision(chosen));
                let place = commit.map_or(Place::History(self.trail()), |commit| Place::Entry { commit });
                return Intent::Open(place);
            }
            Action::Back => return Intent::Back,
            action => {
                self.scroll.act(action);
            }
        }
        Intent::Nothing
    }

    fn hear(&mut self, response: &Response, _view: &View) -> Intent {
        if let Response::History { trail, entries, .. } = response
            && *trail == self.trail()
        {
            let judged = |entry: &&Entry| {
                matches!(entry.kind, EntryKind::Assessment { .. } | EntryKind::Unread | EntryKind::Cut)
            };
            let decisions = self.decisions.get_or_insert_default();
            let room = LAST_DECISIONS.saturating_sub(decisions.len());
            decisions.extend(entries.iter().filter(judged).take(room).cloned());
        }
        Intent::Nothing
    }

    fn refresh(&mut self, view: &View) -> Intent {
        self.decisions = None;
        self.begin(view)
    }

    fn cell(&self, _view: &View) -> Option<(CompanyId, MeasureRef)> {
        Some((self.company.clone(), self.measure))
    }

    fn slot(&self, view: &View) -> Option<Slot> {
        let grounds = self.grounds(view);
        grounds.get(self.chosen(&grounds)).map(|ground| ground.slot.clone())
    }

    fn to_undo(&self, view: &View) -> Option<Which> {
        Some(Which::LastOf(self.company.clone(), self.slot(view)?))
    }

    fn touch(&mut self, place: Position, view: &View) -> Touched {
        let touched = self.scroll.touch(place);
        self.show_chosen(&self.grounds(view));
        touched
    }

    fn scroll(&mut self, _place: Position, lines: isize) {
        self.scroll.by(lines);
    }

    fn draw(&mut self, frame: &mut Frame, area: Rect, view: &View) {
        // From now on it stays this one, whichever becomes the worst.
        self.shown = self.slot(view);
        let page = self.written(view);
        self.scroll.draw_page(frame, area, &page, view.theme);
    }

    fn page(&self, view: &View) -> Option<Document> {
        Some(self.written(view))
    }

    fn links(&self) -> &[Link] {
        self.scroll.links()
    }
}

impl Detail {
    fn written(&self, view: &View) -> Document {
        let mut page = Document::default();
        match (view.company(&self.company), view.measure(self.measure)) {
            (Some(company), Some(measure)) => self.write(&mut page, view, company, measure),
            _ => page.text("This company or measure is not in the register at this revision."),
        }
        page
    }

    fn write(&self, page: &mut Document, view: &View, company: &Company, measure: &Measure) {
        let grounds = self.grounds(view);
        page.heading(format!("{} {}", measure.id, measure.title));
        if company.profile.invented {
            page.styled(
                format!("{} is invented: nothing here is about a real company.", company.profile.name),
                view.theme.warning(),
            );
        }
        page.text(measure.summary.clone());
        let at = self.chosen(&grounds);
        if grounds.len() > 1 {
            page.heading(format!("Models of {}  (← → choose one)", company.profile.name));
            for (index, ground) in grounds.iter().enumerate() {
                let mark = if index == at { "▸ " } else { "  " };
                let model = ground.slot.model.as_ref().and_then(|id| company.models.get(id));
                let name = model.map_or("", |model| &model.name);
                let style = if index == at { view.theme.title() } else { Style::new() };
                page.styled_item(
                    format!("{mark}{} ", theme::glyph(ground.state)),
                    view.theme.state(ground.state),
                    format!("{name}: {}", ground.state.words()),
                    style,
                );
                page.choosable(&ground.slot.to_string());
            }
        }
        let Some(ground) = grounds.get(at) else { return };
        if view.drafts.iter().any(|draft| draft.is_of(&self.company, &ground.slot)) {
            page.styled(
                format!("{DRAFT} A draft: typed, and not committed. Deciding goes on with it."),
                view.theme.warning(),
            );
        }
        standing(page, view, company, measure, ground);
        judgement(page, view, company, measure, ground);
        evidence(page, view, ground);
        asked(page, view, measure, ground);
        self.decisions(page, view);
    }

    fn decisions(&self, page: &mut Document, view: &View) {
        page.heading("Last decisions");
        match &self.decisions {
            None => page.styled("Reading the history …", view.theme.hint()),
            Some(decisions) if decisions.is_empty() => {
                page.styled("No decision on record. d records the first one.", view.theme.hint());
            }
            Some(decisions) => {
                decisions.iter().for_each(|entry| decision(page, view, entry));
                log::lacking(decisions).into_iter().for_each(|note| page.styled(note, view.theme.hint()));
            }
        }
    }
}

/// One decision of the trail: day, author, from and to, reason.
pub fn decision(page: &mut Document, view: &View, entry: &Entry) {
    if matches!(entry.kind, EntryKind::Unread | EntryKind::Cut) {
        page.item(format!("{}  ", entry.day()), view.theme.hint(), entry.words());
        page.choosable(&entry.commit);
    }
    if let EntryKind::Assessment { slot, from, to, reason, .. } = &entry.kind {
        let model = slot.model.as_ref().map(|model| format!(" @{model}")).unwrap_or_default();
        page.item(
            format!("{}  ", entry.day()),
            view.theme.hint(),
            format!("{} → {}{model}, {}", from.words(), to.words(), entry.author),
        );
        page.choosable(&entry.commit);
        if let Some(grade) = view.grades.of(&entry.commit) {
            page.item("            ", Style::new(), grade.marked());
        }
        if let Some(reason) = reason {
            page.item("            ", Style::new(), reason.clone());
        }
    }
}

fn standing(page: &mut Document, view: &View, company: &Company, measure: &Measure, ground: &Ground) {
    page.heading("Where it stands");
    let state = format!("{} {}", theme::glyph(ground.state), ground.state.words());
    page.styled_field("state", state, view.theme.state(ground.state));
    if ground.state == State::NothingOnFile {
        page.field("", "This says what the register holds, not what the company does.");
    }
    for reason in &ground.stale {
        page.field("", reason.words());
    }
    let applicability = &ground.applicability;
    let article = applicability.because.article().map(|article| format!(" ({article})")).unwrap_or_default();
    let because = applicability.because.words();
    page.field("applies", format!("{}: {because}{article}", applicability.applies.words()));
    page.field("basis", format!("{}: {}", ground.basis.words(), basis_reason(company, measure, view)));
}

fn basis_reason(company: &Company, measure: &Measure, view: &View) -> String {
    let chapter = measure.id.chapter;
    if chapter == Chapter::AiAct {
        return "the Act binds signatories and others alike".into();
    }
    let stance = scope::stance_words(company, chapter, view.day());
    let since = company.position(chapter, view.day()).map(|position| format!(" since {}", position.since));
    let since = since.unwrap_or_default();
    match Group::of(company, chapter, view.day()) {
        Group::Signatory => format!("{} chapter {stance}{since}", chapter.title()),
        Group::NonSignatory => {
            let article = if chapter == Chapter::SafetySecurity { "55(2)" } else { "53(4)" };
            format!(
                "{} chapter {stance}{since}; Art. {article} asks for other adequate means",
                chapter.title()
            )
        }
    }
}

fn judgement(page: &mut Document, view: &View, company: &Company, measure: &Measure, ground: &Ground) {
    let Some(recorded) = ground.recorded else { return };
    let assessment = &recorded.assessment;
    page.heading("Judgement on file");
    page.styled_field("status", assessment.status.key(), view.theme.status(assessment.status));
    page.field("reason", assessment.reason.clone());
    page.field("assessed", format!("{}, as {}", assessment.assessed, assessment.means.words()));
    if let Some(owner) = &assessment.owner {
        page.field("owner", owner.to_string());
    }
    if let Some(day) = assessment.review_by {
        page.field("review by", day.to_string());
    }
    for pinned in &assessment.evidence {
        pin(page, company, pinned);
    }
    let open =
        measure.requirements.iter().filter(|line| assessment.requirements.contains_key(&line.letter)).count();
    if open > 0 {
        page.field(
            "lines",
            format!("{open} of {} requirements judged, see below", measure.requirements.len()),
        );
    }
}

fn pin(page: &mut Document, company: &Company, pinned: &Pinned) {
    let title = company.evidence.get(&pinned.id).map(|filed| filed.evidence.title.as_str());
    let at = pinned.at.as_ref().map(|at| format!(", {at}")).unwrap_or_default();
    let title = title.unwrap_or("no longer on file");
    page.field("rests on", format!("{title} [{}]{at}, pinned {}", pinned.id, pinned.pin.short()));
    if let Some(quote) = &pinned.quote {
        page.field("", format!("“{}”", quote.trim()));
    }
}

fn evidence(page: &mut Document, view: &View, ground: &Ground) {
    page.heading(format!("Evidence on file ({})", ground.evidence.len()));
    if ground.evidence.is_empty() {
        page.styled("None that bears on this measure.", view.theme.hint());
    }
    for (id, filed) in &ground.evidence {
        filed_evidence(page, view, id, filed);
    }
}

/// A document: title, version, dates, where it is, how it was checked and by whom.
pub fn filed_evidence(page: &mut Document, view: &View, id: &EvidenceId, filed: &Filed) {
    let evidence = &filed.evidence;
    let version = evidence.version.as_ref().map(|version| format!(", version {version}")).unwrap_or_default();
    page.item(
        format!("{}  ", evidence.checked.key()),
        view.theme.title(),
        format!("{}{version}", evidence.title),
    );
    let published = evidence.published.map_or("no date".to_owned(), |day| format!("published {day}"));
    let expires = evidence.expires.map(|day| match evidence.expired(view.day()) {
        true => format!(", EXPIRED {day}"),
        false => format!(", expires {day}"),
    });
    let kind = evidence.kind.words();
    let access = evidence.access.words();
    let expires = expires.unwrap_or_default();
    page.styled_item(
        "   ",
        Style::new(),
        format!("{kind}, {published}{expires}, {access} [{id}]"),
        view.theme.hint(),
    );
    for address in evidence.url.iter().chain(&evidence.also_at) {
        page.styled_item("   ", Style::new(), address.clone(), view.theme.hint());
    }
    let source = format!("checked {}; {}", evidence.checked.words(), evidence.source);
    page.styled_item("   ", Style::new(), source, view.theme.hint());
    if let Some(note) = &evidence.note {
        page.styled_item("   ", Style::new(), note.clone(), view.theme.hint());
    }
}

fn asked(page: &mut Document, view: &View, measure: &Measure, ground: &Ground) {
    if !measure.requirements.is_empty() {
        page.heading("What it asks");
    }
    for requirement in &measure.requirements {
        let status =
            ground.recorded.and_then(|recorded| recorded.assessment.requirements.get(&requirement.letter));
        line(page, view, requirement, status.copied());
    }
    let limits: Vec<&Limit> = view.snapshot.catalogue.limits_of(measure.id).collect();
    if !limits.is_empty() {
        page.heading("Limits");
    }
    for limit in limits {
        let what = limit.what.as_ref().map(|what| format!(" ({what})")).unwrap_or_default();
        let text = format!("{}: {} {}, {}{what}", limit.trigger, limit.value, limit.unit, limit.kind.key());
        page.item(format!("{}  ", limit.key), view.theme.hint(), text);
    }
    page.heading("Of the measure");
    page.field("articles", measure.articles.join(", "));
    if !measure.inferred_articles.is_empty() {
        page.field("inferred", format!("{} (not stated by the Code)", measure.inferred_articles.join(", ")));
    }
    for (label, refs) in
        [("counterpart", &measure.counterparts), ("inferred", &measure.inferred_counterparts)]
    {
        if !refs.is_empty() {
            page.field(label, refs.iter().map(ToString::to_string).collect::<Vec<_>>().join(", "));
        }
    }
    for natural in &measure.evidence {
        let seen: Vec<&str> = natural.seen.iter().map(|access| access.words()).collect();
        let seen = if seen.is_empty() { String::new() } else { format!(" ({})", seen.join(", ")) };
        page.field("shown by", format!("{}{seen}", natural.what));
    }
    for (label, text) in [("SME, SMC", &measure.sme), ("note", &measure.note)] {
        if let Some(text) = text {
            page.field(label, text.clone());
        }
    }
}

fn line(page: &mut Document, view: &View, requirement: &Requirement, status: Option<Status>) {
    let (mark, style) = match status {
        None => (" ".to_owned(), Style::new()),
        Some(status) => (theme::glyph(theme::of_status(status)).to_owned(), view.theme.status(status)),
    };
    let force = match requirement.force {
        Force::Required => String::new(),
        force => format!(" ({})", force.key()),
    };
    page.item(format!("{mark} {}. ", requirement.letter), style, format!("{}{force}", requirement.text));
}
