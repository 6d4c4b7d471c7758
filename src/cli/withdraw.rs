//! `countersign withdraw`

use clap::Args;
use serde_json::json;

use super::output;
use super::reading::Where;
use super::trust;
use crate::domain::visible;
use crate::error::Result;
use crate::report;

/// Delete a proposal of your own, or one that is merged, in this repository
///
/// Its branch on a remote stays; how to delete it there is said.
#[derive(Debug, Args)]
pub struct Withdraw {
    /// The proposal: a branch, or the last part of its name
    name: String,
    /// The branch it is for [default: HEAD's]
    #[arg(long, value_name = "BRANCH")]
    branch: Option<String>,
    /// Print JSON
    #[arg(long)]
    json: bool,
    #[command(flatten)]
    register: Where,
}

impl Withdraw {
    pub fn run(&self) -> Result<()> {
        let register = self.register.open_to_write(self.branch.as_deref())?;
        let gone = trust::asking(&register, || register.withdraw(&self.name))?;
        let remotes: Vec<&str> = gone.places.iter().filter_map(|place| place.remote.as_deref()).collect();
        for remote in &remotes {
            output::say(
                "note",
                &format!("it is still on {remote}: git push {remote} --delete {}", gone.name),
            );
        }
        if self.json {
            let document = json!({
                "format": 1, "view": "withdraw", "proposal": gone.name, "head": gone.head, "remotes": remotes,
            });
            return output::print(report::json::text(&document));
        }
        output::print(format!("Deleted {}, which ended in {}\n", visible::line(&gone.name), gone.head))
    }
}
