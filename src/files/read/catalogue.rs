//! `commitments/` and `sources.toml`.

use std::collections::BTreeMap;

use schemars::JsonSchema;
use serde::Deserialize;

use crate::domain::catalogue::{
    Catalogue, ChapterText, Code, Commitment, FormGroup, LawDays, Limit, Reference, SourceEntry,
};
use crate::domain::{Chapter, Day, Finding, Rule};
use crate::files::RegisterPath;
use crate::files::tree::{Path, at};

use super::salvage::{Mistake, Patience};
use super::{FileBytes, known, none, repeats, value};

/// Everything that is asked, from the files below `commitments/` and from `sources.toml`. Other files are left alone.
pub fn catalogue(files: &[FileBytes], patience: &Patience) -> (Catalogue, Vec<Finding>) {
    let mut findings = Vec::new();
    let (mut code, mut chapters, mut limits, mut sources) = (None, Vec::new(), Vec::new(), BTreeMap::new());
    for file in files {
        let found = match known(file, &mut findings) {
            Some(RegisterPath::Code) => keep(&mut code, value(file, none, patience)),
            Some(RegisterPath::Chapter(chapter)) => {
                let (text, found) = value(file, |text| chapter_mistakes(chapter, text), patience);
                chapters.extend(text.map(ChapterFile::into_text));
                found
            }
            Some(RegisterPath::Limits) => {
                let (list, found) = value(file, limit_mistakes, patience);
                limits.extend(list.into_iter().flat_map(|list: LimitsFile| list.limits));
                found
            }
            Some(RegisterPath::Sources) => {
                let (entries, found) = value::<Sources>(file, none, patience);
                sources = entries.unwrap_or_default();
                found
            }
            _ => Vec::new(),
        };
        findings.extend(found);
    }
    findings.sort();
    (Catalogue::new(code, chapters, limits, sources), findings)
}

fn keep(code: &mut Option<Code>, (value, findings): (Option<Code>, Vec<Finding>)) -> Vec<Finding> {
    *code = value;
    findings
}

/// The shape of `sources.toml`.
pub(super) type Sources = BTreeMap<String, SourceEntry>;

/// The shape of `transparency.toml` and the others like it.
#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub(super) struct ChapterFile {
    chapter: Chapter,
    title: String,
    note: Option<String>,
    applies_from: Option<Day>,
    enforced_from: Option<Day>,
    legacy_before: Option<Day>,
    legacy_until: Option<Day>,
    #[serde(default, rename = "commitment")]
    commitments: Vec<Commitment>,
    #[serde(default, rename = "reference")]
    references: Vec<Reference>,
    #[serde(default)]
    form: Vec<FormGroup>,
}

impl ChapterFile {
    fn law_days(&self) -> LawDays {
        LawDays {
            applies_from: self.applies_from,
            enforced_from: self.enforced_from,
            legacy_before: self.legacy_before,
            legacy_until: self.legacy_until,
        }
    }

    fn into_text(self) -> ChapterText {
        ChapterText {
            law_days: self.law_days(),
            chapter: self.chapter,
            title: self.title,
            note: self.note,
            commitments: self.commitments,
            references: self.references,
            form: self.form,
        }
    }
}

/// The shape of `limits.toml`.
#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct LimitsFile {
    #[serde(default, rename = "limit")]
    limits: Vec<Limit>,
}

/// Four times what the Code has in all its chapters.
const MOST_MEASURES: usize = 160;

/// Refs that belong elsewhere or are there twice, and the law's days outside of the Act.
pub(super) fn chapter_mistakes(chapter: Chapter, text: &ChapterFile) -> Vec<Mistake> {
    let mut mistakes = Vec::new();
    if text.chapter != chapter {
        let hint = format!("this file is chapter \"{}\"", chapter.key());
        mistakes.push(wrong(
            at!["chapter"],
            format!("chapter `{}` has a file of its own", text.chapter),
            hint,
        ));
    }
    if chapter != Chapter::AiAct {
        mistakes.extend(law_days_outside_the_act(text));
    }
    for index in repeats(text.commitments.iter().map(|commitment| commitment.id)) {
        mistakes.push(twice(at!["commitment", index], text.commitments[index].id));
    }
    for index in repeats(text.references.iter().map(|reference| &reference.key)) {
        mistakes.push(twice(at!["reference", index], &text.references[index].key));
    }
    for index in repeats(text.form.iter().map(|form| &form.group)) {
        mistakes.push(twice(at!["form", index], &text.form[index].group));
    }
    let mut measures = 0;
    for (index, commitment) in text.commitments.iter().enumerate() {
        measures += commitment.measures.len();
        if measures > MOST_MEASURES {
            mistakes.push(Mistake {
                at: at!["commitment", index],
                rule: Rule::TooMany,
                message: format!(
                    "with `{}` the chapter has more than {MOST_MEASURES} measures",
                    commitment.id
                ),
                hint: Some("keep what is asked in few measures: each is a row for every company".to_owned()),
            });
        } else if commitment.id.chapter != chapter {
            let message = format!("`{}` does not belong to chapter {chapter}", commitment.id);
            mistakes.push(wrong(
                at!["commitment", index],
                message,
                "move it to its chapter's file".to_owned(),
            ));
        } else {
            mistakes.extend(commitment_mistakes(index, commitment));
        }
    }
    mistakes
}

fn law_days_outside_the_act(text: &ChapterFile) -> Vec<Mistake> {
    let LawDays { applies_from, enforced_from, legacy_before, legacy_until } = text.law_days();
    let days = [
        ("applies-from", applies_from),
        ("enforced-from", enforced_from),
        ("legacy-before", legacy_before),
        ("legacy-until", legacy_until),
    ];
    let misplaced = days.into_iter().filter(|(_, day)| day.is_some());
    misplaced
        .map(|(key, _)| Mistake {
            at: at![key],
            rule: Rule::UnknownKey,
            message: format!("`{key}` is not a key here"),
            hint: Some("it belongs in ai-act.toml".to_owned()),
        })
        .collect()
}

fn commitment_mistakes(index: usize, commitment: &Commitment) -> Vec<Mistake> {
    let mut mistakes = Vec::new();
    for repeat in repeats(commitment.measures.iter().map(|measure| measure.id)) {
        mistakes.push(twice(at!["commitment", index, "measure", repeat], commitment.measures[repeat].id));
    }
    for (place, measure) in commitment.measures.iter().enumerate() {
        let at = at!["commitment", index, "measure", place];
        if measure.id.commitment() != commitment.id {
            let message = format!("`{}` does not belong to {}", measure.id, commitment.id);
            let hint = format!("move it below {}", measure.id.commitment());
            mistakes.push(wrong(at, message, hint));
            continue;
        }
        for repeat in repeats(measure.requirements.iter().map(|requirement| requirement.letter)) {
            let mut at = at.clone();
            at.extend(at!["requirement", repeat]);
            mistakes.push(twice(at, measure.requirements[repeat].letter));
        }
    }
    mistakes
}

pub(super) fn limit_mistakes(file: &LimitsFile) -> Vec<Mistake> {
    repeats(file.limits.iter().map(|limit| &limit.key))
        .into_iter()
        .map(|index| twice(at!["limit", index], &file.limits[index].key))
        .collect()
}

fn wrong(at: Path, message: String, hint: String) -> Mistake {
    Mistake { at, rule: Rule::WrongValue, message, hint: Some(hint) }
}

/// The second of two things with the same name.
pub(super) fn twice(at: Path, name: impl std::fmt::Display) -> Mistake {
    let hint = Some("the first one counts until one of them is gone".to_owned());
    Mistake { at, rule: Rule::Duplicate, message: format!("`{name}` is there twice"), hint }
}
