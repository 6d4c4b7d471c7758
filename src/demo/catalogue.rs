//! What the demo's register starts with: its settings, and the catalogue as shipped except for one measure, which is
//! summed up in earlier words. When it gets today's words, the judgements made before become stale.

use serde::Deserialize;
use toml_edit::{Table, value};

use super::Changes;
use crate::shipped;

/// `demo/earlier-wording.toml`
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Earlier {
    /// The file of the measure's chapter.
    path: String,
    measure: String,
    summary: String,
}

/// The files of the first commit.
pub fn at_first() -> Changes {
    let earlier: Earlier = super::data("earlier-wording.toml");
    let settings = super::text("countersign.toml");
    let mut changes: Changes = vec![("countersign.toml".to_owned(), Some(settings.into()))];
    changes.extend(shipped::catalogue().map(|file| match file.0 == earlier.path {
        true => (file.0, Some(earlier.reworded(file.1))),
        false => super::whole(&file),
    }));
    changes
}

impl Earlier {
    fn reworded(&self, chapter: &[u8]) -> Vec<u8> {
        let mut chapter = super::document(chapter);
        let commitments = tables(chapter.as_table_mut(), "commitment");
        let mut measures = commitments.flat_map(|commitment| tables(commitment, "measure"));
        let measure = measures.find(|measure| measure["ref"].as_str() == Some(&self.measure));
        let measure = measure.expect("the reworded measure is in the chapter of that path");
        measure["summary"] = value(&self.summary);
        drop(measures);
        chapter.to_string().into_bytes()
    }
}

fn tables<'a>(table: &'a mut Table, key: &str) -> impl Iterator<Item = &'a mut Table> {
    let tables = table.get_mut(key).and_then(|item| item.as_array_of_tables_mut());
    tables.into_iter().flat_map(|tables| tables.iter_mut())
}
