use std::process::ExitCode;

use countersign::cli;

fn main() -> ExitCode {
    match cli::run(cli::arguments()) {
        Ok(outcome) => outcome.into(),
        Err(error) => cli::refuse(&error),
    }
}
