//! A repository read and written through the user's git: reftable, SHA-256 objects, and whatever else git understands.
//!
//! Opening and reading run git and nothing else, whatever the repository's configuration says: [`Git::reading`] turns
//! off what could start a program, and the commands used here convert no content. The one that would, where it looks
//! for edited files, is told that no filter exists.

use std::cell::RefCell;
use std::collections::{BTreeSet, HashSet};
use std::path::{Path, PathBuf};
use std::time::{Duration, SystemTime};

use git2::ObjectType;

use super::git::{Answer, Git, path_of};
use super::object_reader::ObjectReader;
use super::oid::{ObjectFormat, Oid};
use super::places::Places;
use super::store::{Entry, Followed, Object, Reference, Settling, Store, Unchanged};
use super::strange;
use crate::error::{Error, Result};

pub(super) struct Plumbing {
    git: Git,
    places: Places,
    format: ObjectFormat,
    objects: RefCell<ObjectReader>,
}

/// File times come from a clock that may be a tick behind.
const CLOCK_TICK: Duration = Duration::from_millis(10);

impl Plumbing {
    /// Opens the repository that holds `path`, if git does.
    pub fn discover(path: &Path) -> Result<Plumbing> {
        // One answer a line; a work tree is asked for separately, because a bare repository has none.
        let asked = [
            "--path-format=absolute",
            "--show-object-format",
            "--is-bare-repository",
            "--git-common-dir",
            "--git-dir",
        ];
        let answer = Git::at(path)?.reading("rev-parse", asked).ask()?;
        let lines: Vec<&[u8]> = answer.output.trim_ascii_end().split(|&byte| byte == b'\n').collect();
        let (&[format, is_bare, common_dir, git_dir], true) = (&lines[..], answer.success) else {
            return Err(cannot_open(path, answer));
        };
        let format = std::str::from_utf8(format).ok().and_then(ObjectFormat::named);
        let format = format.ok_or_else(|| Error::UnsupportedRepository {
            path: path.to_owned(),
            feature: "an unknown hash function (extensions.objectFormat)".to_owned(),
        })?;
        let (git_dir, common_dir) = (path_of(git_dir), path_of(common_dir));
        strange::refuse_objects(&common_dir)?;
        strange::refuse_references(&git_dir)?;
        let workdir = if is_bare == b"true" { None } else { Some(work_tree(path, &git_dir)?) };
        Plumbing::beside(Places { git_dir, common_dir, workdir }, format)
    }

    /// Git for a repository that is open already.
    pub fn beside(places: Places, format: ObjectFormat) -> Result<Plumbing> {
        let objects = RefCell::new(ObjectReader::new(format));
        Ok(Plumbing { git: Git::within(&places)?, places, format, objects })
    }

    pub fn places(&self) -> Places {
        self.places.clone()
    }

    /// Settings under which no filter exists, so that nothing that looks at the work tree can start one.
    fn without_filters(&self) -> Result<Vec<(String, String)>> {
        let names = self.settings_named(r"^filter\.")?;
        // A name that is not passed on exactly would leave its filter in force.
        let names = String::from_utf8(names)
            .map_err(|_| Error::Repository { detail: "a filter's name is not UTF-8".to_owned() })?;
        let mut drivers: Vec<&str> = names
            .split_terminator('\0')
            .filter_map(|name| Some(name.strip_prefix("filter.")?.rsplit_once('.')?.0))
            .collect();
        drivers.sort_unstable();
        drivers.dedup();
        let off = |driver: &str| {
            [("clean", ""), ("smudge", ""), ("process", ""), ("required", "false")]
                .map(|(key, value)| (format!("filter.{driver}.{key}"), value.to_owned()))
        };
        Ok(drivers.into_iter().flat_map(off).collect())
    }

    /// The names of the settings that match a regular expression, each ended by NUL.
    fn settings_named(&self, expression: &str) -> Result<Vec<u8>> {
        let found = self.git.reading("config", ["-z", "--name-only", "--get-regexp", expression]).ask()?;
        match found.code {
            // 1 is git's word for none.
            Some(0 | 1) => Ok(found.output),
            _ => Err(Error::Git { command: "config".to_owned(), output: found.said }),
        }
    }

    /// The paths at or below `paths` that differ from HEAD in the index: of its tree, only what leads to them is read.
    fn staged(&self, paths: &[&str]) -> Result<Vec<String>> {
        let head = match self.find("HEAD^{tree}")? {
            Some(tree) => tree,
            // git knows the tree without entries, whether it was ever written or not.
            None => self.format.hash(ObjectType::Tree, b""),
        };
        let head = head.to_string();
        let arguments =
            ["--cached", "-z", "--name-only", "--no-renames", "--ignore-submodules=all", &head, "--"];
        self.git.reading("diff-index", arguments.iter().chain(paths)).output().map(|found| names(&found))
    }

    /// Those that differ from the index in the work tree. What was only touched is compared, and the index is not refreshed,
    /// as it would be by `git diff`.
    fn edited(&self, paths: &[&str]) -> Result<Vec<String>> {
        let arguments = ["-z", "--sparse", "--modified", "--format=%(objectmode) %(path)", "--"];
        let listed = self.git.reading("ls-files", arguments.iter().chain(paths));
        let listed = names(&listed.settings(self.without_filters()?).output()?);
        let file = |entry: &String| match entry.split_once(' ') {
            Some((mode, path)) if mode != "160000" => Some(path.to_owned()),
            _ => None,
        };
        Ok(listed.iter().filter_map(file).collect())
    }

    /// Those that the index does not have, and nothing says to ignore.
    fn untracked(&self, paths: &[&str]) -> Result<Vec<String>> {
        let arguments = ["-z", "--sparse", "--others", "--exclude-standard", "--"];
        self.git.reading("ls-files", arguments.iter().chain(paths)).output().map(|found| names(&found))
    }

    /// The ids of what git has just seen to be the same in the work tree as in the index.
    fn entries(&self, paths: &[&str]) -> Result<Vec<(Vec<u8>, Entry)>> {
        let edited: HashSet<String> = self.edited(paths)?.into_iter().collect();
        let arguments = ["-z", "--sparse", "--stage", "--"];
        let listed = names(&self.git.reading("ls-files", arguments.iter().chain(paths)).output()?);
        // `<mode> <id> <stage>\t<path>`
        let entry = |line: &String| {
            let (fields, path) = line.split_once('\t')?;
            let id = fields.strip_suffix(" 0")?.split_once(' ')?.1.parse().ok()?;
            (!edited.contains(path)).then(|| (path.as_bytes().to_vec(), Entry { id, stat: None }))
        };
        Ok(listed.iter().filter_map(entry).collect())
    }
}

impl Store for Plumbing {
    fn format(&self) -> ObjectFormat {
        self.format
    }

    fn header(&self, id: Oid) -> Result<(ObjectType, u64)> {
        self.objects.borrow_mut().header(&self.git, id)
    }

    fn read(&self, id: Oid) -> Result<Object> {
        let read = self.objects.borrow_mut().contents(&self.git, id, u64::MAX)?;
        read.ok_or_else(|| Error::MissingObject { id: id.to_string() })
    }

    fn read_at_once(&self, id: Oid, limit_bytes: u64) -> Result<Option<Object>> {
        self.objects.borrow_mut().contents(&self.git, id, limit_bytes)
    }

    fn write(&self, kind: ObjectType, bytes: &[u8]) -> Result<Oid> {
        // As it is: a folder that holds a name git would not make itself must not keep its neighbours from changing.
        let arguments = ["-w", "-t", kind.str(), "--literally", "--stdin"];
        let answer = self.git.plumbing("hash-object", arguments).input(bytes).line()?;
        answer.parse().map_err(|detail| Error::Repository { detail })
    }

    /// git has done so: [`Git`] asks it to.
    fn settle(&self, _: &[Oid]) -> Settling {
        Settling::default()
    }

    fn reference(&self, name: &str) -> Result<Option<Reference>> {
        if name.starts_with("refs/") {
            return self.listed_reference(name);
        }
        let symbolic = self.git.reading("symbolic-ref", ["-q", name]).ask()?;
        if symbolic.success {
            return Ok(Some(Reference::Symbolic(first_line(&symbolic.output))));
        }
        let direct = self.git.reading("show-ref", ["--verify", "--hash", name]).ask()?;
        Ok(first_line(&direct.output).parse().ok().filter(|_| direct.success).map(Reference::Direct))
    }

    fn references(&self) -> Result<Vec<(String, Reference)>> {
        let arguments = [LISTED, "refs/heads", "refs/remotes", "refs/tags"];
        let output = self.git.reading("for-each-ref", arguments).output()?;
        let listed = |line: &str| listed(line).map(|(name, points_to)| (name.to_owned(), points_to));
        Ok(String::from_utf8_lossy(&output).lines().filter_map(listed).collect())
    }

    fn set_reference(&self, name: &str, id: Oid, reason: &str) -> Result<()> {
        let arguments = ["-m", reason, "--create-reflog", "--end-of-options", name, &id.to_string()];
        self.git.plumbing("update-ref", arguments).output()?;
        Ok(())
    }

    fn find(&self, text: &str) -> Result<Option<Oid>> {
        strange::refuse_revision(&self.places.git_dir, text)?;
        let found = self.git.reading("rev-parse", ["--verify", "-q", "--end-of-options", text]).ask()?;
        if let (true, Ok(id)) = (found.success, first_line(&found.output).parse()) {
            // A full id is taken at its word.
            return match self.header(id) {
                Ok(_) => Ok(Some(id)),
                Err(Error::MissingObject { .. }) => Ok(None),
                Err(error) => Err(error),
            };
        }
        let is_abbreviation = text.len() >= 4 && text.bytes().all(|byte| byte.is_ascii_hexdigit());
        if is_abbreviation {
            let several = self.git.reading("rev-parse", [format!("--disambiguate={text}")]).output()?;
            if several.iter().filter(|&&byte| byte == b'\n').count() > 1 {
                return Err(Error::AmbiguousRevision { text: text.to_owned() });
            }
        }
        Ok(None)
    }

    /// git looks at the attributes itself when it converts.
    fn follows(&self, reference: &str) -> Result<Option<Followed>> {
        let format = "--format=%(refname)%00%(upstream:remotename)%00%(upstream:remoteref)%00%(upstream)";
        let output = self.git.reading("for-each-ref", [format, reference]).output()?;
        let text = String::from_utf8_lossy(&output).into_owned();
        let upstream = text.lines().find_map(|line| match line.split('\0').collect::<Vec<_>>()[..] {
            [name, remote, merge, tracking] if name == reference => {
                Some([remote, merge, tracking].map(str::to_owned))
            }
            _ => None,
        });
        let followed = |[remote, merge, tracking]: [String; 3]| {
            let is_other = !remote.is_empty() && remote != "." && !tracking.is_empty();
            is_other.then_some(Followed { remote, merge, tracking })
        };
        Ok(upstream.and_then(followed))
    }

    fn ahead_behind(&self, one: Oid, other: Oid) -> Result<(usize, usize)> {
        let range = format!("{one}...{other}");
        let counts = self.git.reading("rev-list", ["--left-right", "--count", &range, "--"]).line()?;
        let count = |text: Option<&str>| text.and_then(|text| text.parse().ok());
        let mut counts = counts.split_whitespace();
        match (count(counts.next()), count(counts.next())) {
            (Some(ahead), Some(behind)) => Ok((ahead, behind)),
            _ => Err(Error::Repository { detail: "its commits cannot be counted".to_owned() }),
        }
    }

    fn may_convert(&self, _: &str) -> Result<bool> {
        Ok(true)
    }

    fn discovered(&self, folder: &Path) -> Result<PathBuf> {
        Git::at(folder)?.plumbing("rev-parse", ["--absolute-git-dir"]).line().map(PathBuf::from)
    }

    fn uncommitted(&self, paths: &[&str]) -> Result<Vec<String>> {
        // Not `git status`: whatever paths it is asked about, it goes through all that HEAD holds.
        let all = [self.staged(paths)?, self.edited(paths)?, self.untracked(paths)?].concat();
        Ok(all.into_iter().collect::<BTreeSet<_>>().into_iter().collect())
    }

    fn unchanged(&self, paths: &[&str]) -> Unchanged {
        let known = SystemTime::now().checked_sub(CLOCK_TICK);
        let entries = self.entries(paths).map(|entries| entries.into_iter().collect());
        Unchanged { entries: entries.unwrap_or_default(), known }
    }

    /// Without the user's configuration, and with a tree of attributes that holds none.
    fn check_out(&self, commit: Oid) -> Result<()> {
        let no_attributes = self.format.hash(ObjectType::Tree, b"").to_string();
        self.git
            .plumbing("read-tree", ["--reset", "-u", &commit.to_string()])
            .settings(
                [("core.autocrlf", "false"), ("core.attributesFile", "/dev/null")]
                    .map(|(key, value)| (key.to_owned(), value.to_owned())),
            )
            .env("GIT_CONFIG_GLOBAL", "/dev/null")
            .env("GIT_CONFIG_NOSYSTEM", "1")
            .env("GIT_ATTR_NOSYSTEM", "1")
            .env("GIT_ATTR_SOURCE", no_attributes)
            .output()?;
        Ok(())
    }

    fn reopen(&self) -> Result<Box<dyn Store>> {
        Ok(Box::new(Plumbing::beside(self.places(), self.format)?))
    }
}

impl Plumbing {
    /// A ref below `refs/`. A broken one is not taken for a missing one: an unborn branch is something else.
    fn listed_reference(&self, name: &str) -> Result<Option<Reference>> {
        let answer = self.git.reading("for-each-ref", [LISTED, "--end-of-options", name]).ask()?;
        let output = String::from_utf8_lossy(&answer.output);
        let broken = format!(" {name}");
        match output.lines().filter_map(listed).find(|(listed, _)| *listed == name) {
            Some((_, points_to)) => Ok(Some(points_to)),
            None if answer.success && !answer.said.lines().any(|line| line.ends_with(&broken)) => Ok(None),
            None => Err(Error::Git { command: "for-each-ref".to_owned(), output: answer.said }),
        }
    }
}

/// A name holds no space (git-check-ref-format(1)).
const LISTED: &str = "--format=%(refname) %(objectname) %(symref)";

fn listed(line: &str) -> Option<(&str, Reference)> {
    let (name, points_to) = line.split_once(' ')?;
    match points_to.split_once(' ')? {
        (id, "") => Some((name, Reference::Direct(id.parse().ok()?))),
        (_, target) => Some((name, Reference::Symbolic(target.to_owned()))),
    }
}

/// The root of a work tree. From inside a `.git` folder git names none, but it is the folder around it.
fn work_tree(path: &Path, git_dir: &Path) -> Result<PathBuf> {
    let ask = |folder: &Path| {
        Git::at(folder)?.reading("rev-parse", ["--path-format=absolute", "--show-toplevel"]).ask()
    };
    let mut answer = ask(path)?;
    if let (false, Some(around)) = (answer.success, git_dir.parent()) {
        answer = ask(around)?;
    }
    let root = answer.output.strip_suffix(b"\n").filter(|_| answer.success);
    root.map(path_of).ok_or_else(|| cannot_open(path, answer.clone()))
}

fn cannot_open(path: &Path, answer: Answer) -> Error {
    let path = path.to_owned();
    if answer.said.contains("not a git repository") {
        Error::NoRepository { path }
    } else if answer.said.contains("dubious ownership") {
        Error::NotOwned { path }
    } else {
        Error::Git { command: "rev-parse".to_owned(), output: answer.said }
    }
}

/// What `-z` ends by NUL.
fn names(output: &[u8]) -> Vec<String> {
    String::from_utf8_lossy(output).split_terminator('\0').map(str::to_owned).collect()
}

fn first_line(output: &[u8]) -> String {
    String::from_utf8_lossy(output).lines().next().unwrap_or_default().to_owned()
}
