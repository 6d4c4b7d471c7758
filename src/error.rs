//! Every failure a person can meet: what happened, and what to do next.
//!
//! All messages stand here so that they can be read, and improved, together. The message is the sentence that says
//! what happened; [`Error::hint`] is the one that says what to do. Text that came from a repository, a hook or git is
//! kept as it came: whoever prints it makes control characters visible first.

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
    #[error("git object {id} is damaged: {detail}")]
    DamagedObject { id: String, detail: String },

    #[error("the register holds more than {limit} files")]
    RegisterTooLarge { limit: usize },
    #[error("more than {limit} files differ between two commits")]
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
    pub fn io(action: &'static str, path: impl Into<PathBuf>) -> impl FnOnce(io::Error) -> Error {
        let path = path.into();
        move |source| Error::Io { action, path, source }
    }

    /// What to do next. Several lines where a program said something.
    pub fn hint(&self) -> String {
        match self {
            Error::NoRepository { .. } => {
                "Open a folder inside a register, or make one with `countersign init`.".to_owned()
            }
            Error::NoRegister { .. } => {
                "Make one here with `countersign init`, or look around in a made-up one \
                 with `countersign demo`."
                    .to_owned()
            }
            Error::RegisterTooLarge { .. } | Error::ChangeTooLarge { .. } => {
                "Folders may hold each other again and again: see `git ls-tree -r <commit> | head`, and look where the \
                 repository comes from."
                    .to_owned()
            }
            Error::Shallow => "Fetch the rest with `git fetch --unshallow`; in CI, check out with all of it \
                 (fetch-depth: 0)."
                .to_owned(),
            Error::NothingShared { .. } => {
                "Name the branch that it is to be merged into, and fetch it whole first.".to_owned()
            }
            Error::DocumentTooLarge { .. } => {
                "Check it with git itself: git cat-file blob <id> | sha256sum.".to_owned()
            }
            Error::Untrusted { .. } => {
                "Nothing was run, and nothing was written. Look at each, then say yes with \
                 `countersign trust --yes`; a list that changes is asked about again."
                    .to_owned()
            }
            Error::Editor { .. } => {
                "Nothing of the text is lost. VISUAL or EDITOR names another editor.".to_owned()
            }
            Error::NoStateFolder => "Set HOME or XDG_STATE_HOME to a folder of yours.".to_owned(),
            Error::FileUnreadable { path } => {
                format!("See `countersign check`, mend {path}, and decide again.")
            }
            Error::NotWritten { path, .. } => {
                format!("See `countersign check`, mend {path}, and decide again.")
            }
            Error::Stopped => "What was there before stays; ask for it again when you want it.".to_owned(),
            Error::Crashed => {
                "The register is sound: a commit happens whole or not at all. Please report the lines above."
                    .to_owned()
            }
            Error::Terminal { source } => format!("The system said: {source}"),
            Error::AlreadyRegister { path } => format!("Open it with `countersign {}`.", path.display()),
            Error::PathTaken { .. } => {
                "Move it elsewhere, or make the register in a folder of its own.".to_owned()
            }
            Error::InsideRepository { path, root } => format!(
                "Make the register at {}, or start a repository of its own first: git init {}",
                root.display(),
                path.display()
            ),
            Error::NotEmpty { path } => {
                format!("Name a new folder, or make this one a repository first: git init {}", path.display())
            }
            Error::NotOwned { path } => format!(
                "If you trust what is in it: git config --global --add safe.directory {}",
                path.display()
            ),
            Error::StrangeRepository { .. } => {
                "Nothing was opened. git did not put it there: look where the repository comes from.".to_owned()
            }
            Error::UnsupportedRepository { .. } => {
                "Install a newer git; `git --version` says which one this is.".to_owned()
            }
            Error::UnknownRevision { near: Some(near), .. } => format!("Did you mean `{near}`?"),
            Error::UnknownRevision { near: None, .. } => {
                "Name a branch, a tag, a commit id, HEAD~2, or a day such as 2026-03-01.".to_owned()
            }
            Error::AmbiguousRevision { .. } => "Give more of its digits.".to_owned(),
            Error::NotACommit { .. } => "Name a branch, a tag or a commit.".to_owned(),
            Error::NothingThatEarly { .. } => "Name a later day, or a commit.".to_owned(),
            Error::MissingObject { id } => format!(
                "In a partial clone, fetch it with `git cat-file -t {id}`; \
                 otherwise look at the repository with `git fsck`."
            ),
            Error::DamagedObject { .. } => {
                "Look at the repository with `git fsck`, and fetch the object from another copy.".to_owned()
            }
            Error::NoConflict { .. } => "See what is with `countersign conflicts`.".to_owned(),
            Error::NotWeighed { .. } => "Choose for each key with --take KEY=SIDE, take one side with --ours or \
                 --theirs, or edit the file and `git add` it."
                .to_owned(),
            Error::NothingToGoOn => "Nothing was done. See `git status`.".to_owned(),
            Error::NotSettled { .. } => "Nothing was committed. Settle each with `countersign settle PATH`; what is no file \
                 of the register with git, and `git add` it."
                .to_owned(),
            Error::Unsettled { path } => format!(
                "`countersign conflicts` shows both sides. Settle it with `countersign settle {path}`, commit that with \
                 git, and decide again."
            ),
            Error::NoContradiction { known, .. } if known.is_empty() => {
                "Take one side with --ours or --theirs.".to_owned()
            }
            Error::NoContradiction { known, .. } => {
                format!("The sides contradict each other in: {}. Only texts have both.", known.join("; "))
            }
            Error::OperationInProgress { operation: "bisect" } => {
                "Finish it with `git bisect reset`, then try again; or name a branch.".to_owned()
            }
            Error::RefsLocked { .. } => {
                "Another git may be at work: try again. If none is, one was killed and left the file: delete it.".to_owned()
            }
            Error::Rebased { .. } => {
                "What is committed to it now would be lost at its end. Finish it there with `git rebase --continue`, or \
                 give it up with `git rebase --abort`, then try again."
                    .to_owned()
            }
            Error::OperationInProgress { operation } => format!(
                "`countersign conflicts` shows what it waits for. Finish it with `git {operation} --continue`, or \
                 give it up with `git {operation} --abort`, then try again."
            ),
            Error::NeitherOnNorOff { setting, .. } => {
                format!("Set it to true or false: `git config {setting} false`, in the file that is named.")
            }
            Error::DetachedHead => "Check out a branch (`git switch <branch>`), or name one.".to_owned(),
            Error::NoWorkTree => "Read a commit instead, or open a clone with a work tree.".to_owned(),
            Error::BadBranchName { .. } => {
                "See `git help check-ref-format` for what a name may be.".to_owned()
            }
            Error::OnProposal { .. } => {
                "Name the branch it is for: --branch main; or check that out first.".to_owned()
            }
            Error::BadSlug { .. } => "Such as q3-2026; or leave it empty.".to_owned(),
            Error::UnknownProposal { known, .. } if known.is_empty() => {
                "There is none yet: make one with `countersign assess … --propose`.".to_owned()
            }
            Error::UnknownProposal { known, .. } => format!("Known are {}.", known.join(", ")),
            Error::SeveralProposals { names, .. } => format!("Name one of {} whole.", names.join(", ")),
            Error::ProposalMoved { name } => {
                format!("Nothing was committed. Look at what is there now: countersign review {name}")
            }
            Error::ProposalUnrelated { .. } => {
                "Let its author merge the branch into it, or rebase it; nothing was committed.".to_owned()
            }
            Error::NotCleared { .. } => {
                "Nothing was committed. The rules are those of countersign.toml on the reviewed branch."
                    .to_owned()
            }
            Error::NotMergeable { path } => {
                format!("Merge it with git itself; see `git check-attr --all {path}`.")
            }
            Error::NotYourProposal { .. } => {
                "Only its author withdraws it; to turn it down, decline it with a reason.".to_owned()
            }
            Error::ProposalElsewhere { name, remote } => {
                format!("Delete it there: git push {remote} --delete {name}")
            }
            Error::NotInProposal { changes, .. } => format!("It changes {}.", changes.join(", ")),
            Error::CheckedOutHere { .. } => "Check out another branch first: git switch <branch>".to_owned(),
            Error::CheckedOutElsewhere { path, .. } => {
                format!("Open the register in {} and commit there.", path.display())
            }
            Error::BranchMoved { .. } | Error::HeadMoved { .. } | Error::FileMoved { .. } => {
                "Nothing was committed. Look at what is there now, and decide again.".to_owned()
            }
            Error::Overtaken { overtaken } => {
                format!("Nothing was committed. Look at both versions and decide again.\n{}", overtaken.diff)
            }
            Error::Staged { path } => {
                format!(
                    "Commit it, or take it back with `git restore --staged {path}`; see `git diff --cached`."
                )
            }
            Error::Unstaged { path } | Error::EditedMeanwhile { path } => {
                format!("Commit it, or take it back with `git restore {path}`; see `git diff`.")
            }
            Error::InTheWay { path } => format!("Move {path} away, or commit it yourself."),
            Error::NotAFile { .. } => {
                "Countersign writes through no symlink, folder or submodule.".to_owned()
            }
            Error::BadPath { .. } => "Choose another name.".to_owned(),
            Error::NothingToCommit => "The register already says so.".to_owned(),
            Error::NothingToTakeBack { .. } => {
                "`countersign log` lists what changed the register; name a commit, or a range as A..B."
                    .to_owned()
            }
            Error::NotOnBranch { .. } => {
                "Check out the branch that holds it, and try again there.".to_owned()
            }
            Error::UndoMerge { commit } => format!(
                "Take back what it brought in, all of it with `countersign undo {commit}^1..{commit}`, \
                 or one commit of it."
            ),
            Error::UndoBeginning { .. } => "Nothing was committed. Name a later commit.".to_owned(),
            Error::UndoNothing { commit } => format!("Take it back with git itself: git revert {commit}"),
            Error::NotUndone { commit } => {
                format!(
                    "To take it back: `countersign undo {commit}`; `countersign log` lists what was undone."
                )
            }
            Error::AlreadyUndone { by, .. } => format!("Put it back with `countersign redo {by}`."),
            Error::ChangedSince { by, .. } => format!("Undo that first: {by}. Nothing was committed."),
            Error::NotRestorable { path } | Error::Converted { path } => {
                format!("See `git check-attr --all {path}` and core.autocrlf. Nothing was committed.")
            }
            Error::NoIdentity { .. } => "Tell git: git config --global user.name \"Your Name\" and \
                 git config --global user.email you@example.org"
                .to_owned(),
            Error::HookRefused { output, .. } => with_output("Nothing was committed. The hook said:", output),
            Error::HookChangedTree { .. } => {
                "Nothing was committed: only what you saw may be. Let the hook check, not edit.".to_owned()
            }
            Error::NotSigned { output } => {
                with_output("Nothing was committed. The signing program said:", output)
            }
            Error::ReadBack { .. } => "Nothing was committed. Please report this.".to_owned(),
            Error::UnknownRemote { near: Some(near), .. } => near.clone(),
            Error::UnknownRemote { near: None, .. } | Error::NoRemote => {
                "Add one with git: git remote add origin <address>".to_owned()
            }
            Error::Transfer { output, .. } => with_output("It said:", output),
            Error::GivenUp { .. } => "What was received is kept for the next time; no branch moved.".to_owned(),
            Error::NoUpstream { branch } => {
                format!("`countersign push` makes {branch} follow what it is pushed to.")
            }
            Error::BehindUpstream { .. } => {
                "Nothing was pushed. `countersign fetch --update` makes your own commits anew on top of theirs; \
                 then push again. `countersign push --yes` does both."
                    .to_owned()
            }
            Error::NotMadeAnew { .. } => {
                "Nothing was changed. Join the two with git: git merge @{upstream}".to_owned()
            }
            Error::NotReplaceable { .. } => {
                "Nothing was pushed. The history of a register is never rewritten; undo what is wrong instead.".to_owned()
            }
            Error::NotBroughtUp { output } => with_output("Nothing was changed. git said:", output),
            Error::DamagedWitness { path } => format!(
                "Look at {}; without it the audit begins anew, and notices no history that was rewritten since.",
                path.display()
            ),
            Error::ForeignJournal { path } => format!(
                "Run that version once more; or look at `git status`, put right what it left, and remove {}.",
                path.display()
            ),
            Error::WriterBusy => "Wait for it to finish and try again.".to_owned(),
            Error::IndexLocked { path } => format!(
                "Wait for it to finish. If no git is running here, it died: look at {} and remove it.",
                path.display()
            ),
            Error::IndexUnsteady => "Wait until the other program is done and try again.".to_owned(),
            Error::UnknownCommand { near: Some(near), .. }
            | Error::UnknownCompany { near: Some(near), .. }
            | Error::UnknownView { near: Some(near), .. }
            | Error::UnknownEvidence { near: Some(near), .. }
            | Error::UnknownMeasure { near: Some(near), .. } => format!("Did you mean `{near}`?"),
            Error::UnknownCommand { near: None, .. } => "`countersign --help` lists the commands.".to_owned(),
            Error::UnknownCompany { near: None, .. } => "`countersign show` lists the companies.".to_owned(),
            Error::UnknownView { near: None, .. } => {
                "Views are kept in countersign.toml, as [[view]] with a name.".to_owned()
            }
            Error::UnknownEvidence { near: None, .. } => {
                "`countersign show COMPANY` lists the evidence on file.".to_owned()
            }
            Error::UnknownMeasure { near: None, .. } => {
                "Refs look like S-7.6 or AIA-53-1-d; `countersign compare` lists the measures.".to_owned()
            }
            Error::BadFilter { .. } => {
                "Fields are company, measure, state, basis, chapter, article, owner, due and stale; words \
                 are names or refs; ! excludes."
                    .to_owned()
            }
            Error::NotOneMeasure { measures, .. } => format!("Its measures are {}.", measures.join(", ")),
            Error::BadModel { .. } => "Write it as S-3.2@MODEL, with the id of a model on file.".to_owned(),
            Error::UnknownModel { known, .. } if known.is_empty() => {
                "No model is on file: leave @MODEL out.".to_owned()
            }
            Error::UnknownModel { known, .. } => format!("Known are {}.", known.join(", ")),
            Error::SomeRefused { .. } => {
                "None of them was committed. Leave these out, or decide them on their own.".to_owned()
            }
            Error::NoCell => "See which cells there are: countersign gaps --filter …".to_owned(),
            Error::NotFiled { .. } => "Nothing was committed. See `countersign help evidence`.".to_owned(),
            Error::NotRecorded { command, .. } => {
                format!("Nothing was committed. See `countersign help {command}`.")
            }
            Error::DocumentTooLong { .. } => {
                "Keep it elsewhere, and record its address with --url.".to_owned()
            }
            Error::Refused { .. } => "Nothing was committed. Change the decision and try again.".to_owned(),
            Error::NeedsYes => "Look at what would be committed, then repeat with --yes.".to_owned(),
            Error::NotConfirmed => "The register is as it was.".to_owned(),
            Error::NoTerminal => "The same views in print: `countersign show`, `gaps`, `compare` and `log`; \
                 decide with `countersign assess`."
                .to_owned(),
            Error::NoPictureFormat { .. } => "Let its name end in .svg or .png.".to_owned(),
            Error::NotDrawn { .. } => "Write it as SVG: let its name end in .svg.".to_owned(),
            Error::NoTable { .. } => "Use --json.".to_owned(),
            Error::Output(source) => format!("The system said: {source}"),
            Error::NoGit => "Install git 2.36 or later, or put it on the PATH.".to_owned(),
            Error::OtherRepository { .. } => {
                "Nothing was written. Look at `core.worktree` and at the `.git` in that folder.".to_owned()
            }
            Error::Git { output, .. } => with_output("It said:", output),
            Error::Repository { .. } => "Look at the repository with `git status` and `git fsck`.".to_owned(),
            Error::Io { source, .. } => format!("The system said: {source}"),
        }
    }
}

fn as_list(items: &[String]) -> String {
    items.iter().map(|item| format!("\n- {item}")).collect()
}

fn with_output(introduction: &str, output: &str) -> String {
    match output.trim_end() {
        "" => introduction.trim_end_matches(':').to_owned() + " nothing.",
        output => format!("{introduction}\n{output}"),
    }
}
