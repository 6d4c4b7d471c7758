//! From what a person typed to what the register has, or the name they may have meant.

use crate::analysis::Target;
use crate::domain::view::SavedView;
use crate::domain::{
    Chapter, CommitmentRef, Company, CompanyId, Measure, MeasureRef, ModelId, Slot, Snapshot,
};
use crate::error::{Error, Result};

/// A company by its id, or by its name or short name in any case.
pub fn company<'a>(snapshot: &'a Snapshot, typed: &str) -> Result<&'a Company> {
    let companies = || snapshot.companies.values().map(AsRef::as_ref);
    let names = |company: &&Company| -> bool {
        let names = [company.id.as_str(), &company.profile.name, company.short()];
        names.iter().any(|name| name.to_lowercase() == typed.to_lowercase())
    };
    if let Some(company) = companies().find(|company| company.id.as_str() == typed) {
        return Ok(company);
    }
    // A name that two companies share names neither.
    if let [company] = companies().filter(names).collect::<Vec<_>>()[..] {
        return Ok(company);
    }
    let known = companies().flat_map(|company| {
        [company.id.as_str(), &company.profile.name].map(|name| (name, company.id.as_str()))
    });
    Err(Error::UnknownCompany { typed: typed.to_owned(), near: nearest(typed, known) })
}

/// The ids of companies, in the order they were typed in.
pub fn companies(snapshot: &Snapshot, typed: &[String]) -> Result<Vec<CompanyId>> {
    typed.iter().map(|typed| company(snapshot, typed).map(|company| company.id.clone())).collect()
}

/// A view that the register keeps.
pub fn view<'a>(snapshot: &'a Snapshot, typed: &str) -> Result<&'a SavedView> {
    let views = &snapshot.settings.views;
    let known = || views.iter().map(|view| (view.name.as_str(), view.name.as_str()));
    let unknown = || Error::UnknownView { typed: typed.to_owned(), near: nearest(typed, known()) };
    views.iter().find(|view| view.name == typed).ok_or_else(unknown)
}

/// The measure with this ref.
pub fn measure<'a>(snapshot: &'a Snapshot, typed: &str) -> Result<&'a Measure> {
    match part(snapshot, typed)? {
        Target::Measure(id) => snapshot.catalogue.measure(id).ok_or_else(|| unknown(snapshot, typed)),
        part => {
            let measures = snapshot.catalogue.measures().map(|measure| measure.id);
            let within = measures.filter(|id| part.covers(*id)).map(|id| id.to_string()).collect();
            Err(Error::NotOneMeasure { typed: typed.to_owned(), measures: within })
        }
    }
}

/// A part of the catalogue: a measure, a commitment or a chapter. `AIA-93`, which is both, is the measure.
pub fn part(snapshot: &Snapshot, typed: &str) -> Result<Target> {
    let catalogue = &snapshot.catalogue;
    let measure = typed.parse::<MeasureRef>().ok().filter(|id| catalogue.measure(*id).is_some());
    let commitment = typed.parse::<CommitmentRef>().ok().filter(|id| catalogue.commitment(*id).is_some());
    let chapter = typed.parse::<Chapter>().ok().filter(|id| catalogue.chapter(*id).is_some());
    measure
        .map(Target::Measure)
        .or(commitment.map(Target::Commitment))
        .or(chapter.map(Target::Chapter))
        .ok_or_else(|| unknown(snapshot, typed))
}

/// `S-1.1`, or `S-3.2@model`; whether that model is on file is for the decision to say.
pub fn slot(snapshot: &Snapshot, typed: &str) -> Result<Slot> {
    let (id, model) = match typed.split_once('@') {
        Some((id, model)) => (id, Some(model)),
        None => (typed, None),
    };
    let model =
        model.map(|model| model.parse::<ModelId>().map_err(|_| Error::BadModel { typed: model.to_owned() }));
    Ok(Slot { measure: measure(snapshot, id)?.id, model: model.transpose()? })
}

fn unknown(snapshot: &Snapshot, typed: &str) -> Error {
    let refs: Vec<String> = snapshot.catalogue.measures().map(|measure| measure.id.to_string()).collect();
    let near = nearest(typed, refs.iter().map(|id| (id.as_str(), id.as_str())));
    Error::UnknownMeasure { typed: typed.to_owned(), near }
}

/// Of `(name, answer)` pairs the answer whose name is closest to what was typed, if it is close at all: at most a
/// third of the letters may differ.
pub fn nearest<'a>(typed: &str, known: impl IntoIterator<Item = (&'a str, &'a str)>) -> Option<String> {
    let allowed = typed.chars().count().div_ceil(3);
    // The distance takes time quadratic in the length, and no name is that long.
    let short = typed.len() <= 100;
    let distance = |name: &str| strsim::damerau_levenshtein(&typed.to_lowercase(), &name.to_lowercase());
    let near = known.into_iter().filter(|_| short).map(|(name, answer)| (distance(name), answer));
    near.filter(|(distance, _)| *distance <= allowed).min().map(|(_, answer)| answer.to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_slip_of_the_finger_is_recognised_and_another_word_is_not() {
        let known =
            [("meta", "meta"), ("Meta Platforms", "meta"), ("xai", "xai"), ("mistral-ai", "mistral-ai")];
        #[track_caller]
        fn check(typed: &str, known: [(&str, &str); 4], expected: Option<&str>) {
            assert_eq!(nearest(typed, known).as_deref(), expected, "{typed}");
        }
        check("mta", known, Some("meta"));
        check("META PLATFROMS", known, Some("meta"));
        check("mistral", known, Some("mistral-ai"));
        check("openai", known, None);
        check("", known, None);
        check(&"meta".repeat(1000), known, None);
    }
}
