//! A new register, made from what the binary carries.

use std::fs;
use std::io::ErrorKind;
use std::path::Path;

use super::ShippedFile;
use crate::error::{Error, Result};
use crate::ledger::{Committed, Edit, Ledger, Message, Proposed, REGISTER_PATHS};

const SETTINGS_PATH: &str = "countersign.toml";
const ATTRIBUTES_PATH: &str = ".gitattributes";

/// The settings of a new register.
const SETTINGS: &str = "format = 1\ntitle = \"Register of AI obligations\"\n";

/// Makes a register in a missing or empty folder, or at the root of a git repository that holds none: one commit, by
/// the user's own git, on the branch that is checked out (`main` in a new repository). Ready to be opened.
///
/// # Errors
/// Where a register is there already or one of its paths is taken, where the folder is filled but no repository or lies
/// inside another one, where the repository names programs the user does not trust, and where the commit is refused.
/// Nothing was changed then.
pub fn init(folder: &Path, with_public_record: bool) -> Result<Committed> {
    let nearest = folder.ancestors().find(|folder| folder.is_dir()).unwrap_or(Path::new("."));
    match Ledger::discover(nearest) {
        Ok(ledger) => {
            check_root(&ledger, folder)?;
            check_untaken(&ledger, folder)?;
            commit(&ledger, with_public_record)
        }
        Err(Error::NoRepository { .. }) => {
            check_empty(folder)?;
            in_new_repository(folder, with_public_record)
        }
        Err(error) => Err(error),
    }
}

fn in_new_repository(folder: &Path, with_public_record: bool) -> Result<Committed> {
    let was_there = folder.exists();
    let ledger = Ledger::init(folder, "main")?;
    commit(&ledger, with_public_record).inspect_err(|_| {
        // Only what was made here is taken away again; if that fails, the reason for the refusal matters more.
        let made = if was_there { ledger.git_dir() } else { folder };
        let _ = fs::remove_dir_all(made);
    })
}

fn commit(ledger: &Ledger, with_public_record: bool) -> Result<Committed> {
    ledger.require_trust()?;
    let record = with_public_record.then(super::public_record).into_iter().flatten();
    let settings = (SETTINGS_PATH.to_owned(), SETTINGS.as_bytes());
    let attributes = (ATTRIBUTES_PATH.to_owned(), super::ATTRIBUTES);
    // One that is there already is its author's.
    let attributes = (!is_taken(ledger, ATTRIBUTES_PATH)?).then_some(attributes);
    let files = super::catalogue().chain(record).chain([settings]).chain(attributes);
    ledger.commit(&Proposed {
        edits: files.map(added).collect(),
        message: message(with_public_record).to_string(),
        ..Proposed::default()
    })
}

fn added((path, bytes): ShippedFile) -> Edit {
    Edit { path, before: None, after: Some(bytes.to_vec()), executable: false }
}

fn message(with_public_record: bool) -> Message {
    let (subject, providers) = match with_public_record {
        false => ("register: begin with the catalogue", "is for what you know of providers"),
        true => (
            "register: begin with the catalogue and the public record",
            "holds what is publicly known of providers",
        ),
    };
    let reason = format!(
        "commitments/ holds what is asked: the General-Purpose AI Code of Practice and the AI Act's own obligations.\n\
         companies/ {providers}, a folder for each: positions, models, evidence, assessments.\n\
         Every file is plain TOML. `countersign` shows them, `countersign check` finds mistakes in them."
    );
    Message { subject: subject.to_owned(), reason, trailers: Vec::new() }
}

/// A register stands at the root of its repository.
fn check_root(ledger: &Ledger, folder: &Path) -> Result<()> {
    let root = ledger.workdir().unwrap_or_else(|| ledger.git_dir());
    let same = match (fs::canonicalize(root), fs::canonicalize(folder)) {
        (Ok(root), Ok(folder)) => root == folder,
        _ => false,
    };
    let inside = || Error::InsideRepository { path: folder.to_owned(), root: root.to_owned() };
    if same { Ok(()) } else { Err(inside()) }
}

/// Neither committed nor in the work tree is anything where a register keeps its files.
fn check_untaken(ledger: &Ledger, folder: &Path) -> Result<()> {
    if is_taken(ledger, SETTINGS_PATH)? {
        return Err(Error::AlreadyRegister { path: folder.to_owned() });
    }
    for name in REGISTER_PATHS {
        if is_taken(ledger, name)? {
            return Err(Error::PathTaken { path: folder.join(name) });
        }
    }
    Ok(())
}

fn is_taken(ledger: &Ledger, name: &str) -> Result<bool> {
    let in_work_tree = ledger.workdir().is_some_and(|root| root.join(name).symlink_metadata().is_ok());
    let head = ledger.head()?.commit();
    Ok(in_work_tree || head.map(|head| ledger.lookup(head, name)).transpose()?.flatten().is_some())
}

fn check_empty(folder: &Path) -> Result<()> {
    match fs::read_dir(folder).map(|mut entries| entries.next().is_none()) {
        Ok(true) => Ok(()),
        Ok(false) => Err(Error::NotEmpty { path: folder.to_owned() }),
        Err(error) if error.kind() == ErrorKind::NotFound => Ok(()),
        Err(error) => Err(Error::io("open", folder)(error)),
    }
}
