//! What the program is held against: the same work with nothing but libgit2 and the `toml` crate.

use std::path::Path;
use std::thread;

use git2::{FileMode, ObjectType, Oid, Repository, TreeWalkMode, TreeWalkResult};

/// The blobs of every register file of a commit, in the order of their paths.
pub fn blobs(repository: &Path, reference: &str) -> Vec<Oid> {
    let repository = Repository::open(repository).expect("a repository");
    let commit = repository.find_reference(reference).and_then(|found| found.peel_to_commit());
    let tree = commit.and_then(|commit| commit.tree()).expect("a commit");
    let mut blobs = Vec::new();
    tree.walk(TreeWalkMode::PreOrder, |_, entry| {
        if entry.kind() == Some(ObjectType::Blob) {
            blobs.push(entry.id());
        }
        TreeWalkResult::Ok
    })
    .expect("a sound tree");
    blobs
}

/// Reads and parses them, an equal share on each thread, and returns how many keys their outermost tables have.
pub fn read(repository: &Path, blobs: &[Oid], threads: usize) -> usize {
    let share = |blobs: &[Oid]| -> usize {
        let repository = Repository::open(repository).expect("a repository");
        let parse = |id: &Oid| {
            let blob = repository.find_blob(*id).expect("a blob");
            let text = std::str::from_utf8(blob.content()).expect("text");
            toml::from_str::<toml::Table>(text).expect("TOML").len()
        };
        blobs.iter().map(parse).sum()
    };
    thread::scope(|scope| {
        let shares = blobs.chunks(blobs.len().div_ceil(threads));
        let running: Vec<_> = shares.map(|blobs| scope.spawn(move || share(blobs))).collect();
        running.into_iter().map(|thread| thread.join().expect("no panic")).sum()
    })
}

/// A blob, the trees above it, a commit and a reference: no index, no work tree, no check, nothing forced to disk.
pub fn commit(repository: &Repository, reference: &str, path: &str, content: &[u8], message: &str) -> Oid {
    let parent = repository.find_reference(reference).and_then(|found| found.peel_to_commit());
    let parent = parent.expect("a commit");
    let blob = repository.blob(content).expect("a blob");
    let mut update = git2::build::TreeUpdateBuilder::new();
    update.upsert(path, blob, FileMode::Blob);
    let tree = update.create_updated(repository, &parent.tree().expect("a tree")).expect("a tree");
    let tree = repository.find_tree(tree).expect("a tree");
    let author = repository.signature().expect("a name");
    repository.commit(Some(reference), &author, &author, message, &tree, &[&parent]).expect("a commit")
}
