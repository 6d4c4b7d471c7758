//! Evidence that is put on file with its record: honest where it is, named where it is not, and taken back whole.

use countersign::analysis::Draft;
use countersign::analysis::decision::{self, Cited};
use countersign::analysis::filing::{self, Copy, Document, How, Refusal};
use countersign::domain::{Access, Change, Checked, EvidenceKind, Filing, Status};
use countersign::error::Error;
use countersign::register::{At, Undo, Way, Which};

use super::{Case, today};
use crate::ledger::world::{Kind, in_every_kind, on_both_stores};

const FILE: &str = "companies/halyard/evidence/charter.toml";
const COPY: &str = "companies/halyard/evidence/charter.pdf";

fn draft(version: &str, bytes: &[u8], keep: bool) -> filing::Draft {
    let document = Document::new("Charter FINAL.pdf".to_owned(), bytes.into());
    filing::Draft {
        title: "Risk Charter".to_owned(),
        kind: Some(EvidenceKind::Governance),
        version: Some(version.to_owned()),
        bears_on: vec!["S-1.1".parse().unwrap()],
        access: Some(Access::Internal),
        checked: Some(Checked::A),
        source: "made up".to_owned(),
        copy: if keep { Copy::Kept(document) } else { Copy::Seen(document) },
        ..filing::Draft::default()
    }
}

fn filing(case: &Case, how: How, draft: &filing::Draft) -> Result<Filing, Vec<Refusal>> {
    let snapshot = case.register().snapshot(&At::Head).unwrap();
    filing::file(&snapshot, &"halyard".parse().unwrap(), &"charter".parse().unwrap(), how, draft)
}

fn file(case: &Case, how: How, draft: &filing::Draft) {
    let register = case.register();
    let snapshot = register.snapshot(&At::Head).unwrap();
    let change = Change::File(filing(case, how, draft).unwrap());
    let prepared = register.prepare(&snapshot, &change).unwrap();
    register.commit(prepared).unwrap();
}

fn touched(case: &Case) -> String {
    case.git(["show", "--format=", "--name-status", "HEAD"])
}

in_every_kind! { evidence_is_filed_replaced_and_taken_back }

fn evidence_is_filed_replaced_and_taken_back(kind: Kind) {
    let case = Case::of(kind);
    let start = case.git(["rev-parse", "HEAD^{tree}"]);
    case.world.write("scratch.txt", "not of the register, and staged");
    case.git(["add", "scratch.txt"]);

    file(&case, How::Add, &draft("1", b"%PDF\0one", true));
    assert_eq!(touched(&case), format!("A\t{COPY}\nA\t{FILE}"));
    assert_eq!(case.world.read(COPY), "%PDF\0one");
    let message = case.message();
    let [told, kept] = [FILE, COPY].map(|path| case.git(["rev-parse", &format!("HEAD:{path}")]));
    assert!(message.starts_with("evidence halyard charter: added\n"), "{message}");
    assert!(message.contains(&format!("Countersign-Evidence: charter {told} sha256:")), "{message}");
    assert!(message.contains("Countersign-Change: document halyard charter.pdf\n"), "{message}");
    assert!(message.contains(&format!(" -> {kept}\n")), "{message}");

    // Another version that is only looked at: what was kept goes, and is remembered as an earlier one.
    file(&case, How::Replace, &draft("2", b"%PDF\0two", false));
    assert_eq!(touched(&case), format!("D\t{COPY}\nM\t{FILE}"));
    assert!(case.message().starts_with("evidence halyard charter: replaced\n"));
    assert!(case.world.read(FILE).ends_with("\n[[earlier]]\nversion = \"1\"\n"));
    file(
        &case,
        How::Replace,
        &filing::Draft { title: "Charter".to_owned(), ..draft("2", b"%PDF\0two", false) },
    );
    assert!(case.message().starts_with("evidence halyard charter: corrected\n"));
    assert_eq!(touched(&case), format!("M\t{FILE}"));
    case.assert_found(&[]);
    let snapshot = case.register().snapshot(&At::Head).unwrap();
    assert_eq!(snapshot.findings, []);

    let register = case.register();
    for way in [Way::Undo, Way::Undo, Way::Undo, Way::Redo, Way::Undo] {
        let prepared = register.undo(&Undo { way, which: Which::Last, reason: None }).unwrap();
        register.commit(prepared).unwrap();
    }
    assert_eq!(case.git(["rev-parse", "HEAD^{tree}"]), start);
    assert_eq!(case.git(["status", "--porcelain"]), "A  scratch.txt");
    case.assert_found(&[]);
}

in_every_kind! { a_judgement_rests_on_evidence_that_is_filed_with_it }

fn a_judgement_rests_on_evidence_that_is_filed_with_it(kind: Kind) {
    let case = Case::of(kind);
    let register = case.register();
    let snapshot = register.snapshot(&At::Head).unwrap();
    let filed = filing(&case, How::Add, &draft("1", b"one", true)).unwrap();
    let with = register.with_filed(&snapshot, std::slice::from_ref(&filed)).unwrap();
    let cited = Cited {
        id: "charter".parse().unwrap(),
        at: Some("p. 3".to_owned()),
        quote: Some("We stop.".to_owned()),
    };
    let draft = Draft {
        status: Some(Status::Partial),
        reason: "Adopted.".to_owned(),
        evidence: vec![cited],
        ..Draft::default()
    };
    let slot = "S-1.1".parse().unwrap();
    let decided = decision::decide(&with, today(), &"halyard".parse().unwrap(), &slot, &draft).unwrap();
    let before = case.git(["rev-parse", "HEAD"]);
    let prepared = register.prepare_all(&snapshot, &[Change::File(filed), decided]).unwrap();
    assert_eq!(prepared.commits().len(), 2);
    register.commit(prepared.clone()).unwrap();

    assert_eq!(case.git(["rev-parse", "HEAD~2"]), before);
    let pin = case.git(["rev-parse", &format!("HEAD~1:{FILE}")]);
    assert!(case.world.read(super::CELL).contains(&format!("pin = \"{pin}\"")));
    let pinned = &register.snapshot(&At::Head).unwrap().companies[&"halyard".parse().unwrap()];
    let pinned = &pinned.assessments[&slot].assessment.evidence[0];
    assert_eq!(
        pinned.document.as_ref().unwrap().to_string(),
        case.git(["rev-parse", &format!("HEAD:{COPY}")])
    );
    assert_eq!((pinned.at.as_deref(), pinned.quote.as_deref()), (Some("p. 3"), Some("We stop.")));
    case.assert_found(&[]);

    // What was prepared once cannot be made twice, and nothing of it is.
    let head = case.git(["rev-parse", "HEAD"]);
    assert!(matches!(register.commit(prepared), Err(Error::Overtaken { .. })));
    assert_eq!(case.git(["rev-parse", "HEAD"]), head);
    assert_eq!(case.git(["status", "--porcelain"]), "");
}

/// What the audit says, and how an honest message is made to lie.
type Lie = (&'static str, fn(&str) -> String);

on_both_stores! {
    a_record_of_evidence_that_lies_is_found
    what_git_would_convert_is_not_kept
    what_cannot_be_filed_is_refused_with_every_reason
}

fn a_record_of_evidence_that_lies_is_found(kind: Kind) {
    let lies: [Lie; 6] = [
        ("another content", |message| message.replace("-> ", "-> f")),
        ("another digest", |message| message.replace("sha256:", "sha256:0")),
        ("other evidence", |message| {
            message.replace("Countersign-Evidence: charter", "Countersign-Evidence: code")
        }),
        ("which it does not change", |message| {
            message.replace("document halyard charter", "document halyard code")
        }),
        ("something else than its record", |message| message.replacen("halyard charter", "halyard code", 1)),
        ("more than one record", |message| {
            let record = message.split("\n\n").nth(2).unwrap();
            let of_the_file = record.split("Countersign-Change: document").next().unwrap();
            message.replace("Signed-off-by", &format!("{of_the_file}Signed-off-by"))
        }),
    ];
    let case = Case::of(kind);
    file(&case, How::Add, &draft("1", b"one", true));
    let honest = case.message();
    for (found, lie) in lies {
        case.git(["commit", "--amend", "-qm", &lie(&honest)]);
        let results = case.results();
        let messages: Vec<&str> = results.findings.iter().map(|finding| finding.message.as_str()).collect();
        assert!(messages.iter().any(|message| message.contains(found)), "{found}: {messages:#?}");
    }
    case.git(["commit", "--amend", "-qm", &honest]);
    case.assert_found(&[]);
}

fn what_git_would_convert_is_not_kept(kind: Kind) {
    let case = Case::of(kind);
    case.world.write(".gitattributes", "*.pdf text eol=lf\n");
    case.commit("attributes");
    let register = case.register();
    let snapshot = register.snapshot(&At::Head).unwrap();
    let change = Change::File(filing(&case, How::Add, &draft("1", b"one\r\ntwo\r\n", true)).unwrap());
    assert!(matches!(register.prepare(&snapshot, &change), Err(Error::Converted { .. })));
    let seen = Change::File(filing(&case, How::Add, &draft("1", b"one\r\ntwo\r\n", false)).unwrap());
    assert_eq!(register.prepare(&snapshot, &seen).unwrap().first().paths().count(), 1);
}

fn what_cannot_be_filed_is_refused_with_every_reason(kind: Kind) {
    let case = Case::of(kind);
    let refused = |how, draft: &filing::Draft| filing(&case, how, draft).unwrap_err();
    assert_eq!(
        refused(How::Replace, &draft("1", b"", true)),
        [Refusal::NotOnFile("charter".parse().unwrap())]
    );
    let empty = refused(How::Add, &filing::Draft::default());
    let all =
        [Refusal::NoTitle, Refusal::NoKind, Refusal::NoAccess, Refusal::NotSaidHowChecked, Refusal::NoSource];
    assert_eq!(empty, all);
    let part = "S-9.9".parse().unwrap();
    let wrong = filing::Draft {
        bears_on: vec![part, part],
        models: vec!["mizzen".parse().unwrap()],
        url: Some("example.org".to_owned()),
        ..draft("1", b"", false)
    };
    let expected = [
        Refusal::UnknownPart(part),
        Refusal::UnknownPart(part),
        Refusal::Twice("S-9.9".to_owned()),
        Refusal::UnknownModel("mizzen".parse().unwrap()),
        Refusal::NoAddress("example.org".to_owned()),
    ];
    assert_eq!(refused(How::Add, &wrong), expected);

    file(&case, How::Add, &draft("1", b"one", true));
    assert_eq!(refused(How::Add, &draft("1", b"", true)), [Refusal::OnFile("charter".parse().unwrap())]);
    assert_eq!(refused(How::Replace, &draft("1", b"one", true)), [Refusal::NothingChanges]);
    let unseen = filing::Draft { copy: Copy::AsOnFile, ..draft("2", b"", true) };
    assert_eq!(refused(How::Replace, &unseen), [Refusal::CopyOfAnotherVersion("charter.pdf".to_owned())]);
}
