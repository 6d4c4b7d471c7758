//! `unknown-ref`: a measure, commitment, requirement or model that does not exist.

use std::fmt::Display;

use crate::domain::suggestion::did_you_mean_or_list;
use crate::domain::{Catalogue, Chapter, Company, CompanyId, Letter, Measure, ModelId, Ref, Rule, Slot};
use crate::files::RegisterPath;
use crate::files::tree::{Path, at};

use super::{Doubt, Known};

pub(super) fn rule(known: &Known) -> Vec<Doubt> {
    let mut doubts = Vec::new();
    counterparts(known, &mut doubts);
    limits(known, &mut doubts);
    for (id, company) in known.companies() {
        evidence(known, id, company, &mut doubts);
        assessments(known, id, company, &mut doubts);
    }
    doubts
}

fn counterparts(known: &Known, doubts: &mut Vec<Doubt>) {
    for chapter in &known.catalogue.chapters {
        for (row, commitment) in chapter.commitments.iter().enumerate() {
            for (line, measure) in commitment.measures.iter().enumerate() {
                let lists = [
                    ("counterparts", &measure.counterparts),
                    ("inferred-counterparts", &measure.inferred_counterparts),
                ];
                for (key, list) in lists {
                    let file = RegisterPath::Chapter(chapter.chapter);
                    let at = at!["commitment", row, "measure", line, key];
                    doubts.extend(unknown(known, &file, at, list.iter().copied()));
                }
            }
        }
    }
}

fn limits(known: &Known, doubts: &mut Vec<Doubt>) {
    for (row, limit) in known.catalogue.limits.iter().enumerate() {
        let measures = limit.measures.iter().copied().map(Ref::Measure);
        doubts.extend(unknown(known, &RegisterPath::Limits, at!["limit", row, "measures"], measures));
    }
}

fn evidence(known: &Known, id: &CompanyId, company: &Company, doubts: &mut Vec<Doubt>) {
    for (evidence, filed) in &company.evidence {
        let file = RegisterPath::Evidence(id.clone(), evidence.clone());
        let targets = filed.evidence.bears_on.iter().copied();
        doubts.extend(unknown(known, &file, at!["bears-on"], targets));
        for (index, model) in filed.evidence.models.iter().enumerate() {
            if !has_model(known, id, company, model) && known.may_tell(&file) {
                doubts.push(no_model(known, file.clone(), at!["models", index], company, model));
            }
        }
    }
}

fn assessments(known: &Known, id: &CompanyId, company: &Company, doubts: &mut Vec<Doubt>) {
    for (slot, recorded) in &company.assessments {
        let Slot { measure, model } = slot;
        let file = || RegisterPath::Assessment(id.clone(), slot.clone());
        if let Some(model) = model
            && !has_model(known, id, company, model)
            && known.may_tell(&file())
        {
            doubts.push(no_model(known, file(), Path::new(), company, model));
        }
        let Some(asked) = known.catalogue.measure(*measure) else {
            doubts.extend(unknown_target(known, file(), Path::new(), Ref::Measure(*measure)));
            continue;
        };
        if known.in_doubt(&RegisterPath::Chapter(measure.chapter)) {
            continue;
        }
        for letter in recorded.assessment.requirements.keys() {
            let is_known = asked.requirements.iter().any(|requirement| requirement.letter == *letter);
            if !is_known && known.may_tell(&file()) {
                doubts.push(no_requirement(file(), asked, *letter));
            }
        }
    }
}

/// A doubt for every item of a list of refs that leads nowhere.
fn unknown(known: &Known, file: &RegisterPath, list: Path, refs: impl Iterator<Item = Ref>) -> Vec<Doubt> {
    let missing = refs.enumerate().filter(|(_, target)| !exists(known.catalogue, *target));
    let doubt = |(index, target)| {
        let mut at = list.clone();
        at.extend(at![index]);
        unknown_target(known, file.clone(), at, target)
    };
    missing.filter_map(doubt).collect()
}

fn exists(catalogue: &Catalogue, target: Ref) -> bool {
    match target {
        Ref::Commitment(commitment) => catalogue.commitment(commitment).is_some(),
        Ref::Measure(measure) => catalogue.measure(measure).is_some(),
    }
}

/// The doubt that a target exists, except where its chapter could not be read as a whole.
fn unknown_target(known: &Known, file: RegisterPath, at: Path, target: Ref) -> Option<Doubt> {
    let (chapter, what) = match target {
        Ref::Commitment(commitment) => (commitment.chapter, "commitment"),
        Ref::Measure(measure) => (measure.chapter, "measure"),
    };
    (!known.in_doubt(&RegisterPath::Chapter(chapter)) && known.may_tell(&file)).then(|| Doubt {
        file,
        at,
        rule: Rule::UnknownRef,
        message: format!("there is no {what} {target}"),
        hint: Some(nearby(known.catalogue, chapter, target)),
    })
}

/// What there is in the place of something that is not there.
fn nearby(catalogue: &Catalogue, chapter: Chapter, target: Ref) -> String {
    let Some(text) = catalogue.chapter(chapter) else {
        return format!("this register has no chapter {chapter}");
    };
    let siblings = match target {
        Ref::Measure(measure) => catalogue.commitment(measure.commitment()),
        Ref::Commitment(_) => None,
    };
    match siblings {
        Some(commitment) => {
            format!("{} has {}", commitment.id, range(commitment.measures.iter().map(|measure| measure.id)))
        }
        None => {
            format!(
                "chapter {chapter} has {}",
                range(text.commitments.iter().map(|commitment| commitment.id))
            )
        }
    }
}

/// `S-1.1 to S-1.4`
fn range<T: Display>(mut items: impl Iterator<Item = T>) -> String {
    match (items.next(), items.last()) {
        (None, _) => "none".to_owned(),
        (Some(only), None) => only.to_string(),
        (Some(first), Some(last)) => format!("{first} to {last}"),
    }
}

fn has_model(known: &Known, id: &CompanyId, company: &Company, model: &ModelId) -> bool {
    company.models.contains_key(model) || known.in_doubt(&RegisterPath::Model(id.clone(), model.clone()))
}

fn no_model(known: &Known, file: RegisterPath, at: Path, company: &Company, model: &ModelId) -> Doubt {
    const MOST_LISTED: usize = 20;
    let models = company.models.keys().map(ModelId::as_str);
    let hint = match company.models.len() {
        ..=MOST_LISTED => did_you_mean_or_list(model.as_str(), &models.collect::<Vec<_>>()),
        _ => known.near(model.as_str(), models),
    };
    Doubt {
        file,
        at,
        rule: Rule::UnknownRef,
        message: format!("there is no model `{model}` on file"),
        hint: hint.or_else(|| Some(format!("add companies/{}/models/{model}.toml", company.id))),
    }
}

fn no_requirement(file: RegisterPath, measure: &Measure, letter: Letter) -> Doubt {
    let letters = measure.requirements.iter().map(|requirement| requirement.letter);
    Doubt {
        file,
        at: at!["requirements", letter.to_string()],
        rule: Rule::UnknownRef,
        message: format!("{} has no requirement {letter}", measure.id),
        hint: Some(format!("{} has {}", measure.id, range(letters))),
    }
}
