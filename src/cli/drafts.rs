//! `countersign drafts`

use clap::Args;
use serde_json::json;

use super::output;
use super::reading::Where;
use crate::domain::visible;
use crate::error::Result;
use crate::report;
use crate::ui::draft::{Draft, Kept, kept};
use crate::ui::sketch::Sketch;

/// List what was typed on the screen and is not committed
///
/// Drafts are kept on this machine, outside the repository. The screen goes on with them.
#[derive(Debug, Args)]
pub struct Drafts {
    /// Discard the draft on this cell, or of what else there is, written as the list writes it
    #[arg(long, value_name = "CELL")]
    discard: Option<String>,
    /// Print JSON
    #[arg(long, conflicts_with = "discard")]
    json: bool,
    /// One line for each, with every value after its name
    #[arg(long, conflicts_with_all = ["json", "discard"])]
    plain: bool,
    #[command(flatten)]
    register: Where,
}

impl Drafts {
    pub fn run(&self) -> Result<()> {
        let register = self.register.open()?;
        let Kept { drafts, sketches, chosen, damaged } = kept(&register)?;
        damaged.iter().for_each(|name| output::say("warning", &format!("the draft {name} is damaged")));
        if let Some(cell) = &self.discard {
            let of_cells = drafts.iter().map(|draft| (self::cell(draft), draft.name()));
            let others = sketches.iter().map(|sketch| (sketch.title(), sketch.name()));
            let others = others.chain(chosen.iter().map(|chosen| (chosen.title(), chosen.name())));
            let gone = of_cells.chain(others).filter(|(title, _)| title == cell);
            let gone: Vec<bool> =
                gone.map(|(_, name)| register.forget_draft(&name)).collect::<Result<_>>()?;
            let said = if gone.contains(&true) { "Discarded.\n" } else { "There is no such draft.\n" };
            return output::print(said);
        }
        if self.json {
            let chosen = chosen.iter().map(|chosen| json!({ "path": chosen.path, "typed": chosen.words() }));
            let others = sketches.iter().map(sketch_as_json).chain(chosen);
            let drafts: Vec<_> = drafts.iter().map(as_json).chain(others).collect();
            return output::print(report::json::text(
                &json!({ "format": 1, "view": "drafts", "drafts": drafts }),
            ));
        }
        let line = |draft: &Draft| {
            let status = draft.draft.status.map_or("none yet".to_owned(), |status| status.to_string());
            let reason = draft.draft.reason.split_whitespace().collect::<Vec<_>>().join(" ");
            let line = match self.plain {
                true => format!("cell: {}, status: {status}, reason: {reason}", cell(draft)),
                false => format!("{}: {status}, “{reason}”", cell(draft)),
            };
            format!("{}\n", visible::line(&line))
        };
        let typed = |(title, words): (String, String)| {
            let line = match self.plain {
                true => format!("draft: {title}, typed: {words}"),
                false => format!("{title}: “{words}”"),
            };
            format!("{}\n", visible::line(&line))
        };
        let others = sketches.iter().map(|sketch| (sketch.title(), sketch.words()));
        let others = others.chain(chosen.iter().map(|chosen| (chosen.title(), chosen.words())));
        let lines: String = drafts.iter().map(line).chain(others.map(typed)).collect();
        output::print(if lines.is_empty() { "No drafts.\n".to_owned() } else { lines })
    }
}

fn cell(draft: &Draft) -> String {
    format!("{} {}", draft.company, draft.slot)
}

fn as_json(draft: &Draft) -> serde_json::Value {
    json!({
        "company": draft.company.to_string(),
        "slot": draft.slot.to_string(),
        "status": draft.draft.status.map(|status| status.to_string()),
        "reason": draft.draft.reason,
        "review-by": draft.review_by,
    })
}

fn sketch_as_json(sketch: &Sketch) -> serde_json::Value {
    json!({
        "company": sketch.company.to_string(),
        "of": sketch.what().words(),
        "typed": sketch.words(),
    })
}
