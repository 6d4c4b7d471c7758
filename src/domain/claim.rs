//! What a commit's message says it recorded: its `Countersign-` trailers, read back. Claims, never proof.

use super::{CompanyId, Slot};

/// One record of a message. What a trailer should have said and did not is empty.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Claim {
    /// The cell, where the record names one: `assess meta S-1.1`.
    pub cell: Option<(CompanyId, Slot)>,
    /// The whole `Countersign-Change`.
    pub change: String,
    /// `gap`, `partial`
    pub status: Option<(String, String)>,
    /// Blob ids before and after; all zeros stand for no file.
    pub record: Option<(String, String)>,
    pub evidence: Vec<ClaimedEvidence>,
}

/// `<id> <pin> sha256:<digest of the document>`
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ClaimedEvidence {
    pub id: String,
    pub pin: String,
    pub sha256: Option<String>,
}

/// What a file that holds no judgement is called in a record, before its company and name.
const NOUNS: [&str; 4] = ["evidence", "document", "model", "company"];

impl Claim {
    /// The file it is about, where that is no judgement: `evidence meta framework`, undone or not.
    pub fn file(&self) -> Option<&str> {
        let turned_over = ["undo ", "redo "].iter().find_map(|verb| self.change.strip_prefix(verb));
        let named = turned_over.unwrap_or(&self.change);
        NOUNS.contains(&named.split_whitespace().next()?).then_some(named)
    }

    /// The view it is about, by its name.
    pub fn view(&self) -> Option<&str> {
        self.change.strip_prefix("view ")
    }

    /// Whether it says that it takes something back, or puts it back.
    pub fn turns_over(&self) -> bool {
        ["undo ", "redo "].iter().any(|verb| self.change.starts_with(verb))
    }

    /// The records of a message, from its trailers in order. `Countersign-Change` begins one; what stands before the
    /// first belongs to a record that names no cell.
    pub fn read<'a>(trailers: impl IntoIterator<Item = (&'a str, &'a str)>) -> Vec<Claim> {
        let mut claims: Vec<Claim> = Vec::new();
        for (key, value) in trailers {
            let Some(what) = strip_prefix_without_case(key, "Countersign-") else { continue };
            let begins = what.eq_ignore_ascii_case("Change");
            if begins || claims.is_empty() {
                claims.push(Claim::default());
            }
            let Some(claim) = claims.last_mut() else { continue };
            match what.to_ascii_lowercase().as_str() {
                "change" => {
                    claim.cell = cell(value);
                    claim.change = value.to_owned();
                }
                "status" => claim.status = arrow(value),
                "record" => claim.record = arrow(value),
                "evidence" => claim.evidence.extend(evidence(value)),
                _ => {}
            }
        }
        claims
    }
}

fn strip_prefix_without_case<'a>(key: &'a str, prefix: &str) -> Option<&'a str> {
    let (start, rest) = key.split_at_checked(prefix.len())?;
    start.eq_ignore_ascii_case(prefix).then_some(rest)
}

/// `<verb> <company> <slot>`, and the same after `undo` or `redo`.
fn cell(change: &str) -> Option<(CompanyId, Slot)> {
    let mut words = change.split_whitespace().peekable();
    // A view may be called like a cell.
    if words.peek() == Some(&"view") {
        return None;
    }
    if words.next_if(|word| ["undo", "redo"].contains(word)).is_some() && words.peek() != Some(&"assess") {
        return None;
    }
    words.next();
    let cell = (words.next()?.parse().ok()?, words.next()?.parse().ok()?);
    words.next().is_none().then_some(cell)
}

fn arrow(value: &str) -> Option<(String, String)> {
    let (from, to) = value.split_once("->")?;
    Some((from.trim().to_owned(), to.trim().to_owned()))
}

fn evidence(value: &str) -> Option<ClaimedEvidence> {
    let mut words = value.split_whitespace();
    let (id, pin) = (words.next()?.to_owned(), words.next().unwrap_or_default().to_owned());
    let sha256 = words.next().and_then(|word| word.strip_prefix("sha256:")).map(str::to_owned);
    Some(ClaimedEvidence { id, pin, sha256 })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn records_are_read_one_after_the_other() {
        let claims = Claim::read([
            ("Countersign-Change", "assess meta S-1.1"),
            ("Countersign-Status", "gap -> partial"),
            ("Countersign-Record", "aa -> bb"),
            ("Countersign-Evidence", "framework 77aa sha256:cc"),
            ("Signed-off-by", "First Desk <first@example.org>"),
            ("countersign-change", "assess xai T-1.1@grok-4"),
        ]);
        let cells: Vec<String> = claims
            .iter()
            .filter_map(|claim| claim.cell.as_ref())
            .map(|(company, slot)| format!("{company} {slot}"))
            .collect();
        assert_eq!(cells, ["meta S-1.1", "xai T-1.1@grok-4"]);
        assert_eq!(claims[0].status, Some(("gap".into(), "partial".into())));
        assert_eq!(claims[0].evidence[0].sha256.as_deref(), Some("cc"));
        assert_eq!(claims[1].record, None);
    }

    #[test]
    fn an_undo_names_its_cell_and_other_files_have_none() {
        let cell = |change| Claim::read([("Countersign-Change", change)]).remove(0).cell;
        assert_eq!(cell("undo assess meta S-1.1"), cell("assess meta S-1.1"));
        assert_eq!(cell("redo assess meta S-1.1@llama"), cell("assess meta S-1.1@llama"));
        assert!(cell("undo assess meta S-1.1").is_some());
        assert_eq!(cell("undo document meta S-1.1"), None);
        assert_eq!(cell("undo meta S-1.1"), None);
    }

    #[test]
    fn a_record_of_another_file_names_it() {
        let claims = Claim::read([
            ("Countersign-Change", "evidence meta framework"),
            ("Countersign-Record", "00 -> bb"),
            ("Countersign-Evidence", "framework bb sha256:cc"),
            ("Countersign-Change", "document meta framework.pdf"),
            ("Countersign-Change", "undo evidence meta framework"),
            ("Countersign-Change", "assess meta S-1.1"),
        ]);
        let files: Vec<_> = claims.iter().map(Claim::file).collect();
        let framework = Some("evidence meta framework");
        assert_eq!(files, [framework, Some("document meta framework.pdf"), framework, None]);
        assert_eq!(claims[0].evidence[0].pin, "bb");
        assert!(claims[2].turns_over() && !claims[0].turns_over());
    }

    #[test]
    fn anything_can_stand_in_a_trailer() {
        for value in ["", "->", "assess", "assess meta", "assess meta S-1.1 twice", "\u{1b}"] {
            for key in
                ["Countersign-Change", "Countersign-Status", "Countersign-Evidence", "Countersign-é", "é"]
            {
                let claims = Claim::read([(key, value)]);
                assert!(claims.iter().all(|claim| claim.cell.is_none()), "{key}: {value}");
            }
        }
    }
}
