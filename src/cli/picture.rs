//! `countersign picture`

use std::path::PathBuf;

use clap::Args;

use super::reading::{When, Where};
use super::{drawing, output};
use crate::error::Result;
use crate::ui::driver::{Driver, Script, Size};
use crate::ui::{Options, Personal, picture};

/// Draw a picture of the screen, after some keys
///
/// Prints SVG, or writes a file. Keys are typed as on the screen; named ones in angle brackets:
/// `/meta<enter><enter>`.
#[derive(Debug, Args)]
pub struct Picture {
    /// Columns and lines of the screen
    #[arg(long, default_value = "120x36")]
    size: Size,
    /// The keys to type first
    #[arg(long, default_value = "")]
    keys: Script,
    /// Write it to this file, as SVG or PNG by its ending
    #[arg(long, value_name = "FILE")]
    output: Option<PathBuf>,
    #[command(flatten)]
    register: Where,
    #[command(flatten)]
    when: When,
}

impl Picture {
    pub fn run(&self) -> Result<()> {
        let options =
            Options { at: self.when.at(), on: self.when.day(), colour: true, personal: Personal::default() };
        let mut driver = Driver::new(self.register.open()?, options, self.size);
        driver.play(&self.keys);
        let svg = picture::svg(driver.buffer(), "Countersign");
        match &self.output {
            Some(file) => drawing::write(file, &svg),
            None => output::print(svg),
        }
    }
}
