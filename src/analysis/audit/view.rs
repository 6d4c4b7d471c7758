//! `contradicts-its-record`: the records of views against what became of `countersign.toml`, which holds the policy, too. A
//! view that changes without a record is ordinary work; a record of a view that stands for more than that is not.

use super::record::{same_content, short};
use super::{Class, Doubt};
use crate::domain::deed::{Contents, Resettled};
use crate::domain::view::SavedView;
use crate::domain::{Claim, Deed};

pub(super) fn rule(deed: &Deed) -> Option<Doubt> {
    // What takes something back is held against what it takes back.
    let records = deed.claims.iter().filter(|claim| !deed.is_merge() && !claim.turns_over());
    let records: Vec<(&Claim, &str)> = records.filter_map(|claim| Some((claim, claim.view()?))).collect();
    let (_, named) = records.first()?;
    let Some(settings) = &deed.settings else {
        let message = format!("it has a record of the view {named}, which it does not change");
        return Some(Doubt::new(Class::ContradictsRecord, message));
    };
    let mut lies = lies(&records, settings);
    lies.extend(subject(deed, &records));
    let doubt = || Doubt::about(Class::ContradictsRecord, &settings.path, lies.join("; "));
    (!lies.is_empty()).then(doubt)
}

fn lies(records: &[(&Claim, &str)], settings: &Resettled) -> Vec<String> {
    let Resettled { contents, before, after, .. } = settings;
    let mut lies = contents_lie(records, contents).into_iter().collect::<Vec<_>>();
    let (Some(before), Some(after)) = (before, after) else {
        lies.push("not all of the settings can be read, so that more than views may have changed".to_owned());
        return lies;
    };
    if !before.agrees_but_for_views(after) {
        lies.push("it records a view, and changes other settings".to_owned());
    }
    let views = before.views.iter().chain(&after.views);
    let changed = |view: &&SavedView| before.view(&view.name) != after.view(&view.name);
    let unnamed = |view: &&SavedView| records.iter().all(|(_, name)| *name != view.name);
    if let Some(view) = views.filter(changed).find(unnamed) {
        lies.push(format!("it has no record of the view {}, which it changes", view.name));
    }
    if let [(_, name)] = records
        && before.view(name) == after.view(name)
    {
        lies.push(format!("it has a record of the view {name}, which it does not change"));
    }
    lies
}

/// Each record goes on where the one before it ended: a platform makes one commit of several.
fn contents_lie(records: &[(&Claim, &str)], (before, after): &Contents) -> Option<String> {
    let recorded: Option<Vec<&(String, String)>> =
        records.iter().map(|(claim, _)| claim.record.as_ref()).collect();
    let Some(recorded) = recorded else { return Some("its record names no file content".to_owned()) };
    let (first, last) = (recorded.first()?, recorded.last()?);
    let goes_on = recorded.windows(2).all(|pair| pair[0].1 == pair[1].0);
    let same = goes_on && same_content(&first.0, before) && same_content(&last.1, after);
    (!same)
        .then(|| format!("it records another content of the file: {} → {}", short(&first.0), short(&last.1)))
}

/// What people read says the same as a single record. A hook may word it freely.
fn subject(deed: &Deed, records: &[(&Claim, &str)]) -> Option<String> {
    let [(_, named)] = records else { return None };
    let (said, how) = deed.subject.strip_prefix("view ")?.rsplit_once(": ")?;
    let differs = ["added", "changed", "removed"].contains(&how) && said != *named;
    differs.then(|| format!("its subject says something else than its record: view {named}"))
}
