//! `countersign chart`

use std::path::PathBuf;

use clap::{Args, Subcommand};

use super::reading::{Form, Opened, Reading};
use super::{drawing, output, words};
use crate::analysis::Grain;
use crate::analysis::timeline::Recorder;
use crate::domain::Chapter;
use crate::error::{Error, Result};
use crate::report::chart::coverage::CoverageChart;
use crate::report::chart::timeline::TimelineChart;
use crate::report::{self, Origin};

/// Draw how much is covered, or how gaps came and went
///
/// Prints a table, or writes a picture: `countersign chart coverage --output coverage.svg`.
#[derive(Debug, Args)]
pub struct Chart {
    #[command(subcommand)]
    what: What,
}

#[derive(Debug, Subcommand)]
enum What {
    Coverage(Coverage),
    Timeline(Timeline),
}

/// What share of what binds is met, partial, a gap and so on, per chapter and company of both sides
#[derive(Debug, Args)]
struct Coverage {
    /// Only this chapter
    #[arg(long, value_name = "CHAPTER", value_parser = words::chapter(), ignore_case = true)]
    chapter: Option<Chapter>,
    #[command(flatten)]
    drawn: Drawn,
}

/// How many cells were open over the history, and how many were opened and closed, on both sides
///
/// Each day is judged as of that day. A cell is open while it is a gap, partial, stale, to assess, or nothing is on file
/// for it; a company that joins opens its cells, and one that changes sides closes them there and opens them here.
#[derive(Debug, Args)]
struct Timeline {
    /// How long a period is: day, week, month or year [default: as short as can be drawn]
    #[arg(long = "by", value_name = "PERIOD", value_parser = words::grain())]
    grain: Option<Grain>,
    #[command(flatten)]
    drawn: Drawn,
}

/// From what, and into what.
#[derive(Debug, Args)]
struct Drawn {
    /// Write a picture to this file, as SVG or PNG by its ending
    #[arg(long, value_name = "FILE", conflicts_with_all = ["json", "csv"])]
    output: Option<PathBuf>,
    #[command(flatten)]
    reading: Reading,
    #[command(flatten)]
    form: Form,
}

impl Chart {
    pub fn run(&self) -> Result<()> {
        match &self.what {
            What::Coverage(coverage) => coverage.run(),
            What::Timeline(timeline) => timeline.run(),
        }
    }
}

impl Coverage {
    fn run(&self) -> Result<()> {
        let opened = self.drawn.reading.open()?;
        let (snapshot, board) = (&opened.snapshot, &opened.board());
        opened.mention_findings();
        self.drawn.draw(&opened, &CoverageChart { snapshot, board, chapter: self.chapter })
    }
}

impl Timeline {
    fn run(&self) -> Result<()> {
        let opened = self.drawn.reading.open()?;
        let mut recorder = Recorder::until(opened.day);
        let steps = opened.register.steps(&opened.at)?;
        if steps.is_cut() {
            let note = "what the first day shows as opened may be older";
            output::say("note", &format!("{}, so {note}. {}", Error::Shallow, Error::Shallow.hint()));
        }
        let mut progress = output::Progress::new("reading the history", steps.len());
        for step in steps {
            recorder.add(step?);
            progress.step();
        }
        drop(progress);
        let timeline = recorder.finish();
        self.drawn.draw(&opened, &TimelineChart { timeline: &timeline, grain: self.grain })
    }
}

impl Drawn {
    fn draw(&self, opened: &Opened, chart: &dyn report::chart::Chart) -> Result<()> {
        match &self.output {
            Some(file) => drawing::write(file, &chart.svg(&Origin::new(&opened.snapshot, opened.day))),
            None => self.form.print(opened, chart),
        }
    }
}
