//! The form of what is recorded of a company beside judgements: a document, a position, a model. What is typed outlives it,
//! as in the form of a judgement.

use crossterm::event::{KeyCode, KeyEvent};
use ratatui::Frame;
use ratatui::layout::{Position, Rect};

use super::Screen;
use super::decide::DocumentForm;
use crate::analysis::filing::{self, How};
use crate::analysis::{model, position};
use crate::domain::{Change, Company, CompanyId, MeasureRef, ModelId, Slot};
use crate::ui::action::{Action, Scope};
use crate::ui::intent::Intent;
use crate::ui::mouse::Touched;
use crate::ui::sketch::{ModelLine, Of, PositionLine, Sketch, What, lines_of};
use crate::ui::view::View;
use crate::ui::widget::lines::{Labelled, Lines, Typed, framed, word, words};
use crate::ui::widget::text::saying;
use crate::ui::worker::{Request, Response};

pub struct RecordForm {
    company: CompanyId,
    what: What,
    /// The cell it was begun on.
    slot: Option<Slot>,
    fields: Fields,
    refusals: Vec<String>,
    /// What a new form would hold.
    untouched: Option<Sketch>,
    /// What was typed before it was discarded.
    discarded: Option<Sketch>,
    /// Whether the preview waits for a file to be read.
    waits: bool,
}

enum Fields {
    Evidence(DocumentForm),
    Position(Lines<PositionLine>),
    Model(Lines<ModelLine>),
}

impl RecordForm {
    pub fn new(company: CompanyId, what: What, slot: Option<Slot>) -> RecordForm {
        let fields = match &what {
            What::Evidence => Fields::Evidence(DocumentForm::new(None, slot.as_ref())),
            What::Position => Fields::Position(Lines::new(&Typed::new())),
            What::Model(_) => Fields::Model(Lines::new(&Typed::new())),
        };
        let (refusals, untouched, discarded) = (Vec::new(), None, None);
        RecordForm { company, what, slot, fields, refusals, untouched, discarded, waits: false }
    }

    fn typed(&self) -> Sketch {
        let of = match (&self.fields, &self.what) {
            (Fields::Evidence(form), _) => Of::Evidence(form.typed()),
            (Fields::Position(lines), _) => Of::Position(lines.typed()),
            (Fields::Model(lines), What::Model(id)) => Of::Model { id: id.clone(), lines: lines.typed() },
            (Fields::Model(lines), _) => Of::Model { id: None, lines: lines.typed() },
        };
        Sketch { company: self.company.clone(), of }
    }

    fn fill(&mut self, sketch: &Sketch) {
        self.fields = match &sketch.of {
            Of::Evidence(typed) => Fields::Evidence(DocumentForm::new(Some(typed), None)),
            Of::Position(typed) => Fields::Position(Lines::new(typed)),
            Of::Model { lines, .. } => Fields::Model(Lines::new(lines)),
        };
    }

    /// What is meant, or everything that stands against it.
    fn change(&self, view: &View, company: &Company) -> Result<Change, Vec<String>> {
        match &self.fields {
            Fields::Evidence(form) => {
                let (id, draft) = form.meant(company)?;
                let filed = filing::file(&view.snapshot, &company.id, &id, How::Add, &draft);
                filed.map(Change::from).map_err(|refusals| said(&refusals, filing::Refusal::words))
            }
            Fields::Position(lines) => {
                let draft = position_of(&lines.typed())?;
                let taken = position::take(&view.snapshot, view.day(), &company.id, &draft);
                taken.map(Change::from).map_err(|refusals| said(&refusals, position::Refusal::words))
            }
            Fields::Model(lines) => {
                let (id, mut draft) = model_of(&lines.typed())?;
                match (&self.what, company.models.get(&id)) {
                    (What::Model(Some(known)), _) if *known != id => {
                        return Err(vec![format!("the id of a model on file stays: {known}")]);
                    }
                    (What::Model(None), Some(_)) => {
                        return Err(vec![format!(
                            "model {id} is on file already: choose it in a cell's detail to change it"
                        )]);
                    }
                    (_, on_file) => {
                        let there = on_file.map(|model| model.compute.clone()).unwrap_or_default();
                        draft.compute.retain(|amount| !there.contains(amount));
                        draft.compute.splice(0..0, there);
                    }
                }
                let described = model::describe(&view.snapshot, &company.id, &id, &draft);
                described.map(Change::from).map_err(|refusals| said(&refusals, model::Refusal::words))
            }
        }
    }

    fn preview(&mut self, view: &View) -> Intent {
        if let Fields::Evidence(form) = &self.fields
            && let Some(request) = form.wants()
        {
            self.waits = true;
            return Intent::Ask(request);
        }
        let Some(company) = view.company(&self.company) else {
            self.refusals = vec!["the company is no longer in the register".to_owned()];
            return Intent::Nothing;
        };
        match self.change(view, company) {
            Ok(change) => {
                self.refusals.clear();
                Intent::Ask(Request::Prepare { snapshot: view.snapshot.clone(), changes: vec![change] })
            }
            Err(refusals) => {
                self.refusals = refusals;
                Intent::Nothing
            }
        }
    }

    /// To what a new form holds, and back again.
    fn discard(&mut self, view: &View) -> Intent {
        if let Some(sketch) = self.discarded.take() {
            self.fill(&sketch);
            return Intent::Say("What was typed is back.".to_owned());
        }
        let typed = self.typed();
        let touched = self.untouched.as_ref() != Some(&typed);
        let _ = self.begin(view);
        self.refusals.clear();
        self.discarded = touched.then_some(typed);
        Intent::Say(match touched {
            true => "What was typed is discarded; the same key brings it back.".to_owned(),
            false => "Nothing was typed.".to_owned(),
        })
    }
}

fn said<R>(refusals: &[R], words: impl Fn(&R) -> String) -> Vec<String> {
    refusals.iter().map(words).collect()
}

fn position_of(typed: &Typed<PositionLine>) -> Result<position::Draft, Vec<String>> {
    let mut wrong = Vec::new();
    let text = |line| typed.get(&line).cloned();
    let draft = position::Draft {
        chapters: words(typed, PositionLine::Chapters, &mut wrong),
        stance: word(typed, PositionLine::Stance, &mut wrong),
        since: word(typed, PositionLine::Since, &mut wrong),
        not_before: word(typed, PositionLine::NotBefore, &mut wrong),
        source: text(PositionLine::Source).unwrap_or_default(),
        note: text(PositionLine::Note),
        reason: text(PositionLine::Reason).unwrap_or_default(),
    };
    if wrong.is_empty() { Ok(draft) } else { Err(wrong) }
}

fn model_of(typed: &Typed<ModelLine>) -> Result<(ModelId, model::Draft), Vec<String>> {
    let mut wrong = Vec::new();
    let text = |line| typed.get(&line).cloned();
    let id = word(typed, ModelLine::Id, &mut wrong);
    let flop = text(ModelLine::Compute).unwrap_or_default();
    let source = text(ModelLine::ComputeSource).unwrap_or_default();
    let compute = model::compute(&flop, word(typed, ModelLine::ComputeKind, &mut wrong), &source);
    let draft = model::Draft {
        name: text(ModelLine::Name).unwrap_or_default(),
        placed_on_market: word(typed, ModelLine::PlacedOnMarket, &mut wrong),
        released: word(typed, ModelLine::Released, &mut wrong),
        systemic_risk: word(typed, ModelLine::SystemicRisk, &mut wrong),
        systemic_risk_source: text(ModelLine::SystemicRiskSource),
        open_source: word(typed, ModelLine::OpenSource, &mut wrong),
        open_source_source: text(ModelLine::OpenSourceSource),
        licence: text(ModelLine::Licence),
        parameters: text(ModelLine::Parameters),
        compute: compute.map_err(|why| wrong.push(why)).ok().flatten().into_iter().collect(),
        source: text(ModelLine::Source).unwrap_or_default(),
        note: text(ModelLine::Note),
        reason: text(ModelLine::Reason).unwrap_or_default(),
    };
    match id {
        Some(id) if wrong.is_empty() => Ok((id, draft)),
        None if wrong.is_empty() => Err(vec!["give the model an id".to_owned()]),
        _ => Err(wrong),
    }
}

impl Screen for RecordForm {
    fn scope(&self) -> Scope {
        Scope::Decide
    }

    fn title(&self, view: &View) -> String {
        format!("Record {} of {}", self.what.words(), view.name(&self.company))
    }

    fn begin(&mut self, view: &View) -> Intent {
        let model = match &self.what {
            What::Model(Some(id)) => view
                .company(&self.company)
                .and_then(|company| company.models.get(id).map(|model| lines_of(id, model))),
            _ => None,
        };
        self.fields = match &self.what {
            What::Evidence => Fields::Evidence(DocumentForm::new(None, self.slot.as_ref())),
            What::Position => Fields::Position(Lines::new(&Typed::new())),
            What::Model(_) => Fields::Model(Lines::new(&model.unwrap_or_default())),
        };
        self.untouched = Some(self.typed());
        Intent::Nothing
    }

    fn act(&mut self, action: Action, view: &View) -> Intent {
        match action {
            Action::NextField => return self.go(1),
            Action::PreviousField => return self.go(-1),
            Action::Toggle => return self.type_key(KeyCode::Char(' ').into(), view),
            Action::Preview => return self.preview(view),
            Action::Discard => return self.discard(view),
            Action::Back => return Intent::Back,
            _ => {}
        }
        Intent::Nothing
    }

    fn why_not(&self, action: Action, _view: &View) -> Option<String> {
        let judgement = "That goes with a judgement: press d on a cell.";
        matches!(action, Action::AddDocument | Action::Editor).then(|| judgement.to_owned())
    }

    fn type_key(&mut self, key: KeyEvent, _view: &View) -> Intent {
        match &mut self.fields {
            Fields::Evidence(form) => return form.key(key).map_or(Intent::Nothing, Intent::Ask),
            Fields::Position(lines) => lines.key(key),
            Fields::Model(lines) => lines.key(key),
        }
        Intent::Nothing
    }

    fn paste(&mut self, text: &str) {
        match &mut self.fields {
            Fields::Evidence(form) => form.paste(text),
            Fields::Position(lines) => lines.paste(text),
            Fields::Model(lines) => lines.paste(text),
        }
    }

    fn touch(&mut self, place: Position, _view: &View) -> Touched {
        let request = match &mut self.fields {
            Fields::Evidence(form) => form.touch(place),
            Fields::Position(lines) => {
                lines.touch(place);
                None
            }
            Fields::Model(lines) => {
                lines.touch(place);
                None
            }
        };
        request.map_or(Touched::Selected, |request| Touched::Did(Intent::Ask(request)))
    }

    fn scroll(&mut self, place: Position, by: isize) {
        match &mut self.fields {
            Fields::Evidence(form) => form.scroll(place, by),
            Fields::Position(lines) => lines.scroll(place, by),
            Fields::Model(lines) => lines.scroll(place, by),
        }
    }

    fn hear(&mut self, response: &Response, view: &View) -> Intent {
        let Fields::Evidence(form) = &mut self.fields else { return Intent::Nothing };
        match response {
            Response::PathCompleted { typed, found } => return form.completed(typed, found),
            Response::Document { path, document } => {
                form.hear(path, document);
                if std::mem::take(&mut self.waits) {
                    return self.preview(view);
                }
            }
            _ => {}
        }
        Intent::Nothing
    }

    fn cell(&self, _view: &View) -> Option<(CompanyId, MeasureRef)> {
        self.slot.as_ref().map(|slot| (self.company.clone(), slot.measure))
    }

    fn company(&self, _view: &View) -> Option<CompanyId> {
        Some(self.company.clone())
    }

    fn sketch(&self) -> Option<(Sketch, bool)> {
        let typed = self.typed();
        let is_touched = self.untouched.as_ref() != Some(&typed);
        Some((typed, is_touched))
    }

    fn take_sketch(&mut self, sketch: &Sketch) {
        self.fill(sketch);
    }

    fn draw(&mut self, frame: &mut Frame, area: Rect, view: &View) {
        let company = view.company(&self.company);
        if company.is_none() {
            let gone = "This company is no longer in the register. Esc keeps what was typed.";
            return frame.render_widget(saying(gone, area.width, view.theme.error()), area);
        }
        let title = "Ctrl-S shows the commit; Esc keeps what is typed.";
        match &mut self.fields {
            Fields::Evidence(form) => {
                form.refusals.clone_from(&self.refusals);
                form.draw(frame, area, view, company.map(|company| &**company), title);
            }
            Fields::Position(lines) => draw(lines, frame, area, view, title, &self.refusals),
            Fields::Model(lines) => draw(lines, frame, area, view, title, &self.refusals),
        }
    }
}

impl RecordForm {
    fn go(&mut self, by: isize) -> Intent {
        match &mut self.fields {
            Fields::Evidence(form) => return form.go(by).map_or(Intent::Nothing, Intent::Ask),
            Fields::Position(lines) => lines.go(by),
            Fields::Model(lines) => lines.go(by),
        }
        Intent::Nothing
    }
}

fn draw<L: Labelled>(
    lines: &mut Lines<L>,
    frame: &mut Frame,
    area: Rect,
    view: &View,
    title: &str,
    refusals: &[String],
) {
    let inside = framed(frame, area, view.theme, title, refusals);
    lines.draw(frame, inside, view.theme, |line| line.hint().to_owned());
}
