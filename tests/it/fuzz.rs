//! Every loader on bytes that nobody meant: the register's own files, bent a little. None dies, and whatever is found is
//! told in its own file. `PROPTEST_CASES=1000000 cargo test --test it fuzz` runs for as long as one likes; what it finds
//! is kept beside the tests, below `proptest-regressions/`, and tried first ever after.

use std::fs;
use std::path::Path;
use std::sync::LazyLock;

use countersign::domain::visible;
use countersign::files::read::{self, Content, FileBytes};
use countersign::ledger::Message;
use proptest::prelude::*;
use proptest::sample::{Index, select};

/// Each file of the small register, by its path.
static CORPUS: LazyLock<Vec<(String, Vec<u8>)>> = LazyLock::new(|| {
    let root = crate::fixture::tests().join("register");
    let mut files = Vec::new();
    collect(&root, &root, &mut files);
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
enum Bend {
    Set(Index, u8),
    Insert(Index, Vec<u8>),
    Remove(Index, usize),
    Repeat(Index, usize),
    Cut(Index),
}

fn bend() -> impl Strategy<Value = Bend> {
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

fn bent(bytes: &[u8], bends: &[Bend]) -> Vec<u8> {
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
    /// A bent file among sound ones: what is wrong is said of that file, and shown harmlessly.
    #[test]
    fn a_bent_file(at in any::<Index>(), bends in prop::collection::vec(bend(), 1..6)) {
        let (path, sound) = &CORPUS[at.index(CORPUS.len())];
        let file = FileBytes {
            path: path.clone(),
            id: ID.parse().unwrap(),
            content: Content::Bytes(bent(sound, &bends)),
        };
        let findings = match path.split('/').collect::<Vec<_>>()[..] {
            ["countersign.toml"] => read::settings(&file).1,
            ["companies", company, ..] => read::company(&company.parse().unwrap(), std::slice::from_ref(&file)).1,
            _ => read::catalogue(std::slice::from_ref(&file)).1,
        };
        for finding in findings {
            let shown = finding.to_string();
            prop_assert!(!visible::text(&shown).replace('\n', "").contains(visible::is_hidden));
        }
    }

    /// A message is parsed whatever it is. Leaving NUL out may make a trailer of what was none; after that it stays.
    #[test]
    fn a_bent_message(bends in prop::collection::vec(bend(), 0..8)) {
        let text = String::from_utf8_lossy(&bent(MESSAGE.as_bytes(), &bends)).into_owned();
        let rewritten = |text: &str| Message::parse(text).to_string();
        let settled = rewritten(&rewritten(&text));
        prop_assert_eq!(rewritten(&settled), settled);
    }
}

const ID: &str = "3f1c2a9e013f1c2a9e013f1c2a9e013f1c2a9e01";

const MESSAGE: &str = "assess halyard S-1.1: gap → partial\n\nFramework published;\nno trigger points.\n\nCountersign-Change: assess \
    halyard S-1.1\nCountersign-Status: gap -> partial\nCountersign-Evidence: minutes 3f1c2a9e01\n  continued\nSigned-off-by: First \
    Desk <first@example.org>\n";
