//! Trees that lead out of the register, or that no program wants to walk.

use std::fs;

use git2::{ObjectType, Oid, Repository};

use super::{countersign, look_around, look_at};
use crate::audit::{Case, minutes};
use crate::full_size;

/// Objects written as they are, past all of git's checks.
struct Forge<'a> {
    case: &'a Case,
    repository: Repository,
}

const FILE: &str = "100644";
const FOLDER: &str = "40000";

impl Forge<'_> {
    fn new(case: &Case) -> Forge<'_> {
        Forge { case, repository: Repository::open(&case.world.path).unwrap() }
    }

    fn write(&self, kind: ObjectType, bytes: &[u8]) -> Oid {
        self.repository.odb().unwrap().write(kind, bytes).unwrap()
    }

    fn blob(&self, text: impl AsRef<[u8]>) -> Oid {
        self.write(ObjectType::Blob, text.as_ref())
    }

    fn id(&self, revision: &str) -> Oid {
        self.case.git(["rev-parse", revision]).parse().unwrap()
    }

    fn tree(&self, entries: &[(&str, &[u8], Oid)]) -> Oid {
        self.write(ObjectType::Tree, &bytes(entries))
    }

    /// The tree of a folder at HEAD, with entries added behind its own or in place of them.
    fn with(&self, folder: &str, entries: &[(&str, &[u8], Oid)]) -> Oid {
        let id = self.id(&format!("HEAD:{folder}"));
        let tree = self.repository.find_tree(id).unwrap();
        let mut all: Vec<(String, Vec<u8>, Oid)> = tree
            .iter()
            .map(|entry| (format!("{:o}", entry.filemode()), entry.name_bytes().to_vec(), entry.id()))
            .filter(|(_, name, _)| !entries.iter().any(|entry| entry.1 == name))
            .collect();
        all.extend(entries.iter().map(|(mode, name, id)| ((*mode).to_owned(), name.to_vec(), *id)));
        // In git's order, or git itself finds nothing in it.
        all.sort_by_key(|(mode, name, _)| {
            [name.as_slice(), if mode == FOLDER { b"/" } else { b"" }].concat()
        });
        let all: Vec<(&str, &[u8], Oid)> =
            all.iter().map(|(mode, name, id)| (mode.as_str(), name.as_slice(), *id)).collect();
        self.tree(&all)
    }

    /// Commits the register with another tree for a folder of Halyard's, or for `companies` itself.
    fn commit(&self, folder: &str, tree: Oid) {
        let mut tree = tree;
        let mut path = folder;
        loop {
            let (parent, name) = path.rsplit_once('/').unwrap_or(("", path));
            tree = self.with(parent, &[(FOLDER, name.as_bytes(), tree)]);
            if parent.is_empty() {
                break;
            }
            path = parent;
        }
        self.commit_root(tree);
    }

    fn commit_root(&self, tree: Oid) {
        let text = format!(
            "tree {tree}\nparent {}\nauthor A <a@example.org> 1790000000 +0000\ncommitter A <a@example.org> 1790000000 \
             +0000\n\nforged\n",
            self.id("HEAD")
        );
        let commit = self.write(ObjectType::Commit, text.as_bytes());
        self.repository.reference("refs/heads/main", commit, true, "forged").unwrap();
    }
}

fn bytes(entries: &[(&str, &[u8], Oid)]) -> Vec<u8> {
    let mut bytes = Vec::new();
    for (mode, name, id) in entries {
        bytes.extend_from_slice(mode.as_bytes());
        bytes.push(b' ');
        bytes.extend_from_slice(name);
        bytes.push(0);
        bytes.extend_from_slice(id.as_bytes());
    }
    bytes
}

#[track_caller]
fn check(case: &Case, expected: &[&str]) {
    let check = countersign(&case.world.path, &["check"]);
    for words in expected {
        assert!(check.stdout.contains(words), "{words} is missing:\n{}", check.stdout);
    }
}

#[test]
fn names_that_lead_elsewhere() {
    let case = Case::new();
    let forge = Forge::new(&case);
    let evil = forge.blob("name = \"Evil\"\n");
    let folder = forge.tree(&[(FILE, b"company.toml", evil)]);
    let names: [&[u8]; 12] = [
        b"..",
        b".",
        b".git",
        b".GIT",
        b"git~1",
        b"a/b",
        b"a\\b",
        b"../../outside",
        b"/etc",
        b"C:",
        b"\xff\xfe",
        b".git ",
    ];
    let mut entries = Vec::new();
    for name in names {
        entries.push((FOLDER, name, folder));
        entries.push((FILE, name, evil));
    }
    for place in [
        "companies",
        "companies/halyard",
        "companies/halyard/evidence",
        "companies/halyard/models",
        "commitments",
    ] {
        forge.commit(place, forge.with(place, &entries));
    }
    forge.commit_root(forge.with("", &entries));
    look_around(&case.world.path);
    check(
        &case,
        &["the name leads to another folder", "the name is git's own", "the name holds a path separator"],
    );
    // The rest stays usable, and nothing of it came into being.
    let show = countersign(&case.world.path, &["show", "halyard"]);
    assert!(show.stdout.contains("Halyard"), "{}", show.stdout);
    assert!(!case.world.beside("outside").exists());
}

#[test]
fn entries_out_of_order_doubled_or_of_no_mode() {
    let case = Case::new();
    let forge = Forge::new(&case);
    let (file, other) = (forge.blob("name = \"One\"\n"), forge.blob("name = \"Two\"\n"));
    let nowhere: Oid = "12345678901234567890123456789012345678ab".parse().unwrap();
    let entries: [(&str, &[u8], Oid); 11] = [
        (FILE, b"zz.toml", file),
        (FILE, b"aa.toml", file),
        (FILE, b"aa.toml", other),
        (FOLDER, b"aa.toml", nowhere),
        ("120000", b"link.toml", forge.blob("/etc/passwd")),
        ("120000", b"up.toml", forge.blob("../../../../../etc/passwd")),
        ("160000", b"module.toml", nowhere),
        ("0", b"zero.toml", file),
        ("777777", b"odd.toml", file),
        ("40000", b"file-as-folder", file),
        (FILE, b"gone.toml", nowhere),
    ];
    let sound = forge.id("HEAD").to_string();
    let again = || drop(case.git(["update-ref", "refs/heads/main", &sound]));
    let folders = ["models", "evidence", "assessments"].map(|folder| format!("companies/halyard/{folder}"));
    for place in folders.iter().map(String::as_str).chain(["companies"]) {
        again();
        forge.commit(place, forge.tree(&entries));
        look_around(&case.world.path);
    }
    again();
    let profile: [(&str, &[u8], Oid); 3] = [
        ("120000", b"company.toml", forge.blob("/etc/passwd")),
        ("160000", b"models", nowhere),
        (FILE, b"evidence", file),
    ];
    forge.commit("companies/halyard", forge.tree(&profile));
    look_around(&case.world.path);
    again();
    let root: [(&str, &[u8], Oid); 4] = [
        ("120000", b"countersign.toml", forge.blob("/etc/passwd")),
        (FILE, b"companies", file),
        ("160000", b"commitments", nowhere),
        (FOLDER, b"sources.toml", nowhere),
    ];
    forge.commit_root(forge.tree(&root));
    look_around(&case.world.path);
}

#[test]
fn names_that_collide_or_are_very_long() {
    let case = Case::new();
    let forge = Forge::new(&case);
    let file = forge.blob("name = \"One\"\n");
    let long = "x".repeat(255) + ".toml";
    let very_long = "y".repeat(100_000);
    for place in ["companies/halyard/models", "companies/halyard/evidence", "companies"] {
        let entries: [(&str, &[u8], Oid); 5] = [
            (FILE, b"Model.toml", file),
            (FILE, b"MODEL.toml", file),
            (FILE, b"model.toml", file),
            (FILE, long.as_bytes(), file),
            (FILE, very_long.as_bytes(), file),
        ];
        forge.commit(place, forge.with(place, &entries));
    }
    look_around(&case.world.path);
}

#[test]
fn folders_without_end() {
    let case = Case::new();
    let forge = Forge::new(&case);
    // In memory first, and then as one pack: a hundred thousand files would take their time.
    let mut tree = forge.tree(&[(FILE, b"end.toml", forge.blob("name = 1\n"))]);
    {
        let odb = forge.repository.odb().unwrap();
        let mempack = odb.add_new_mempack_backend(1000).unwrap();
        for _ in 0..100_000 {
            tree = odb.write(ObjectType::Tree, &bytes(&[(FOLDER, b"d", tree)])).unwrap();
        }
        let mut pack = git2::Buf::new();
        mempack.dump(&forge.repository, &mut pack).unwrap();
        mempack.reset().unwrap();
        let file = case.world.path.join(".git/objects/pack/deep.pack");
        fs::write(&file, &*pack).unwrap();
        case.git(["index-pack", file.to_str().unwrap()]);
    }
    let forge = Forge::new(&case);
    for place in ["companies", "companies/halyard", "companies/halyard/evidence", "commitments"] {
        forge.commit(place, forge.with(place, &[(FOLDER, b"deep", tree)]));
    }
    forge.commit_root(forge.with("", &[(FOLDER, b"deep", tree)]));
    look_around(&case.world.path);
}

#[test]
fn a_hundred_thousand_files_in_a_folder() {
    // The more is wrong in a file, the longer it is looked at.
    let evidence = minutes("").replace("file = \"minutes.txt\"\n", "");
    for (place, text) in [
        ("companies/halyard/evidence", "not even TOML"),
        ("companies/halyard/evidence", &evidence),
        ("companies/halyard/models", &evidence),
        ("companies", "not even TOML"),
        ("commitments", "not even TOML"),
        ("", "not even TOML"),
    ] {
        let case = Case::new();
        let forge = Forge::new(&case);
        let file = forge.blob(text);
        let names: Vec<String> = (0..100_000).map(|at| format!("f{at:06}.toml")).collect();
        let entries: Vec<(&str, &[u8], Oid)> =
            names.iter().map(|name| (FILE, name.as_bytes(), file)).collect();
        let id = case.git(["rev-parse", &format!("HEAD:{place}")]);
        let own = forge.repository.find_tree(id.parse().unwrap()).unwrap();
        let mut all = bytes(&entries);
        for entry in own.iter() {
            all.extend(bytes(&[(&format!("{:o}", entry.filemode()), entry.name_bytes(), entry.id())]));
        }
        let tree = forge.write(ObjectType::Tree, &all);
        if place.is_empty() {
            forge.commit_root(tree)
        } else {
            forge.commit(place, tree)
        }
        let views: [&[&str]; 5] = [&["show"], &["show", "halyard"], &["log"], &["check"], &["audit"]];
        look_at(&case.world.path, &views);
        if place.starts_with("companies/") {
            check(&case, &[&format!("{place}: 10000"), "the last 9500"]);
        }
    }
}

#[test]
fn blobs_of_a_size_nobody_reads() {
    let case = Case::new();
    let forge = Forge::new(&case);
    // The full size takes a while to hash; a tenth of it would be noticed just as well.
    let size_bytes: u64 = if full_size() { 2 << 30 } else { 256 << 20 };
    let file = case.world.beside("zeros");
    fs::File::create(&file).unwrap().set_len(size_bytes).unwrap();
    let id: Oid =
        case.git(["-c", "core.compression=1", "hash-object", "-w", file.to_str().unwrap()]).parse().unwrap();
    for (place, name) in [
        ("companies/halyard/evidence", "minutes.txt"),
        ("companies/halyard/evidence", "large.toml"),
        ("companies/halyard/models", "large.toml"),
        ("companies/halyard/assessments", "S-1.1.toml"),
        ("companies/lodestar", "company.toml"),
        ("commitments", "limits.toml"),
        ("policy", "allowed_signers"),
    ] {
        let exists = case.world.path.join(place).exists();
        let entry: [(&str, &[u8], Oid); 1] = [(FILE, name.as_bytes(), id)];
        forge.commit(
            place,
            if exists && !case.git(["ls-tree", "HEAD", place]).is_empty() {
                forge.with(place, &entry)
            } else {
                forge.tree(&entry)
            },
        );
    }
    look_around(&case.world.path);
    forge.commit_root(forge.with("", &[(FILE, b"countersign.toml", id)]));
    look_around(&case.world.path);
}

#[test]
fn commits_and_trees_of_a_size_nobody_reads() {
    let case = Case::new();
    let forge = Forge::new(&case);
    let mut commit = format!(
        "tree {}\nauthor A <a@example.org> 1790000000 +0000\ncommitter A <a@example.org> 1790000000 +0000\n\n",
        forge.id("HEAD^{tree}")
    )
    .into_bytes();
    commit.resize(256 << 20, b'x');
    let write = |kind: &str, bytes: &[u8]| -> Oid {
        let file = case.world.beside(kind);
        fs::write(&file, bytes).unwrap();
        let options = ["-c", "core.compression=1", "hash-object", "--literally", "-w", "-t", kind];
        case.git([&options[..], &[file.to_str().unwrap()]].concat()).parse().unwrap()
    };
    let large = write("commit", &commit);
    let set = |id: Oid| drop(forge.repository.reference("refs/heads/main", id, true, "forged").unwrap());
    set(large);
    look_around(&case.world.path);
    // The same as a parent.
    let text = format!(
        "tree {}\nparent {large}\nauthor A <a@example.org> 1790000000 +0000\ncommitter A <a@example.org> 1790000000 \
         +0000\n\nforged\n",
        forge.repository.head().unwrap().peel_to_tree().map_or(forge.id("HEAD^{tree}"), |tree| tree.id())
    );
    set(forge.write(ObjectType::Commit, text.as_bytes()));
    look_around(&case.world.path);
}

#[cfg(unix)]
#[test]
fn links_in_the_work_tree() {
    use std::os::unix::fs::symlink;
    let case = Case::new();
    let outside = case.world.beside("outside");
    fs::create_dir(&outside).unwrap();
    fs::write(outside.join("secret.toml"), "name = \"Secret of the machine\"\n").unwrap();
    fs::write(outside.join("company.toml"), "name = \"Secret of the machine\"\n").unwrap();
    let companies = case.world.path.join("companies");
    symlink(&outside, companies.join("linked")).unwrap();
    symlink(outside.join("secret.toml"), companies.join("halyard/models/secret.toml")).unwrap();
    symlink("/dev/zero", companies.join("halyard/models/zero.toml")).unwrap();
    symlink(&companies, companies.join("halyard/evidence/round")).unwrap();
    assert!(
        std::process::Command::new("mkfifo")
            .arg(companies.join("halyard/models/pipe.toml"))
            .status()
            .unwrap()
            .success()
    );
    look_around(&case.world.path);
    let check = countersign(&case.world.path, &["show", "--worktree", "--json"]);
    assert!(!check.stdout.contains("Secret"), "{}", check.stdout);

    // A decision is not written through one either.
    fs::remove_dir_all(companies.join("halyard/assessments")).ok();
    symlink(&outside, companies.join("halyard/assessments")).unwrap();
    let arguments = ["assess", "halyard", "S-1.1", "--status", "gap", "--reason", "So far.", "--yes"];
    let refused = countersign(&case.world.path, &arguments);
    assert_eq!(refused.code, 2, "{}", refused.stdout);
    assert!(!outside.join("S-1.1.toml").exists());
}
