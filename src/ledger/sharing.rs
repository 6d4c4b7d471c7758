//! Permissions of what is made in a repository that several people share.
//!
//! With `core.sharedRepository` git makes everything writable for the group, whatever the maker's umask. What is made
//! here follows the folder it is in, which git made so: where the group may write, it may write in what is new.

use std::fs;
use std::path::Path;

use crate::error::{Error, Result};

/// Makes a folder and those above it that are missing.
pub fn make_folder(folder: &Path) -> Result<()> {
    if folder.is_dir() {
        return Ok(());
    }
    folder.parent().map_or(Ok(()), make_folder)?;
    match fs::create_dir(folder) {
        Err(error) if !folder.is_dir() => Err(Error::io("create", folder)(error)),
        _ => {
            share(folder);
            Ok(())
        }
    }
}

/// Lets those use a new file or folder who may use the folder it is in. Only its maker can, so that a failure means
/// that somebody else made it, and shared it.
#[cfg(unix)]
pub(super) fn share(new: &Path) {
    use std::os::unix::fs::PermissionsExt;
    const GROUP_WRITES: u32 = 0o020;
    let mode = |path: &Path| fs::symlink_metadata(path).map(|metadata| metadata.permissions().mode());
    let (Some(Ok(above)), Ok(own)) = (new.parent().map(mode), mode(new)) else { return };
    if above & GROUP_WRITES == 0 {
        return;
    }
    // A file nobody may write, such as an object, stays so; a folder keeps its group.
    let writable = if own & 0o200 == 0 { 0o044 } else { 0o066 };
    let shared = own | if new.is_dir() { above & 0o2077 } else { above & writable };
    if shared != own {
        let _ = fs::set_permissions(new, fs::Permissions::from_mode(shared));
    }
}

#[cfg(not(unix))]
pub(super) fn share(_: &Path) {}
