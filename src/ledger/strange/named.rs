//! Files that a repository's own configuration leads to: others it includes, and lists of what to ignore and of attributes.
//! What the user and the system configured is theirs, and not looked at.
//!
//! Hardly any repository has such settings. Where the words are not even in its configuration, nobody is asked; else git
//! is, one file at a time, so that it opens no other.

use std::collections::HashMap;
use std::fs;
use std::path::{Path, PathBuf};

use super::{LARGEST_TEXT_BYTES, refuse_other, strange};
use crate::error::{Error, Result};
use crate::ledger::git::{Git, path_of};

/// In small letters. Their names are the same in any spelling of git's, but for the case.
const WORDS: [&str; 3] = ["include", "excludesfile", "attributesfile"];
const SETTINGS: &str = r"^include(if\..*)?\.path$|^core\.(excludesfile|attributesfile|worktree)$";

/// As far as git follows.
const DEEPEST: usize = 10;
/// More than anybody has. A few files could include each other without end.
const MOST_SETTINGS: usize = 100;

/// `top` is that of the work tree, and `folders` are where its configuration is.
pub fn refuse(top: &Path, folders: &[PathBuf]) -> Result<()> {
    let configs =
        folders.iter().flat_map(|folder| ["config", "config.worktree"].map(|name| folder.join(name)));
    let configs: Vec<PathBuf> = configs.filter(|config| config.is_file()).collect();
    if !configs.iter().any(|config| may_name(config)) {
        return Ok(());
    }
    let mut named = Named::default();
    configs.iter().try_for_each(|config| named.follow(config, 0))?;
    // git takes a relative path from the top of the work tree, libgit2 from wherever this program is.
    let others = folders.iter().flat_map(|folder| named.work_trees.iter().map(|top| folder.join(top)));
    let from: Vec<PathBuf> = [top.to_owned(), PathBuf::new()].into_iter().chain(others).collect();
    let mut files = named.files.iter().flat_map(|file| from.iter().map(move |from| from.join(file)));
    files.try_for_each(|file| refuse_named(&file))
}

fn may_name(config: &Path) -> bool {
    let text = fs::read(config).unwrap_or_default().to_ascii_lowercase();
    let text = String::from_utf8_lossy(&text);
    WORDS.iter().any(|word| text.contains(word))
}

#[derive(Default)]
struct Named {
    /// What the files say that were read.
    known: HashMap<PathBuf, Vec<(Vec<u8>, PathBuf)>>,
    settings: usize,
    files: Vec<PathBuf>,
    work_trees: Vec<PathBuf>,
}

impl Named {
    /// What a file names, and those that it includes, on whatever condition.
    fn follow(&mut self, config: &Path, depth: usize) -> Result<()> {
        if !self.known.contains_key(config) {
            self.known.insert(config.to_owned(), said(config)?);
        }
        for at in 0..self.known[config].len() {
            self.settings += 1;
            if self.settings > MOST_SETTINGS {
                return Err(strange(config, "names far too many files"));
            }
            let (key, value) = self.known[config][at].clone();
            match &key[..] {
                b"core.worktree" => self.work_trees.push(value),
                key if key.starts_with(b"core.") => self.files.push(value),
                _ if depth == DEEPEST => {}
                _ => {
                    let included = config.parent().unwrap_or(config).join(value);
                    refuse_named(&included)?;
                    if included.is_file() {
                        self.follow(&included, depth + 1)?;
                    }
                }
            }
        }
        Ok(())
    }
}

/// What one file says.
fn said(config: &Path) -> Result<Vec<(Vec<u8>, PathBuf)>> {
    let arguments = ["--no-includes", "--type=path", "-z", "--get-regexp", SETTINGS].map(Path::new);
    let arguments = [Path::new("--file"), config].into_iter().chain(arguments);
    // In no repository: git would read all of its settings first.
    let git = Git::at(config.parent().unwrap_or(config))?;
    let answer = git.reading("config", arguments).env("GIT_DIR", "/dev/null").ask()?;
    match answer.code {
        // 1 is git's word for none.
        Some(0 | 1) => {}
        _ => return Err(Error::Git { command: "config".to_owned(), output: answer.said }),
    }
    let setting = |text: &[u8]| {
        let (key, value) = text.split_at_checked(text.iter().position(|&byte| byte == b'\n')?)?;
        Some((key.to_owned(), path_of(&value[1..])))
    };
    Ok(answer.output.split(|&byte| byte == 0).filter_map(setting).collect())
}

/// Nothing at all is what some name on purpose.
fn refuse_named(file: &Path) -> Result<()> {
    let is_nothing = file.canonicalize().is_ok_and(|file| file == Path::new("/dev/null"));
    if is_nothing { Ok(()) } else { refuse_other(file, LARGEST_TEXT_BYTES) }
}
