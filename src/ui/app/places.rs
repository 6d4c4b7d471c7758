//! Where one is: screens over one another, those gone back from, and the register of today behind that of another time.

use super::App;
use crate::ui::action::Scope;
use crate::ui::intent::Intent;
use crate::ui::screen::{self, Place, Screen};
use crate::ui::view::View;

impl App {
    pub(super) fn show(&mut self, view: View) {
        let selected =
            |screen: &dyn Screen, view: &View| (screen.cell(view), screen.slot(view), screen.company(view));
        let before = self.view.as_ref().map(|view| selected(self.screen(), view));
        let intents: Vec<Intent> = self.screens.iter_mut().map(|screen| screen.refresh(&view)).collect();
        self.unseen |= before.is_some_and(|before| before != selected(self.screen(), &view));
        self.view = Some(view);
        self.show_drafts();
        self.show_reviews();
        intents.into_iter().for_each(|intent| self.carry_out(intent));
    }

    pub(super) fn back_to_today(&mut self) {
        self.time.stay();
        if let Some(today) = self.today.take() {
            self.show(today);
            self.say("Back to the register of today.");
        }
    }

    pub(super) fn with_screen(&mut self, act: impl FnOnce(&mut dyn Screen, &View) -> Intent) {
        let (Some(view), Some(screen)) = (&self.view, self.screens.last_mut()) else { return };
        let intent = act(screen.as_mut(), view);
        self.carry_out(intent);
    }

    pub(super) fn carry_out(&mut self, intent: Intent) {
        match intent {
            Intent::Nothing => {}
            Intent::Open(place) => self.open(place),
            Intent::Replace(place) => {
                self.screens.pop();
                self.open(place);
            }
            Intent::Decide(company, slot) => self.open_form(company, slot),
            Intent::Record(company, what) => self.open_record(company, what, None),
            Intent::Back => self.back(),
            Intent::Ask(request) => self.ask(request),
            Intent::AsOf(commit) => {
                self.back();
                self.travel(commit);
            }
            Intent::Say(text) => self.say(text),
        }
    }

    pub(super) fn back(&mut self) {
        if self.screens.len() > 1 {
            let Some(screen) = self.screens.pop() else { return };
            let is_form = screen.scope() == Scope::Decide;
            let mut kept = self.keep_all(screen.drafts());
            if let Some((sketch, is_touched)) = screen.sketch()
                && self.keep_sketch(sketch, is_touched)
            {
                self.say("Kept as a draft: D lists it.");
                kept = 0;
            }
            match kept {
                0 if !is_form && screen.scope() != Scope::Preview => self.left.push(screen),
                0 => {}
                1 => self.say("Kept as a draft: decide on the same cell again to go on."),
                kept => self.say(format!("Kept as {kept} drafts: D lists them.")),
            }
        } else if self.today.is_some() {
            self.back_to_today();
        } else {
            self.say("This is the first screen: q leaves Countersign.");
        }
    }

    /// To the screen that was left last.
    pub(super) fn forward(&mut self) {
        let (Some(view), Some(mut screen)) = (&self.view, self.left.pop()) else {
            return self.say("There is nothing to go forward to.");
        };
        let intent = screen.refresh(view);
        self.screens.push(screen);
        self.carry_out(intent);
    }

    pub(super) fn open(&mut self, place: Place) {
        let Some(view) = &self.view else { return };
        self.left.clear();
        let mut screen = screen::open(place);
        let intent = screen.begin(view);
        self.screens.push(screen);
        self.carry_out(intent);
    }
}
