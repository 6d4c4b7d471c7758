use std::process::ExitCode;

use clap::Parser;
use countersign::cli::{self, Arguments};

fn main() -> ExitCode {
    let arguments = Arguments::parse();
    match cli::run(arguments) {
        Ok(outcome) => outcome.into(),
        Err(error) => cli::refuse(&error),
    }
}
