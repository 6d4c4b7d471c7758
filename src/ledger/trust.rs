//! Programs that a repository brings along, and whether the user trusts them.
//!
//! Reading runs nothing of a repository's. Writing does what the user's own git would do there, and so runs whatever
//! the repository's configuration and hooks name: that is asked for first, with the list. What the user or the system
//! configured is theirs and not on it.
//!
//! Trust is remembered by the repository's path and a digest of the list, outside the repository ([`super::memory`]);
//! when anything on the list changes, it is asked for again.

mod address;
mod under_way;

use std::env;
use std::fmt;
use std::fs::{self, File};
use std::io::{self, BufRead, BufReader};
use std::path::{Path, PathBuf};

use sha2::{Digest, Sha256};

use address::{Inside, begins_a_helper, starts_a_helper};

use super::Ledger;
use super::git::Git;
use super::memory::Memory;
use super::settings::{Setting, Settings};
use crate::domain::catalogue::hex;
use crate::domain::visible;
use crate::error::{Error, Result};

/// Something git would run here because the repository says so. All three texts come from the repository.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Program {
    /// The name of the setting, or of the hook.
    pub name: String,
    /// What the setting says; of a hook the digest of its file.
    pub value: String,
    /// The file that says so, or that would run.
    pub file: String,
}

/// Settings by which a repository can name a program that Countersign's writing, fetching or pushing starts: section
/// and variable, in small letters, whatever stands between them.
///
/// Not here is what git never gets to: editors and pagers (there is no terminal for them), `alias` (none hides a command of
/// git's; [those that stand in](NAMED_COMMANDS) for one count), `core.fsmonitor` (turned off for every call), `diff` and `textconv` (differences are made here).
const SETTINGS: [(&str, &str); 20] = [
    // A commit: hooks, signing, and filters on the way between file and blob.
    ("core", "hookspath"),
    ("hook", "command"),
    ("gpg", "program"),
    ("gpg", "defaultkeycommand"),
    ("filter", "clean"),
    ("filter", "smudge"),
    ("filter", "process"),
    // The one filter that many have among their own settings, and that reads more of them.
    ("lfs", "clean"),
    ("lfs", "smudge"),
    ("lfs", "path"),
    // A fetch or a push; in a partial clone a commit may fetch what is missing.
    ("core", "sshcommand"),
    ("core", "gitproxy"),
    ("core", "askpass"),
    ("core", "alternaterefscommand"),
    ("credential", "helper"),
    ("gc", "recentobjectshook"),
    ("remote", "uploadpack"),
    ("remote", "receivepack"),
    ("remote", "vcs"),
    // The next commits of a rebase that goes on.
    ("merge", "driver"),
];

/// Commands that git makes up of a scheme, a helper's name or a strategy begin with these. Where it finds none of that name,
/// an alias stands in.
const NAMED_COMMANDS: [&str; 3] = ["remote-", "credential-", "merge-"];

/// Hooks that git runs when Countersign commits, fetches, pushes, or lets it go on (githooks(5)).
const HOOKS: [&str; 15] = [
    "pre-commit",
    "prepare-commit-msg",
    "commit-msg",
    "post-commit",
    "pre-merge-commit",
    "post-merge",
    "reference-transaction",
    "pre-push",
    "pre-auto-gc",
    GOING_ON[0],
    GOING_ON[1],
    GOING_ON[2],
    GOING_ON[3],
    GOING_ON[4],
    GOING_ON[5],
];

/// Those that run only where git goes on with what it is in the middle of.
const GOING_ON: [&str; 6] = [
    "post-rewrite",
    "post-checkout",
    "post-index-change",
    "applypatch-msg",
    "pre-applypatch",
    "post-applypatch",
];

impl Ledger {
    /// What writing, fetching or pushing here would run that neither the user nor the system chose. Runs nothing.
    pub fn programs(&self) -> Result<Vec<Program>> {
        self.programs_under(&self.settings()?)
    }

    fn programs_under(&self, settings: &Settings) -> Result<Vec<Program>> {
        let inside = Inside::of(&self.places);
        let leads_inside = |setting: &Setting| setting.leads_inside(settings, &inside);
        let named =
            settings.all().iter().filter(|setting| setting.names_a_program() || leads_inside(setting));
        let own = env::current_exe().ok().map(|own| self.driver(own.as_os_str())).transpose()?;
        let mut programs: Vec<Program> = named.map(Setting::program).collect();
        // This program, as `countersign setup` names it.
        programs
            .retain(|program| !program.name.starts_with("merge.") || Some(&program.value) != own.as_ref());
        let chosen = settings.get("core.hookspath");
        if chosen.is_none_or(|setting| !setting.is_the_users_folder()) {
            programs.extend(hooks(&self.hooks_folder(chosen.is_some())?)?);
        }
        programs.extend(address::files(self.common_dir())?);
        programs.extend(under_way::programs(self)?);
        Ok(programs)
    }

    /// Whether the user has said yes to exactly these; to none there is nothing to say.
    pub fn trusts(&self, programs: &[Program]) -> bool {
        let kept = || self.memory(TRUST, "")?.recall();
        programs.is_empty() || kept().is_some_and(|kept| kept.lines().next() == Some(&digest(programs)))
    }

    /// Remembers that the user has said yes to exactly these, and to no others.
    pub fn trust(&self, programs: &[Program]) -> Result<()> {
        let text =
            format!("{}\n# the programs trusted in {}\n", digest(programs), self.common_dir().display());
        self.memory(TRUST, "").ok_or(Error::NoStateFolder)?.keep(&text)
    }

    /// Forgets it; whether there was anything to forget.
    pub fn distrust(&self) -> Result<bool> {
        self.memory(TRUST, "").map_or(Ok(false), |memory: Memory| memory.forget())
    }

    /// The settings, none of which makes git run here what the user has not said yes to.
    pub fn require_trust(&self) -> Result<Settings> {
        self.require_trust_where(|program| !program.waits_for_going_on())
    }

    /// The same where git goes on with what it is in the middle of, by itself.
    pub fn require_trust_to_go_on(&self) -> Result<()> {
        self.require_trust_where(|_| true).map(drop)
    }

    /// The same for [`Ledger::stored_id`], which runs filters and nothing else.
    pub fn require_trust_to_convert(&self) -> Result<Settings> {
        self.require_trust_where(Program::converts)
    }

    fn require_trust_where(&self, runs: impl Fn(&Program) -> bool) -> Result<Settings> {
        let settings = self.settings()?;
        let programs = self.programs_under(&settings)?;
        if !programs.iter().any(runs) || self.trusts(&programs) {
            return Ok(settings);
        }
        Err(Error::Untrusted { programs: programs.iter().map(Program::to_string).collect() })
    }

    /// Where git looks for hooks; a relative `core.hooksPath` leads into the work tree.
    fn hooks_folder(&self, is_configured: bool) -> Result<PathBuf> {
        if !is_configured {
            return Ok(self.common_dir().join("hooks"));
        }
        let asked = ["--path-format=absolute", "--git-path", "hooks"];
        Ok(PathBuf::from(Git::of(self)?.command("rev-parse", asked).line()?))
    }
}

const TRUST: &str = "trust";

impl Program {
    fn waits_for_going_on(&self) -> bool {
        let hook = self.name.strip_suffix(" hook");
        let goes_on = |hook| GOING_ON.contains(&hook);
        self.name.starts_with("merge.") || hook.is_some_and(goes_on) || under_way::is_one(self)
    }

    fn converts(&self) -> bool {
        self.name.starts_with("filter.") || self.name.starts_with("lfs.")
    }
}

/// One line, with nothing in it that a terminal would obey.
impl fmt::Display for Program {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let [name, value, file] = [&self.name, &self.value, &self.file].map(|text| visible::line(text));
        write!(f, "{name} = {value} ({file})")
    }
}

impl Setting {
    fn names_a_program(&self) -> bool {
        let Some((section, subsection, variable)) = self.parts() else { return false };
        let (value, rest) = (self.text(), &self.name[section.len() + 1..]);
        self.is_the_repositorys()
            && match (section, variable) {
                // Without an address a remote's name is taken for one.
                ("remote", _) if starts_a_helper(subsection) => true,
                ("remote", "url" | "pushurl") => starts_a_helper(value),
                // A group: each of these words can be an address.
                ("remotes", _) => value.split_whitespace().any(starts_a_helper),
                // The rest of the address comes from another setting.
                ("url", "insteadof" | "pushinsteadof") => begins_a_helper(subsection),
                ("alias", _) => NAMED_COMMANDS.iter().any(|beginning| rest.starts_with(beginning)),
                // Without a value it names nothing.
                _ => !value.is_empty() && SETTINGS.contains(&(section, variable)),
            }
    }

    /// Whether a push may go to a repository that comes with this one, and so run its hooks.
    fn leads_inside(&self, settings: &Settings, inside: &Inside) -> bool {
        let Some((section, subsection, variable)) = self.parts() else { return false };
        let address = || settings.get(&format!("remote.{subsection}.url")).map_or("", Setting::text);
        self.is_the_repositorys()
            && match (section, variable) {
                ("remote", "url" | "pushurl") => inside.holds(self.text(), true),
                ("remote", _) if !subsection.is_empty() => {
                    address().is_empty() && inside.holds(subsection, true)
                }
                ("url", "insteadof" | "pushinsteadof") => inside.holds(subsection, false),
                _ => false,
            }
    }

    /// Section, subsection or nothing, and variable.
    fn parts(&self) -> Option<(&str, &str, &str)> {
        let (section, rest) = self.name.split_once('.')?;
        let (subsection, variable) = rest.rsplit_once('.').unwrap_or(("", rest));
        Some((section, subsection, variable))
    }

    /// Hooks of the user's own, in a folder of their own: not one inside whatever repository it is.
    fn is_the_users_folder(&self) -> bool {
        let folder = self.text();
        !self.is_the_repositorys() && (folder.starts_with('~') || Path::new(folder).is_absolute())
    }

    fn program(&self) -> Program {
        let [name, value, file] = [&self.name, self.text(), self.file()].map(str::to_owned);
        Program { name, value, file }
    }
}

fn hooks(folder: &Path) -> Result<Vec<Program>> {
    let mut programs = Vec::new();
    for name in HOOKS {
        let path = folder.join(name);
        if is_executable(&path) {
            let file = path.display().to_string();
            programs.push(Program { name: format!("{name} hook"), value: digest_of_file(&path)?, file });
        }
    }
    Ok(programs)
}

/// Read in pieces: nobody says how large a hook may be.
fn digest_of_file(path: &Path) -> Result<String> {
    let read = || -> io::Result<String> {
        let (mut digest, mut file) = (Sha256::new(), BufReader::new(File::open(path)?));
        loop {
            let piece = file.fill_buf()?;
            if piece.is_empty() {
                return Ok(hex(&digest.finalize()));
            }
            digest.update(piece);
            let length = piece.len();
            file.consume(length);
        }
    };
    Ok(format!("sha256:{}", read().map_err(Error::io("read", path))?))
}

/// git leaves a hook alone that nobody may execute.
#[cfg(unix)]
fn is_executable(path: &Path) -> bool {
    use std::os::unix::fs::PermissionsExt;
    fs::metadata(path).is_ok_and(|metadata| metadata.is_file() && metadata.permissions().mode() & 0o111 != 0)
}

#[cfg(not(unix))]
fn is_executable(path: &Path) -> bool {
    fs::metadata(path).is_ok_and(|metadata| metadata.is_file())
}

/// Of the whole list. No text holds a NUL byte: they come from git's settings and from paths.
fn digest(programs: &[Program]) -> String {
    let mut digest = Sha256::new();
    for Program { name, value, file } in programs {
        for text in [name, value, file] {
            digest.update(text);
            digest.update([0]);
        }
    }
    hex(&digest.finalize())
}

#[cfg(test)]
mod tests {
    use super::super::hooks::Occasion;
    use super::*;

    fn setting(name: &str, value: &str) -> Setting {
        Setting {
            scope: "local".into(),
            origin: "file:/r/.git/config".into(),
            name: name.into(),
            value: Some(value.into()),
        }
    }

    #[test]
    fn settings_that_name_a_program() {
        for (name, value) in [
            ("core.hookspath", ".husky"),
            ("hook.lint.command", "lint"),
            ("filter.a.b.clean", "cat"),
            ("gpg.program", "gpg"),
            ("gpg.ssh.program", "ssh-keygen"),
            ("gpg.ssh.defaultkeycommand", "ssh-add -L"),
            ("credential.helper", "store"),
            ("credential.https://example.org.helper", "store"),
            ("remote.origin.uploadpack", "x"),
            ("remote.origin.url", "ext::sh -c x"),
            ("remote.origin.pushurl", "xyz://h"),
            ("remote.ext::sh -c x.y.fetch", "+refs/heads/*:refs/remotes/x/*"),
            ("remotes.default", "origin ext::x"),
            ("url.ext::sh -c x.insteadof", "https://"),
            ("url.e.insteadof", "/"),
            ("alias.remote-xyz", "!x"),
            ("alias.merge-x.command", "!x"),
        ] {
            assert!(setting(name, value).names_a_program(), "{name}");
            let users = Setting { scope: "global".into(), ..setting(name, value) };
            assert!(!users.names_a_program(), "{name}");
        }
    }

    #[test]
    fn settings_that_name_none() {
        for (name, value) in [
            ("core.editor", "vi"),
            ("core.fsmonitor", "x"),
            ("alias.st", "!x"),
            ("diff.external", "x"),
            ("filter.a.required", "true"),
            ("filter.a.clean", ""),
            ("gpg.format", "ssh"),
            ("alias.log", "!x"),
            ("remote.origin.url", "ssh://[::1]/register"),
            ("remote.origin.fetch", "+refs/heads/*:refs/remotes/origin/*"),
            ("remotes.default", "origin other"),
            ("url.git@example.org:.insteadof", "https://example.org/"),
            ("url.https://example.org/.insteadof", "a::"),
            ("clean", "x"),
        ] {
            assert!(!setting(name, value).names_a_program(), "{name}");
        }
    }

    #[test]
    fn hooks_that_are_run_are_asked_about() {
        for occasion in [Occasion::Commit, Occasion::Merge] {
            for hook in occasion.before().into_iter().chain([occasion.after()]) {
                assert!(HOOKS.contains(&hook), "{hook}");
            }
        }
    }

    #[test]
    fn no_two_lists_are_taken_for_each_other() {
        let of = |pairs: &[(&str, &str)]| {
            digest(&pairs.iter().map(|(name, value)| setting(name, value).program()).collect::<Vec<_>>())
        };
        let one = of(&[("a", "bc"), ("d", "e")]);
        for other in [&[("ab", "c"), ("d", "e")][..], &[("d", "e"), ("a", "bc")], &[("a", "bc")]] {
            assert_ne!(one, of(other));
        }
    }
}
