//! What is typed into forms, kept: behind the screen shortly after typing stops, and until it is committed or discarded.

use std::sync::Arc;

use super::App;
use crate::domain::{CompanyId, Slot};
use crate::ui::action::Scope;
use crate::ui::draft::Draft;
use crate::ui::screen::{self, Place};
use crate::ui::worker::Request;

/// Keys after which what is typed is kept though typing goes on.
const MOST_UNSAVED: usize = 16;

#[derive(Default)]
pub(super) struct Drafts {
    kept: Vec<Draft>,
    /// Keys since what is typed was kept.
    keys: usize,
    /// The one that was discarded last.
    discarded: Option<Draft>,
}

impl App {
    /// Whether something is typed that is not kept yet.
    pub fn is_unsaved(&self) -> bool {
        self.drafts.keys > 0
    }

    /// A key may have changed what is typed. It is kept once nothing more comes for a moment.
    pub(super) fn typed(&mut self) {
        if self.screens.iter().all(|screen| screen.scope() != Scope::Decide) {
            self.drafts.keys = 0;
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
        let typed: Vec<Draft> = self.screens.iter().flat_map(|screen| screen.drafts()).collect();
        for draft in typed {
            self.keep(draft);
        }
    }

    /// What earlier runs, and other ones, left.
    pub(super) fn found(&mut self, drafts: Vec<Draft>, damaged: &[String]) {
        let open: Vec<Draft> = self.screens.iter().flat_map(|screen| screen.drafts()).collect();
        let is_open = |draft: &Draft| open.iter().any(|open| open.is_of(&draft.company, &draft.slot));
        let mut kept = drafts;
        kept.retain(|draft| !is_open(draft));
        kept.extend(std::mem::take(&mut self.drafts.kept).into_iter().filter(is_open));
        self.drafts.kept = kept;
        self.show_drafts();
        if !damaged.is_empty() {
            let names = damaged.join(", ");
            self.warn(format!("A kept draft is damaged and is left out: {names}."));
        }
    }

    /// Keeps a draft where it differs from what the form would show anyway; whether it does.
    pub(super) fn keep(&mut self, draft: Draft) -> bool {
        let Some(view) = &self.view else { return false };
        let place = Place::Decide { company: draft.company.clone(), slot: draft.slot.clone() };
        let mut untouched = screen::open(place);
        let _ = untouched.begin(view);
        if untouched.drafts().iter().any(|untouched| untouched.says_the_same_as(&draft)) {
            self.forget(&draft.company, &draft.slot);
            return false;
        }
        let known = self.drafts.kept.iter_mut().find(|kept| kept.is_of(&draft.company, &draft.slot));
        match known {
            Some(known) if *known == draft => return true,
            Some(known) => *known = draft.clone(),
            None => self.drafts.kept.push(draft.clone()),
        }
        self.show_drafts();
        if self.options.keeps_drafts {
            self.ask(Request::KeepDraft(Box::new(draft)));
        }
        true
    }

    /// After it was committed or discarded.
    pub(super) fn forget(&mut self, company: &CompanyId, slot: &Slot) -> Option<Draft> {
        let at = self.drafts.kept.iter().position(|draft| draft.is_of(company, slot))?;
        let draft = self.drafts.kept.remove(at);
        self.show_drafts();
        if self.options.keeps_drafts {
            self.ask(Request::ForgetDraft(Box::new(draft.clone())));
        }
        Some(draft)
    }

    /// Takes the selected draft away, or puts the one back that was taken away last.
    pub(super) fn discard(&mut self) {
        let Some(view) = &self.view else { return };
        let cell = self.screen().company(view).zip(self.screen().slot(view));
        match cell.and_then(|(company, slot)| self.forget(&company, &slot)) {
            Some(draft) => {
                self.say(format!(
                    "The draft on {} {} is discarded; u puts it back.",
                    draft.company, draft.slot
                ));
                self.drafts.discarded = Some(draft);
            }
            None => self.say("There is no draft to discard."),
        }
    }

    pub(super) fn put_back(&mut self) {
        match self.drafts.discarded.take() {
            Some(draft) => {
                self.keep(draft);
            }
            None => self.say("Nothing was discarded."),
        }
    }

    pub(super) fn draft_of(&self, company: &CompanyId, slot: &Slot) -> Option<&Draft> {
        self.drafts.kept.iter().find(|draft| draft.is_of(company, slot))
    }

    /// The view carries them, so that screens can show what is a draft.
    pub(super) fn show_drafts(&mut self) {
        let mut drafts = self.drafts.kept.clone();
        drafts.sort_by(|one, other| (&one.company, &one.slot).cmp(&(&other.company, &other.slot)));
        let drafts = Arc::new(drafts);
        for view in self.view.iter_mut().chain(&mut self.today) {
            view.drafts = drafts.clone();
        }
    }
}
