//! Snapshots written down in a few words, over the catalogue that ships.

use std::collections::BTreeMap;
use std::sync::{Arc, LazyLock};

use countersign::domain::company::{Established, Filed, Profile, Recorded};
use countersign::domain::evidence::EvidenceKind;
use countersign::domain::snapshot::Settings;
use countersign::domain::{
    Access, Assessment, Basis, Catalogue, Chapter, Checked, Company, CompanyId, ContentId, Day, Evidence,
    Known, MeasureRef, Model, ModelId, PartialDay, Pinned, Position, Slot, Snapshot, Source, Stance, Status,
};
use countersign::files::read::{self, Content, FileBytes, Patience};
use litemap::LiteMap;

/// The shipped Code and Act, read once.
pub static CATALOGUE: LazyLock<Arc<Catalogue>> = LazyLock::new(|| {
    let files = ["transparency", "copyright", "safety-security", "ai-act", "limits"].map(|name| {
        let path = format!("commitments/{name}.toml");
        let bytes = std::fs::read(format!("{}/{path}", env!("CARGO_MANIFEST_DIR"))).unwrap();
        FileBytes { path, id: blob(0), content: Content::Bytes(bytes) }
    });
    let (catalogue, findings) = read::catalogue(&files, &Patience::default());
    assert_eq!(findings, [], "the shipped catalogue has no findings");
    assert_eq!(catalogue.measures().count(), 57);
    Arc::new(catalogue)
});

/// A day on which everything but the legacy transition is in force.
pub const TODAY: &str = "2026-11-23";

pub fn day(text: &str) -> Day {
    text.parse().unwrap()
}

pub fn measure(text: &str) -> MeasureRef {
    text.parse().unwrap()
}

pub fn slot(text: &str) -> Slot {
    text.parse().unwrap()
}

pub fn company_id(text: &str) -> CompanyId {
    text.parse().unwrap()
}

/// A content id of its own for each number.
pub fn blob(number: u64) -> ContentId {
    format!("{number:040x}").parse().unwrap()
}

pub fn snapshot(companies: impl IntoIterator<Item = Company>) -> Snapshot {
    Snapshot {
        source: Source::Unborn,
        settings: Settings::default(),
        catalogue: CATALOGUE.clone(),
        companies: companies.into_iter().map(|company| (company.id.clone(), Arc::new(company))).collect(),
        waivers: Vec::new(),
        findings: Vec::new(),
    }
}

/// A company of which nothing is known.
pub fn company(id: &str) -> Company {
    let profile = Profile {
        name: id.to_owned(),
        short: None,
        invented: true,
        legal_name: None,
        legal_name_source: None,
        seat: None,
        seat_source: None,
        established: None,
        representative: None,
        notes: Vec::new(),
        positions: Vec::new(),
        compute: Vec::new(),
    };
    Company {
        id: company_id(id),
        profile,
        models: LiteMap::new(),
        evidence: LiteMap::new(),
        assessments: LiteMap::new(),
    }
}

/// Facts added to a company one after the other.
pub trait With: Sized {
    fn seat(self, established: Established) -> Self;
    fn position(self, chapters: &[Chapter], stance: Stance, since: &str) -> Self;
    fn model(self, id: &str, model: Model) -> Self;
    fn evidence(self, id: &str, filed: Filed) -> Self;
    fn judged(self, slot: &str, assessment: Assessment) -> Self;

    fn signed(self, chapters: &[Chapter], since: &str) -> Self {
        self.position(chapters, Stance::Signed, since)
    }
}

impl With for Company {
    fn seat(mut self, established: Established) -> Company {
        self.profile.established = Some(established);
        self
    }

    fn position(mut self, chapters: &[Chapter], stance: Stance, since: &str) -> Company {
        self.profile.positions.push(position(chapters, stance, day(since)));
        self
    }

    fn model(mut self, id: &str, model: Model) -> Company {
        self.models.insert(id.parse().unwrap(), model);
        self
    }

    fn evidence(mut self, id: &str, filed: Filed) -> Company {
        self.evidence.insert(id.parse().unwrap(), filed);
        self
    }

    fn judged(mut self, slot: &str, assessment: Assessment) -> Company {
        self.assessments.insert(slot.parse().unwrap(), Recorded { assessment, id: blob(1) });
        self
    }
}

pub fn position(chapters: &[Chapter], stance: Stance, since: Day) -> Position {
    let source = "made up".to_owned();
    Position { chapters: chapters.to_vec(), stance, since, not_before: None, source, note: None }
}

pub fn model(systemic_risk: Known, open_source: Known, placed: Option<&str>) -> Model {
    Model {
        name: "Made up".to_owned(),
        placed_on_market: placed.map(|placed| placed.parse::<PartialDay>().unwrap()),
        released: None,
        systemic_risk,
        systemic_risk_source: None,
        open_source,
        open_source_source: None,
        licence: None,
        parameters: None,
        compute: Vec::new(),
        source: "made up".to_owned(),
        note: None,
    }
}

/// An evidence file that bears on these refs, for all models.
pub fn filed(number: u64, bears_on: &[&str]) -> Filed {
    let evidence = Evidence {
        title: "Made up".to_owned(),
        kind: EvidenceKind::Framework,
        version: None,
        published: None,
        url: None,
        also_at: Vec::new(),
        file: None,
        sha256: None,
        bears_on: bears_on.iter().map(|text| text.parse().unwrap()).collect(),
        models: Vec::new(),
        access: Access::Public,
        checked: Checked::B,
        source: "made up".to_owned(),
        expires: None,
        earlier: Vec::new(),
        note: None,
    };
    Filed { evidence, id: blob(number), document: None }
}

pub fn about(models: &[&str], mut filed: Filed) -> Filed {
    filed.evidence.models = models.iter().map(|text| text.parse::<ModelId>().unwrap()).collect();
    filed
}

/// A judgement that rests on nothing.
pub fn judgement(status: Status, means: Basis, assessed: &str) -> Assessment {
    Assessment {
        status,
        reason: "made up".to_owned(),
        means,
        assessed: day(assessed),
        owner: None,
        review_by: None,
        measure: None,
        contested: false,
        requirements: BTreeMap::new(),
        evidence: Vec::new(),
    }
}

pub fn pinned(id: &str, filed: &Filed) -> Pinned {
    Pinned {
        id: id.parse().unwrap(),
        pin: filed.id.clone(),
        document: filed.document.clone(),
        at: None,
        quote: None,
    }
}
