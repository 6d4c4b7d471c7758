//! Objects written as they are, past all of git's checks, in a repository of either hash function.

use std::fs;
use std::io::Write;

use countersign::domain::catalogue::hex;
use flate2::Compression;
use flate2::write::ZlibEncoder;
use sha1::Sha1;
use sha2::{Digest, Sha256};

use crate::audit::Case;
use crate::ledger::world::command;

pub struct Forge<'a> {
    pub case: &'a Case,
}

/// Mode, name and id of what a folder holds.
pub type Entry<'a> = (&'a str, &'a [u8], &'a str);

pub const FILE: &str = "100644";
pub const FOLDER: &str = "40000";

impl Forge<'_> {
    pub fn new(case: &Case) -> Forge<'_> {
        Forge { case }
    }

    /// The id of an object: the hash of its kind, its size and its bytes.
    pub fn id(&self, kind: &str, object: &[u8]) -> String {
        let whole = [format!("{kind} {}\0", object.len()).as_bytes(), object].concat();
        if self.case.world.kind.is_sha256() { hex(&Sha256::digest(whole)) } else { hex(&Sha1::digest(whole)) }
    }

    /// As a file of its own: gitformat-loose in git's documentation.
    pub fn write(&self, kind: &str, object: &[u8]) -> String {
        let id = self.id(kind, object);
        let file = self.case.world.path.join(".git/objects").join(&id[..2]).join(&id[2..]);
        if !file.exists() {
            fs::create_dir_all(file.parent().unwrap()).unwrap();
            let whole = [format!("{kind} {}\0", object.len()).as_bytes(), object].concat();
            fs::write(file, deflated(&whole)).unwrap();
        }
        id
    }

    pub fn blob(&self, text: impl AsRef<[u8]>) -> String {
        self.write("blob", text.as_ref())
    }

    pub fn tree(&self, entries: &[Entry<'_>]) -> String {
        self.write("tree", &bytes(entries))
    }

    /// Trees in one pack (gitformat-pack in git's documentation): a hundred thousand files would take their time.
    pub fn pack(&self, trees: &[Vec<u8>]) {
        const TREE: usize = 2;
        let mut pack = b"PACK\0\0\0\x02".to_vec();
        pack.extend(u32::try_from(trees.len()).unwrap().to_be_bytes());
        for tree in trees {
            // Four bits of the size beside the kind, then seven a byte.
            let (mut byte, mut rest) = (TREE << 4 | tree.len() & 0xf, tree.len() >> 4);
            while rest > 0 {
                pack.push(byte as u8 | 0x80);
                (byte, rest) = (rest & 0x7f, rest >> 7);
            }
            pack.push(byte as u8);
            pack.extend(deflated(tree));
        }
        let is_sha256 = self.case.world.kind.is_sha256();
        pack.extend(if is_sha256 { Sha256::digest(&pack).to_vec() } else { Sha1::digest(&pack).to_vec() });
        let file = self.case.world.path.join(".git/objects/pack/forged.pack");
        fs::write(&file, pack).unwrap();
        self.case.git(["index-pack", file.to_str().unwrap()]);
    }

    /// The tree of a folder at HEAD, with entries added to its own or in place of them; a new one where there is none.
    pub fn with(&self, folder: &str, entries: &[Entry<'_>]) -> String {
        let revision = format!("HEAD:{folder}");
        let own = command(&self.case.world.path, ["cat-file", "tree", &revision]).output().unwrap().stdout;
        let mut all: Vec<(String, Vec<u8>, String)> = self
            .entries(&own)
            .into_iter()
            .filter(|(_, name, _)| !entries.iter().any(|entry| entry.1 == name))
            .collect();
        let added =
            entries.iter().map(|(mode, name, id)| ((*mode).to_owned(), name.to_vec(), (*id).to_owned()));
        all.extend(added);
        // In git's order, or git itself finds nothing in it.
        all.sort_by_key(|(mode, name, _)| {
            [name.as_slice(), if mode == FOLDER { b"/" } else { b"" }].concat()
        });
        let all: Vec<Entry<'_>> = all.iter().map(|(mode, name, id)| (&**mode, &**name, &**id)).collect();
        self.tree(&all)
    }

    fn entries(&self, mut tree: &[u8]) -> Vec<(String, Vec<u8>, String)> {
        let length = if self.case.world.kind.is_sha256() { 32 } else { 20 };
        let mut entries = Vec::new();
        while let Some(end) = tree.iter().position(|&byte| byte == 0) {
            let space = tree.iter().position(|&byte| byte == b' ').unwrap();
            let (head, rest) = (&tree[..end], &tree[end + 1..]);
            let mode = String::from_utf8(head[..space].to_vec()).unwrap();
            entries.push((mode, head[space + 1..].to_vec(), hex(&rest[..length])));
            tree = &rest[length..];
        }
        entries
    }

    /// Commits the register with another tree for one of its folders.
    pub fn commit(&self, folder: &str, tree: &str) {
        let mut tree = tree.to_owned();
        let mut path = folder;
        while !path.is_empty() {
            let (parent, name) = path.rsplit_once('/').unwrap_or(("", path));
            tree = self.with(parent, &[(FOLDER, name.as_bytes(), &tree)]);
            path = parent;
        }
        self.commit_root(&tree);
    }

    pub fn commit_root(&self, tree: &str) {
        self.commit_root_on(tree, 0);
    }

    /// So many days after the others.
    pub fn commit_root_on(&self, tree: &str, day: usize) {
        let person = format!("A <a@example.org> {} +0000", 1_790_000_000 + day * 86_400);
        let text = format!(
            "tree {tree}\nparent {}\nauthor {person}\ncommitter {person}\n\nforged\n",
            self.case.git(["rev-parse", "HEAD"])
        );
        self.set(&self.write("commit", text.as_bytes()));
    }

    pub fn set(&self, commit: &str) {
        self.case.git(["update-ref", "refs/heads/main", commit]);
    }
}

/// The same under each of some names.
pub fn each<'a>(names: &'a [String], mode: &'a str, id: &'a str) -> Vec<Entry<'a>> {
    names.iter().map(|name| (mode, name.as_bytes(), id)).collect()
}

/// A tree as it is stored.
pub fn bytes(entries: &[Entry<'_>]) -> Vec<u8> {
    let mut bytes = Vec::new();
    for (mode, name, id) in entries {
        bytes.extend_from_slice(mode.as_bytes());
        bytes.push(b' ');
        bytes.extend_from_slice(name);
        bytes.push(0);
        bytes.extend(
            id.as_bytes()
                .chunks(2)
                .map(|digits| u8::from_str_radix(str::from_utf8(digits).unwrap(), 16).unwrap()),
        );
    }
    bytes
}

fn deflated(bytes: &[u8]) -> Vec<u8> {
    let mut encoder = ZlibEncoder::new(Vec::new(), Compression::fast());
    encoder.write_all(bytes).unwrap();
    encoder.finish().unwrap()
}
