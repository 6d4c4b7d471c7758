//! What is wrong with the views a register keeps: filters that cannot be read, and companies that are not there.

use super::Filter;
use crate::domain::suggestion::did_you_mean;
use crate::domain::view::SavedView;
use crate::domain::{CompanyId, Finding, Rule, Snapshot};

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
    let gone = view.hidden.iter().chain(&view.pinned).filter(|id| !snapshot.companies.contains_key(*id));
    let gone = gone.map(|id| {
        let hint = did_you_mean(id.as_str(), snapshot.companies.keys().map(CompanyId::as_str));
        finding(Rule::UnknownRef, format!("there is no company `{id}`"), hint)
    });
    mistakes.chain(gone).collect()
}
