//! What an action does: to what is selected, or to what was named behind it.

use super::App;
use super::time::Direction;
use crate::analysis::{Filter, Target, decision};
use crate::domain::{CompanyId, MeasureRef, Slot};
use crate::register::{Trail, Way};
use crate::ui::action::{self, Action, Argument, Scope};
use crate::ui::draft::Draft;
use crate::ui::exchange::{self, Exchange};
use crate::ui::intent::Intent;
use crate::ui::overlay::{Command, Overlay};
use crate::ui::reviewing::Reviewing;
use crate::ui::screen::{Goal, Place};
use crate::ui::sketch::What;
use crate::ui::worker::Request;

/// Drafts that are called by their names where all of them would fill a screen.
const MOST_NAMED: usize = 12;

impl App {
    /// Does what a key or a command stands for, or says why it cannot be done now.
    pub(super) fn run(&mut self, command: Command) {
        let Command { action, argument } = command;
        if self.is_elsewhere(action) && action.is_of_the_whole_board() {
            while self.screens.len() > 1 {
                self.back();
            }
        }
        match argument.map(|argument| self.aim(action, &argument)) {
            Some(Ok(())) => {}
            Some(Err(why)) => self.warn(why),
            None => match self.why_not(action) {
                Some(why) => self.warn(why),
                None => self.act(action),
            },
        }
    }

    /// Why an action cannot run on what is selected.
    pub(super) fn why_not(&self, action: Action) -> Option<String> {
        let why = |words: &str| Some(words.to_owned());
        let always =
            matches!(action, Action::Quit | Action::Help | Action::Palette | Action::Back | Action::Reload);
        let Some(view) = &self.view else {
            return if always { None } else { why("The register is still being read.") };
        };
        if self.is_elsewhere(action) && !action.is_of_the_whole_board() {
            return Some(match action {
                Action::Company | Action::Measure | Action::History => {
                    format!("Say which: `:{} NAME`.", action.name())
                }
                _ => match &*action::heard_on(action) {
                    [screen] => format!("That is for the screen `{screen}`."),
                    screens => format!("That is for these screens: {}.", screens.join(", ")),
                },
            });
        }
        let cell = || self.screen().cell(view);
        match action {
            Action::Decide | Action::DecideInEditor => view.editable.clone().err().or_else(|| {
                (cell().is_none() && self.screen().marked().is_empty())
                    .then(|| "Select a measure of a company first.".to_owned())
            }),
            Action::FileEvidence | Action::RecordPosition | Action::RecordModel => {
                let nothing = || "Select a company first.".to_owned();
                view.editable.clone().err().or_else(|| self.company().is_none().then(nothing))
            }
            Action::Undo | Action::Redo => {
                let nothing = || "Select a commit or a judgement first.".to_owned();
                view.editable.clone().err().or_else(|| self.screen().to_undo(view).is_none().then(nothing))
            }
            Action::Note
            | Action::Approve
            | Action::AskForChanges
            | Action::Decline
            | Action::Countersign
            | Action::Withdraw => view.editable.clone().err().or_else(|| self.screen().why_not(action, view)),
            Action::Details | Action::Measure if cell().is_none() => why("Select a measure first."),
            Action::Company | Action::Compare if self.company().is_none() => why("Select a company first."),
            Action::SaveView => view.editable.clone().err(),
            Action::Views | Action::DeleteView if view.snapshot.settings.views.is_empty() => {
                let keys = self.options.keymap.keys(Scope::Matrix, Action::SaveView);
                let keys = keys.first().map(|key| format!(": {key} saves this one")).unwrap_or_default();
                Some(format!("This register keeps no views yet{keys}."))
            }
            Action::DeleteView => view.editable.clone().err(),
            action => self.screen().why_not(action, view),
        }
    }

    /// Whether it is no action of the screen that is shown.
    fn is_elsewhere(&self, action: Action) -> bool {
        action::row(self.screen().scope(), action).is_none()
    }

    fn act(&mut self, action: Action) {
        match action {
            Action::Quit | Action::QuitAtOnce => self.over = true,
            Action::Help => self.overlay = Some(Overlay::help()),
            Action::Palette => self.overlay = Some(Overlay::palette()),
            Action::Filter => self.overlay = Some(Overlay::filter(self.screen().filter_text())),
            Action::Reload => {
                self.ask(Request::Load);
                self.say("Reading the register again.");
            }
            Action::Fetch => self.begin(Request::Exchange(Exchange::new(exchange::Way::Fetch))),
            Action::Push => self.begin(Request::Exchange(Exchange::new(exchange::Way::Push))),
            Action::Findings => self.open(Place::Findings),
            Action::Audit => self.open(Place::Audit),
            Action::Proposals => self.open(Place::Proposals),
            Action::Conflicts => self.open(Place::Conflicts),
            Action::Propose | Action::Note | Action::Approve | Action::AskForChanges | Action::Decline => {
                self.ask_words(action, "");
            }
            Action::Coverage => self.open(Place::Coverage),
            Action::Timeline => self.open(Place::Timeline),
            Action::Earlier => self.step(Direction::Earlier),
            Action::Later => self.step(Direction::Later),
            Action::MarkMoment => self.mark_moment(),
            Action::Forward => self.forward(),
            Action::Mouse => self.toggle_mouse(),
            Action::Copy => self.choose_copy(),
            Action::SideBySide => self.open(Place::Sides(self.target())),
            Action::Details => self.on_cell(|company, measure| Place::Detail { company, measure }),
            Action::Measure => self.on_cell(|_, measure| Place::Measure(measure)),
            Action::History => self.history(),
            Action::Company => {
                if let Some(company) = self.company() {
                    self.open(Place::Company(company));
                }
            }
            Action::Compare => {
                let with = self.company().and_then(|with| self.view.as_ref().map(|view| view.name(&with)));
                self.pick(action, Argument::Company, format!("Compare {} with", with.unwrap_or_default()));
            }
            Action::GoToCompany => self.pick(action, Argument::Company, "Jump to a company".to_owned()),
            Action::GoToMeasure => self.pick(action, Argument::Measure, "Jump to a measure".to_owned()),
            Action::Views => self.pick(action, Argument::View, "Saved views".to_owned()),
            Action::SaveView => self.name_view(),
            Action::DeleteView => self.pick(action, Argument::View, "Delete a saved view".to_owned()),
            Action::Decide => self.decide(),
            Action::DecideInEditor => {
                self.decide();
                self.edit();
            }
            Action::Editor => self.edit(),
            Action::FileEvidence => self.record(What::Evidence),
            Action::RecordPosition => self.record(What::Position),
            Action::RecordModel => {
                let slot = self.view.as_ref().and_then(|view| self.screen().slot(view));
                self.record(What::Model(slot.and_then(|slot| slot.model)));
            }
            Action::Drafts => self.open(Place::Drafts),
            Action::Discard if self.screen().scope() == Scope::Drafts => self.discard(),
            Action::PutBack => self.put_back(),
            Action::Undo => self.take_back(Way::Undo),
            Action::Redo => self.take_back(Way::Redo),
            action => self.let_the_screen(action),
        }
    }

    /// What only the screen knows an answer to. In a list of commits, "as of" means the selected one.
    fn let_the_screen(&mut self, action: Action) {
        let intent = match (&self.view, self.screens.last_mut()) {
            (Some(view), Some(screen)) => Some(screen.act(action, view)),
            _ => None,
        };
        match (intent, action) {
            (Some(Intent::Nothing) | None, Action::AsOf) => self.ask_words(action, ""),
            (Some(intent), _) => self.carry_out(intent),
            (None, Action::Back) => self.over = true,
            (None, _) => {}
        }
    }

    fn pick(&mut self, action: Action, of: Argument, title: String) {
        self.overlay = Some(Overlay::picker(action, of, title));
    }

    /// Does an action to what was named behind it.
    fn aim(&mut self, action: Action, argument: &str) -> Result<(), String> {
        self.remember_words(action, argument);
        match action {
            Action::Propose => {
                let Some(of) = self.prepared_by.clone() else {
                    return Err("Only a decision or an undo can be proposed.".to_owned());
                };
                let slug = argument.to_owned();
                self.ask(Request::Review(Reviewing::Propose { slug, of: Box::new(of) }));
            }
            Action::Note | Action::Approve | Action::AskForChanges | Action::Decline => {
                self.with_screen(|screen, view| screen.told(action, argument, view));
            }
            Action::AsOf if argument.is_empty() => self.back_to_today(),
            Action::AsOf => self.travel(argument.to_owned()),
            Action::Filter => {
                let filter = self.filter(argument)?;
                self.screen_mut().filter(filter);
            }
            Action::Company => {
                let company = self.named_company(argument)?;
                self.open(Place::Company(company));
            }
            Action::History => {
                let company = self.named_company(argument)?;
                self.open(Place::History(Trail::Company(company)));
            }
            Action::Compare => {
                let left = self.company().ok_or("Select a company first.")?;
                let right = self.named_company(argument)?;
                if left == right {
                    return Err("Choose another company than the selected one.".to_owned());
                }
                let target = self.target();
                self.open(Place::Pair { left, right, target });
            }
            Action::Measure => {
                let measure = self.named_measure(argument)?;
                self.open(Place::Measure(measure));
            }
            Action::GoToCompany => {
                let company = self.named_company(argument)?;
                self.with_screen(|screen, view| screen.go_to(Goal::Company(company), view));
            }
            Action::GoToMeasure => {
                let measure = self.named_measure(argument)?;
                self.with_screen(|screen, view| screen.go_to(Goal::Measure(measure), view));
            }
            Action::Sort => {
                let order = argument.parse().map_err(|_| format!("There is no order `{argument}`."))?;
                self.screen_mut().sort(order);
            }
            Action::Views => self.show_view(argument)?,
            Action::SaveView => self.save_view(argument)?,
            Action::DeleteView => self.delete_view(argument)?,
            action => return Err(format!("`{}` takes nothing behind it.", action.name())),
        }
        Ok(())
    }

    pub(super) fn filter(&self, text: &str) -> Result<Filter, String> {
        let view = self.view.as_ref().ok_or("The register is still being read.")?;
        Filter::read(text, &view.snapshot).map_err(|mistakes| {
            mistakes.iter().map(|mistake| mistake.pointed_at(text)).collect::<Vec<_>>().join("\n")
        })
    }

    fn named_company(&self, name: &str) -> Result<CompanyId, String> {
        let known = |id: &CompanyId| self.view.as_ref().is_some_and(|view| view.company(id).is_some());
        name.parse()
            .ok()
            .filter(known)
            .ok_or_else(|| format!("There is no company `{name}` in this register."))
    }

    fn named_measure(&self, name: &str) -> Result<MeasureRef, String> {
        let known = |id: &MeasureRef| self.view.as_ref().is_some_and(|view| view.measure(*id).is_some());
        name.parse()
            .ok()
            .filter(known)
            .ok_or_else(|| format!("There is no measure `{name}` in this register."))
    }

    /// The trail of the cell, or of the company where there is no cell.
    fn history(&mut self) {
        let cell = self.view.as_ref().and_then(|view| self.screen().cell(view));
        let trail = cell.map(|(company, measure)| Trail::Cell(company, measure));
        let trail = trail.or_else(|| self.company().map(Trail::Company)).unwrap_or(Trail::Register);
        self.open(Place::History(trail));
    }

    fn decide(&mut self) {
        let Some(view) = &self.view else { return };
        let marked = self.screen().marked();
        if !marked.is_empty() {
            let slots = |(company, measure): (CompanyId, MeasureRef)| {
                let slots = decision::slots(&view.snapshot, &company, measure);
                slots.into_iter().map(move |slot| (company.clone(), slot)).collect::<Vec<_>>()
            };
            let cells = marked.into_iter().flat_map(slots).collect();
            return self.decide_many(cells);
        }
        let Some((company, measure)) = self.screen().cell(view) else { return };
        let slot = self.screen().slot(view).unwrap_or(Slot { measure, model: None });
        // A model-level measure is decided for one model: the detail lists them.
        match decision::cell(&view.snapshot, &company, &slot) {
            Ok(_) => self.open_form(company, slot),
            Err(refusals) => {
                let several = view.company(&company).is_some_and(|company| !company.models.is_empty());
                let in_detail = self.screen().scope() == Scope::Detail;
                let words = refusals.first().map(|refusal| refusal.words()).unwrap_or_default();
                if several && !in_detail {
                    self.open(Place::Detail { company, measure });
                    self.say(format!(
                        "{measure} is judged per model: choose one with the arrows, then press d."
                    ));
                } else {
                    self.warn(words);
                }
            }
        }
    }

    /// The form of several judgements. Drafts of theirs go on where they are alike; others are not written over.
    fn decide_many(&mut self, cells: Vec<(CompanyId, Slot)>) {
        let drafts: Vec<Draft> =
            cells.iter().filter_map(|(company, slot)| self.draft_of(company, slot).cloned()).collect();
        let alike = |draft: &Draft| {
            let typed = |draft: &Draft| (draft.draft.status, draft.draft.reason.clone());
            typed(draft) == typed(&drafts[0]) && draft.documents.is_empty() && draft.unfinished.is_none()
        };
        let goes_on = drafts.len() == cells.len() && drafts.iter().all(alike);
        if !drafts.is_empty() && !goes_on {
            let names =
                drafts.iter().take(MOST_NAMED).map(|draft| format!("{} {}", draft.company, draft.slot));
            let mut names = names.collect::<Vec<_>>().join(", ");
            if drafts.len() > MOST_NAMED {
                names.push_str(&format!(" and {} more", drafts.len() - MOST_NAMED));
            }
            return self
                .warn(format!("Drafts are kept on {names}: commit or discard them first, D lists them."));
        }
        self.open(Place::DecideMany(cells));
        if let Some(draft) = drafts.first() {
            self.screen_mut().take_draft(draft);
        }
    }

    /// The form of a judgement, with what was typed there before.
    pub(super) fn open_form(&mut self, company: CompanyId, slot: Slot) {
        if let Some(why) = self.view.as_ref().and_then(|view| view.editable.clone().err()) {
            return self.warn(why);
        }
        let kept = self.draft_of(&company, &slot).cloned();
        self.open(Place::Decide { company, slot });
        if let Some(draft) = kept {
            self.screen_mut().take_draft(&draft);
            self.say("This is the draft that was kept; nothing of it is committed.");
        }
    }

    /// The form of something else than a judgement, about the company and the cell the cursor stands on.
    fn record(&mut self, what: What) {
        let Some(view) = &self.view else { return };
        let Some(company) = self.screen().company(view) else { return };
        let on_cell = || {
            let (_, measure) = self.screen().cell(view)?;
            Some(Slot { measure, model: None })
        };
        let slot = self.screen().slot(view).or_else(on_cell);
        self.open_record(company, what, slot);
    }

    pub(super) fn open_record(&mut self, company: CompanyId, what: What, slot: Option<Slot>) {
        if let Some(why) = self.view.as_ref().and_then(|view| view.editable.clone().err()) {
            return self.warn(why);
        }
        let kept = self.sketch_of(&company, &what).cloned();
        self.open(Place::Record { company, what, slot });
        if let Some(sketch) = kept {
            self.screen_mut().take_sketch(&sketch);
            self.say("This is the draft that was kept; nothing of it is committed.");
        }
    }

    /// Hands the form's reason to the person's editor.
    fn edit(&mut self) {
        self.to_edit = self.screen().long_text();
    }

    /// Asks for the commits that take back what the screen stands on; they are shown before they are made.
    fn take_back(&mut self, way: Way) {
        let which = self.view.as_ref().and_then(|view| self.screen().to_undo(view));
        if let Some(which) = which {
            self.ask(Request::Undo(way, which));
        }
    }

    fn on_cell(&mut self, place: impl FnOnce(CompanyId, MeasureRef) -> Place) {
        let cell = self.view.as_ref().and_then(|view| self.screen().cell(view));
        if let Some((company, measure)) = cell {
            self.open(place(company, measure));
        }
    }

    fn company(&self) -> Option<CompanyId> {
        self.screen().company(self.view.as_ref()?)
    }

    fn target(&self) -> Target {
        self.view.as_ref().and_then(|view| self.screen().target(view)).unwrap_or(Target::Everything)
    }
}
