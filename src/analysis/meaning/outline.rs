//! A meaning in words: sections of items, each with its lines. What shows it adds layout and nothing else.
//!
//! Texts are as the register has them: who prints them makes them visible.

use super::field::{Change, Field};
use super::line::{Line, document, field_line, pin, requirements, text_line};
use super::{
    AskedChange, BecameStale, CompanyChange, EvidenceChange, Gaps, How, JudgementChange, Meaning,
    ModelChange, Part, PositionChange, Turned, Unread,
};
use crate::analysis::scope::Group;
use crate::analysis::state::{StaleReason, State};
use crate::domain::{CompanyId, Finding, MeasureRef, Position, Status};

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Section {
    pub heading: String,
    pub items: Vec<Item>,
}

/// One thing that changed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Item {
    pub how: How,
    pub about: About,
    pub title: String,
    pub lines: Vec<Line>,
}

/// Where in the register one looks further.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum About {
    Register,
    Measure(MeasureRef),
    Company(CompanyId),
    Cell(CompanyId, MeasureRef),
}

impl Meaning {
    /// Everything, in sections that are not empty.
    pub fn outline(&self) -> Vec<Section> {
        let mut sections = vec![
            section("Not readable as a whole", &self.unread, unread),
            section("Positions", &self.positions, |change| self.position(change)),
            section("Judgements", &self.judgements, |change| self.judgement(change)),
            section("Evidence", &self.evidence, |change| self.evidence_item(change)),
            section("Companies", &self.companies, |change| self.company(change)),
            section("Models", &self.models, |change| self.model(change)),
            section("What is asked", &self.asked, asked),
            section("Settings and policy", &self.settings, setting),
            section("Waivers", &self.waivers, setting),
            section("Became stale", &self.stale, |stale| self.stale_item(stale)),
        ];
        for (group, Gaps { opened, closed }) in Group::ALL.into_iter().zip(&self.gaps) {
            let heading = |what: &str| format!("Gaps {what} among {}", group.words().to_lowercase());
            sections.push(Section { heading: heading("opened"), items: self.turned(How::Added, opened) });
            sections.push(Section { heading: heading("closed"), items: self.turned(How::Removed, closed) });
        }
        sections.retain(|section| !section.items.is_empty());
        sections
    }

    /// What there is to say before anything is listed.
    pub fn headline(&self) -> String {
        match (self.is_empty(), self.files) {
            (true, 0) => "no file of the register differs".to_owned(),
            (true, 1) => "1 file differs in form only, not in meaning".to_owned(),
            (true, files) => format!("{files} files differ in form only, not in meaning"),
            (false, _) => self.summary(),
        }
    }

    /// What stands over the cells that stand differently.
    pub fn cells_heading(&self) -> String {
        match self.cells.len() {
            1 => "1 cell stands differently".to_owned(),
            count => format!("{count} cells stand differently"),
        }
    }

    /// What there is of it, in one line: `2 judgements, 1 evidence; 1 gap opened, 2 closed; 1 became stale`.
    pub fn summary(&self) -> String {
        let number = |count: usize, one: &str, many: &str| match count {
            0 => None,
            1 => Some(format!("1 {one}")),
            _ => Some(format!("{count} {many}")),
        };
        let recorded = [
            number(self.positions.len(), "position", "positions"),
            number(self.judgements.len(), "judgement", "judgements"),
            number(self.evidence.len(), "piece of evidence", "pieces of evidence"),
            number(self.companies.len(), "company", "companies"),
            number(self.models.len(), "model", "models"),
            number(self.asked.len(), "part of what is asked", "parts of what is asked"),
            number(self.settings.len(), "setting", "settings"),
            number(self.waivers.len(), "waiver", "waivers"),
        ];
        let gaps = |of: fn(&Gaps) -> usize| self.gaps.iter().map(of).sum::<usize>();
        let followed = [
            number(gaps(|gaps| gaps.opened.len()), "gap opened", "gaps opened"),
            number(gaps(|gaps| gaps.closed.len()), "gap closed", "gaps closed"),
            number(self.stale.len(), "judgement became stale", "judgements became stale"),
            number(self.unread.len(), "file not readable", "files not readable"),
        ];
        let joined = |parts: Vec<Option<String>>| parts.into_iter().flatten().collect::<Vec<_>>().join(", ");
        let recorded = match self.changes() {
            0 => "nothing was recorded otherwise".to_owned(),
            _ => joined(recorded.into()),
        };
        let parts = [recorded, joined(followed.into())];
        parts.into_iter().filter(|part| !part.is_empty()).collect::<Vec<_>>().join("; ")
    }

    fn position(&self, change: &PositionChange) -> Item {
        let PositionChange { company, chapter, since, before, after, was, fields } = change;
        let stance =
            |position: &Option<_>| position.as_ref().map(|position: &Position| position.stance.words());
        let moved = match (stance(before), stance(after)) {
            (Some(before), Some(after)) if before != after => format!("{before} → {after}"),
            (None, Some(after)) => was.map_or(after.to_owned(), |was| format!("{} → {after}", was.words())),
            (before, after) => after.or(before).unwrap_or_default().to_owned(),
        };
        let title = format!("{chapter} {}: {moved} since {since}", self.name(company));
        let rest =
            fields.iter().filter(|field| !["chapters", "since", "stance"].contains(&field.name.as_str()));
        let about = About::Company(company.clone());
        Item { how: change.how(), about, title, lines: rest.map(field_line).collect() }
    }

    fn judgement(&self, change: &JudgementChange) -> Item {
        let (before, after) = change.status();
        let moved = match before == after {
            true => format!("{}, as before", status(after)),
            false => format!("{} → {}", status(before), status(after)),
        };
        let mut lines: Vec<Line> =
            change.reason().map(|(before, after)| text_line("reason", before, after)).into_iter().collect();
        lines.extend(requirements(&change.requirements));
        lines.extend(change.pins.iter().flat_map(pin));
        lines.extend(change.fields.iter().map(field_line));
        let title = format!("{} {}: {moved}", change.slot, self.name(&change.company));
        let about = About::Cell(change.company.clone(), change.slot.measure);
        Item { how: change.how(), about, title, lines }
    }

    fn evidence_item(&self, change: &EvidenceChange) -> Item {
        let title = change.evidence().map_or("", |evidence| &evidence.title);
        let title = format!("{}: {} ({title})", self.name(&change.company), change.id);
        let rest = change.fields.iter().filter(|field| change.how() == How::Changed || field.name != "title");
        let mut lines: Vec<Line> = rest.map(field_line).collect();
        lines.extend(change.document.iter().flat_map(document));
        Item { how: change.how(), about: About::Company(change.company.clone()), title, lines }
    }

    fn company(&self, CompanyChange { company, how, fields }: &CompanyChange) -> Item {
        let about = About::Company(company.clone());
        Item { how: *how, about, title: self.name(company), lines: fields.iter().map(field_line).collect() }
    }

    fn model(&self, ModelChange { company, model, how, name, fields }: &ModelChange) -> Item {
        let title = format!("{}: {model} ({name})", self.name(company));
        let about = About::Company(company.clone());
        Item { how: *how, about, title, lines: fields.iter().map(field_line).collect() }
    }

    fn stale_item(&self, BecameStale { company, slot, reasons }: &BecameStale) -> Item {
        let lines = reasons.iter().map(StaleReason::words).map(Line::Words).collect();
        let about = About::Cell(company.clone(), slot.measure);
        Item { how: How::Changed, about, title: format!("{slot} {}", self.name(company)), lines }
    }

    /// One item for all cells of a company that turned alike, in the order of the first of them.
    fn turned(&self, how: How, turned: &[Turned]) -> Vec<Item> {
        let mut alike: Vec<(&Turned, Vec<String>)> = Vec::new();
        for cell in turned {
            let same = |(first, _): &&mut (&Turned, _)| {
                (&first.company, first.before, first.after) == (&cell.company, cell.before, cell.after)
            };
            match alike.iter_mut().find(same) {
                Some((_, measures)) => measures.push(cell.measure.to_string()),
                None => alike.push((cell, vec![cell.measure.to_string()])),
            }
        }
        let word = |state: Option<State>| state.map_or("not there", State::words);
        let item = |(Turned { company, before, after, measure }, measures): (&Turned, Vec<String>)| {
            let moved = match before == after {
                true => format!("{}, and changed sides", word(*after)),
                false => format!("{} → {}", word(*before), word(*after)),
            };
            let about = match measures.len() {
                1 => About::Cell(company.clone(), *measure),
                _ => About::Company(company.clone()),
            };
            let title = format!("{}, {moved}: {}", self.name(company), measures.join(", "));
            Item { how, about, title, lines: Vec::new() }
        };
        alike.into_iter().map(item).collect()
    }
}

fn section<T>(heading: &str, changes: &[T], item: impl Fn(&T) -> Item) -> Section {
    Section { heading: heading.to_owned(), items: changes.iter().map(item).collect() }
}

fn unread(Unread { path, before, after }: &Unread) -> Item {
    let side = |when: &str, finding: &Option<Finding>| {
        finding.as_ref().map(|finding| Line::Words(format!("{when}: {}", finding.message)))
    };
    let lines = [side("before", before), side("now", after)].into_iter().flatten().collect();
    Item { how: How::Changed, about: About::Register, title: path.clone(), lines }
}

fn asked(AskedChange { part, how, fields }: &AskedChange) -> Item {
    let identity = |name: &str| match part {
        Part::Measure(_) | Part::Commitment(_) => name == "ref",
        Part::Limit(_) => name == "key",
        _ => false,
    };
    let lines = fields.iter().filter(|field| !identity(&field.name)).map(field_line).collect();
    let about = match part {
        Part::Measure(measure) => About::Measure(*measure),
        _ => About::Register,
    };
    Item { how: *how, about, title: part.words(), lines }
}

fn setting(field: &Field) -> Item {
    let how = match &field.change {
        Change::Value { before, after } => How::of(before, after),
        Change::Members { .. } => How::Changed,
    };
    match field_line(field) {
        Line::Words(title) => Item { how, about: About::Register, title, lines: Vec::new() },
        text => Item { how, about: About::Register, title: field.name.clone(), lines: vec![text] },
    }
}

fn status(status: Option<Status>) -> &'static str {
    status.map_or("unassessed", Status::key)
}
