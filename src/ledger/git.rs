//! The user's own `git`, for what only it does: hooks, filters, signing, identity, the index, moving a ref; and for all
//! of a repository libgit2 cannot open.

use std::env;
use std::ffi::{OsStr, OsString};
use std::fs::File;
use std::io::{self, Seek, Write};
use std::path::{Path, PathBuf};
use std::process::{Child, ChildStdin, ChildStdout, Command, Output, Stdio};
use std::sync::{Arc, OnceLock};
use std::time::Duration;

use super::Ledger;
use super::attend::{Attended, Heard};
use super::places::Places;
use super::stop::Stop;
use crate::error::{Error, Result};

/// git, started in one repository.
#[derive(Clone)]
pub(super) struct Git {
    program: &'static Path,
    folder: PathBuf,
    /// A lock that each run holds too.
    lock: Option<Arc<File>>,
    /// Who waits for its runs, and may end them.
    stop: Stop,
    /// What [`Git::reading`] reads; looked for from `folder` where it is not known yet.
    opened: Option<Places>,
}

/// Variables of git that say who the user is and what and where their settings are. All others would let the surroundings
/// choose the repository, the index or the objects (`git rev-parse --local-env-vars`), and are not passed on.
const KEPT_VARIABLES: [&str; 12] = [
    "GIT_AUTHOR_NAME",
    "GIT_AUTHOR_EMAIL",
    "GIT_AUTHOR_DATE",
    "GIT_COMMITTER_NAME",
    "GIT_COMMITTER_EMAIL",
    "GIT_COMMITTER_DATE",
    "GIT_CONFIG_GLOBAL",
    "GIT_CONFIG_SYSTEM",
    "GIT_CONFIG_NOSYSTEM",
    "GIT_CONFIG_COUNT",
    "GIT_CONFIG_PARAMETERS",
    "GIT_EXEC_PATH",
];

/// The same with a number behind them: settings in the environment (git-config(1)).
const KEPT_BEGINNINGS: [&str; 2] = ["GIT_CONFIG_KEY_", "GIT_CONFIG_VALUE_"];

fn is_kept(variable: &OsStr) -> bool {
    let begins = |beginning: &str| variable.as_encoded_bytes().starts_with(beginning.as_bytes());
    !begins("GIT_")
        || KEPT_VARIABLES.iter().any(|kept| variable == *kept)
        || KEPT_BEGINNINGS.into_iter().any(begins)
}

/// What a repository's configuration could make a reading command run, turned off. Filters and `textconv` are not among
/// it: no command that is read with converts content, but where it looks for edited files, with a list of its own.
const READING_RUNS_NOTHING: [&str; 11] = [
    "core.hooksPath=/dev/null",
    "core.pager=cat",
    "core.sshCommand=false",
    "core.gitProxy=none",
    "credential.helper=",
    "protocol.allow=never",
    "log.showSignature=false",
    "gpg.program=false",
    "gpg.ssh.program=false",
    "gpg.x509.program=false",
    "submodule.recurse=false",
];

/// By a whole id git would else look for refs of that name, which nobody has looked at.
const NO_REF_IS_AN_ID: &str = "core.warnAmbiguousRefs=false";

impl Git {
    pub fn of(ledger: &Ledger) -> Result<Git> {
        Git::within(&ledger.places)
    }

    /// In an open repository.
    pub fn within(places: &Places) -> Result<Git> {
        let folder = places.workdir.as_ref().unwrap_or(&places.git_dir);
        Ok(Git { opened: Some(places.clone()), ..Git::at(folder)? })
    }

    /// In a folder that may belong to a repository.
    pub fn at(folder: &Path) -> Result<Git> {
        Ok(Git {
            program: program().ok_or(Error::NoGit)?,
            folder: folder.to_owned(),
            lock: None,
            stop: Stop::default(),
            opened: None,
        })
    }

    /// Each run holds this lock until it ends, even if this process dies before. A lock belongs to the open file, and
    /// the run has it as its standard input, which it does not read.
    pub fn holding(self, lock: File) -> Git {
        Git { lock: Some(Arc::new(lock)), ..self }
    }

    /// Each run ends, and what it started with it, once nobody waits for it any more.
    pub fn until(self, stop: &Stop) -> Git {
        Git { stop: stop.clone(), ..self }
    }

    pub fn stop(&self) -> &Stop {
        &self.stop
    }

    /// Both sides must mean the same repository: with `core.worktree` or a planted `.git` they could differ.
    pub fn refuse_other_repository(&self, ledger: &Ledger) -> Result<()> {
        let seen = ledger.store.discovered(&self.folder)?;
        let same = matches!((seen.canonicalize(), ledger.git_dir().canonicalize()), (Ok(a), Ok(b)) if a == b);
        if same { Ok(()) } else { Err(Error::OtherRepository { folder: self.folder.clone(), seen }) }
    }

    /// A command that does what the user's git does, hooks included.
    pub fn command<S: AsRef<OsStr>>(&self, name: &str, arguments: impl IntoIterator<Item = S>) -> Call {
        self.call(&[], name, arguments)
    }

    /// A command on objects and private files, which is no business of the repository's hooks. Paths are literal.
    pub fn plumbing<S: AsRef<OsStr>>(&self, name: &str, arguments: impl IntoIterator<Item = S>) -> Call {
        self.call(&["-c", "core.hooksPath=/dev/null"], name, arguments)
            .env("GIT_NO_REPLACE_OBJECTS", "1")
            .env("GIT_LITERAL_PATHSPECS", "1")
    }

    /// A command that only looks, and runs nothing the repository names: no hook, no file system monitor, no pager, no
    /// transport. What is missing in a partial clone stays missing. It speaks English.
    pub fn reading<S: AsRef<OsStr>>(&self, name: &str, arguments: impl IntoIterator<Item = S>) -> Call {
        self.reading_with([], name, arguments)
    }

    /// The same under settings of the caller's, each `key=value`: they come before the repository's and these here.
    pub fn reading_with<'s, S: AsRef<OsStr>>(
        &self,
        settings: impl IntoIterator<Item = &'s str>,
        name: &str,
        arguments: impl IntoIterator<Item = S>,
    ) -> Call {
        let settings = READING_RUNS_NOTHING.into_iter().chain([NO_REF_IS_AN_ID]).chain(settings);
        let settings: Vec<&str> = settings.flat_map(|setting| ["-c", setting]).collect();
        let call = self
            .call(&settings, name, arguments)
            .env("GIT_NO_REPLACE_OBJECTS", "1")
            .env("GIT_NO_LAZY_FETCH", "1")
            .env("GIT_GRAFT_FILE", "/dev/null")
            .env("GIT_LITERAL_PATHSPECS", "1")
            .env("LC_ALL", "C");
        // What was opened is what is read, even if another repository is found from the same folder by now.
        let Some(Places { git_dir, workdir, .. }) = &self.opened else { return call };
        let call = call.env("GIT_DIR", git_dir);
        match workdir {
            Some(workdir) => call.env("GIT_WORK_TREE", workdir),
            None => call,
        }
    }

    fn call<S: AsRef<OsStr>>(
        &self,
        settings: &[&str],
        name: &str,
        arguments: impl IntoIterator<Item = S>,
    ) -> Call {
        let mut command = Command::new(self.program);
        for (variable, _) in env::vars_os().filter(|(variable, _)| !is_kept(variable)) {
            command.env_remove(variable);
        }
        command
            .env("GIT_OPTIONAL_LOCKS", "0")
            .env("GIT_TERMINAL_PROMPT", "0")
            .arg("-C")
            .arg(&self.folder)
            // git's default leaves loose objects and refs to the system's mercy: after a power cut they may be empty.
            .args(["-c", "core.fsync=objects,reference,index"])
            // An identity made up from the machine's name would be in the trail for ever (git-config(1)).
            .args(["-c", "user.useConfigOnly=true", "-c", "core.fsmonitor=false"])
            .args(settings);
        // With safe.bareRepository git looks for no bare repository, for what would run in it (git-config(1)). To look for
        // one here runs nothing, and nothing of its own runs before it is trusted; hooks and programs see the user's setting.
        match &self.opened {
            None => command.args(["-c", "safe.bareRepository=all"]),
            Some(Places { git_dir, workdir: None, .. }) => command.env("GIT_DIR", git_dir),
            Some(_) => &mut command,
        };
        command.arg(name).args(arguments);
        let (lock, stop) = (self.lock.clone(), self.stop.clone());
        // Of what is no number git itself says so.
        let settings = env::var("GIT_CONFIG_COUNT").ok().and_then(|count| count.parse().ok()).unwrap_or(0);
        Call { command, name: name.to_owned(), input: Vec::new(), lock, stop, settings }
    }
}

/// One run of git, being prepared.
pub(super) struct Call {
    command: Command,
    name: String,
    input: Vec<u8>,
    lock: Option<Arc<File>>,
    stop: Stop,
    /// How many settings are in its environment.
    settings: usize,
}

/// How a run of git ended.
#[derive(Clone)]
pub(super) struct Answer {
    pub success: bool,
    /// None if a signal ended it.
    pub code: Option<i32>,
    pub output: Vec<u8>,
    /// What it said on both streams, for people.
    pub said: String,
}

impl Call {
    pub fn name(&self) -> &str {
        &self.name
    }

    /// The run itself, for who starts it otherwise.
    pub fn command(&mut self) -> &mut Command {
        &mut self.command
    }

    pub fn env(mut self, variable: &str, value: impl AsRef<OsStr>) -> Call {
        self.command.env(variable, value);
        self
    }

    /// What it reads on its standard input; nothing unless told.
    pub fn input(mut self, input: impl Into<Vec<u8>>) -> Call {
        self.input = input.into();
        self
    }

    /// How many settings it is given as options: to git they come after all others.
    pub fn options(&self) -> usize {
        self.command.get_args().filter(|argument| *argument == "-c").count()
    }

    /// Settings for this run, in the environment: there a name may hold any character (git-config(1)).
    pub fn settings<S: AsRef<OsStr>>(mut self, settings: impl IntoIterator<Item = (S, S)>) -> Call {
        for (key, value) in settings {
            self.command.env(format!("GIT_CONFIG_KEY_{}", self.settings), key);
            self.command.env(format!("GIT_CONFIG_VALUE_{}", self.settings), value);
            self.settings += 1;
        }
        self.command.env("GIT_CONFIG_COUNT", self.settings.to_string());
        self
    }

    /// Starts it, to be asked and to answer while it runs.
    pub fn converse(mut self) -> Result<(Child, ChildStdin, ChildStdout)> {
        // What it complains about is seen in what it answers; nobody would read it here.
        self.command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::null());
        let mut child = self.command.spawn().map_err(failed)?;
        match (child.stdin.take(), child.stdout.take()) {
            (Some(input), Some(output)) => Ok((child, input, output)),
            _ => unreachable!("both were just asked for"),
        }
    }

    /// Starts it, to be waited for when its answer is needed. It must not say more than a pipe holds before that.
    pub fn begin(mut self) -> Result<Running> {
        let stdin = match &self.lock {
            _ if !self.input.is_empty() => whole(&self.input)?,
            Some(lock) => lock.try_clone().map_err(failed)?.into(),
            None => Stdio::null(),
        };
        self.command.stdin(stdin).stdout(Stdio::piped()).stderr(Stdio::piped());
        let stop = self.stop.is_attended().then_some(self.stop);
        #[cfg(unix)]
        if stop.is_some() {
            std::os::unix::process::CommandExt::process_group(&mut self.command, 0);
        }
        let child = self.command.spawn().map_err(failed)?;
        Ok(Running { name: self.name, child: Some(child), stop })
    }

    /// Starts it, to be told later what to do: git gets ready meanwhile. It prints nothing, so that its standard output can
    /// hold the lock.
    pub fn get_ready(mut self) -> Result<Ready> {
        let stdout = match &self.lock {
            Some(lock) => lock.try_clone().map_err(failed)?.into(),
            None => Stdio::null(),
        };
        self.command.stdin(Stdio::piped()).stdout(stdout).stderr(Stdio::piped());
        let child = self.command.spawn().map_err(failed)?;
        Ok(Ready(Running { name: self.name, child: Some(child), stop: None }))
    }

    pub fn ask(self) -> Result<Answer> {
        self.begin()?.answer()
    }

    /// Its standard output; ending with a failure is an error.
    pub fn output(self) -> Result<Vec<u8>> {
        self.begin()?.output()
    }

    /// Its standard output as one line.
    pub fn line(self) -> Result<String> {
        Ok(String::from_utf8_lossy(&self.output()?).trim_end().to_owned())
    }
}

/// A run of git that goes on beside its caller.
pub(super) struct Running {
    name: String,
    /// Until it was waited for.
    child: Option<Child>,
    /// Where somebody may end it.
    stop: Option<Stop>,
}

/// A run of git that waits for its one order. Without it, it ends and does nothing.
pub(super) struct Ready(Running);

impl Ready {
    /// An order that is written at once, so that git reads all of it or nothing.
    pub fn go(mut self, order: &str) -> Result<Answer> {
        if let Some(mut stdin) = self.0.child.as_mut().and_then(|child| child.stdin.take()) {
            // If git is gone, its answer says why.
            let _ = stdin.write_all(order.as_bytes());
        }
        self.0.answer()
    }
}

impl Running {
    pub fn answer(mut self) -> Result<Answer> {
        match self.child.take() {
            Some(child) => Running::wait(child, self.stop.take()),
            None => unreachable!("it is waited for only once"),
        }
    }

    /// Its standard output; ending with a failure is an error.
    pub fn output(self) -> Result<Vec<u8>> {
        let command = self.name.clone();
        let answer = self.answer()?;
        if answer.success { Ok(answer.output) } else { Err(Error::Git { command, output: answer.said }) }
    }

    fn wait(child: Child, stop: Option<Stop>) -> Result<Answer> {
        let Output { status, stdout, stderr } = match stop {
            Some(stop) => attended(child, &stop)?,
            None => child.wait_with_output().map_err(failed)?,
        };
        let said = [&stdout[..], &stderr[..]].concat();
        Ok(Answer {
            success: status.success(),
            code: status.code(),
            said: String::from_utf8_lossy(&said).trim_end().to_owned(),
            output: stdout,
        })
    }
}

/// Nobody wants its answer any more, but nobody wants it to write behind their back either.
impl Drop for Running {
    fn drop(&mut self) {
        if let Some(child) = self.child.take() {
            let _ = Running::wait(child, self.stop.take());
        }
    }
}

/// How long what is stopped has to clean up after itself.
const PATIENCE: Duration = Duration::from_secs(2);

fn attended(child: Child, stop: &Stop) -> Result<Output> {
    let (mut stdout, mut stderr) = (Vec::new(), Vec::new());
    let attended = Attended { child, is_group: true, patience: Some(PATIENCE) };
    let status = attended.hear(&|| stop.is_stopped(), &mut |heard| match heard {
        Heard::Output(bytes) => stdout.extend(bytes),
        Heard::Said(bytes) => stderr.extend(bytes),
    })?;
    let status = status.ok_or(Error::Stopped)?;
    Ok(Output { status, stdout, stderr })
}

/// Input that is there before git is, in a file without a name: a pipe ends where its writer is killed, and git would take
/// what came so far, or nothing, for all of it.
fn whole(input: &[u8]) -> Result<Stdio> {
    let written = tempfile::tempfile().and_then(|mut file| {
        file.write_all(input)?;
        file.rewind()?;
        Ok(file)
    });
    written.map(Stdio::from).map_err(Error::io("make a file in", env::temp_dir()))
}

pub(super) fn failed(source: io::Error) -> Error {
    Error::Io { action: "run", path: PathBuf::from("git"), source }
}

/// Where git is: the first on the PATH, among its absolute folders only, so that a repository cannot bring its own.
fn program() -> Option<&'static Path> {
    static PROGRAM: OnceLock<Option<PathBuf>> = OnceLock::new();
    let found = PROGRAM.get_or_init(|| {
        let name = OsString::from(format!("git{}", env::consts::EXE_SUFFIX));
        env::split_paths(&env::var_os("PATH")?)
            .filter(|folder| folder.is_absolute())
            .map(|folder| folder.join(&name))
            .find(|candidate| candidate.is_file())
    });
    found.as_deref()
}

/// A path as git prints it.
#[cfg(unix)]
pub(super) fn path_of(bytes: &[u8]) -> PathBuf {
    use std::os::unix::ffi::OsStrExt;
    PathBuf::from(std::ffi::OsStr::from_bytes(bytes))
}

#[cfg(not(unix))]
pub(super) fn path_of(bytes: &[u8]) -> PathBuf {
    PathBuf::from(String::from_utf8_lossy(bytes).into_owned())
}
