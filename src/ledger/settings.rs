//! The settings as git reads them: its own system file, the user's, the repository's, whatever each of them includes on
//! whatever condition, and those of the environment. libgit2 does not know all of these, and what it does not see would silently not count.

use std::sync::Arc;

use git2::Config;

use super::git::Git;
use crate::error::{Error, Result};

/// All of them, in git's order: of two with one name the later one counts.
#[derive(Clone)]
pub struct Settings(Arc<[Setting]>);

/// One setting, wherever it comes from.
pub(super) struct Setting {
    /// `local`, `worktree`, `global`, `system`, or `command` of the environment; a file that is included belongs to who
    /// includes it.
    pub scope: String,
    /// `file:<path>`
    pub origin: String,
    /// Section and variable in small letters.
    pub name: String,
    /// None is a setting without `=`, which is switched on.
    pub value: Option<String>,
}

impl Settings {
    pub(super) fn read(git: &Git) -> Result<Settings> {
        let listed = ["--includes", "--show-scope", "--show-origin", "-z", "--list"];
        let call = git.reading("config", listed);
        let switched_off = call.options();
        let output = call.output()?;
        let mut fields = output.split(|&byte| byte == 0).map(text);
        let mut settings = Vec::new();
        while let (Some(scope), Some(origin), Some(setting)) = (fields.next(), fields.next(), fields.next()) {
            let (name, value) = match setting.split_once('\n') {
                Some((name, value)) => (name.to_owned(), Some(value.to_owned())),
                None => (setting, None),
            };
            settings.push(Setting { scope, origin, name, value });
        }
        // What was switched off for this very reading.
        settings.truncate(settings.len().saturating_sub(switched_off));
        Ok(Settings(settings.into()))
    }

    pub(super) fn all(&self) -> &[Setting] {
        &self.0
    }

    /// The one that counts.
    pub(super) fn get(&self, name: &str) -> Option<&Setting> {
        self.0.iter().rfind(|setting| setting.name == name)
    }

    /// Whether the user's settings ask for signed commits.
    pub fn sign_commits(&self) -> Result<bool> {
        self.get("commit.gpgsign").map_or(Ok(false), Setting::is_on)
    }
}

impl Setting {
    pub fn is_the_repositorys(&self) -> bool {
        matches!(self.scope.as_str(), "local" | "worktree")
    }

    /// The value of one that is on or off.
    pub fn is_on(&self) -> Result<bool> {
        let Some(value) = &self.value else { return Ok(true) };
        Config::parse_bool(value.as_str()).map_err(|_| Error::NeitherOnNorOff {
            setting: self.name.clone(),
            value: value.clone(),
            file: self.file().to_owned(),
        })
    }

    /// Its value, if it has one.
    pub fn text(&self) -> &str {
        self.value.as_deref().unwrap_or_default()
    }

    /// Where it stands.
    pub fn file(&self) -> &str {
        self.origin.strip_prefix("file:").unwrap_or(&self.origin)
    }
}

/// What is not UTF-8 is escaped, so that no two texts become one.
fn text(bytes: &[u8]) -> String {
    String::from_utf8(bytes.to_vec()).unwrap_or_else(|_| bytes.escape_ascii().to_string())
}
