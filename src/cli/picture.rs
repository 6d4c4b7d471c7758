//! `countersign picture`

use clap::Args;

use super::output;
use super::reading::{When, Where};
use crate::error::Result;
use crate::ui::driver::{Driver, Script, Size};
use crate::ui::{Options, Personal, picture};

/// Print a picture of the screen as SVG, after some keys
///
/// Keys are typed as on the screen; named ones in angle brackets: `/meta<enter><enter>`.
#[derive(Debug, Args)]
pub struct Picture {
    /// Columns and lines of the screen
    #[arg(long, default_value = "120x36")]
    size: Size,
    /// The keys to type first
    #[arg(long, default_value = "")]
    keys: Script,
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
        output::print(picture::svg(driver.buffer(), "Countersign"))
    }
}
