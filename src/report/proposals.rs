//! Proposals: all of them as a table, those that are over apart; and one of them, change by change.

use serde_json::{Map, Value, json};

use super::table::Kind;
use super::{Page, Report, Table, json, words};
use crate::analysis::review::words::{age, age_days, day_of, fits, found, places, remark, reviews};
use crate::analysis::review::{self, Shortfall, Standing};
use crate::domain::deed::Signature;
use crate::domain::proposal::Fit;
use crate::domain::remark::Weighed;
use crate::domain::snapshot::Settings;
use crate::domain::{CompanyId, Day, Entry, Proposal};

pub struct Proposals<'a> {
    pub branch: &'a str,
    pub settings: &'a Settings,
    pub proposals: &'a [Proposal],
    pub day: Day,
}

impl Proposals<'_> {
    fn standing(&self, proposal: &Proposal) -> Standing {
        Standing::of(proposal, &self.settings.review)
    }

    fn over(&self, over: bool) -> impl Iterator<Item = &Proposal> {
        self.proposals.iter().filter(move |proposal| self.standing(proposal).is_over() == over)
    }

    fn table(&self, over: bool) -> Table {
        let mut table = Table::new([
            ("PROPOSAL", Kind::Key),
            ("WHO", Kind::Text),
            ("AGE", Kind::Key),
            ("STANDS", Kind::Key),
            ("APPLIES", Kind::Key),
            ("CHECK", Kind::Key),
            ("REVIEWS", Kind::Text),
            ("WHERE", Kind::Text),
            ("CHANGES", Kind::Text),
        ]);
        for proposal in self.over(over) {
            table.row([
                &proposal.name,
                proposal.authors.first().map(|author| author.name.as_str()).unwrap_or_default(),
                &age(proposal, self.day),
                self.standing(proposal).words(),
                fits(&proposal.fit),
                &found(&proposal.findings),
                &reviews(proposal, self.settings),
                &places(&proposal.places),
                &proposal.changes.iter().map(Entry::words).collect::<Vec<_>>().join("; "),
            ]);
        }
        table
    }
}

impl Report for Proposals<'_> {
    fn view(&self) -> &'static str {
        "proposals"
    }

    fn title(&self) -> String {
        let over = self.over(true).count();
        let open = words::number(self.proposals.len() - over, "open proposal", "open proposals");
        format!("{open} for {}, {over} merged or declined", self.branch)
    }

    fn text(&self, page: &mut Page) {
        if self.over(false).next().is_some() {
            page.table(&self.table(false));
        }
        if self.over(true).next().is_some() {
            page.section("Merged or declined");
            page.table(&self.table(true));
        }
    }

    fn json(&self) -> Map<String, Value> {
        let proposals = self.proposals.iter().map(|proposal| as_json(proposal, self.settings, self.day));
        json::object([("branch", self.branch.into()), ("proposals", proposals.collect())])
    }

    fn sheet(&self) -> Option<Table> {
        let mut sheet = Table::of_keys([
            "proposal",
            "company",
            "author",
            "email",
            "worked-on",
            "standing",
            "fit",
            "findings",
            "approvals",
            "head",
            "changes",
        ]);
        for proposal in self.proposals {
            let author = proposal.authors.first();
            let approvals = review::reviewed_by(proposal, self.settings).len();
            sheet.row([
                &proposal.name,
                proposal.company.as_ref().map(CompanyId::as_str).unwrap_or_default(),
                author.map(|author| author.name.as_str()).unwrap_or_default(),
                author.map(|author| author.email.as_str()).unwrap_or_default(),
                &author.map(|author| day_of(author).to_string()).unwrap_or_default(),
                self.standing(proposal).key(),
                proposal.fit.key(),
                &proposal.findings.len().to_string(),
                &approvals.to_string(),
                &proposal.head,
                &proposal.changes.iter().map(Entry::words).collect::<Vec<_>>().join("; "),
            ]);
        }
        Some(sheet)
    }
}

/// One proposal, and what stands in its way here.
pub struct OneProposal<'a> {
    pub branch: &'a str,
    pub settings: &'a Settings,
    pub proposal: &'a Proposal,
    pub shortfalls: &'a [Shortfall],
    /// Its files line by line.
    pub diff: &'a str,
    pub day: Day,
}

impl Report for OneProposal<'_> {
    fn view(&self) -> &'static str {
        "review"
    }

    fn title(&self) -> String {
        let standing = Standing::of(self.proposal, &self.settings.review);
        format!("{} for {}: {}", self.proposal.name, self.branch, standing.words())
    }

    fn text(&self, page: &mut Page) {
        let proposal = self.proposal;
        page.blank();
        for author in &proposal.authors {
            page.prose(format!("by {} <{}>, {}", author.name, author.email, day_of(author)));
        }
        page.prose(format!("in {}, ends in {}", places(&proposal.places), proposal.head));
        page.prose(format!("{}; check: {}", fits(&proposal.fit), found(&proposal.findings)));
        page.section("Changes");
        proposal.changes.iter().for_each(|change| page.prose(change.words()));
        if !proposal.findings.is_empty() {
            page.section("New findings");
            proposal.findings.iter().for_each(|finding| page.prose(finding.to_string()));
        }
        page.section("Reviews");
        if proposal.remarks.is_empty() {
            page.prose("Nobody has said anything yet.");
        }
        for weighed in &proposal.remarks {
            page.prose(remark(weighed, proposal, self.settings));
            if !weighed.remark.text.is_empty() {
                page.below(&weighed.remark.text);
            }
        }
        if proposal.fit != Fit::Merged {
            page.section("In the way of a merge by you");
            if self.shortfalls.is_empty() {
                page.prose("nothing");
            }
            self.shortfalls.iter().for_each(|shortfall| page.item("-", shortfall.words()));
        }
        page.blank();
        self.diff.lines().for_each(|line| page.whole_line(line));
    }

    fn json(&self) -> Map<String, Value> {
        let shortfalls = self.shortfalls.iter().map(
            |shortfall| json!({ "rule": shortfall.rule, "message": shortfall.message, "to-do": shortfall.to_do }),
        );
        json::object([
            ("branch", self.branch.into()),
            ("proposal", as_json(self.proposal, self.settings, self.day)),
            ("in-the-way", shortfalls.collect()),
            ("diff", self.diff.into()),
        ])
    }
}

fn as_json(proposal: &Proposal, settings: &Settings, day: Day) -> Value {
    let authors = proposal.authors.iter().map(
        |author| json!({ "name": author.name, "email": author.email, "day": day_of(author).to_string() }),
    );
    let places = proposal.places.iter().map(|place| json!({ "remote": place.remote, "head": place.head }));
    let paths = match &proposal.fit {
        Fit::Conflicts(clashes) => clashes.iter().map(|clash| clash.path.clone()).collect(),
        Fit::NotFiles(paths) => paths.clone(),
        _ => Vec::new(),
    };
    let clashes = match &proposal.fit {
        Fit::Conflicts(clashes) => &clashes[..],
        _ => &[],
    };
    let clashes = clashes.iter().map(|clash| json!({ "path": clash.path, "points": clash.points }));
    let changes = proposal.changes.iter().map(|change| {
        json!({
            "company": change.kind.company().map(|company| company.as_str()),
            "path": change.path,
            "words": change.words(),
        })
    });
    json!({
        "name": proposal.name,
        "company": proposal.company.as_ref().map(|company| company.as_str()),
        "standing": Standing::of(proposal, &settings.review).key(),
        "fit": { "key": proposal.fit.key(), "paths": paths, "contradictions": clashes.collect::<Value>() },
        "places": places.collect::<Value>(),
        "head": proposal.head,
        "content": proposal.content,
        "base": proposal.base,
        "authors": authors.collect::<Value>(),
        "age-days": age_days(proposal, day),
        "subjects": proposal.subjects,
        "changes": changes.collect::<Value>(),
        "findings": proposal.findings.iter().map(ToString::to_string).collect::<Vec<_>>(),
        "remarks": proposal.remarks.iter().map(|weighed| remark_as_json(weighed, proposal, settings)).collect::<Value>(),
    })
}

fn remark_as_json(weighed: &Weighed, proposal: &Proposal, settings: &Settings) -> Value {
    let remark = &weighed.remark;
    json!({
        "verdict": remark.verdict.key(),
        "who": weighed.who(),
        "by": remark.by,
        "at": remark.at,
        "current": weighed.is_current,
        "grade": review::grade(weighed, &review::authors(proposal), &settings.review).key(),
        "signature": signature(&weighed.signature),
        "about": remark.about,
        "text": remark.text,
        "path": weighed.path,
    })
}

fn signature(signature: &Signature) -> Value {
    match signature {
        Signature::NotAsked | Signature::Missing => Value::Null,
        Signature::Good { signer } => json!({ "signer": signer }),
        Signature::Refused { why } => json!({ "refused": why }),
    }
}
