//! The views of the board that the register keeps: shown, saved and deleted. What is on the board goes into the file;
//! nothing else of the file can be touched from here.

use super::App;
use crate::analysis::saved;
use crate::domain::view::SavedView;
use crate::domain::{CompanyId, NewView};
use crate::ui::action::Action;
use crate::ui::view::View;
use crate::ui::worker::Request;

impl App {
    pub(super) fn show_view(&mut self, name: &str) -> Result<(), String> {
        let saved = self.view.as_ref().and_then(|view| view.snapshot.settings.view(name).cloned());
        let saved = saved.ok_or_else(|| format!("The register has no view `{name}`."))?;
        let filter = self.filter(&saved.filter)?;
        self.screen_mut().show_view(&saved, filter);
        Ok(())
    }

    /// Asks by which name: the one of the view that was shown or saved last.
    pub(super) fn name_view(&mut self) {
        let name = self.screen().arranged().map(|view| view.name).unwrap_or_default();
        self.ask_words(Action::SaveView, &name);
    }

    /// Asks for the commit that keeps what the board shows; it is shown before it is made.
    pub(super) fn save_view(&mut self, name: &str) -> Result<(), String> {
        self.screen_mut().name_view(name);
        let (Some(view), Some(shown)) = (&self.view, self.screen().arranged()) else { return Ok(()) };
        match saved::keep(&view.snapshot, without_gone(shown, view), "") {
            Ok(new) => self.prepare_view(new),
            Err(refusals) => {
                let words: Vec<String> = refusals.iter().map(saved::Refusal::words).collect();
                self.ask_words(Action::SaveView, name);
                return Err(format!("Not saved: {}.", words.join("; ")));
            }
        }
        Ok(())
    }

    pub(super) fn delete_view(&mut self, name: &str) -> Result<(), String> {
        let Some(view) = &self.view else { return Ok(()) };
        view.editable.clone()?;
        let new = saved::delete(&view.snapshot, name, "")
            .map_err(|refusal| format!("Not deleted: {}.", refusal.words()))?;
        self.prepare_view(new);
        Ok(())
    }

    fn prepare_view(&mut self, new: NewView) {
        let snapshot = self.view.as_ref().map(|view| view.snapshot.clone());
        if let Some(snapshot) = snapshot {
            self.ask(Request::Prepare { snapshot, changes: vec![new.into()] });
        }
    }
}

/// What was hidden or pinned and left the register since is nobody's business any more.
fn without_gone(mut saved: SavedView, view: &View) -> SavedView {
    let is_there = |id: &CompanyId| view.company(id).is_some();
    saved.hidden.retain(is_there);
    saved.pinned.retain(is_there);
    saved
}
