//! What `audit` found, and the classes it goes by.

use serde_json::{Map, Value, json};

use super::table::Kind;
use super::{Page, Report, Table, json, words};
use crate::analysis::Grade;
use crate::analysis::audit::{Class, Finding, Grades, Results, Summary};
use crate::domain::deed::Continuity;

pub struct Audit<'a> {
    pub results: &'a Results,
    pub continuity: &'a Continuity,
}

impl Report for Audit<'_> {
    fn view(&self) -> &'static str {
        "audit"
    }

    fn title(&self) -> String {
        match self.results.findings.len() + self.results.summary.left_out() {
            0 => "Audit: no findings".to_owned(),
            count => format!("Audit: {}", words::number(count, "finding", "findings")),
        }
    }

    /// `commit path: message [class]`, then what was looked at.
    fn text(&self, page: &mut Page) {
        if !self.results.findings.is_empty() {
            page.blank();
        }
        for finding in &self.results.findings {
            page.whole_line(finding.to_string());
            // What is said of the branch as a whole is nobody's commit.
            if !finding.subject.is_empty() {
                let review = self.results.grades.of(&finding.commit);
                let review = review.map(|grade| format!(" ({})", grade.words())).unwrap_or_default();
                page.prose(format!("{} {}: {}{review}", finding.day, finding.author, finding.subject));
            }
        }
        if let Some(words) = left_out(&self.results.summary) {
            page.blank();
            page.prose(words);
        }
        self.summary(page);
    }

    fn json(&self) -> Map<String, Value> {
        let summary = &self.results.summary;
        let deciders = summary.deciders.iter().map(|(email, decider)| {
            json!({ "email": email, "name": decider.name, "decisions": decider.decisions })
        });
        let reviews =
            summary.reviews.iter().map(|(grade, count)| json!({ "grade": grade.key(), "decisions": count }));
        let left_out =
            summary.left_out.iter().map(|(class, count)| (class.key().to_owned(), (*count).into()));
        json::object([
            ("commits", summary.commits.into()),
            ("merges", summary.merges.into()),
            ("decisions", summary.decisions.into()),
            ("recorded", summary.recorded.into()),
            ("reviews", reviews.collect()),
            ("deciders", deciders.collect()),
            ("witness", witness(self.continuity)),
            ("findings", self.results.findings.iter().map(|finding| self.as_json(finding)).collect()),
            ("left-out", Value::Object(left_out.collect())),
        ])
    }

    fn sheet(&self) -> Option<Table> {
        Some(sheet(&self.results.findings, &self.results.grades))
    }
}

/// A row for each finding.
pub fn sheet(findings: &[Finding], grades: &Grades) -> Table {
    let mut sheet =
        Table::of_keys(["class", "commit", "day", "author", "email", "subject", "path", "message", "review"]);
    for finding in findings {
        sheet.row([
            finding.class.key(),
            &finding.commit,
            &finding.day.to_string(),
            &finding.author,
            &finding.email,
            &finding.subject,
            finding.path.as_deref().unwrap_or_default(),
            &finding.message,
            grades.of(&finding.commit).map_or("", Grade::key),
        ]);
    }
    sheet
}

impl Audit<'_> {
    fn as_json(&self, finding: &Finding) -> Value {
        json!({
            "class": finding.class.key(),
            "commit": finding.commit,
            "day": finding.day.to_string(),
            "author": finding.author,
            "email": finding.email,
            "subject": finding.subject,
            "path": finding.path,
            "message": finding.message,
            "review": self.results.grades.of(&finding.commit).map(Grade::key),
        })
    }

    fn summary(&self, page: &mut Page) {
        let summary = &self.results.summary;
        page.section(format!(
            "{}, {}, {}",
            words::number(summary.commits, "commit", "commits"),
            words::number(summary.decisions, "decision", "decisions"),
            match summary.decisions - summary.recorded {
                0 => "all recorded".to_owned(),
                count => format!("{count} without a record"),
            }
        ));
        page.prose(since_last_time(self.continuity));
        let reviews = summary.reviews.iter().rev().map(|(grade, count)| format!("{count} {}", grade.words()));
        let reviews: Vec<String> = reviews.collect();
        if !reviews.is_empty() {
            page.prose(format!("Reviews of decisions: {}.", reviews.join(", ")));
        }
        if summary.deciders.is_empty() {
            return;
        }
        let mut table =
            Table::new([("DECISIONS", Kind::Number), ("WHO", Kind::Text), ("E-MAIL", Kind::Text)]);
        for (email, decider) in &summary.deciders {
            table.row([&decider.decisions.to_string(), &decider.name, email]);
        }
        page.table(&table);
    }
}

/// What was found and is not listed.
pub fn left_out(summary: &Summary) -> Option<String> {
    let classes = summary.left_out.iter().map(|(class, count)| format!("{count} {}", class.key()));
    let classes: Vec<String> = classes.collect();
    (!classes.is_empty()).then(|| {
        format!(
            "Not listed: {}. `countersign audit A..B` lists those of a part of the history.",
            classes.join(", ")
        )
    })
}

fn since_last_time(continuity: &Continuity) -> String {
    let last = |last: &String| last.get(..10).unwrap_or(last).to_owned();
    match continuity {
        Continuity::Unknown => "No earlier audit to hold this one against.".to_owned(),
        Continuity::Same => "The branch ends where the last audit ended.".to_owned(),
        Continuity::Forward { last: head } => {
            format!("Everything up to {}, where the last audit ended, is still there.", last(head))
        }
        Continuity::Cut { last: head, .. }
        | Continuity::Rewritten { last: head, .. }
        | Continuity::Gone { last: head } => {
            format!("The last audit ended in {}, which is not on the branch any more.", last(head))
        }
    }
}

fn witness(continuity: &Continuity) -> Value {
    let (state, last, vanished) = match continuity {
        Continuity::Unknown => ("unknown", None, None),
        Continuity::Same => ("same", None, None),
        Continuity::Forward { last } => ("forward", Some(last), None),
        Continuity::Cut { last, vanished } => ("cut", Some(last), Some(vanished)),
        Continuity::Rewritten { last, vanished } => ("rewritten", Some(last), Some(vanished)),
        Continuity::Gone { last } => ("gone", Some(last), None),
    };
    let vanished = vanished.into_iter().flatten().map(|vanished| {
        json!({ "commit": vanished.commit, "author": vanished.author, "subject": vanished.subject })
    });
    json!({ "state": state, "last": last, "vanished": vanished.collect::<Vec<_>>() })
}

/// The classes with their meanings; the same for every register.
pub fn classes(width: Option<usize>) -> String {
    let mut page = Page::new(width);
    for class in Class::ALL {
        page.line(class.key());
        page.prose(class.reason());
    }
    page.into_text()
}

pub fn classes_as_json() -> String {
    let classes: Vec<Value> =
        Class::ALL.iter().map(|class| json!({ "class": class.key(), "reason": class.reason() })).collect();
    json::text(&json!({ "format": 1, "view": "classes", "classes": classes }))
}
