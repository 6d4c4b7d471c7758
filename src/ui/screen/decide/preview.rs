//! From what is typed to the commit that is shown, or to why there is none.

use super::Form;
use crate::analysis::Refusal;
use crate::analysis::decision::decide;
use crate::domain::Day;
use crate::domain::company::Recorded;
use crate::ui::draft::Base;
use crate::ui::intent::Intent;
use crate::ui::screen::Screen;
use crate::ui::view::View;
use crate::ui::worker::Request;

impl Form {
    pub(super) fn review_day(&self) -> Result<Option<Day>, String> {
        match self.review_by.text().trim() {
            "" => Ok(None),
            text => text.parse().map(Some),
        }
    }

    pub(super) fn on_file<'a>(&self, view: &'a View) -> Option<&'a Recorded> {
        let (company, _) = self.subject(view)?;
        company.assessments.get(&self.slot)
    }

    /// What is on file now, where the form was opened on something else.
    pub(super) fn overtaken(&self, view: &View) -> Option<Option<Base>> {
        let now = self.on_file(view).map(Base::of);
        (now != self.base).then_some(now)
    }

    /// Back to what is on file, and back again.
    pub(super) fn discard(&mut self, view: &View) -> Intent {
        if let Some(draft) = self.discarded.take() {
            self.take_draft(&draft);
            return Intent::Say("What was typed is back.".to_owned());
        }
        let typed = self.drafts();
        let _ = self.begin(view);
        self.refusals.clear();
        let untouched = self.drafts();
        self.discarded = typed.into_iter().find(|typed| !untouched.contains(typed));
        let said = if self.discarded.is_some() {
            "What was typed is discarded; the same key brings it back."
        } else {
            "Nothing was typed."
        };
        Intent::Say(said.to_owned())
    }

    pub(super) fn preview(&mut self, view: &View) -> Intent {
        if let Some(now) = self.overtaken(view) {
            let said = |base: &Option<Base>| base.as_ref().map_or("nothing".to_owned(), Base::words);
            let (then, said_now) = (said(&self.base), said(&now));
            let said_now =
                if then == said_now { "the same, but for the rest of the file".to_owned() } else { said_now };
            self.refusals = vec![
                "another judgement is on file than when this form was opened".to_owned(),
                format!("then: {then}"),
                format!("now: {said_now}"),
                "what is typed here would replace it: the same key again shows how".to_owned(),
            ];
            self.base = now;
            return Intent::Nothing;
        }
        if let Some(path) = self.unread() {
            self.waits = true;
            return Intent::Ask(Request::ReadDocument(path));
        }
        let filings = self.subject(view).map_or(Ok(Vec::new()), |(company, _)| self.filings(view, company));
        match filings {
            Ok(filings) if filings.is_empty() => {}
            Ok(filings) if self.review_day().is_ok() => {
                self.refusals.clear();
                return Intent::Ask(Request::PrepareFiled {
                    snapshot: view.snapshot.clone(),
                    filings,
                    company: self.company.clone(),
                    slot: self.slot.clone(),
                    draft: Box::new(self.typed()),
                });
            }
            Ok(_) => {
                self.refusals = self.review_day().err().into_iter().collect();
                return Intent::Nothing;
            }
            Err(refusals) => {
                self.refusals = refusals;
                return Intent::Nothing;
            }
        }
        let review = self.review_day();
        let decided = decide(&view.snapshot, view.day(), &self.company, &self.slot, &self.typed());
        let words = |refusals: Vec<Refusal>| refusals.iter().map(Refusal::words).collect::<Vec<_>>();
        match (decided, review) {
            (Ok(change), Ok(_)) => {
                self.refusals.clear();
                let changes = vec![change];
                return Intent::Ask(Request::Prepare { snapshot: view.snapshot.clone(), changes });
            }
            (decided, review) => {
                self.refusals = decided.err().map(words).unwrap_or_default();
                self.refusals.extend(review.err());
            }
        }
        Intent::Nothing
    }
}
