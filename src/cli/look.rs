//! How the screen looks: what the person asked for, and what the terminal can do.

use std::env;
use std::fs;
use std::io::ErrorKind;
use std::path::{Path, PathBuf};
use std::time::Duration;

use clap::{Args, ValueEnum};
use terminal_colorsaurus::{QueryOptions, ThemeMode, theme_mode};

use crate::domain::suggestion::did_you_mean_or_list;
use crate::ui::{Letters, Theme, theme};

#[derive(Debug, Args)]
#[command(next_help_heading = "Look of the screen")]
pub struct Look {
    /// Colours; `auto` leaves them out where NO_COLOR is set or the terminal is dumb
    #[arg(long, value_name = "WHEN", default_value = "auto")]
    color: When,
    /// The terminal's background [default: asked of the terminal, else dark]
    #[arg(long, value_name = "KIND")]
    background: Option<Background>,
    /// A theme's name or file [default: countersign/theme.toml in $XDG_CONFIG_HOME or ~/.config]
    #[arg(long, value_name = "THEME")]
    theme: Option<String>,
    /// Lines and marks in ASCII, as where the locale is not UTF-8
    #[arg(long)]
    ascii: bool,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
enum When {
    Auto,
    Always,
    Never,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
enum Background {
    Light,
    Dark,
}

/// What was found out, and everything wrong in the theme.
pub struct Found {
    pub theme: Theme,
    pub notice: Option<String>,
}

impl Look {
    /// Asks the terminal where nothing else says. Never fails: what cannot be read is told of on the screen.
    pub fn find(&self) -> Found {
        let dumb = env::var_os("TERM").is_some_and(|terminal| terminal == "dumb");
        let refused = env::var_os("NO_COLOR").is_some_and(|value| !value.is_empty());
        let colour = match self.color {
            When::Always => true,
            When::Never => false,
            When::Auto => !dumb && !refused,
        };
        let background = match self.background {
            Some(Background::Light) => Theme::light(),
            Some(Background::Dark) => Theme::dark(),
            None if colour && !dumb && is_light() => Theme::light(),
            None => Theme::dark(),
        };
        let (theme, mistakes) = self.theme(background);
        let theme = if colour { theme } else { theme.colourless() };
        let theme = if dumb { theme.with_marks() } else { theme };
        let letters = match (is_utf8(), self.ascii || dumb) {
            (true, false) => Letters::Unicode,
            (true, true) => Letters::Ascii,
            (false, _) => Letters::AsciiOnly,
        };
        let notice = (!mistakes.is_empty())
            .then(|| format!("Your theme has mistakes; the rest of it counts.\n{}", mistakes.join("\n")));
        Found { theme: theme.with_letters(letters), notice }
    }

    fn theme(&self, otherwise: Theme) -> (Theme, Vec<String>) {
        let Some(named) = &self.theme else {
            return match usual_file() {
                Some(path) => read(&path, otherwise, false),
                None => (otherwise, Vec::new()),
            };
        };
        match theme::built_in(named) {
            Some(theme) => (theme, Vec::new()),
            None => read(Path::new(named), otherwise, true),
        }
    }
}

/// Reads a theme's file. Nobody needs one, but who names one means it.
fn read(path: &Path, otherwise: Theme, named: bool) -> (Theme, Vec<String>) {
    let name = path.display();
    match fs::read(path) {
        Ok(bytes) => {
            let (theme, mistakes) = theme::read(&String::from_utf8_lossy(&bytes), otherwise);
            let words =
                mistakes.into_iter().map(|mistake| format!("{name}:{}: {}", mistake.line, mistake.words));
            (theme, words.collect())
        }
        Err(error) if error.kind() == ErrorKind::NotFound && !named => (otherwise, Vec::new()),
        Err(error) if error.kind() == ErrorKind::NotFound => {
            let hint = did_you_mean_or_list(&name.to_string(), &theme::built_in_names()).unwrap_or_default();
            (otherwise, vec![format!("there is no theme and no file `{name}`; {hint}")])
        }
        Err(error) => (otherwise, vec![format!("{name} cannot be read: {error}")]),
    }
}

fn usual_file() -> Option<PathBuf> {
    let set = env::var_os("XDG_CONFIG_HOME").map(PathBuf::from).filter(|path| path.is_absolute());
    let folder = set.or_else(|| env::home_dir().map(|home| home.join(".config")))?;
    Some(folder.join("countersign").join("theme.toml"))
}

/// How long a terminal may take to say what its background is. Those that cannot say it answer at once, too.
const PATIENCE: Duration = Duration::from_millis(500);

fn is_light() -> bool {
    let mut options = QueryOptions::default();
    options.timeout = PATIENCE;
    theme_mode(options).is_ok_and(|mode| mode == ThemeMode::Light)
}

/// Whether the locale's letters are UTF-8; where no locale is set, they are.
fn is_utf8() -> bool {
    let locale =
        ["LC_ALL", "LC_CTYPE", "LANG"].into_iter().filter_map(env::var_os).find(|name| !name.is_empty());
    let Some(locale) = locale else { return true };
    let locale = locale.to_string_lossy().to_lowercase();
    locale.contains("utf-8") || locale.contains("utf8")
}
