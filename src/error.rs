//! Every failure a person can meet: what happened, and what to do next.
//!
//! All messages stand here and in one file beside, so that they can be read, and improved, together. The message is the
//! sentence that says what happened; [`Error::hint`] is the one that says what to do. Text that came from a repository, a hook or git is
//! kept as it came: whoever prints it makes control characters visible first.

mod hint;

pub use hint::TO_GET_OBJECTS;

use std::fmt;
use std::io;
use std::path::PathBuf;

pub type Result<T, E = Error> = std::result::Result<T, E>;

#[derive(Debug, thiserror::Error)]
pub enum Error {
    // Opening a repository.
    #[error("no git repository at {} or above it", path.display())]
    NoRepository { path: PathBuf },
    #[error("{} is not a register: it has no countersign.toml", path.display())]
    NoRegister { path: PathBuf },
    #[error("{} is a register already", path.display())]
    AlreadyRegister { path: PathBuf },
    #[error("{} is in the way: a register keeps its files there", path.display())]
    PathTaken { path: PathBuf },
    #[error("{} lies inside the repository at {}", path.display(), root.display())]
    InsideRepository { path: PathBuf, root: PathBuf },
    #[error("{} is not empty and no git repository", path.display())]
    NotEmpty { path: PathBuf },
    #[error("{} belongs to another user, so git refuses to use it", path.display())]
    NotOwned { path: PathBuf },
    #[error("{} {problem}, and git would wait at it for ever or read all of it", path.display())]
    StrangeRepository { path: PathBuf, problem: &'static str },
    #[error("the repository at {} uses {feature}, which the installed git cannot open", path.display())]
    UnsupportedRepository { path: PathBuf, feature: String },

    // Naming a revision.
    #[error("no revision is called `{text}`")]
    UnknownRevision { text: String, near: Option<String> },
    #[error("`{text}` is the beginning of several object ids")]
    AmbiguousRevision { text: String },
    #[error("`{text}` names a {kind}, not a commit")]
    NotACommit { text: String, kind: String },
    #[error("nothing was committed on or before {day}")]
    NothingThatEarly { day: String },

    // Reading objects.
    #[error("git object {id} is missing from this repository")]
    MissingObject { id: String },
    #[error("git object {id} is a {kind} of more than {limit_mebibytes} MiB, and is not read")]
    ObjectTooLarge { id: String, kind: &'static str, limit_mebibytes: u64 },
    #[error("git object {id} is damaged: {detail}")]
    DamagedObject { id: String, detail: String },

    #[error("the register holds more than {of}")]
    RegisterTooLarge { of: String },
    #[error("more than {limit} files differ between the commits that are compared")]
    ChangeTooLarge { limit: usize },

    #[error("this clone is shallow: it holds only the end of the history")]
    Shallow,
    #[error("`{base}` and `{head}` have no commit in common")]
    NothingShared { base: String, head: String },
    #[error("document {id} is too large to be read: {size_bytes} bytes")]
    DocumentTooLarge { id: String, size_bytes: u64 },

    // Reading the work tree.
    #[error("a bare repository has no work tree")]
    NoWorkTree,

    // Settling what git's merge left.
    #[error("{path} is not in conflict")]
    NoConflict { path: String },
    #[error("the sides of {path} contradict each other in what cannot be weighed")]
    NotWeighed { path: String },
    #[error("git is in the middle of nothing here")]
    NothingToGoOn,
    #[error("not settled yet:{}", as_list(paths))]
    NotSettled { paths: Vec<String> },
    #[error("there is no `{name}` to take {taken} of")]
    NoContradiction { name: String, taken: &'static str, known: Vec<String> },

    // Before a commit.
    #[error("`{setting}` in {file} is `{value}`, which git takes neither for on nor for off")]
    NeitherOnNorOff { setting: String, value: String, file: String },
    #[error("this repository itself names programs that git would run:{}", as_list(programs))]
    Untrusted { programs: Vec<String> },
    #[error("the editor `{editor}` failed: {detail}")]
    Editor { editor: String, detail: String },
    #[error("there is no folder to remember it in")]
    NoStateFolder,
    #[error("where the last audit ended cannot be read any more")]
    DamagedWitness { path: PathBuf },
    #[error("{path} cannot be read as text")]
    FileUnreadable { path: String },
    #[error("{path} cannot be read, and the decision rests on it: {problem}")]
    RestsOnUnread { path: String, problem: String, hint: String },
    #[error("{path} cannot take the change: {reason}")]
    NotWritten { path: String, reason: String },
    #[error("a merge left {path} to people, and nobody has settled it")]
    Unsettled { path: String },
    #[error("a {operation} is in progress")]
    OperationInProgress { operation: &'static str },
    #[error("HEAD is detached, so there is no branch to commit to")]
    DetachedHead,
    #[error("`{name}` is not a branch name")]
    BadBranchName { name: String },
    #[error("branch {branch} is checked out in {}", path.display())]
    CheckedOutElsewhere { branch: String, path: PathBuf },
    #[error("git is in the middle of a rebase of branch {branch} in {}", path.display())]
    Rebased { branch: String, path: PathBuf },
    #[error("the repository's refs are locked by {}", path.display())]
    RefsLocked { path: PathBuf },
    #[error("branch {branch} is no longer where you decided")]
    BranchMoved { branch: String },
    #[error("another branch than {branch} was checked out while the commit was made")]
    HeadMoved { branch: String },
    #[error("{path} was changed by another commit while you were deciding")]
    FileMoved { path: String },
    #[error("{overtaken}")]
    Overtaken { overtaken: Box<Overtaken> },
    #[error("{path} has staged changes")]
    Staged { path: String },
    #[error("{path} has changes that are not committed")]
    Unstaged { path: String },
    #[error("{path} was edited while the commit was made")]
    EditedMeanwhile { path: String },
    #[error("{path} is in the way: it exists in the work tree and is not under version control")]
    InTheWay { path: String },
    #[error("{path} is not a regular file")]
    NotAFile { path: String },
    #[error("{path} is not walked through: {reason}")]
    Endless { path: String, reason: &'static str },
    #[error("`{path}` cannot be a path in a repository: {reason}")]
    BadPath { path: String, reason: &'static str },
    #[error("nothing would change")]
    NothingToCommit,
    #[error("git does not know who you are")]
    NoIdentity { detail: String },
    #[error("the {hook} hook refused the commit")]
    HookRefused { hook: &'static str, output: String },
    #[error("the {hook} hook changed what would be committed")]
    HookChangedTree { hook: &'static str },
    #[error("after the hooks the commit message says nothing that is read back of the change")]
    HookSpoiledRecord,
    #[error("the commit could not be signed")]
    NotSigned { output: String },
    #[error("the commit was read back and is not what was meant: {difference}")]
    ReadBack { difference: String },

    // Taking a change back.
    #[error("there is nothing to {verb}")]
    NothingToTakeBack { verb: &'static str },
    #[error("{commit} is not on this branch")]
    NotOnBranch { commit: String },
    #[error("{commit} is a merge, so there is no one state to go back to")]
    UndoMerge { commit: String },
    #[error("{commit} made the register, and there is nothing before it")]
    UndoBeginning { commit: String },
    #[error("{commit} touches no file of the register")]
    UndoNothing { commit: String },
    #[error("{commit} was not undone, so there is nothing to redo")]
    NotUndone { commit: String },
    #[error("{commit} is undone already, by {by}")]
    AlreadyUndone { commit: String, by: String },
    #[error("{path} changed since {commit}: {versions}")]
    ChangedSince { path: String, commit: String, versions: String, by: String },
    #[error(
        "{path} cannot be kept as it is: git would convert it on the way, and its digest would be another one"
    )]
    Converted { path: String },
    #[error("{path} cannot be restored as it was: git would convert it on the way")]
    NotRestorable { path: String },

    // Other copies of the repository.
    #[error("no remote is called `{typed}`")]
    UnknownRemote { typed: String, near: Option<String> },
    #[error("there is no other copy to fetch from or push to")]
    NoRemote,
    #[error("`git {command}` with {remote} failed")]
    Transfer { command: String, remote: String, output: String },
    #[error("`git {command}` was given up")]
    GivenUp { command: String },
    #[error("{branch} follows no branch of a remote")]
    NoUpstream { branch: String },
    #[error("{upstream} has commits that {branch} has not")]
    BehindUpstream { branch: String, upstream: String },
    #[error("{commit} is not made anew: {why}")]
    NotMadeAnew { commit: String, why: String },
    #[error("{branch} cannot be replaced on {remote}: it is no proposal")]
    NotReplaceable { branch: String, remote: String },
    #[error("the work tree could not be brought up")]
    NotBroughtUp { output: String },

    // Writers in each other's way.
    #[error("another version of Countersign died while it committed, and this one cannot read its journal")]
    ForeignJournal { path: PathBuf },
    #[error("another Countersign is committing to this repository")]
    WriterBusy,
    #[error("another program holds {}", path.display())]
    IndexLocked { path: PathBuf },
    #[error("the index keeps changing while the commit is made")]
    IndexUnsteady,

    // Proposals.
    #[error("branch {branch} is checked out here")]
    CheckedOutHere { branch: String },
    #[error("{branch} is itself a proposal")]
    OnProposal { branch: String },
    #[error("{reason}")]
    BadSlug { reason: String },
    #[error("there is no proposal `{typed}`")]
    UnknownProposal { typed: String, known: Vec<String> },
    #[error("`{typed}` is the name of several proposals")]
    SeveralProposals { typed: String, names: Vec<String> },
    #[error("{name} has moved since it was looked at")]
    ProposalMoved { name: String },
    #[error("{name} cannot be merged into {base} as it is")]
    ProposalUnrelated { name: String, base: String },
    #[error("{name} cannot be merged:{}", as_list(shortfalls))]
    NotCleared { name: String, shortfalls: Vec<String> },
    #[error("a filter or line ending would make another file of {path}")]
    NotMergeable { path: String },
    #[error("{name} is the proposal of {author}")]
    NotYourProposal { name: String, author: String },
    #[error("{name} is on {remote}, not here")]
    ProposalElsewhere { name: String, remote: String },
    #[error("the proposal {name} changes nothing that is called `{typed}`")]
    NotInProposal { name: String, typed: String, changes: Vec<String> },

    // The command line.
    #[error("there is no command `{typed}`")]
    UnknownCommand { typed: String, near: Option<String> },
    #[error("there is no company `{typed}` in this register")]
    UnknownCompany { typed: String, near: Option<String> },
    #[error("this register keeps no view called `{typed}`")]
    UnknownView { typed: String, near: Option<String> },
    #[error("this company never had evidence `{typed}`")]
    UnknownEvidence { typed: String, near: Option<String> },
    #[error("there is no measure `{typed}` in this register")]
    UnknownMeasure { typed: String, near: Option<String> },
    #[error("the filter cannot be read:{}", as_list(mistakes))]
    BadFilter { mistakes: Vec<String> },
    #[error("`{typed}` is not one measure")]
    NotOneMeasure { typed: String, measures: Vec<String> },
    #[error("`{typed}` is not a model's id")]
    BadModel { typed: String },
    #[error("there is no model `{typed}` to judge here")]
    UnknownModel { typed: String, known: Vec<String> },
    #[error("{cell} cannot be decided like this:{}", as_list(refusals))]
    Refused { cell: String, refusals: Vec<String> },
    #[error("{} of {of} cells cannot be decided like this:{}", cells.len(), as_list(cells))]
    SomeRefused { of: usize, cells: Vec<String> },
    #[error("no cell matches")]
    NoCell,
    #[error("evidence {evidence} cannot be filed like this:{}", as_list(refusals))]
    NotFiled { evidence: String, refusals: Vec<String> },
    #[error("{what} cannot be recorded like this:{}", as_list(refusals))]
    NotRecorded { what: String, refusals: Vec<String>, command: &'static str },
    #[error("{} is too large to be a document: more than {limit_bytes} bytes", path.display())]
    DocumentTooLong { path: PathBuf, limit_bytes: u64 },
    #[error("nothing was committed: nobody is at a terminal to confirm it")]
    NeedsYes,
    #[error("nothing was committed")]
    NotConfirmed,
    #[error("the screen needs a terminal")]
    NoTerminal,
    #[error("the view `{view}` is not a table")]
    NoTable { view: &'static str },
    #[error("{} is neither an SVG nor a PNG file", path.display())]
    NoPictureFormat { path: PathBuf },
    #[error("the picture cannot be drawn as PNG: {detail}")]
    NotDrawn { detail: String },
    #[error("cannot write the output")]
    Output(#[source] io::Error),

    // The tools underneath.
    #[error("the program `git` was not found on the PATH")]
    NoGit,
    #[error("in {} git works on another repository, {}", folder.display(), seen.display())]
    OtherRepository { folder: PathBuf, seen: PathBuf },
    #[error("`git {command}` failed")]
    Git { command: String, output: String },
    #[error("the repository could not be used: {detail}")]
    Repository { detail: String },
    #[error("it was stopped")]
    Stopped,
    #[error("Countersign met a defect of its own and had to stop")]
    Crashed,
    #[error("the terminal cannot be used")]
    Terminal { source: io::Error },
    #[error("cannot {action} {}", path.display())]
    Io { action: &'static str, path: PathBuf, source: io::Error },
}

/// A decision that somebody else's commit came before: what it says or rests on is no longer what was looked at.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Overtaken {
    pub path: String,
    pub branch: String,
    /// The commit that changed the file last: id, author and day, subject.
    pub by: Option<String>,
    /// Both versions, as a unified diff whose sides say whose they are.
    pub diff: String,
}

impl fmt::Display for Overtaken {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} was changed on {} while you were deciding", self.path, self.branch)?;
        self.by.iter().try_for_each(|by| write!(f, ": {by}"))
    }
}

impl Error {
    /// Whether one object of a repository cannot be had, which says nothing of all the others.
    pub fn is_of_one_object(&self) -> bool {
        matches!(
            self,
            Error::MissingObject { .. } | Error::DamagedObject { .. } | Error::ObjectTooLarge { .. }
        )
    }

    pub fn io(action: &'static str, path: impl Into<PathBuf>) -> impl FnOnce(io::Error) -> Error {
        let path = path.into();
        move |source| Error::Io { action, path, source }
    }
}

fn as_list(items: &[String]) -> String {
    items.iter().map(|item| format!("\n- {item}")).collect()
}
