//! `countersign completions`

use clap::{Args, CommandFactory};
use clap_complete::Shell;

use super::{Arguments, output};
use crate::error::Result;

/// Print completions for a shell
#[derive(Debug, Args)]
pub struct Completions {
    /// The shell that is to complete
    shell: Shell,
}

impl Completions {
    pub fn run(&self) -> Result<()> {
        let mut script = Vec::new();
        clap_complete::generate(self.shell, &mut Arguments::command(), "countersign", &mut script);
        output::print(script)
    }
}
