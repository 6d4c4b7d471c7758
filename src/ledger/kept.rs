//! What git said of the settings and of who commits, kept while it is true.
//!
//! Only git knows which files count and what they add up to. Once it has said so, that stands as long as each of these
//! files is what it was: they are read again before every use, which takes far less than starting git. Where one cannot
//! tell which files count, nothing is kept.

use std::collections::{BTreeMap, BTreeSet};
use std::env;
use std::fs;
use std::path::{Path, PathBuf};
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::SystemTime;

use super::git::{Git, path_of};
use super::identity::People;
use super::places::Places;
use super::settings::{Setting, Settings};
use super::{Ledger, identity};
use crate::error::Result;

/// Shared by all handles on one repository.
#[derive(Default)]
pub(super) struct Kept(Mutex<Answers>);

#[derive(Default)]
struct Answers {
    /// Where settings come from whatever they say; none where git does not say so.
    usual: Option<Option<BTreeSet<PathBuf>>>,
    /// And where else they came from when git was asked last.
    sources: BTreeSet<PathBuf>,
    settings: Option<(Files, Settings)>,
    people: Option<(Files, People)>,
}

/// What files hold, and since when. None is no file.
type Files = BTreeMap<PathBuf, Option<(Option<SystemTime>, Vec<u8>)>>;

impl Ledger {
    /// The settings as they are now.
    pub fn settings(&self) -> Result<Settings> {
        Ok(self.kept.answers().settings(&Git::of(self)?, &self.places)?.1)
    }

    /// Who commits here, and who is named as author.
    pub(super) fn people(&self) -> Result<People> {
        self.kept.answers().people(&Git::of(self)?, &self.places)
    }
}

impl Kept {
    fn answers(&self) -> MutexGuard<'_, Answers> {
        // Each answer is put there whole.
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Answers {
    /// With the files they rest on, where these are known.
    fn settings(&mut self, git: &Git, places: &Places) -> Result<(Option<Files>, Settings)> {
        if self.usual.is_none() {
            self.usual = Some(usual_files(git, places)?);
        }
        let usual = self.usual.clone().flatten();
        let files = usual.as_ref().and_then(|usual| read(usual | &self.sources));
        if let (Some(files), Some((then, settings))) = (&files, &self.settings)
            && files == then
        {
            return Ok((Some(files.clone()), settings.clone()));
        }
        let settings = Settings::read(git)?;
        let (Some(usual), Some(files), Some(sources)) = (usual, files, sources(&settings)) else {
            return Ok((None, settings));
        };
        self.sources = sources;
        // Another file that counts was not read before git was asked.
        if !files.keys().eq(&(&usual | &self.sources)) {
            return Ok((None, settings));
        }
        self.settings = Some((files.clone(), settings.clone()));
        Ok((Some(files), settings))
    }

    fn people(&mut self, git: &Git, places: &Places) -> Result<People> {
        let (files, _) = self.settings(git, places)?;
        if let (Some(files), Some((then, people))) = (&files, &self.people)
            && files == then
        {
            return Ok(people.clone());
        }
        let people = identity::ask(git)?;
        self.people = files.map(|files| (files, people.clone()));
        Ok(people)
    }
}

/// The files git looks at wherever there are settings in them or not.
fn usual_files(git: &Git, places: &Places) -> Result<Option<BTreeSet<PathBuf>>> {
    // It ends with a failure where one of the variables has no value.
    let output = git.reading("var", ["-l"]).ask()?.output;
    let named = |name: &'static [u8]| {
        output.split(|&byte| byte == b'\n').filter_map(|line| line.strip_prefix(name)).map(path_of)
    };
    // A git that does not know the one does not name the other either.
    if named(b"GIT_CONFIG_GLOBAL=").next().is_none() {
        return Ok(None);
    }
    let own = [places.common_dir.join("config"), places.git_dir.join("config.worktree")];
    Ok(Some(named(b"GIT_CONFIG_GLOBAL=").chain(named(b"GIT_CONFIG_SYSTEM=")).chain(own).collect()))
}

/// The files settings came from, and those that another time would be included. None where that takes git to tell.
fn sources(settings: &Settings) -> Option<BTreeSet<PathBuf>> {
    let files = settings.all().iter().flat_map(|setting| {
        let origin = setting.origin.strip_prefix("file:").map(PathBuf::from);
        [Some(origin), setting.includes()].into_iter().flatten()
    });
    files.collect()
}

impl Setting {
    /// Which file it includes, on whatever condition; `Some(None)` where that takes git to tell.
    fn includes(&self) -> Option<Option<PathBuf>> {
        let condition = self.name.strip_suffix(".path")?;
        if condition != "include" && !condition.starts_with("includeif.") {
            return None;
        }
        let from = Path::new(self.file()).parent();
        Some(match self.text() {
            _ if condition.starts_with("includeif.onbranch:") => None,
            path if path.starts_with("~/") => env::home_dir().map(|home| home.join(&path[2..])),
            path if path.starts_with(['~', '%']) => None,
            path => from.map(|folder| folder.join(path)),
        })
    }
}

/// None where one of them is not told apart by its path.
fn read(files: BTreeSet<PathBuf>) -> Option<Files> {
    let state = |file: PathBuf| file.is_absolute().then(|| (file.clone(), content(&file)));
    files.into_iter().map(state).collect()
}

/// Whatever else a stranger put in its place is not waited for.
fn content(file: &Path) -> Option<(Option<SystemTime>, Vec<u8>)> {
    const LARGEST: u64 = 1024 * 1024;
    let metadata = fs::metadata(file).ok()?;
    let is_read = metadata.is_file() && metadata.len() <= LARGEST;
    Some((metadata.modified().ok(), if is_read { fs::read(file).ok()? } else { Vec::new() }))
}
