//! What is typed into forms, kept: behind the screen shortly after typing stops, and until it is committed or discarded.

use std::collections::BTreeMap;
use std::sync::Arc;

use super::App;
use crate::domain::{CompanyId, Slot};
use crate::ui::action::Scope;
use crate::ui::chosen::Chosen;
use crate::ui::draft::{Draft, Kept};
use crate::ui::screen::{self, Place};
use crate::ui::sketch::{Sketch, What};
use crate::ui::view::View;
use crate::ui::worker::Request;

/// Keys after which what is typed is kept though typing goes on.
const MOST_UNSAVED: usize = 16;

/// Files that are written before the next frame; more of them are written behind the screen.
const AT_ONCE: usize = 64;

/// Where a draft is.
type At = (CompanyId, Slot);

#[derive(Default)]
pub(super) struct Drafts {
    kept: BTreeMap<At, Draft>,
    /// How often files are being written behind the screen: whatever comes after that waits its turn.
    behind: usize,
    sketches: Vec<Sketch>,
    chosen: Vec<Chosen>,
    /// Keys since what is typed was kept.
    keys: usize,
    /// The one that was discarded last.
    discarded: Option<Discarded>,
}

enum Discarded {
    Draft(Box<Draft>),
    Sketch(Sketch),
}

impl App {
    /// Whether something is typed that is not kept yet.
    pub fn is_unsaved(&self) -> bool {
        self.drafts.keys > 0
    }

    /// A key may have changed what is typed. It is kept once nothing more comes for a moment.
    pub(super) fn typed(&mut self) {
        if self.screens.iter().all(|screen| !matches!(screen.scope(), Scope::Decide | Scope::Settle)) {
            // A form that was just left stays with its screen.
            if self.is_unsaved() {
                self.save();
            }
            return;
        }
        self.drafts.keys += 1;
        if self.drafts.keys >= MOST_UNSAVED {
            self.save();
        }
    }

    /// Keeps what is typed into the forms that are open.
    pub fn save(&mut self) {
        self.drafts.keys = 0;
        let typed: Vec<Draft> = self.screens.iter().flat_map(|screen| screen.unsaved()).collect();
        self.keep_all(typed);
        let sketches: Vec<(Sketch, bool)> =
            self.screens.iter().filter_map(|screen| screen.sketch()).collect();
        for (sketch, is_touched) in sketches {
            self.keep_sketch(sketch, is_touched);
        }
        let chosen: Vec<(Chosen, bool)> = self.screens.iter().flat_map(|screen| screen.chosen()).collect();
        for (chosen, is_touched) in chosen {
            self.keep_chosen(chosen, is_touched);
        }
    }

    /// What earlier runs, and other ones, left.
    pub(super) fn found(&mut self, Kept { drafts, mut sketches, mut chosen, damaged }: Kept) {
        let open = self.screens.iter().flat_map(|screen| screen.drafts());
        let open: BTreeMap<At, Draft> = open.map(|draft| (at(&draft), draft)).collect();
        let mut kept: BTreeMap<At, Draft> = drafts.into_iter().map(|draft| (at(&draft), draft)).collect();
        kept.retain(|at, _| !open.contains_key(at));
        let own = std::mem::take(&mut self.drafts.kept).into_iter();
        kept.extend(own.filter(|(at, _)| open.contains_key(at)));
        self.drafts.kept = kept;
        let open: Vec<Sketch> =
            self.screens.iter().filter_map(|screen| screen.sketch()).map(|(sketch, _)| sketch).collect();
        let is_open = |sketch: &Sketch| open.iter().any(|open| open.name() == sketch.name());
        sketches.retain(|sketch| !is_open(sketch));
        sketches.extend(std::mem::take(&mut self.drafts.sketches).into_iter().filter(is_open));
        self.drafts.sketches = sketches;
        chosen.retain(|found| self.drafts.chosen.iter().all(|known| known.path != found.path));
        self.drafts.chosen.extend(chosen);
        self.show_drafts();
        if !damaged.is_empty() {
            let names = damaged.join(", ");
            self.warn(format!("A kept draft is damaged and is left out: {names}."));
        }
    }

    /// Keeps drafts where they differ from what their forms would show anyway; how many do.
    pub(super) fn keep_all(&mut self, drafts: Vec<Draft>) -> usize {
        let Some(view) = &self.view else { return 0 };
        let (touched, untouched): (Vec<Draft>, Vec<Draft>) =
            drafts.into_iter().partition(|draft| is_touched(draft, view));
        self.forget_all(untouched.iter().map(at));
        let count = touched.len();
        let mut changed = touched;
        changed.retain(|draft| self.drafts.kept.get(&at(draft)) != Some(draft));
        if !changed.is_empty() {
            self.put_down(changed.iter().map(|draft| (draft.name(), Some(draft.text()))).collect());
            self.drafts.kept.extend(changed.into_iter().map(|draft| (at(&draft), draft)));
            self.show_drafts();
        }
        count
    }

    /// After they were committed or discarded; gives what there was.
    pub(super) fn forget_all(&mut self, places: impl IntoIterator<Item = At>) -> Vec<Draft> {
        let kept = &mut self.drafts.kept;
        let gone: Vec<Draft> = places.into_iter().filter_map(|at| kept.remove(&at)).collect();
        if !gone.is_empty() {
            self.put_down(gone.iter().map(|draft| (draft.name(), None)).collect());
            self.show_drafts();
        }
        gone
    }

    /// Files with their texts, or without where they go.
    fn put_down(&mut self, files: Vec<(String, Option<String>)>) {
        if !self.options.keeps_drafts {
            return;
        }
        if files.len() > AT_ONCE || self.drafts.behind > 0 {
            self.drafts.behind += 1;
            return self.ask(Request::KeepDrafts(files));
        }
        for (name, text) in files {
            self.ask(match text {
                Some(text) => Request::KeepDraft { name, text },
                None => Request::ForgetDraft { name },
            });
        }
    }

    /// Files were written behind the screen.
    pub(super) fn put_down_behind(&mut self) {
        self.drafts.behind = self.drafts.behind.saturating_sub(1);
    }

    /// Nobody waits any more for what is written behind the screen: what is not there yet is to be written at once.
    pub fn save_at_last(&mut self) {
        self.save();
        if self.drafts.behind > 0 {
            let all = self.drafts.kept.values();
            let all = all.map(|draft| (draft.name(), Some(draft.text()))).collect();
            self.ask(Request::KeepDrafts(all));
        }
    }

    /// Keeps what is typed where it is more than a new form holds; whether it is.
    pub(super) fn keep_sketch(&mut self, sketch: Sketch, is_touched: bool) -> bool {
        if !is_touched {
            self.forget_sketch(&sketch);
            return false;
        }
        let known = self.drafts.sketches.iter_mut().find(|known| known.name() == sketch.name());
        match known {
            Some(known) if *known == sketch => return true,
            Some(known) => *known = sketch.clone(),
            None => self.drafts.sketches.push(sketch.clone()),
        }
        self.show_drafts();
        if self.options.keeps_drafts {
            self.ask(Request::KeepDraft { name: sketch.name(), text: sketch.text() });
        }
        true
    }

    /// After it was committed or discarded.
    pub(super) fn forget_sketch(&mut self, sketch: &Sketch) {
        let name = sketch.name();
        let before = self.drafts.sketches.len();
        self.drafts.sketches.retain(|known| known.name() != name);
        if self.drafts.sketches.len() < before {
            self.show_drafts();
            if self.options.keeps_drafts {
                self.ask(Request::ForgetDraft { name });
            }
        }
    }

    fn keep_chosen(&mut self, chosen: Chosen, is_touched: bool) {
        if !is_touched {
            return self.forget_chosen(&chosen.path);
        }
        if self.drafts.chosen.contains(&chosen) {
            return;
        }
        self.drafts.chosen.retain(|known| known.path != chosen.path);
        self.drafts.chosen.push(chosen.clone());
        self.show_drafts();
        if self.options.keeps_drafts {
            self.ask(Request::KeepDraft { name: chosen.name(), text: chosen.text() });
        }
    }

    /// After the file was settled, or everything in it is as it was.
    pub(super) fn forget_chosen(&mut self, path: &str) {
        let Some(at) = self.drafts.chosen.iter().position(|known| known.path == path) else { return };
        let gone = self.drafts.chosen.remove(at);
        self.show_drafts();
        if self.options.keeps_drafts {
            self.ask(Request::ForgetDraft { name: gone.name() });
        }
    }

    pub(super) fn sketch_of(&self, company: &CompanyId, what: &What) -> Option<&Sketch> {
        self.drafts.sketches.iter().find(|sketch| sketch.is_of(company, what))
    }

    /// Takes the selected draft away, or puts the one back that was taken away last.
    pub(super) fn discard(&mut self) {
        let Some(view) = &self.view else { return };
        if let Some(sketch) = self.screen().sketched(view) {
            self.forget_sketch(&sketch);
            self.say(format!("The draft of {} is discarded; u puts it back.", sketch.title()));
            self.drafts.discarded = Some(Discarded::Sketch(sketch));
            return;
        }
        let cell = self.screen().company(view).zip(self.screen().slot(view));
        match self.forget_all(cell).pop() {
            Some(draft) => {
                self.say(format!(
                    "The draft on {} {} is discarded; u puts it back.",
                    draft.company, draft.slot
                ));
                self.drafts.discarded = Some(Discarded::Draft(Box::new(draft)));
            }
            None => self.say("There is no draft to discard."),
        }
    }

    pub(super) fn put_back(&mut self) {
        match self.drafts.discarded.take() {
            Some(Discarded::Draft(draft)) => {
                self.keep_all(vec![*draft]);
            }
            Some(Discarded::Sketch(sketch)) => {
                self.keep_sketch(sketch, true);
            }
            None => self.say("Nothing was discarded."),
        }
    }

    pub(super) fn draft_of(&self, company: &CompanyId, slot: &Slot) -> Option<&Draft> {
        self.drafts.kept.get(&(company.clone(), slot.clone()))
    }

    /// The view carries them, so that screens can show what is a draft.
    pub(super) fn show_drafts(&mut self) {
        let drafts: Vec<Draft> = self.drafts.kept.values().cloned().collect();
        let mut sketches = self.drafts.sketches.clone();
        sketches.sort_by_key(Sketch::name);
        let (drafts, sketches) = (Arc::new(drafts), Arc::new(sketches));
        let chosen = Arc::new(self.drafts.chosen.clone());
        for view in self.view.iter_mut().chain(&mut self.today) {
            view.drafts = drafts.clone();
            view.sketches = sketches.clone();
            view.chosen = chosen.clone();
        }
    }
}

fn at(draft: &Draft) -> At {
    (draft.company.clone(), draft.slot.clone())
}

/// Whether a draft says something else than its form would show anyway. Where it does in the first words there is no need
/// of the form.
fn is_touched(draft: &Draft, view: &View) -> bool {
    let on_file = view.company(&draft.company).and_then(|company| company.assessments.get(&draft.slot));
    let on_file = on_file.map(|recorded| &recorded.assessment);
    let (status, reason) = on_file.map_or((None, ""), |on_file| (Some(on_file.status), &on_file.reason));
    if draft.draft.status != status || !draft.draft.reason.trim().lines().eq(reason.trim().lines()) {
        return true;
    }
    let place = Place::Decide { company: draft.company.clone(), slot: draft.slot.clone() };
    let mut untouched = screen::open(place);
    let _ = untouched.begin(view);
    !untouched.drafts().iter().any(|untouched| untouched.says_the_same_as(draft))
}
