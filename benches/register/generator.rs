//! Registers of any size: a real git repository with the shipped catalogue and as many companies as asked for.
//!
//! Nothing in it is random: every word follows from the indices of company and measure, so that the same size gives the
//! same commits, byte for byte, on every machine. The companies are invented and say so.

use std::fmt::Write as _;
use std::fs;
use std::io::Write as _;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use countersign::domain::{Catalogue, Level, Measure};
use countersign::files::read::{self, Content, FileBytes, Patience};
use git2::{ObjectType, Oid, Repository};
use tempfile::TempDir;

#[derive(Clone, Copy)]
pub struct Size {
    pub companies: usize,
    /// Judgements for each company, one for each measure from the first one on.
    pub measures: usize,
}

/// A repository that disappears with the value. It is packed, checked out, and on [`MAIN`].
pub struct Generated {
    folder: TempDir,
    pub files: usize,
    pub text_bytes: usize,
}

pub const MAIN: &str = "refs/heads/main";
/// One commit ahead: one company has one judgement more.
pub const ONE_CHANGED: &str = "refs/heads/one-changed";

impl Generated {
    pub fn new(size: Size) -> Generated {
        let folder = TempDir::new().expect("a temporary folder");
        let files = files(size);
        git(folder.path(), &["init", "--quiet", "--template=", "--initial-branch=main"]);
        for (key, value) in [
            ("user.name", "Ana Ruiz"),
            ("user.email", "ana@example.org"),
            ("commit.gpgSign", "false"),
            ("core.autocrlf", "false"),
            ("gc.auto", "0"),
        ] {
            git(folder.path(), &["config", key, value]);
        }
        import(folder.path(), &files);
        git(folder.path(), &["repack", "-adq"]);
        git(folder.path(), &["reset", "--quiet", "--hard"]);
        let text_bytes = files.iter().map(|file| file.text.len()).sum();
        Generated { folder, files: files.len(), text_bytes }
    }

    /// Lets the register live: so many commits on [`MAIN`], each of which changes one judgement, packed as git packs
    /// (`fast-import` alone leaves chains nobody else has), with a commit graph that knows the paths each commit changed.
    pub fn with_history(size: Size, changes: usize) -> Generated {
        let register = Generated::new(size);
        let judgements = files(size).into_iter().filter(|file| file.path.contains("/assessments/"));
        import_history(register.path(), &judgements.collect::<Vec<_>>(), changes);
        register.git(&["repack", "-adfq"]);
        register.git(&["commit-graph", "write", "--reachable", "--changed-paths", "--no-progress"]);
        register.git(&["reset", "--quiet", "--hard"]);
        register
    }

    pub fn path(&self) -> &Path {
        self.folder.path()
    }

    /// The user's git, as a process of its own, and what it prints.
    pub fn git(&self, arguments: &[&str]) -> Vec<u8> {
        git(self.path(), arguments)
    }

    /// Leaves it on the disk.
    pub fn keep(self) -> PathBuf {
        self.folder.keep()
    }

    /// What HEAD stands for; the work tree stays as it is.
    pub fn switch_to(&self, branch: &str) {
        let repository = Repository::open(self.path()).expect("a repository");
        repository.set_head(branch).expect("a branch");
    }

    /// As if the register was never opened.
    pub fn forget_cache(&self) {
        // There may be none.
        let _ = fs::remove_dir_all(self.path().join(".git/countersign"));
    }

    /// A second repository with the same objects, to write into.
    pub fn throw_away_clone(&self) -> TempDir {
        let clone = TempDir::new().expect("a temporary folder");
        let from = self.path().to_string_lossy();
        git(clone.path(), &["clone", "--quiet", "--template=", "--branch=main", &from, "."]);
        fs::copy(self.path().join(".git/config"), clone.path().join(".git/config"))
            .expect("the same settings");
        clone
    }
}

struct File {
    path: String,
    text: String,
}

fn files(size: Size) -> Vec<File> {
    let mut files = asked();
    let catalogue = catalogue(&files);
    for index in 0..size.companies {
        files.extend(company(index, &catalogue, size.measures));
    }
    files
}

/// What this project ships, and the file that makes a repository a register.
fn asked() -> Vec<File> {
    let project = PathBuf::from(env!("CARGO_MANIFEST_DIR"));
    let mut paths = vec!["sources.toml".to_owned()];
    for entry in fs::read_dir(project.join("commitments")).expect("the shipped catalogue") {
        let name = entry.expect("a readable folder").file_name();
        paths.push(format!("commitments/{}", name.to_string_lossy()));
    }
    paths.sort();
    let read = |path: String| {
        let text = fs::read_to_string(project.join(&path)).expect("a readable file");
        File { path, text }
    };
    let settings = "format = 1\ntitle = \"A generated register\"\n".to_owned();
    let mut files = vec![File { path: "countersign.toml".to_owned(), text: settings }];
    files.extend(paths.into_iter().map(read));
    files
}

fn catalogue(files: &[File]) -> Catalogue {
    let bytes = |file: &File| FileBytes {
        path: file.path.clone(),
        id: blob_id(&file.text).parse().expect("a blob id"),
        content: Content::Bytes(file.text.clone().into_bytes()),
    };
    read::catalogue(&files.iter().map(bytes).collect::<Vec<_>>(), &Patience::default()).0
}

fn blob_id(text: &str) -> String {
    Oid::hash_object(ObjectType::Blob, text.as_bytes()).expect("a hash").to_string()
}

/// `company-007`: a profile, two models, three documents on file, and its judgements.
fn company(index: usize, catalogue: &Catalogue, measures: usize) -> Vec<File> {
    let folder = format!("companies/company-{index:03}");
    let file = |path: &str, text: String| File { path: format!("{folder}/{path}"), text };
    let mut files = vec![
        file("company.toml", profile(index)),
        file("models/large.toml", model(index, "Large", "yes")),
        file("models/small.toml", model(index, "Small", "no")),
    ];
    let evidence: Vec<String> = DOCUMENTS.iter().map(|document| document.text(index)).collect();
    for measure in catalogue.measures().take(measures) {
        let path = match measure.level {
            Level::Provider => format!("assessments/{}.toml", measure.id),
            Level::Model => format!("assessments/{}@large.toml", measure.id),
        };
        files.push(file(&path, assessment(index, measure, catalogue, &evidence)));
    }
    for (document, text) in DOCUMENTS.iter().zip(evidence) {
        files.push(file(&format!("evidence/{}.toml", document.id), text));
    }
    files
}

fn profile(index: usize) -> String {
    let positions = match index % 3 {
        0 => position(r#""T", "C", "S""#, "signed"),
        1 => format!("{}{}", position(r#""S""#, "signed"), position(r#""T", "C""#, "not-listed")),
        _ => position(r#""T", "C", "S""#, "declined"),
    };
    format!(
        "name = \"Company {index:03} SE\"\nshort = \"Co {index:03}\"\ninvented = true\n\
         legal-name = \"Company {index:03} Societas Europaea\"\n\
         legal-name-source = \"Its page on the obligations of providers\"\nestablished = \"union\"\n\
         note = [\n  {{ text = \"Its provider in the Union is the company itself.\" }},\n]\n{positions}"
    )
}

fn position(chapters: &str, stance: &str) -> String {
    format!(
        "\n[[position]]\nchapters = [{chapters}]\nstance = \"{stance}\"\nsince = 2025-08-01\n\
         source = \"As in the list of signatories of 1 August 2025\"\n"
    )
}

fn model(index: usize, name: &str, systemic_risk: &str) -> String {
    format!(
        "name = \"{name} {index:03}\"\nplaced-on-market = 2025-{:02}-15\nsystemic-risk = \"{systemic_risk}\"\n\
         systemic-risk-source = \"Stated in its model documentation\"\nopen-source = \"unknown\"\n\
         licence = \"proprietary\"\nsource = \"Named in its training summary\"\n",
        9 + index % 4
    )
}

struct Document {
    id: &'static str,
    title: &'static str,
    kind: &'static str,
    bears_on: &'static str,
}

const DOCUMENTS: [Document; 3] = [
    Document {
        id: "frontier-safety-framework",
        title: "Frontier Safety and Security Framework",
        kind: "framework",
        bears_on: r#""S-1", "S-2", "S-3", "S-4", "S-8.1""#,
    },
    Document {
        id: "copyright-policy",
        title: "Policy on Copyright and Rights Reservations",
        kind: "policy",
        bears_on: r#""C-1""#,
    },
    Document {
        id: "model-documentation",
        title: "Model Documentation Form",
        kind: "documentation",
        bears_on: r#""T-1.1", "T-1.3""#,
    },
];

impl Document {
    fn text(&self, index: usize) -> String {
        let Document { id, title, kind, bears_on } = self;
        format!(
            "title = \"{title} of Company {index:03}\"\nkind = \"{kind}\"\nversion = \"{}.{}\"\n\
             published = 2026-{:02}-{:02}\nurl = \"https://company-{index:03}.example/ai/{id}.pdf\"\n\
             bears-on = [{bears_on}]\naccess = \"public\"\nchecked = \"A\"\n\
             source = \"Read at the address above on the day it was published\"\n\
             note = \"The version before it named no person who answers for it; this one does, in its annex.\"\n",
            1 + index % 3,
            index % 5,
            1 + index % 6,
            1 + index % 28,
        )
    }
}

const STATUSES: [&str; 4] = ["met", "partial", "gap", "partial"];

const REASONS: [&str; 4] = [
    "The document covers every line of the measure and names who answers for it; the sample of records we asked for \
     was complete.",
    "Published and in force, but there are no stated trigger points for lighter evaluations between two full ones, \
     and the annex that should hold them is announced for the next version.",
    "Nothing that we could find says how it is done, and the company did not answer by the day we had agreed on.",
    "Two of the three lines are shown by the document; for the third one there is a draft that is not in force yet.",
];

fn assessment(index: usize, measure: &Measure, catalogue: &Catalogue, evidence: &[String]) -> String {
    let row = catalogue.measures().position(|other| other.id == measure.id).unwrap_or_default();
    let kind = (index + row) % STATUSES.len();
    let mut text = format!(
        "status = \"{}\"\nreason = \"{}\"\nmeans = \"{}\"\nassessed = 2026-{:02}-{:02}\n\
         owner = \"compliance@company-{index:03}.example\"\nreview-by = 2027-{:02}-01\nmeasure = \"{}\"\n",
        STATUSES[kind],
        REASONS[kind],
        if index.is_multiple_of(3) { "adherence" } else { "alternative" },
        7 + row % 4,
        1 + (index + row) % 28,
        1 + (index + row) % 12,
        catalogue.digest(measure.id).unwrap_or_default(),
    );
    text.push_str("\n[requirements]\n");
    for (line, requirement) in measure.requirements.iter().enumerate() {
        let status = if STATUSES[kind] == "met" { "met" } else { STATUSES[(kind + line) % 3] };
        let _ = writeln!(text, "{} = \"{status}\"", requirement.letter);
    }
    let cited = row % DOCUMENTS.len();
    let _ = write!(
        text,
        "\n[[evidence]]\nid = \"{}\"\npin = \"{}\"\nat = \"section {}.{}, p. {}\"\n\
         quote = \"We review this at least once a year.\"\n",
        DOCUMENTS[cited].id,
        blob_id(&evidence[cited]),
        1 + row % 9,
        1 + index % 4,
        2 + row
    );
    text
}

/// Hands all files to git as two commits.
fn import(folder: &Path, files: &[File]) {
    let mut stream = Vec::new();
    begin(&mut stream, MAIN, "register: generated");
    for file in files {
        modify(&mut stream, file);
    }
    begin(&mut stream, ONE_CHANGED, "assess company-000: one more");
    let _ = writeln!(stream, "from {MAIN}");
    let judged = |file: &&File| file.path.contains("/assessments/");
    if let Some(File { path, text }) = files.iter().find(judged) {
        let text = text.replace("2026-", "2025-");
        modify(&mut stream, &File { path: path.clone(), text });
    }
    let mut git = command(folder, &["fast-import", "--quiet", "--date-format=raw"])
        .stdin(Stdio::piped())
        .spawn()
        .expect("git is started");
    git.stdin.take().expect("a pipe").write_all(&stream).expect("git reads what it is given");
    assert!(git.wait().expect("git ends").success(), "git fast-import");
}

/// One commit after the other, spread over all judgements, none of which says the same twice.
fn import_history(folder: &Path, judgements: &[File], changes: usize) {
    let mut git = command(folder, &["fast-import", "--quiet", "--date-format=raw"])
        .stdin(Stdio::piped())
        .spawn()
        .expect("git is started");
    let mut pipe = std::io::BufWriter::new(git.stdin.take().expect("a pipe"));
    for at in 0..changes {
        let mut stream = Vec::new();
        // A prime, so that neighbours are far apart.
        let File { path, text } = &judgements[at * 7919 % judgements.len()];
        begin_at(&mut stream, MAIN, &format!("assess: change {at} of {path}"), TIME + 600 * at);
        if at == 0 {
            let _ = writeln!(stream, "from {MAIN}^0");
        }
        let text = text.replacen("reason = \"", &format!("reason = \"Change {at}. "), 1);
        modify(&mut stream, &File { path: path.clone(), text });
        pipe.write_all(&stream).expect("git reads what it is given");
    }
    drop(pipe);
    assert!(git.wait().expect("git ends").success(), "git fast-import");
}

/// When everything begins, in June 2026.
const TIME: usize = 1_782_000_000;

fn begin(stream: &mut Vec<u8>, branch: &str, message: &str) {
    begin_at(stream, branch, message, TIME);
}

fn begin_at(stream: &mut Vec<u8>, branch: &str, message: &str, time: usize) {
    let committer = format!("committer Ana Ruiz <ana@example.org> {time} +0200");
    let _ = write!(stream, "commit {branch}\n{committer}\ndata {}\n{message}\n", message.len());
}

fn modify(stream: &mut Vec<u8>, File { path, text }: &File) {
    let _ = write!(stream, "M 100644 inline {path}\ndata {}\n{text}\n", text.len());
}

/// What git prints.
pub fn git(folder: &Path, arguments: &[&str]) -> Vec<u8> {
    let output = command(folder, arguments).output().expect("git is started");
    assert!(output.status.success(), "git {arguments:?}: {}", String::from_utf8_lossy(&output.stderr));
    output.stdout
}

/// Git without the settings of whoever runs the benchmark.
fn command(folder: &Path, arguments: &[&str]) -> Command {
    let mut git = Command::new("git");
    git.current_dir(folder).args(arguments);
    git.env("GIT_CONFIG_GLOBAL", "/dev/null").env("GIT_CONFIG_NOSYSTEM", "1");
    for variable in ["GIT_DIR", "GIT_WORK_TREE", "GIT_INDEX_FILE"] {
        git.env_remove(variable);
    }
    git
}
