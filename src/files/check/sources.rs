//! `unknown-source` and `missing-source`: every statement leads back to where it is from.

use crate::domain::company::{Compute, Model, Profile};
use crate::domain::{Known as Answer, Rule};
use crate::files::RegisterPath;
use crate::files::tree::{Path, at};

use super::{Doubt, Known};

pub(super) fn rule(known: &Known) -> Vec<Doubt> {
    let mut doubts = Vec::new();
    // Without a list of sources, brackets are only brackets.
    let judged = !known.catalogue.sources.is_empty() && !known.in_doubt(&RegisterPath::Sources);
    for (id, company) in known.companies() {
        let mut look_up = |file: RegisterPath, sources: Vec<(Path, &str)>| {
            for (at, source) in sources.into_iter().filter(|_| judged) {
                doubts.extend(unknown(known, &file, &at, source));
            }
        };
        look_up(RegisterPath::Profile(id.clone()), of_profile(&company.profile));
        for (model, content) in &company.models {
            look_up(RegisterPath::Model(id.clone(), model.clone()), of_model(content));
        }
        for (evidence, filed) in &company.evidence {
            let source = vec![(at!["source"], filed.evidence.source.as_str())];
            look_up(RegisterPath::Evidence(id.clone(), evidence.clone()), source);
        }
        for (model, content) in &company.models {
            doubts.extend(missing(&RegisterPath::Model(id.clone(), model.clone()), content));
        }
    }
    doubts
}

fn of_profile(profile: &Profile) -> Vec<(Path, &str)> {
    let mut sources = Vec::new();
    sources.extend(profile.legal_name_source.as_deref().map(|source| (at!["legal-name-source"], source)));
    sources.extend(profile.seat_source.as_deref().map(|source| (at!["seat-source"], source)));
    for (index, note) in profile.notes.iter().enumerate() {
        sources.extend(note.source.as_deref().map(|source| (at!["note", index, "source"], source)));
    }
    for (index, position) in profile.positions.iter().enumerate() {
        sources.push((at!["position", index, "source"], &*position.source));
    }
    sources.extend(of_compute(&profile.compute));
    sources
}

fn of_model(model: &Model) -> Vec<(Path, &str)> {
    let mut sources = vec![(at!["source"], model.source.as_str())];
    sources.extend(model.systemic_risk_source.as_deref().map(|source| (at!["systemic-risk-source"], source)));
    sources.extend(model.open_source_source.as_deref().map(|source| (at!["open-source-source"], source)));
    sources.extend(of_compute(&model.compute));
    sources
}

fn of_compute(compute: &[Compute]) -> impl Iterator<Item = (Path, &str)> {
    compute.iter().enumerate().map(|(index, compute)| (at!["compute", index, "source"], &*compute.source))
}

fn unknown(known: &Known, file: &RegisterPath, at: &Path, source: &str) -> Vec<Doubt> {
    let entries = &known.catalogue.sources;
    let missing = keys(source).filter(|key| !entries.contains_key(*key)).filter(|_| known.may_tell(file));
    missing
        .map(|key| Doubt {
            file: file.clone(),
            at: at.clone(),
            rule: Rule::UnknownSource,
            message: format!("`[{key}]` is not in sources.toml"),
            hint: known
                .near(key, entries.keys().map(String::as_str))
                .or_else(|| Some("add it to sources.toml, or write the source out".to_owned())),
        })
        .collect()
}

/// The keys in square brackets, such as `[KI-BUCH]`. Words with spaces between brackets are an aside, not a key.
fn keys(source: &str) -> impl Iterator<Item = &str> {
    let inner = source.split('[').skip(1).filter_map(|rest| rest.split_once(']').map(|(key, _)| key));
    let in_key = |letter: char| letter.is_ascii_alphanumeric() || "-._/+".contains(letter);
    inner.filter(move |key| !key.is_empty() && key.chars().all(in_key))
}

fn missing(file: &RegisterPath, model: &Model) -> Vec<Doubt> {
    let statements = [
        ("systemic-risk", "systemic-risk-source", model.systemic_risk, &model.systemic_risk_source),
        ("open-source", "open-source-source", model.open_source, &model.open_source_source),
    ];
    let bare = statements
        .into_iter()
        .filter(|(_, _, answer, source)| *answer != Answer::Unknown && source.is_none());
    bare.map(|(key, source_key, answer, _)| Doubt {
        file: file.clone(),
        at: at![key],
        rule: Rule::MissingSource,
        message: format!("`{key}` says {} without a source", answer.key()),
        hint: Some(format!("add `{source_key}`, or write \"unknown\"")),
    })
    .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn keys_stand_in_square_brackets() {
        let check = |text, expected: &[&str]| assert_eq!(keys(text).collect::<Vec<_>>(), expected, "{text}");
        check("On the list of 1 August 2025 [AIAEU][EUN]; read in [KI-BUCH].", &["AIAEU", "EUN", "KI-BUCH"]);
        check("as [it says] […] [] [", &[]);
    }
}
