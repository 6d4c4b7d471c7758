//! `waivers.toml`.

use schemars::JsonSchema;
use serde::Deserialize;

use crate::domain::{Finding, Rule, Waiver};
use crate::files::RegisterPath;
use crate::files::tree::{self, Path, at};

use super::salvage::{Mistake, Patience};
use super::{Content, FileBytes, legible, value};

/// The shape of `waivers.toml`.
#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct WaiversFile {
    #[serde(default, rename = "waiver")]
    waivers: Vec<Waiver>,
}

/// The waivers of a register, each with its place. A broken one waives nothing.
pub fn waivers(file: &FileBytes) -> (Vec<Waiver>, Vec<Finding>) {
    let (list, mut findings) = value::<WaiversFile>(file, waiver_mistakes, &Patience::default());
    let mut waivers = list.map(|list| list.waivers).unwrap_or_default();
    findings.extend(too_many(file, &mut waivers));
    if let Content::Bytes(bytes) = &file.content
        && !waivers.is_empty()
    {
        let text = legible(&String::from_utf8_lossy(bytes));
        let tree = super::tree(&RegisterPath::Waivers, &text);
        for (index, waiver) in waivers.iter_mut().enumerate() {
            let at = at!["waiver", index, "rule"];
            let span = tree::mark(&tree, &at);
            waiver.place = span.map(|span| tree::place(&text, span.start));
            waiver.file = file_of(waiver);
        }
    }
    (waivers, findings)
}

/// Each is held against each finding.
fn too_many(file: &FileBytes, waivers: &mut Vec<Waiver>) -> Option<Finding> {
    const MOST: usize = 1_000;
    let count = waivers.len();
    waivers.truncate(MOST);
    (count > MOST).then(|| Finding {
        path: file.path.clone(),
        place: None,
        rule: Rule::TooMany,
        message: format!("{count} waivers are too many: the last {} waive nothing", count - MOST),
        hint: Some("mend what they are for".to_owned()),
    })
}

fn file_of(waiver: &Waiver) -> Option<String> {
    let judgement = |cell: &String| judgement(cell).map(|file| file.to_string());
    waiver.path.clone().or_else(|| waiver.cell.as_ref().and_then(judgement))
}

/// The file of a cell as commands and commits name it: `meta S-1.1`.
fn judgement(cell: &str) -> Option<RegisterPath> {
    let (company, slot) = cell.split_once(' ')?;
    Some(RegisterPath::Assessment(company.parse().ok()?, slot.parse().ok()?))
}

/// What leaves open what is waived, why, or by whom.
pub(super) fn waiver_mistakes(file: &WaiversFile) -> Vec<Mistake> {
    file.waivers
        .iter()
        .enumerate()
        .filter_map(|(index, waiver)| mistake(at!["waiver", index], waiver))
        .collect()
}

/// It costs the whole waiver: without the one key that is wrong it would be for more than was meant.
fn mistake(at: Path, waiver: &Waiver) -> Option<Mistake> {
    let own = RegisterPath::Waivers.to_string();
    let (rule, message, hint) = match waiver {
        Waiver { path: None, cell: None, commit: None, .. } => {
            let hint = "add `path`, `cell` or `commit`: no rule is waived everywhere";
            (Rule::MissingKey, "nothing says what this waiver is for".to_owned(), hint)
        }
        Waiver { path: Some(_), cell: Some(_), .. } => {
            let hint = "a cell is its judgement's file; keep one of the two";
            (Rule::WrongValue, "`path` and `cell` both name a file".to_owned(), hint)
        }
        Waiver { path: Some(path), .. } if *path == own => {
            (Rule::WrongValue, format!("no finding of {own} can be waived"), "mend it")
        }
        Waiver { cell: Some(cell), .. } if judgement(cell).is_none() => {
            (Rule::WrongValue, format!("`{cell}` is not a cell"), "write it as meta S-1.1")
        }
        Waiver { reason, .. } if reason.trim().is_empty() => {
            (Rule::WrongValue, "the reason is empty".to_owned(), "say why the finding may stay for now")
        }
        Waiver { owner, .. } if owner.trim().is_empty() => {
            (Rule::WrongValue, "the owner is empty".to_owned(), "name who answers for it")
        }
        _ => return None,
    };
    Some(Mistake { at, rule, message, hint: Some(hint.to_owned()) })
}
