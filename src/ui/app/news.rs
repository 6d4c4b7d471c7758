//! What is heard from behind the screen, and what becomes of it.

use super::{App, capital, count, short};
use crate::error::Error;
use crate::register::Way;
use crate::ui::action::{Action, Scope};
use crate::ui::intent::Intent;
use crate::ui::overlay::Overlay;
use crate::ui::screen::{self, Screen};
use crate::ui::settling::Settled;
use crate::ui::view::View;
use crate::ui::worker::{Request, Response, Uncommitted};

impl App {
    /// News from behind the screen.
    pub fn response(&mut self, response: Response) {
        match response {
            Response::Loaded(view) => {
                self.loaded(*view);
                self.ask(Request::CountUncommitted);
            }
            Response::Changed(view) => self.changed(*view),
            Response::Uncommitted(now) => {
                self.counted(now);
            }
            Response::Settled(settled) => {
                if let Settled::File { path, .. } = &settled {
                    self.forget_chosen(path);
                }
                self.ask(Request::CountUncommitted);
                self.tell(&Response::Settled(settled));
            }
            Response::LoadedAsOf { revision, view } => self.arrived(&revision, *view),
            Response::Moments { of, moments, complete } => self.learned(&of, moments, complete),
            Response::Drafts(kept) => self.found(kept),
            Response::DraftsKept => self.put_down_behind(),
            Response::PutRight(words) => self.say(format!("{}.", capital(words))),
            Response::Committed { commits, replayed_on, warnings, way } => {
                self.leave_form();
                let mut lines: Vec<String> =
                    commits.iter().map(|commit| format!("Committed {commit}")).collect();
                lines.extend(way.and_then(|way| self.way_back(way)));
                lines.extend(replayed_on.map(|head| {
                    format!(
                        "Replayed on {}: the branch moved meanwhile, but nothing this rests on.",
                        short(&head)
                    )
                }));
                lines.extend(warnings);
                self.say(lines.join("\n"));
                self.ask(Request::Load);
            }
            Response::Untrusted { programs, request } => {
                self.overlay = Some(Overlay::trust(programs, request));
            }
            Response::Failed { error: Error::Overtaken { overtaken }, while_doing } => {
                let error = Error::Overtaken { overtaken: overtaken.clone() };
                self.tell(&Response::Failed { while_doing, error });
                // The preview is of a commit that can no longer be made; the form it came from stays.
                self.screens.retain(|screen| screen.scope() != Scope::Preview);
                self.screens.push(screen::overtaken(*overtaken));
                self.ask(Request::Load);
            }
            Response::Heard { going, line } => self.heard(&going, &line),
            Response::Exchanged { going, news } => self.exchanged(&going, *news),
            Response::BroughtUp(words) => {
                self.say(words);
                self.ask(Request::Load);
            }
            // Nobody asked for it, and the trail itself is there.
            Response::Failed { while_doing: Request::REVIEWS, .. } => {}
            Response::Failed { while_doing, error } if self.exchange_failed(while_doing, &error) => {}
            Response::Failed { while_doing, error } if while_doing == Request::KEEPING => {
                // Once is enough: the next key would fail alike.
                self.options.keeps_drafts = false;
                self.warn(format!("Drafts are kept only while Countersign runs: {error}.\n{}", error.hint()));
            }
            Response::Failed { while_doing, error: Error::Stopped }
                if Request::COMMITS.contains(&while_doing) =>
            {
                self.tell(&Response::Failed { while_doing, error: Error::Stopped });
                self.say("Cancelled: nothing was committed.");
            }
            Response::Failed { while_doing, error } => {
                self.time.failed(while_doing);
                let text = format!("{}: {error}.\n{}", capital(while_doing), error.hint());
                // The screen that asked may want to be asked again.
                self.tell(&Response::Failed { while_doing, error });
                self.warn(text);
                self.ask_words_again(while_doing);
            }
            Response::Audited { going, grades, complete, .. } if self.reviews.is_about(&going) => {
                self.learn_reviews(&grades, complete);
            }
            response => self.tell(&response),
        }
    }

    /// The register of today is here; where the past is shown, it waits behind it.
    pub(super) fn loaded(&mut self, view: View) {
        self.doubt_reviews();
        match &mut self.today {
            Some(today) => *today = view,
            None => self.show(view),
        }
    }

    /// Another program changed it. What is being said is more important than that.
    pub(super) fn changed(&mut self, view: View) {
        let back = if self.today.is_some() { "; Esc goes back to it" } else { "" };
        let words = format!("Another program changed the register: {}{back}.", view.origin);
        self.loaded(view);
        if self.note.is_none() {
            self.say(words);
        }
    }

    /// Somebody may have changed the register.
    pub fn look(&mut self) {
        self.ask(Request::Look);
        self.ask(Request::CountUncommitted);
        self.with_screen(|screen, view| screen.look(view));
    }

    /// Whether more or less is not committed than before. A conflict that is new is told.
    pub fn counted(&mut self, now: Uncommitted) -> bool {
        let before = std::mem::replace(&mut self.uncommitted, now);
        if before.conflicts == 0 && now.conflicts > 0 && self.note.is_none() {
            let keys = self.options.keymap.keys(Scope::Matrix, Action::Conflicts);
            let keys = keys.first().map(|key| format!("; {key} settles them")).unwrap_or_default();
            let stopped = now.operation.map(|operation| format!("A {operation} stopped: "));
            let conflicts = count(now.conflicts, "file");
            self.say(capital(&format!("{}{conflicts} in conflict{keys}.", stopped.unwrap_or_default())));
        }
        before != now
    }

    /// Not everything can be watched.
    pub fn blind(&mut self, why: &str) {
        let keys = self.options.keymap.keys(Scope::Matrix, Action::Reload);
        let keys = keys.first().map(|key| format!(", or with {key}")).unwrap_or_default();
        let words = format!(
            "Changes made by other programs cannot be watched here: {why}. They appear when this window gets the \
             focus{keys}."
        );
        let said = self.note.take().map(|note| note.text);
        self.warn([said, Some(words)].into_iter().flatten().collect::<Vec<_>>().join("\n"));
    }

    pub(super) fn tell(&mut self, response: &Response) {
        let Some(view) = &self.view else { return };
        let intents: Vec<Intent> =
            self.screens.iter_mut().map(|screen| screen.hear(response, view)).collect();
        intents.into_iter().for_each(|intent| self.carry_out(intent));
        if let Response::Prepared(prepared) = response {
            self.told = None;
            if self.screen().scope() != Scope::Preview {
                self.screens.push(screen::preview((**prepared).clone()));
            }
        }
    }

    /// How what was just taken back is put back, or the other way round.
    pub(super) fn way_back(&self, way: Way) -> Option<String> {
        let (action, words) = match way {
            Way::Undo => (Action::Redo, "puts it back."),
            Way::Redo => (Action::Undo, "takes it back again."),
        };
        let keys = self.options.keymap.keys(self.screen().scope(), action);
        keys.first().map(|key| format!("{key} {words}"))
    }

    /// After a commit, the preview and the form it came from are done.
    pub(super) fn leave_form(&mut self) {
        let done = |screen: &dyn Screen| matches!(screen.scope(), Scope::Preview | Scope::Decide);
        let mut left_form = false;
        while self.screens.len() > 1 && self.screens.last().is_some_and(|screen| done(screen.as_ref())) {
            let Some(form) = self.screens.pop() else { break };
            left_form |= form.scope() == Scope::Decide;
            self.forget_all(form.drafts().into_iter().map(|draft| (draft.company, draft.slot)));
            if let Some((sketch, _)) = form.sketch() {
                self.forget_sketch(&sketch);
            }
        }
        // What is marked was decided; it was not where a view was saved.
        if left_form {
            self.screen_mut().unmark();
        }
    }
}
