//! `countersign review`

use clap::Args;
use serde_json::json;

use super::offer::{self, Consent};
use super::reading::{Form, Where, today};
use super::trust;
use crate::analysis::check::new_findings;
use crate::analysis::review::{Merger, audited, shortfalls};
use crate::domain::{Day, Proposal, Source, Verdict};
use crate::error::{Error, Result};
use crate::register::{Register, Said, UnderReview};
use crate::report::{self, Origin};

/// Look at a proposal, or say something about it: approve it, ask for changes, decline it, leave a note
///
/// What is said is a commit of one file on the proposal's own branch, and signed if commits are. It counts for what the
/// proposal holds now: after another push it needs a new look. Without a verdict, shows the proposal change by change.
#[derive(Debug, Args)]
pub struct Review {
    /// The proposal: a branch, or the last part of its name
    name: String,
    #[command(flatten)]
    verdict: Saying,
    /// The change it is about, by its path or a part of it, such as S-1.1
    #[arg(long, value_name = "CHANGE", requires = "saying")]
    about: Option<String>,
    /// Only if the proposal still ends in this commit
    #[arg(long, value_name = "COMMIT", requires = "saying")]
    head: Option<String>,
    /// The branch it is for [default: HEAD's]
    #[arg(long, value_name = "BRANCH")]
    branch: Option<String>,
    #[command(flatten)]
    consent: Consent,
    #[command(flatten)]
    register: Where,
}

#[derive(Debug, Args)]
#[group(id = "saying", multiple = false)]
struct Saying {
    /// Approve it as it is now
    #[arg(long, value_name = "TEXT", num_args = 0..=1)]
    approve: Option<Option<String>>,
    /// Ask for changes; it is not merged until you approve
    #[arg(long, value_name = "TEXT", allow_hyphen_values = true)]
    ask_for_changes: Option<String>,
    /// Turn it down
    #[arg(long, value_name = "TEXT", allow_hyphen_values = true)]
    decline: Option<String>,
    /// Leave a note
    #[arg(long, value_name = "TEXT", allow_hyphen_values = true)]
    note: Option<String>,
}

impl Saying {
    fn said(&self) -> Result<Option<(Verdict, String)>> {
        let said = [
            (Verdict::Approve, self.approve.as_ref().map(|text| text.as_deref().unwrap_or_default())),
            (Verdict::AskForChanges, self.ask_for_changes.as_deref()),
            (Verdict::Decline, self.decline.as_deref()),
            (Verdict::Note, self.note.as_deref()),
        ];
        let said = said.into_iter().find_map(|(verdict, text)| Some((verdict, text?)));
        said.map(|(verdict, text)| Ok((verdict, offer::reason(text)?))).transpose()
    }
}

impl Review {
    pub fn run(&self) -> Result<()> {
        let Some((verdict, text)) = self.verdict.said()? else {
            let register = self.register.open_on(self.branch.as_deref())?;
            return print(&register, &self.name, today(), &self.form());
        };
        let register = self.register.open_to_write(self.branch.as_deref())?;
        let under = under_review(&register, &self.name, today())?;
        let proposal = &under.proposal;
        let seen = self.head.as_deref().unwrap_or(&proposal.head);
        let about = self.about.as_deref().map(|about| change(proposal, about)).transpose()?;
        let said = Said { verdict, text, about };
        let prepared = trust::asking(&register, || register.say(&proposal.name, seen, said.clone()))?;
        let text = format!("{}\n\n{}", proposal.name, offer::preview(prepared.first()));
        let document = json!({
            "format": 1,
            "view": "remark",
            "proposal": proposal.name,
            "verdict": verdict.key(),
            "head": proposal.head,
            "commit": null,
            "replayed-on": null,
            "path": prepared.first().paths().next(),
            "message": prepared.first().message(),
        });
        self.consent.carry_out(&register, &prepared, &text, document, |document, committed| {
            document["commit"] = committed.id().into();
        })
    }
}

impl Review {
    fn form(&self) -> Form {
        if self.consent.json() { Form::json() } else { Form::text() }
    }
}

/// The path of the one change that is called so.
fn change(proposal: &Proposal, typed: &str) -> Result<String> {
    let paths = || proposal.changes.iter().map(|change| change.path.clone());
    let stem = |path: &str| path.rsplit('/').next().unwrap_or_default().trim_end_matches(".toml").to_owned();
    paths().find(|path| path == typed || stem(path).eq_ignore_ascii_case(typed)).ok_or_else(|| {
        Error::NotInProposal {
            name: proposal.name.clone(),
            typed: typed.to_owned(),
            changes: paths().map(|path| stem(&path)).collect(),
        }
    })
}

/// A proposal, checked as of a day.
pub fn under_review(register: &Register, name: &str, day: Day) -> Result<UnderReview> {
    register.under_review(name, &|head, bases| new_findings(head, bases, day))
}

/// A proposal change by change, and what stands in its way.
pub fn print(register: &Register, name: &str, day: Day, form: &Form) -> Result<()> {
    let under = under_review(register, name, day)?;
    let audit = audited(&under.deeds, day);
    let merger = Merger::here(under.me.as_ref(), under.signs, under.behind.as_ref());
    let in_the_way = shortfalls(&under.proposal, &under.settings, merger, &audit);
    let diff = register.diff_of(&under.proposal)?;
    let source = Source::Commit(under.proposal.head.clone());
    let origin = Origin { register: under.settings.title.as_deref(), source: &source, day };
    let report = report::proposals::OneProposal {
        branch: &under.branch,
        settings: &under.settings,
        proposal: &under.proposal,
        shortfalls: &in_the_way,
        diff: &diff,
        day,
    };
    form.print_from(&origin, &report)
}
