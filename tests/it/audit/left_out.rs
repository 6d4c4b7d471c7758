//! What is found beyond what anybody reads is counted and told, never forgotten.

use countersign::analysis::audit::{Class, MOST_FINDINGS, Results};
use countersign::analysis::check::Concern;
use countersign::domain::deed::{Continuity, Vanished};
use countersign::domain::{Day, Rule, Source};
use countersign::report::audit::{Audit, left_out};
use countersign::report::{self, Origin, Page};

/// A branch that lost commits: one finding for the whole, and one for each of them.
fn lost(commits: usize) -> Continuity {
    let vanished = |number: usize| Vanished {
        commit: format!("{number:040x}"),
        author: "First Desk".to_owned(),
        subject: "assess halyard S-1.1: gap".to_owned(),
    };
    Continuity::Rewritten { last: "f".repeat(40), vanished: (1..=commits).map(vanished).collect() }
}

#[test]
fn what_is_too_much_to_list_is_counted() {
    let day: Day = "2026-11-20".parse().unwrap();
    for (commits, beyond) in [(MOST_FINDINGS - 1, 0), (MOST_FINDINGS, 1), (MOST_FINDINGS + 417, 418)] {
        let continuity = lost(commits);
        let results = Results::new(&continuity, &"a".repeat(40), day);
        assert_eq!(results.findings.len(), MOST_FINDINGS);
        assert_eq!(results.summary.left_out(), beyond);
        assert!(!results.is_continuous());

        let source = Source::Commit("a".repeat(40));
        let origin = Origin { register: None, source: &source, day };
        let audit = Audit { results: &results, continuity: &continuity };
        let page = report::text(&origin, &audit, Page::new(None));
        assert!(page.starts_with(&format!("Audit: {} findings\n", commits + 1)));
        let json: serde_json::Value = serde_json::from_str(&report::json(&origin, &audit)).unwrap();
        let words = left_out(&results.summary);
        if beyond == 0 {
            assert_eq!(words, None);
            assert_eq!(json["left-out"], serde_json::json!({}));
        } else {
            assert!(page.contains(&format!("Not listed: {beyond} history-rewritten.")), "{words:?}");
            assert_eq!(json["left-out"], serde_json::json!({ "history-rewritten": beyond }));
        }

        let concerns = Concern::of_trail(results);
        let of_trail = |concern: &&Concern| concern.rule() == Class::HistoryRewritten.key();
        assert_eq!(concerns.iter().filter(of_trail).count(), MOST_FINDINGS);
        let too_many = concerns.iter().filter(|concern| concern.rule() == Rule::TooMany.key()).count();
        assert_eq!(too_many, usize::from(beyond > 0));
    }
}
