//! Web addresses that a terminal can open (OSC 8), and where on the screen they are.
//!
//! Only a clean `http` or `https` address becomes one: what it says must be where it leads, and none of it can steer the
//! terminal. Anything else stays the text it is.

use std::collections::HashMap;
use std::rc::Rc;

use iri_string::types::UriStr;
use ratatui::buffer::{Buffer, CellDiffOption};
use ratatui::layout::{Position, Rect};

/// An address that was drawn.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Link {
    pub area: Rect,
    pub address: Rc<str>,
}

/// The address of a link, if a text is one and nothing else. One with a name before its host may be meant to look like
/// another one.
pub fn address(text: &str) -> Option<Rc<str>> {
    let uri = UriStr::new(text).ok()?;
    let authority = uri.authority_components()?;
    let web = ["http", "https"].contains(&uri.scheme_str());
    (web && authority.userinfo().is_none() && !authority.host().is_empty()).then(|| text.into())
}

/// Which cells lead where.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Links(HashMap<Position, Rc<str>>);

impl Links {
    pub fn new(links: &[Link]) -> Links {
        let cells = |link: &Link| {
            link.area.positions().map(|place| (place, link.address.clone())).collect::<Vec<_>>()
        };
        Links(links.iter().flat_map(cells).collect())
    }

    pub fn at(&self, place: Position) -> Option<&Rc<str>> {
        self.0.get(&place)
    }

    /// Has cells drawn again whose letters are as before, but which lead elsewhere.
    pub fn renew(&self, before: &Links, buffer: &mut Buffer) {
        let places = self.0.keys().chain(before.0.keys());
        for place in places.filter(|place| self.at(**place) != before.at(**place)) {
            if let Some(cell) = buffer.cell_mut(*place) {
                cell.set_diff_option(CellDiffOption::AlwaysUpdate);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_clean_web_addresses_are_links() {
        for text in ["https://example.org/a?b=c;d#e", "http://example.org", "https://[::1]:8080/%20"] {
            assert_eq!(address(text).as_deref(), Some(text));
        }
        for text in [
            "",
            "example.org",
            "file:///etc/passwd",
            "javascript:alert(1)",
            "mailto:desk@example.org",
            "https://",
            "https:///path",
            "https://good.example@bad.example/",
            "https://example.org/a b",
            "https://example.org/\u{1b}]8;;https://bad.example\u{7}",
            "https://example.org/\u{202e}gro",
            "https://exämple.org/",
            "see https://example.org",
        ] {
            assert_eq!(address(text), None, "{text:?}");
        }
    }
}
