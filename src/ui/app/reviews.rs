//! How well it is proved, of each commit, that somebody else looked at it: found out behind the screens that show commits
//! while one of them is shown, newest first, and kept for as long as the branch ends where it did.

use std::sync::Arc;

use super::App;
use crate::analysis::audit::Grades;
use crate::register::At;
use crate::ui::action::Scope;
use crate::ui::worker::{Going, Request};

#[derive(Default)]
pub(super) struct Reviews {
    /// The state that all of it led to.
    of: Option<At>,
    going: Going,
    grades: Arc<Grades>,
    is_complete: bool,
}

impl Reviews {
    pub fn is_about(&self, going: &Going) -> bool {
        self.of.is_some() && self.going == *going
    }

    fn forget(&mut self) {
        self.going.stop();
        *self = Reviews::default();
    }
}

impl App {
    /// Asks for them where they are looked at, and no longer.
    pub(super) fn look_after_reviews(&mut self) {
        let Some(today) = self.today.as_ref().or(self.view.as_ref()) else { return };
        let of = At::of(&today.snapshot.source);
        let wanted = matches!(self.screen().scope(), Scope::History | Scope::Entry | Scope::Detail);
        let known = self.reviews.of.as_ref() == Some(&of);
        if wanted && !known {
            self.reviews.forget();
            self.reviews.of = Some(of.clone());
            self.show_reviews();
            self.ask(Request::Reviews(of, self.reviews.going.clone()));
        } else if !wanted && !self.reviews.is_complete && self.reviews.of.is_some() {
            self.reviews.forget();
        }
    }

    /// Files that are not committed say nothing of when they change.
    pub(super) fn doubt_reviews(&mut self) {
        if matches!(self.reviews.of, Some(At::WorkTree | At::Staged)) {
            self.reviews.forget();
        }
    }

    pub(super) fn learn_reviews(&mut self, found: &Grades, complete: bool) {
        // The only one that is left, so that it is not copied each time.
        for view in self.view.iter_mut().chain(&mut self.today) {
            view.grades = Arc::default();
        }
        Arc::make_mut(&mut self.reviews.grades).extend(found);
        self.reviews.is_complete = complete;
        self.show_reviews();
    }

    pub(super) fn show_reviews(&mut self) {
        for view in self.view.iter_mut().chain(&mut self.today) {
            view.grades = Arc::clone(&self.reviews.grades);
        }
    }
}
