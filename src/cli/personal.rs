//! A person's own configuration: where it is, and what is wrong in it.

use std::env;
use std::fs;
use std::io::ErrorKind;
use std::path::PathBuf;

use clap::Args;

use crate::config::{self, Links, Settings};
use crate::domain::Finding;
use crate::ui::{Personal, Through};

#[derive(Debug, Default, Args)]
pub struct Configuration {
    /// Your own keys and settings [default: countersign/config.toml in $XDG_CONFIG_HOME or ~/.config]
    #[arg(long, value_name = "FILE")]
    config: Option<PathBuf>,
}

/// What was read, and everything wrong in it, ready to be said.
pub struct Read {
    pub settings: Settings,
    pub mistakes: Vec<String>,
}

impl Configuration {
    /// Never fails: what cannot be read is a mistake that is told of, and the usual keys stay.
    pub fn read(&self) -> Read {
        let usual = |mistakes| Read { settings: Settings::default(), mistakes };
        let Some(path) = self.config.clone().or_else(usual_path) else { return usual(Vec::new()) };
        let named = path.display().to_string();
        match fs::read(&path) {
            Ok(bytes) => {
                let (settings, findings) = config::settings(&named, &String::from_utf8_lossy(&bytes));
                Read { settings, mistakes: findings.iter().map(words).collect() }
            }
            // Nobody needs one, but who names one means it.
            Err(error) if error.kind() == ErrorKind::NotFound && self.config.is_none() => usual(Vec::new()),
            Err(error) => usual(vec![format!("{named} cannot be read: {error}")]),
        }
    }
}

impl From<Read> for Personal {
    fn from(read: Read) -> Personal {
        let notice = (!read.mistakes.is_empty()).then(|| {
            format!("Your configuration needs a look; the rest of it counts.\n{}", read.mistakes.join("\n"))
        });
        let Settings { keymap, mouse, links } = read.settings;
        let links = match links {
            Links::Auto => supports_hyperlinks::supports_hyperlinks(),
            Links::Always => true,
            Links::Never => false,
        };
        Personal { keymap, notice, keeps_drafts: false, mouse, links, through: through() }
    }
}

/// What the environment says of multiplexers; the inner one sets its own.
fn through() -> Through {
    let set = |name| env::var_os(name).is_some_and(|value| !value.is_empty());
    match (set("TMUX"), set("STY")) {
        (true, _) => Through::Tmux,
        (false, true) => Through::Screen,
        (false, false) => Through::Nothing,
    }
}

fn usual_path() -> Option<PathBuf> {
    let set = env::var_os("XDG_CONFIG_HOME").map(PathBuf::from).filter(|path| path.is_absolute());
    let folder = set.or_else(|| env::home_dir().map(|home| home.join(".config")))?;
    Some(folder.join("countersign").join("config.toml"))
}

fn words(finding: &Finding) -> String {
    let place = finding.place.map(|place| format!(":{}:{}", place.line, place.column)).unwrap_or_default();
    let hint = finding.hint.as_ref().map(|hint| format!("; {hint}")).unwrap_or_default();
    format!("{}{place}: {}{hint}", finding.path, finding.message)
}
