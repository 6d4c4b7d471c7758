//! Tables, key by key.

use toml_edit::{ArrayOfTables, Item, TableLike};

use super::contradiction::{BASE, Claims, Contradiction, Judge, OURS, Settled, THEIRS};
use super::{decor, list};

/// The versions that are merged into ours.
#[derive(Clone, Copy)]
pub struct Sides<'t> {
    pub base: Option<&'t dyn TableLike>,
    pub theirs: &'t dyn TableLike,
}

/// `at`: the keys that lead here.
pub fn merge(
    judge: &mut Judge,
    at: &mut Vec<String>,
    ours: &mut dyn TableLike,
    Sides { base, theirs }: Sides,
) {
    let ours_and_base = ours.iter().chain(base.iter().flat_map(|base| base.iter()));
    let mut keys: Vec<String> = ours_and_base.map(|(key, _)| key.to_owned()).collect();
    keys.extend(theirs.iter().map(|(key, _)| key.to_owned()));
    keys.extend(judge.marked_below(at));
    let mut seen = std::collections::BTreeSet::new();
    keys.retain(|key| seen.insert(key.clone()));
    for key in keys {
        at.push(key);
        entry(judge, at, ours, Sides { base, theirs });
        at.pop();
    }
}

fn entry(judge: &mut Judge, at: &mut Vec<String>, ours: &mut dyn TableLike, Sides { base, theirs }: Sides) {
    let Some(key) = at.last().cloned() else { return };
    let (before, their) = (base.and_then(|base| base.get(&key)), theirs.get(&key));
    if let (Some(our), Some(their)) = (ours.get_mut(&key), their)
        && !judge.is_one_thing(at, our)
        && !judge.is_one_thing(at, their)
        && within(judge, at, our, list::Sides { base: before, theirs: their }).is_ok()
    {
        if our.as_array_of_tables().is_some_and(ArrayOfTables::is_empty) {
            ours.remove(&key);
        } else {
            decor::merge_entry(ours, &key, base, theirs);
        }
        return;
    }
    let said = judge.says(BASE, at, before);
    let (we_say, they_say) = (judge.says(OURS, at, ours.get(&key)), judge.says(THEIRS, at, their));
    let (is_settled, is_theirs) = (we_say == they_say || said == they_say, said == we_say);
    if !is_settled && !is_theirs {
        return settle(judge, at, ours, before, their);
    }
    judge.keep(if is_settled { OURS } else { THEIRS }, at);
    if !is_settled {
        match (ours.get_mut(&key), their) {
            (Some(our), Some(their)) => decor::take_value(our, their),
            (None, Some(their)) => return take_entry(ours, &key, theirs, their),
            (_, None) => return drop(ours.remove(&key)),
        }
    }
    decor::merge_entry(ours, &key, base, theirs);
}

/// Part by part, where both sides are made of the same parts; else ours is as it was.
fn within(
    judge: &mut Judge,
    at: &mut Vec<String>,
    ours: &mut Item,
    list::Sides { base, theirs }: list::Sides,
) -> Result<(), Contradiction> {
    if let (Some(ours), Some(theirs)) = (ours.as_table_like_mut(), theirs.as_table_like()) {
        let base = base.and_then(Item::as_table_like);
        merge(judge, at, ours, Sides { base, theirs });
        return Ok(());
    }
    list::merge(judge, at, ours, list::Sides { base, theirs })
}

/// A key that both sides changed, each in its own way.
fn settle(
    judge: &mut Judge,
    at: &[String],
    ours: &mut dyn TableLike,
    base: Option<&Item>,
    theirs: Option<&Item>,
) {
    let Some(key) = at.last() else { return };
    match judge.settle(at, Claims { base, ours: ours.get(key), theirs }) {
        Settled::Ours => {}
        Settled::Theirs => match (ours.get_mut(key), theirs) {
            (Some(our), Some(their)) => decor::take_value(our, their),
            (None, Some(their)) => drop(ours.insert(key, decor::without_place(their.clone()))),
            (_, None) => drop(ours.remove(key)),
        },
        Settled::Text(text) => {
            if let Some(our) = ours.get_mut(key) {
                decor::set_text(our, &text);
            }
        }
    }
}

/// With the comments above it.
fn take_entry(ours: &mut dyn TableLike, key: &str, theirs: &dyn TableLike, their: &Item) {
    ours.insert(key, decor::without_place(their.clone()));
    if let (Some(mut our), Some(their)) = (ours.key_mut(key), theirs.key(key)) {
        our.leaf_decor_mut().clone_from(their.leaf_decor());
    }
}
