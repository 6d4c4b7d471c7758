//! `countersign view`

use clap::{Args, Subcommand};

use super::columns::Columns;
use super::reading::{Form, Reading};
use super::recording::Recording;
use super::{resolve, words};
use crate::analysis::saved::{self, Refusal};
use crate::domain::view::{Order, SavedView};
use crate::domain::{NewView, Snapshot};
use crate::error::{Error, Result};
use crate::register::Register;
use crate::report::views::ViewsReport;

/// List the views of the board that the register keeps by name, keep one, or delete one
///
/// A view is a filter, an order, and companies that are left out or come first; `countersign board --view NAME` prints it.
/// Saving and deleting show the exact commit message and file diff, ask, and commit; without a terminal they need --yes.
#[derive(Debug, Args)]
pub struct View {
    #[command(subcommand)]
    what: What,
}

#[derive(Debug, Subcommand)]
enum What {
    /// List the views
    List(List),
    /// Keep a view by a name, in place of the one of that name
    Save(Save),
    /// Delete a view
    Delete(Delete),
}

#[derive(Debug, Args)]
struct List {
    #[command(flatten)]
    reading: Reading,
    #[command(flatten)]
    form: Form,
}

#[derive(Debug, Args)]
struct Save {
    /// What it is called
    name: String,
    /// Only cells that match: words, and fields such as `state:gap !company:meta due:30d`
    #[arg(long, value_name = "FILTER", default_value = "", hide_default_value = true)]
    filter: String,
    /// The order of companies [default: what is on file]
    #[arg(long, value_name = "ORDER", value_parser = words::order())]
    sort: Option<Order>,
    #[command(flatten)]
    columns: Columns,
    #[command(flatten)]
    recording: Recording,
}

#[derive(Debug, Args)]
struct Delete {
    /// What it is called
    name: String,
    #[command(flatten)]
    recording: Recording,
}

impl View {
    pub fn run(&self) -> Result<()> {
        match &self.what {
            What::List(list) => list.run(),
            What::Save(save) => save.run(),
            What::Delete(delete) => delete.run(),
        }
    }
}

impl List {
    fn run(&self) -> Result<()> {
        let opened = self.reading.open()?;
        opened.mention_findings();
        self.form.print(&opened, &ViewsReport { views: &opened.snapshot.settings.views })
    }
}

impl Save {
    fn run(&self) -> Result<()> {
        let (register, snapshot) = self.recording.open(None, &self.name)?;
        let view = SavedView {
            name: self.name.clone(),
            filter: self.filter.trim().to_owned(),
            sort: self.sort.unwrap_or_default(),
            hidden: self.columns.hidden(&snapshot)?,
            pinned: self.columns.pinned(&snapshot)?,
        };
        let new = saved::keep(&snapshot, view, &self.recording.reason()?);
        carry_out(&self.recording, (&register, &snapshot), &self.name, new)
    }
}

impl Delete {
    fn run(&self) -> Result<()> {
        let (register, snapshot) = self.recording.open(None, &self.name)?;
        let name = &resolve::view(&snapshot, &self.name)?.name;
        let new = saved::delete(&snapshot, name, &self.recording.reason()?).map_err(|refusal| vec![refusal]);
        carry_out(&self.recording, (&register, &snapshot), name, new)
    }
}

fn carry_out(
    recording: &Recording,
    register: (&Register, &Snapshot),
    name: &str,
    new: std::result::Result<NewView, Vec<Refusal>>,
) -> Result<()> {
    let new = new.map_err(|refusals| Error::NotRecorded {
        what: format!("the view {name}"),
        refusals: refusals.iter().map(Refusal::words).collect(),
        command: "view",
    })?;
    recording.carry_out(register, &new.into(), None, ("saved-view", Some(name)))
}
