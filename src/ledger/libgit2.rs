//! A repository libgit2 can open: the files ref format, SHA-1 objects. Runs nothing at all.

use std::cell::OnceCell;
use std::fs;
use std::path::{Path, PathBuf};
use std::sync::Once;
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use git2::build::CheckoutBuilder;
use git2::{
    AttrCheckFlags, Buf, Config, ConfigLevel, ErrorClass, ErrorCode, Index, IndexTime, ObjectType,
    Repository, RepositoryInitOptions, RepositoryOpenFlags, Status, StatusOptions,
};

use super::loose::Loose;
use super::oid::{ObjectFormat, Oid};
use super::places::{Places, linked_around};
use super::plumbing::Plumbing;
use super::sharing::share;
use super::store::{Entry, Followed, Object, Reference, Settling, Store, Unchanged};
use super::{bound, strange};
use crate::error::{Error, Result};

pub(super) struct Libgit2 {
    repository: Repository,
    loose: Loose,
    /// Of a linked work tree.
    workdir: Option<PathBuf>,
    /// A handle with an empty index: libgit2 would read all of a large one to look for a file of attributes in it.
    without_index: OnceCell<Repository>,
}

/// git-update-index(1), "Skip-worktree bit": the file is meant to be absent. Bit 14 of the extended flags.
const SKIP_WORKTREE: u16 = 1 << 14;

impl Libgit2 {
    /// Opens the repository that holds `path`.
    pub fn discover(path: &Path) -> Result<Libgit2> {
        set_up();
        let no_ceiling: [&Path; 0] = [];
        let opened = Repository::open_ext(path, RepositoryOpenFlags::empty(), no_ceiling);
        let repository = opened.map_err(|error| cannot_open(path, error))?;
        // libgit2 lets them hide history, and cannot be told not to; git can.
        let grafts = repository.commondir().join("info").join("grafts");
        if fs::metadata(grafts).is_ok_and(|file| file.len() > 0) {
            let feature = "a graft file (info/grafts)".to_owned();
            return Err(Error::UnsupportedRepository { path: path.to_owned(), feature });
        }
        let workdir = if repository.is_worktree() { linked_around(path) } else { None };
        Libgit2::at(repository, workdir)
    }

    pub fn init(directory: &Path, initial_branch: &str) -> Result<Libgit2> {
        set_up();
        let mut options = RepositoryInitOptions::new();
        options.no_reinit(true).mkpath(true).external_template(false).initial_head(initial_branch);
        Libgit2::at(Repository::init_opts(directory, &options)?, None)
    }

    /// libgit2 takes a linked work tree for where git had put it; git, for where one stands.
    fn at(repository: Repository, workdir: Option<PathBuf>) -> Result<Libgit2> {
        if let Some(workdir) = &workdir {
            repository.set_workdir(workdir, false)?;
        }
        let loose = Loose::of(repository.commondir());
        Ok(Libgit2 { loose, repository, workdir, without_index: OnceCell::new() })
    }

    pub fn places(&self) -> Places {
        // libgit2 ends folders in a slash.
        let folder = |path: &Path| path.components().collect::<PathBuf>();
        Places {
            git_dir: folder(self.repository.path()),
            common_dir: folder(self.repository.commondir()),
            workdir: self.repository.workdir().map(folder),
        }
    }

    fn again(&self) -> Result<Libgit2> {
        let git_dir = self.repository.path();
        let repository = Repository::open(git_dir).map_err(|error| cannot_open(git_dir, error))?;
        Libgit2::at(repository, self.workdir.clone())
    }
}

impl Store for Libgit2 {
    fn format(&self) -> ObjectFormat {
        ObjectFormat::Sha1
    }

    fn header(&self, id: Oid) -> Result<(ObjectType, u64)> {
        if let Some(object) = self.loose.find(id)? {
            return Ok((object.kind, object.size_bytes));
        }
        let header = self.repository.odb()?.read_header(own(id)?);
        let (size, kind) = header.map_err(|error| unreadable(id, error))?;
        Ok((kind, size as u64))
    }

    fn read(&self, id: Oid) -> Result<Object> {
        if let Some(object) = self.loose.find(id)? {
            return object.read();
        }
        let odb = self.repository.odb()?;
        let object = odb.read(own(id)?).map_err(|error| unreadable(id, error))?;
        Ok((object.kind(), object.data().to_vec()))
    }

    fn read_at_most(&self, id: Oid, limit_bytes: u64) -> Result<Option<Object>> {
        if let Some(object) = self.loose.find(id)? {
            return (object.size_bytes <= limit_bytes).then(|| object.read()).transpose();
        }
        let memory = usize::try_from(limit_bytes).unwrap_or(usize::MAX).saturating_add(OVERHEAD_BYTES);
        if let Ok((kind, bytes)) = bound::at_most(memory, || self.read(id)) {
            return Ok((bytes.len() as u64 <= limit_bytes).then_some((kind, bytes)));
        }
        // Too large, or stored as its difference to something that is, or damaged: only now is its size asked for.
        let (_, size_bytes) = self.header(id)?;
        if size_bytes > limit_bytes { Ok(None) } else { self.read(id).map(Some) }
    }

    fn write(&self, kind: ObjectType, bytes: &[u8]) -> Result<Oid> {
        Ok(self.repository.odb()?.write(kind, bytes)?.into())
    }

    /// libgit2 leaves what it writes to the system's mercy, and a power cut would leave a branch whose objects are empty.
    fn settle(&self, ids: &[Oid]) -> Settling {
        let objects = self.repository.commondir().join("objects");
        let file = |id: String| objects.join(&id[..2]).join(&id[2..]);
        // What is not there as a file of its own is in a pack, and lasts.
        let files = ids.iter().map(|id| file(id.to_string())).filter(|file| file.exists());
        // libgit2 knows nothing of core.sharedRepository.
        let shared = files.inspect(|file| {
            file.parent().into_iter().for_each(share);
            share(file);
        });
        Settling::begin(shared.collect())
    }

    fn reference(&self, name: &str) -> Result<Option<Reference>> {
        strange::refuse_reference(self.repository.path(), name)?;
        let reference = match self.repository.find_reference(name) {
            Ok(reference) => reference,
            Err(error) if error.code() == ErrorCode::NotFound => return Ok(None),
            Err(error) => return Err(error.into()),
        };
        Ok(points_to(&reference))
    }

    fn references(&self) -> Result<Vec<(String, Reference)>> {
        strange::refuse_references(self.repository.path())?;
        let mut references = Vec::new();
        for reference in self.repository.references()? {
            let reference = reference?;
            if (reference.is_branch() || reference.is_remote() || reference.is_tag())
                && let Some(points_to) = points_to(&reference)
            {
                references.push((String::from_utf8_lossy(reference.name_bytes()).into_owned(), points_to));
            }
        }
        Ok(references)
    }

    fn set_reference(&self, name: &str, id: Oid, reason: &str) -> Result<()> {
        strange::refuse_reference(self.repository.path(), name)?;
        self.repository.reference(name, own(id)?, true, reason)?;
        Ok(())
    }

    /// What has to be worked out from objects, `HEAD~2` for instance, is left to git.
    fn find(&self, text: &str) -> Result<Option<Oid>> {
        let odb = self.repository.odb()?;
        if let Ok(id) = text.parse::<Oid>() {
            return Ok(own(id).is_ok_and(|id| odb.exists(id)).then_some(id));
        }
        strange::refuse_revision(self.repository.path(), text)?;
        if let Ok(reference) = self.repository.resolve_reference_from_short_name(text) {
            return Ok(reference.resolve().ok().and_then(|reference| reference.target()).map(Oid::from));
        }
        if text.len() >= SHORTEST_ABBREVIATION && text.bytes().all(|byte| byte.is_ascii_hexdigit()) {
            return match git2::Oid::from_str(text).and_then(|id| odb.exists_prefix(id, text.len())) {
                Ok(id) => Ok(Some(id.into())),
                Err(error) if error.code() == ErrorCode::Ambiguous => {
                    Err(Error::AmbiguousRevision { text: text.to_owned() })
                }
                Err(_) => Ok(None),
            };
        }
        match self.asking_git() {
            Err(Error::NoGit) => Ok(None),
            git => git?.find(text),
        }
    }

    fn follows(&self, reference: &str) -> Result<Option<Followed>> {
        let text = |name: Result<Buf, git2::Error>| match name {
            Ok(name) => Ok(name.as_str().ok().map(str::to_owned)),
            Err(error) if error.code() == ErrorCode::NotFound => Ok(None),
            Err(error) => Err(error),
        };
        let remote = text(self.repository.branch_upstream_remote(reference))?;
        let merge = text(self.repository.branch_upstream_merge(reference))?;
        let tracking = text(self.repository.branch_upstream_name(reference))?;
        let (Some(remote), Some(merge), Some(tracking)) = (remote, merge, tracking) else { return Ok(None) };
        Ok((remote != ".").then_some(Followed { remote, merge, tracking }))
    }

    fn ahead_behind(&self, one: Oid, other: Oid) -> Result<(usize, usize)> {
        Ok(self.repository.graph_ahead_behind(own(one)?, own(other)?)?)
    }

    fn may_convert(&self, path: &str) -> Result<bool> {
        let repository = self.without_index()?;
        for attribute in ["text", "eol", "crlf", "filter", "ident", "working-tree-encoding"] {
            match repository.get_attr_bytes(Path::new(path), attribute, AttrCheckFlags::default()) {
                Ok(None) => {}
                Ok(Some(_)) | Err(_) => return Ok(true),
            }
        }
        Ok(false)
    }

    fn discovered(&self, folder: &Path) -> Result<PathBuf> {
        Ok(Libgit2::discover(folder)?.places().git_dir)
    }

    fn uncommitted(&self, paths: &[&str]) -> Result<Vec<String>> {
        let Ok(index) = self.repository.index() else { return self.asking_git()?.uncommitted(paths) };
        let absent_on_purpose = |path: &[u8]| {
            index
                .find_prefix(path)
                .ok()
                .and_then(|at| index.get(at))
                .is_some_and(|entry| entry.path == path && entry.flags_extended & SKIP_WORKTREE != 0)
        };
        let mut options = StatusOptions::new();
        options.include_untracked(true).recurse_untracked_dirs(true).exclude_submodules(true);
        options.disable_pathspec_match(true).update_index(false);
        for path in paths {
            options.pathspec(path);
        }
        let statuses = self.repository.statuses(Some(&mut options))?;
        let differ = statuses
            .iter()
            .filter(|entry| !(entry.status() == Status::WT_DELETED && absent_on_purpose(entry.path_bytes())));
        Ok(differ.map(|entry| String::from_utf8_lossy(entry.path_bytes()).into_owned()).collect())
    }

    fn unchanged(&self, paths: &[&str]) -> Unchanged {
        let Ok(index) = self.repository.index() else {
            return self.asking_git().map(|git| git.unchanged(paths)).unwrap_or_default();
        };
        let known = index.path().and_then(|path| fs::metadata(path).ok()?.modified().ok());
        let entry = |entry: git2::IndexEntry| {
            let stat = Some((time(entry.mtime)?, u64::from(entry.file_size)));
            Some((entry.path, Entry { id: entry.id.into(), stat }))
        };
        Unchanged { entries: Index::iter(&index).filter_map(entry).collect(), known }
    }

    /// With a handle that reads the repository's own configuration only.
    fn check_out(&self, commit: Oid) -> Result<()> {
        let repository = self.again()?.repository;
        let mut config = Config::new()?;
        config.add_file(&repository.commondir().join("config"), ConfigLevel::Local, false)?;
        repository.set_config(&config)?;
        let commit = repository.find_object(own(commit)?, Some(ObjectType::Commit))?;
        repository.checkout_tree(&commit, Some(CheckoutBuilder::new().force().disable_filters(true)))?;
        Ok(())
    }

    fn reopen(&self) -> Result<Box<dyn Store>> {
        Ok(Box::new(self.again()?))
    }
}

impl Libgit2 {
    fn without_index(&self) -> Result<&Repository> {
        if let Some(repository) = self.without_index.get() {
            return Ok(repository);
        }
        let Libgit2 { repository, .. } = self.again()?;
        repository.set_index(&mut Index::new()?)?;
        Ok(self.without_index.get_or_init(|| repository))
    }

    /// libgit2 cannot read a split or a sparse index; git can.
    fn asking_git(&self) -> Result<Plumbing> {
        strange::refuse_objects(self.repository.commondir())?;
        Plumbing::beside(self.places(), ObjectFormat::Sha1)
    }
}

/// As in git (`MINIMUM_ABBREV` in environment.h).
const SHORTEST_ABBREVIATION: usize = 4;

/// What libgit2 itself puts around an object's bytes, and more.
const OVERHEAD_BYTES: usize = 4096;

/// For the whole process. libgit2 checks what it reads by default, which adds a third to the time; here it is done
/// where it matters, see [`super::Ledger::verified`]. And it remembers small objects, up to 256 MB of them, and then
/// looks for some to forget with each it reads; here what is read again is remembered by whoever knows that it will be.
fn set_up() {
    static START: Once = Once::new();
    START.call_once(|| {
        git2::opts::strict_hash_verification(false);
        git2::opts::enable_caching(false);
        bound::watch_memory();
    });
}

/// What a ref stands for; nothing where libgit2 cannot tell.
fn points_to(reference: &git2::Reference<'_>) -> Option<Reference> {
    let target = reference.symbolic_target_bytes().map(|target| String::from_utf8_lossy(target).into_owned());
    target.map(Reference::Symbolic).or_else(|| Some(Reference::Direct(reference.target()?.into())))
}

/// An id of the other hash function names nothing here.
fn own(id: Oid) -> Result<git2::Oid> {
    match id {
        Oid::Sha1(bytes) => Ok(git2::Oid::from_bytes(&bytes)?),
        Oid::Sha256(_) => Err(Error::MissingObject { id: id.to_string() }),
    }
}

fn unreadable(id: Oid, error: git2::Error) -> Error {
    let id = id.to_string();
    match error.code() {
        ErrorCode::NotFound => Error::MissingObject { id },
        _ => Error::DamagedObject { id, detail: error.message().to_owned() },
    }
}

fn time(time: IndexTime) -> Option<SystemTime> {
    let seconds = u64::try_from(time.seconds()).ok()?;
    UNIX_EPOCH.checked_add(Duration::new(seconds, time.nanoseconds()))
}

/// Gives the reasons a repository does not open their own words. libgit2 tells some of them only in its message.
fn cannot_open(path: &Path, error: git2::Error) -> Error {
    let path = PathBuf::from(path);
    let message = error.message();
    let extension = message.strip_prefix("unsupported extension name ");
    match (error.code(), error.class(), extension) {
        (ErrorCode::NotFound, ..) => Error::NoRepository { path },
        (ErrorCode::Owner, ..) => Error::NotOwned { path },
        (_, _, Some("extensions.refstorage")) => Error::UnsupportedRepository {
            path,
            feature: "the reftable format (extensions.refStorage)".to_owned(),
        },
        (_, _, Some(extension)) => Error::UnsupportedRepository { path, feature: format!("`{extension}`") },
        (_, ErrorClass::Repository | ErrorClass::Config, _) if message.contains("object format") => {
            Error::UnsupportedRepository {
                path,
                feature: "SHA-256 objects (extensions.objectFormat)".to_owned(),
            }
        }
        _ => error.into(),
    }
}

impl From<git2::Error> for Error {
    fn from(error: git2::Error) -> Error {
        Error::Repository { detail: error.message().to_owned() }
    }
}
