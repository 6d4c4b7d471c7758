//! The views a register keeps: what is wrong with them, and what is held against one before it is kept.

use super::Filter;
use crate::domain::suggestion::did_you_mean;
use crate::domain::view::SavedView;
use crate::domain::{CompanyId, Finding, NewView, Rule, Snapshot, visible};

/// Filters that cannot be read, and companies that are not there.
pub fn findings(snapshot: &Snapshot) -> Vec<Finding> {
    snapshot.settings.views.iter().flat_map(|view| of_view(view, snapshot)).collect()
}

fn of_view(view: &SavedView, snapshot: &Snapshot) -> Vec<Finding> {
    let finding = |rule, message: String, hint: Option<String>| Finding {
        path: "countersign.toml".to_owned(),
        place: None,
        rule,
        message: format!("view `{}`: {message}", view.name),
        hint,
    };
    let mistakes = Filter::read(&view.filter, snapshot).err().unwrap_or_default();
    let mistakes =
        mistakes.into_iter().map(|mistake| finding(Rule::WrongValue, mistake.message, mistake.hint));
    let gone = gone(view, snapshot).map(|id| {
        let hint = did_you_mean(id.as_str(), snapshot.companies.keys().map(CompanyId::as_str));
        finding(Rule::UnknownRef, format!("there is no company `{id}`"), hint)
    });
    mistakes.chain(gone).collect()
}

/// The companies it names that are not in the register.
fn gone<'a>(view: &'a SavedView, snapshot: &'a Snapshot) -> impl Iterator<Item = &'a CompanyId> {
    view.hidden.iter().chain(&view.pinned).filter(|id| !snapshot.companies.contains_key(*id))
}

/// Why a view is not kept, or no longer, as it is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Refusal {
    NoName,
    HiddenInName,
    LongName,
    BadFilter(String),
    UnknownCompany(CompanyId),
    NothingChanges,
    UnknownView(String),
}

/// Letters of a name: it is read on one line, in a list and in a commit's subject.
const LONGEST_NAME: usize = 60;

impl Refusal {
    /// What is wrong and what to do.
    pub fn words(&self) -> String {
        match self {
            Refusal::NoName => "give the view a name".to_owned(),
            Refusal::HiddenInName => {
                "the name has characters that nobody can see: type it on one line".to_owned()
            }
            Refusal::LongName => format!("the name is too long: at most {LONGEST_NAME} letters"),
            Refusal::BadFilter(words) => format!("the filter cannot be read: {words}"),
            Refusal::UnknownCompany(id) => format!("there is no company {id} in this register"),
            Refusal::NothingChanges => "the register keeps just this view by this name already".to_owned(),
            Refusal::UnknownView(name) => format!("the register has no view `{name}`"),
        }
    }
}

/// Keeps a view by its name, in place of the one of that name; or says everything that stands against it.
pub fn keep(snapshot: &Snapshot, view: SavedView, reason: &str) -> Result<NewView, Vec<Refusal>> {
    let view = SavedView { name: view.name.trim().to_owned(), ..view };
    let of_name = [
        (view.name.is_empty(), Refusal::NoName),
        (view.name.contains(visible::is_hidden), Refusal::HiddenInName),
        (view.name.chars().count() > LONGEST_NAME, Refusal::LongName),
    ];
    let mut refusals: Vec<Refusal> =
        of_name.into_iter().filter(|(wrong, _)| *wrong).map(|(_, refusal)| refusal).collect();
    let mistakes = Filter::read(&view.filter, snapshot).err().unwrap_or_default();
    refusals.extend(mistakes.iter().map(|mistake| Refusal::BadFilter(mistake.words())));
    refusals.extend(gone(&view, snapshot).cloned().map(Refusal::UnknownCompany));
    if snapshot.settings.views.contains(&view) {
        refusals.push(Refusal::NothingChanges);
    }
    if !refusals.is_empty() {
        return Err(refusals);
    }
    let (name, mut settings) = (view.name.clone(), Box::new(snapshot.settings.clone()));
    match settings.views.iter_mut().find(|kept| kept.name == name) {
        Some(kept) => *kept = view,
        None => settings.views.push(view),
    }
    Ok(NewView { name, settings, reason: reason.trim().to_owned() })
}

/// Keeps the view of this name no longer.
pub fn delete(snapshot: &Snapshot, name: &str, reason: &str) -> Result<NewView, Refusal> {
    let mut settings = Box::new(snapshot.settings.clone());
    settings.views.retain(|view| view.name != name);
    match settings.views.len() < snapshot.settings.views.len() {
        true => Ok(NewView { name: name.to_owned(), settings, reason: reason.trim().to_owned() }),
        false => Err(Refusal::UnknownView(name.to_owned())),
    }
}
