//! Every loader on bytes that nobody meant: the register's own files, bent a little. None dies, and whatever is found is
//! told in its own file. `PROPTEST_CASES=1000000 cargo test --test it fuzz` runs for as long as one likes; what it finds
//! is kept beside the tests, below `proptest-regressions/`, and tried first ever after.

use std::fs;
use std::path::Path;
use std::sync::LazyLock;

use countersign::config;
use countersign::domain::{Claim, visible};
use countersign::files::merge::{self, Merged, Versions, merge};
use countersign::files::read::{self, Content, FileBytes, Patience};
use countersign::files::{RegisterPath, lines, remark};
use countersign::ledger::Message;
use countersign::ui::chosen::Chosen;
use countersign::ui::draft::Draft;
use countersign::ui::sketch::Sketch;
use countersign::ui::{Theme, theme};
use proptest::prelude::*;
use proptest::sample::{Index, select};

/// Each file of the small register, and of what this project ships those that are of no kind there, by their paths.
static CORPUS: LazyLock<Vec<(String, Vec<u8>)>> = LazyLock::new(|| {
    let root = crate::fixture::tests().join("register");
    let mut files = Vec::new();
    collect(&root, &root, &mut files);
    let project = Path::new(env!("CARGO_MANIFEST_DIR"));
    let shipped = ["sources.toml", "commitments/code.toml"];
    files.extend(shipped.map(|path| (path.to_owned(), fs::read(project.join(path)).unwrap())));
    files.extend(
        [("countersign.toml", SETTINGS), ("waivers.toml", WAIVERS)]
            .map(|(path, text)| (path.to_owned(), text.into())),
    );
    files
});

fn collect(root: &Path, folder: &Path, files: &mut Vec<(String, Vec<u8>)>) {
    for entry in fs::read_dir(folder).unwrap().map(Result::unwrap) {
        let path = entry.path();
        if path.is_dir() {
            collect(root, &path, files);
        } else {
            let name = path.strip_prefix(root).unwrap().to_str().unwrap().replace('\\', "/");
            files.push((name, fs::read(&path).unwrap()));
        }
    }
}

/// One bend of a text.
#[derive(Clone, Debug)]
pub enum Bend {
    Set(Index, u8),
    Insert(Index, Vec<u8>),
    Remove(Index, usize),
    Repeat(Index, usize),
    Cut(Index),
}

pub fn bend() -> impl Strategy<Value = Bend> {
    let words = [
        "[",
        "]]",
        "{",
        "\"",
        "\"\"\"",
        "=",
        ".",
        "\n",
        "\r",
        "\u{0}",
        "[[position]]\n",
        "status = \"met\"\n",
        "\\u001b",
    ];
    let words = select(words.to_vec()).prop_map(|word| word.as_bytes().to_vec());
    prop_oneof![
        (any::<Index>(), any::<u8>()).prop_map(|(at, byte)| Bend::Set(at, byte)),
        (any::<Index>(), words).prop_map(|(at, word)| Bend::Insert(at, word)),
        (any::<Index>(), 1..40usize).prop_map(|(at, length)| Bend::Remove(at, length)),
        (any::<Index>(), 1..60usize).prop_map(|(at, length)| Bend::Repeat(at, length)),
        any::<Index>().prop_map(Bend::Cut),
    ]
}

pub fn bent(bytes: &[u8], bends: &[Bend]) -> Vec<u8> {
    let mut bytes = bytes.to_vec();
    for bend in bends {
        let length = bytes.len();
        if length == 0 {
            break;
        }
        match bend {
            Bend::Set(at, byte) => bytes[at.index(length)] = *byte,
            Bend::Insert(at, word) => {
                drop(bytes.splice(at.index(length)..at.index(length), word.iter().copied()))
            }
            Bend::Remove(at, count) => {
                drop(bytes.drain(at.index(length)..length.min(at.index(length) + count)))
            }
            Bend::Repeat(at, count) => {
                let (start, end) = (at.index(length), length.min(at.index(length) + count));
                bytes.extend_from_within(start..end);
            }
            Bend::Cut(at) => bytes.truncate(at.index(length)),
        }
    }
    bytes
}

proptest! {
    /// A bent file among sound ones: what is wrong is said of that file, at a place in it.
    #[test]
    fn a_bent_file(at in any::<Index>(), bends in prop::collection::vec(bend(), 1..6)) {
        let (path, sound) = &CORPUS[at.index(CORPUS.len())];
        let file = |path: &str, bytes: &[u8]| FileBytes {
            path: path.to_owned(),
            id: ID.parse().unwrap(),
            content: Content::Bytes(bytes.to_vec()),
        };
        let bytes = bent(sound, &bends);
        let bent = file(path, &bytes);
        let findings = match path.split('/').collect::<Vec<_>>()[..] {
            ["countersign.toml"] => read::settings(&bent).1,
            ["waivers.toml"] => read::waivers(&bent).1,
            ["companies", company, ..] => {
                // Without this one it is missing, which would be another finding.
                let needed = format!("companies/{company}/company.toml");
                let needed = CORPUS.iter().filter(|(other, _)| *other == needed && other != path);
                let mut files: Vec<FileBytes> = needed.map(|(path, sound)| file(path, sound)).collect();
                files.push(bent);
                read::company(&company.parse().unwrap(), &files, &Patience::default()).1
            }
            _ => read::catalogue(&[bent], &Patience::default()).1,
        };
        let lines = bytes.split(|byte| *byte == b'\n').count();
        for finding in findings {
            prop_assert_eq!(&finding.path, path);
            prop_assert!(finding.place.is_none_or(|place| (1..=lines).contains(&place.line)), "{}", finding);
        }
    }

    /// Three bent versions of a file: what they come to is TOML, or nothing where one of them is none.
    #[test]
    fn bent_versions_of_a_file(
        at in any::<Index>(),
        bends in prop::array::uniform3(prop::collection::vec(bend(), 0..4)),
    ) {
        let (path, sound) = &CORPUS[at.index(CORPUS.len())];
        let texts = bends.map(|bends| String::from_utf8_lossy(&bent(sound, &bends)).into_owned());
        let [base, ours, theirs] = texts.each_ref().map(String::as_str);
        let path = RegisterPath::of(path).unwrap().unwrap();
        match merge(&path, Versions { base, ours, theirs }) {
            Merged::Agreed(text) | Merged::Contested(text) | Merged::Unsettled(text) => {
                prop_assert!(merge::is_toml(&text), "{}", text);
            }
            Merged::Unreadable => prop_assert!(texts.iter().any(|text| !merge::is_toml(text))),
        }
        let shown = lines::lines(ours);
        prop_assert!(!shown.replace('\n', "").contains(visible::is_hidden), "{:?}", shown);
    }

    /// What somebody said about a proposal; what is typed and kept, which is this machine's own.
    #[test]
    fn a_bent_remark_or_draft(bends in prop::collection::vec(bend(), 1..6)) {
        let text = |sound: &str| String::from_utf8_lossy(&bent(sound.as_bytes(), &bends)).into_owned();
        if let Some(remark) = remark::read(&text(REMARK)) {
            let (_, written) = remark::write("reviews", &remark).unwrap();
            prop_assert_eq!(remark::read(&written), Some(remark));
        }
        let [draft, position, conflict] = DRAFTS.map(text);
        if let Ok(draft) = serde_json::from_str::<Draft>(&draft) {
            prop_assert_eq!(Draft::read(&draft.name(), &draft.text()), Some(draft));
        }
        if let Ok(sketch) = serde_json::from_str::<Sketch>(&position) {
            prop_assert_eq!(Sketch::read(&sketch.name(), &sketch.text()), Some(sketch));
        }
        if let Ok(chosen) = serde_json::from_str::<Chosen>(&conflict) {
            prop_assert_eq!(Chosen::read(&chosen.name(), &chosen.text()), Some(chosen));
        }
    }

    /// A person's own settings and theme, which are never the register's.
    #[test]
    fn a_bent_configuration(bends in prop::collection::vec(bend(), 1..6)) {
        let text = |sound: &str| String::from_utf8_lossy(&bent(sound.as_bytes(), &bends)).into_owned();
        let (_, findings) = config::settings("config.toml", &text(CONFIGURATION));
        prop_assert!(findings.iter().all(|finding| finding.path == "config.toml"));
        let (_, mistakes) = theme::read(&text(THEME), Theme::dark());
        prop_assert!(mistakes.iter().all(|mistake| mistake.line > 0));
    }

    /// A message is parsed whatever it is. Leaving NUL out may make a trailer of what was none; after that it stays.
    #[test]
    fn a_bent_message(bends in prop::collection::vec(bend(), 0..8)) {
        let text = String::from_utf8_lossy(&bent(MESSAGE.as_bytes(), &bends)).into_owned();
        let message = Message::parse(&text);
        let trailers = message.trailers.iter().map(|trailer| (trailer.key.as_str(), trailer.value.as_str()));
        prop_assert!(Claim::read(trailers).len() <= message.trailers.len());
        let rewritten = |text: &str| Message::parse(text).to_string();
        let settled = rewritten(&rewritten(&text));
        prop_assert_eq!(rewritten(&settled), settled);
    }
}

const SETTINGS: &str = "format = 1\ntitle = \"Small\"\n[review]\nsecond-person = true\nmay-decide = [\"first@example.org\"]\n\
    proposals = \"proposal/<company>/<slug>\"\nrequired-checks = [\"check\"]\n[[review.approver]]\npeople = [\"second@example.org\"]\n\
    companies = [\"halyard\"]\nchapters = [\"S\"]\n[signing]\nrequire-signatures = true\nrevoked-keys = \"policy/revoked\"\n[[view]]\n\
    name = \"what runs out\"\nfilter = \"state:stale\"\nsort = \"gaps\"\nhidden = [\"tidepool\"]\n";

const WAIVERS: &str = "[[waiver]]\nrule = \"missing-source\"\npath = \"companies/halyard/company.toml\"\nreason = \"Asked for.\"\n\
    owner = \"first@example.org\"\nexpires = 2026-12-31\n[[waiver]]\nrule = \"edited-by-hand\"\ncell = \"halyard S-1.1\"\n\
    commit = \"3f1c2a9e013f1c2a9e013f1c2a9e013f1c2a9e01\"\nreason = \"Known.\"\nowner = \"second@example.org\"\nexpires = 2027-01-31\n";

const REMARK: &str = "verdict = \"note\"\nproposal = \"proposal/halyard/q3\"\nby = \"Second Desk <second@example.org>\"\n\
    at = \"2026-11-28T05:00:00Z\"\nhead = \"3f1c\"\ncontent = \"2a9e\"\nbase = \"0000\"\ntext = \"Which page?\"\n";

/// Of a judgement, of a position, and for a file in conflict.
const DRAFTS: [&str; 3] = [
    r#"{"company":"halyard","slot":"S-1.1","base":null,"status":"gap","reason":"So far.","requirements":{"a":"met"},
    "evidence":[{"id":"minutes","at":"p. 3","quote":null}],"owner":null,"review-by":"2026-12-01",
    "documents":{"minutes":{"title":"Minutes"}},"unfinished":null}"#,
    r#"{"company":"halyard","position":{"chapters":"S","since":"2026-04-07"}}"#,
    r#"{"path":"companies/halyard/company.toml","conflict":"1","whole":null,"answers":{"seat":"ours"},"reason":null}"#,
];

#[test]
fn what_is_bent_is_sound_before() {
    let [draft, position, conflict] = DRAFTS;
    serde_json::from_str::<Draft>(draft).unwrap();
    serde_json::from_str::<Sketch>(position).unwrap();
    serde_json::from_str::<Chosen>(conflict).unwrap();
    assert!(remark::read(REMARK).is_some());
    for (path, bytes) in CORPUS.iter().filter(|(path, _)| path.ends_with(".toml")) {
        assert!(merge::is_toml(str::from_utf8(bytes).unwrap()), "{path}");
    }
    let file = |path: &str, text: &str| FileBytes {
        path: path.to_owned(),
        id: ID.parse().unwrap(),
        content: Content::Bytes(text.into()),
    };
    assert_eq!(read::settings(&file("countersign.toml", SETTINGS)).1, []);
    assert_eq!(read::waivers(&file("waivers.toml", WAIVERS)).1, []);
}

const CONFIGURATION: &str = "theme = \"dark\"\n[keys.board]\n\"ctrl-x\" = \"quit\"\n\"g x\" = \"gaps\"\n";

const THEME: &str =
    "based-on = \"light\"\nhint = \"#808080\"\n[state]\ngap = { fg = \"red\", bold = true }\n";

const ID: &str = "3f1c2a9e013f1c2a9e013f1c2a9e013f1c2a9e01";

const MESSAGE: &str = "assess halyard S-1.1: gap → partial\n\nFramework published;\nno trigger points.\n\nCountersign-Change: assess \
    halyard S-1.1\nCountersign-Status: gap -> partial\nCountersign-Evidence: minutes 3f1c2a9e01\n  continued\nSigned-off-by: First \
    Desk <first@example.org>\n";
