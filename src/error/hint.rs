//! What to do next after each failure.

use super::Error;

/// One fetch for all of them: asked for one by one, each would be a connection.
pub const TO_GET_OBJECTS: &str = "In a partial clone, fetch all that was left out with `git fetch --refetch --no-filter`; \
     otherwise look at the repository with `git fsck`.";

impl Error {
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
            Error::RegisterTooLarge { .. } | Error::Endless { .. } | Error::ChangeTooLarge { .. } => {
                "Folders may hold each other again and again, and one file may stand in many places: see \
                 `git ls-tree -r -l <commit> | head`, and look where the repository comes from."
                    .to_owned()
            }
            Error::ObjectTooLarge { .. } => {
                "Nobody writes as much by hand: look at it with `git cat-file -p`, and where the repository comes from."
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
            Error::MissingObject { .. } => TO_GET_OBJECTS.to_owned(),
            Error::RestsOnUnread { hint, .. } => hint.clone(),
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
            Error::HookSpoiledRecord => "Nothing was committed. The last paragraph of the message, all of it `Key: value` lines, is the record: a hook \
                 that adds one uses `git interpret-trailers --in-place`, and puts other text before it."
                .to_owned(),
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

fn with_output(introduction: &str, output: &str) -> String {
    match output.trim_end() {
        "" => introduction.trim_end_matches(':').to_owned() + " nothing.",
        output => format!("{introduction}\n{output}"),
    }
}
