//! A change as the new text of its file.
//!
//! In a file that is there already only the keys that change are touched, see [`edit`]; a new file has its keys in the
//! order of [`fields`]. What comes out was read back and is what was meant.

mod comments;
mod edit;
mod fields;

use toml_edit::{DocumentMut, Value};

use crate::domain::view::SavedView;
use crate::domain::{Change, Decision, Filing, Finding, NewModel, NewPosition, NewView};

use super::RegisterPath;
use super::merge::mark;
use super::read;

use edit::edit;
use fields::Fields;

/// Why a change cannot be written into its file.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Refused {
    /// The present file is no TOML.
    #[error("the file has mistakes that are to be corrected by hand first")]
    Broken(Vec<Finding>),
    /// A merge left it to people.
    #[error("a merge left it to people, and nobody has settled it")]
    Unsettled,
    /// Whatever the reason, such a text must not be kept.
    #[error("the new text would not read as what was meant")]
    NotAsMeant { text: String, findings: Vec<Finding> },
}

/// The file a change is told in; evidence may keep a document beside it.
pub fn path(change: &Change) -> RegisterPath {
    match change {
        Change::Assess(Decision { company, slot, .. }) => {
            RegisterPath::Assessment(company.clone(), slot.clone())
        }
        Change::File(Filing { company, id, .. }) => RegisterPath::Evidence(company.clone(), id.clone()),
        Change::Position(NewPosition { company, .. }) => RegisterPath::Profile(company.clone()),
        Change::Model(NewModel { company, id, .. }) => RegisterPath::Model(company.clone(), id.clone()),
        Change::View(_) => RegisterPath::Settings,
    }
}

/// The new text of that file, given the present one if there is a file.
pub fn text(change: &Change, present: Option<&str>) -> Result<String, Refused> {
    let path = path(change).to_string();
    let present = present.unwrap_or_default();
    match change {
        Change::Assess(Decision { assessment, .. }) => {
            let read = |text: &str| read::assessment(&path, text);
            written(assessment, fields::of_assessment(assessment), present, read)
        }
        Change::File(Filing { evidence, .. }) => {
            let read = |text: &str| read::evidence(&path, text);
            written(evidence, fields::of_evidence(evidence), present, read)
        }
        // Of a profile only its positions are written.
        Change::Position(NewPosition { profile, .. }) => {
            let read = |text: &str| read::profile(&path, text);
            written(&**profile, fields::of_positions(&profile.positions), present, read)
        }
        Change::Model(NewModel { model, .. }) => {
            let read = |text: &str| read::model(&path, text);
            written(model, fields::of_model(model), present, read)
        }
        // Of the settings only the views are written. What is wrong in the file may be the policy, and is not skipped.
        Change::View(NewView { settings, .. }) => {
            let read = |text: &str| read::settings_text(&path, text);
            match (written(&**settings, fields::of_views(&settings.views), present, read), read(present).1) {
                (Ok(_) | Err(Refused::NotAsMeant { .. }), mistakes) if !mistakes.is_empty() => {
                    Err(Refused::Broken(mistakes))
                }
                (written, _) => written,
            }
        }
    }
}

/// The lines of a view, to be put into `countersign.toml`.
pub fn view(view: &SavedView) -> String {
    let mut document = DocumentMut::new();
    edit(&mut document, fields::of_views(std::slice::from_ref(view)));
    document.to_string().trim_start().to_owned()
}

/// A text as it is written into a file.
pub(super) fn spelled(text: &str) -> Value {
    fields::spelled(text)
}

fn written<T: PartialEq>(
    meant: &T,
    fields: Fields,
    present: &str,
    read: impl Fn(&str) -> (Option<T>, Vec<Finding>),
) -> Result<String, Refused> {
    let broken = |_| Refused::Broken(read(present).1);
    let mut document: DocumentMut = read::unified(present).parse().map_err(broken)?;
    if !mark::take(&mut document.clone()).is_empty() {
        return Err(Refused::Unsettled);
    }
    edit(&mut document, fields);
    let text = with_ends_of(present, document.to_string());
    match read(&text) {
        (Some(read), _) if read == *meant => Ok(text),
        (_, findings) => Err(Refused::NotAsMeant { text, findings }),
    }
}

/// A text of whole lines that end in `\n`, with line ends, byte order mark and open last line as the present one has
/// them. Where line ends differ, those of the first line count.
pub fn with_ends_of(present: &str, mut text: String) -> String {
    if !present.is_empty() && !present.ends_with('\n') && text.ends_with('\n') {
        text.pop();
    }
    if present.split_once('\n').is_some_and(|(line, _)| line.ends_with('\r')) {
        text = text.replace('\n', "\r\n");
    }
    if present.starts_with('\u{feff}') {
        text.insert(0, '\u{feff}');
    }
    text
}

#[cfg(test)]
mod tests;
#[cfg(test)]
mod tests_of_views;
