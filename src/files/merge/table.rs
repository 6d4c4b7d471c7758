//! Tables, key by key.

use toml_edit::{ArrayOfTables, Item, TableLike};

use super::contradiction::{Claims, Contradiction, Judge, Settled};
use super::meaning::Meaning;
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
) -> Result<(), Contradiction> {
    let ours_and_base = ours.iter().chain(base.iter().flat_map(|base| base.iter()));
    let mut keys: Vec<String> = ours_and_base.map(|(key, _)| key.to_owned()).collect();
    keys.extend(theirs.iter().map(|(key, _)| key.to_owned()));
    let mut seen = std::collections::BTreeSet::new();
    keys.retain(|key| seen.insert(key.clone()));
    for key in keys {
        at.push(key);
        entry(judge, at, ours, Sides { base, theirs })?;
        at.pop();
    }
    Ok(())
}

fn entry(
    judge: &mut Judge,
    at: &mut Vec<String>,
    ours: &mut dyn TableLike,
    Sides { base, theirs }: Sides,
) -> Result<(), Contradiction> {
    let Some(key) = at.last().cloned() else { return Ok(()) };
    let before = base.and_then(|base| base.get(&key));
    let (our, their) = (ours.get(&key), theirs.get(&key));
    let meanings = [before, our, their].map(|item| item.and_then(Meaning::of));
    let [said, we_say, they_say] = &meanings;
    let is_settled = we_say == they_say || said == they_say;
    match (our, their) {
        // Within, there may be comments to take.
        (Some(our), Some(their)) if !judge.is_one_thing(our) && !judge.is_one_thing(their) => {}
        _ if is_settled => {
            decor::merge_entry(ours, &key, base, theirs);
            return Ok(());
        }
        _ => {}
    }
    match (ours.get_mut(&key), their) {
        (Some(our), Some(their)) if judge.is_one_thing(our) || judge.is_one_thing(their) => {
            if said != we_say {
                settle(judge, at, ours, before, Some(their));
                return Ok(());
            }
            decor::take_value(our, their);
        }
        (Some(our), Some(their)) => match (our.as_table_like_mut(), their.as_table_like()) {
            (Some(our), Some(their)) => {
                let base = before.and_then(Item::as_table_like);
                merge(judge, at, our, Sides { base, theirs: their })?;
            }
            _ => {
                list::merge(judge, at, our, list::Sides { base: before, theirs: their })?;
                if our.as_array_of_tables().is_some_and(ArrayOfTables::is_empty) {
                    ours.remove(&key);
                    return Ok(());
                }
            }
        },
        (Some(_), None) if said == we_say => {
            ours.remove(&key);
            return Ok(());
        }
        (None, Some(their)) if said.is_none() => {
            take_entry(ours, &key, theirs, their);
            return Ok(());
        }
        (_, their) => {
            settle(judge, at, ours, before, their);
            return Ok(());
        }
    }
    decor::merge_entry(ours, &key, base, theirs);
    Ok(())
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
