//! A view of the board, as `countersign.toml` keeps it.

use serde::Serialize;

use crate::domain::view::SavedView;

/// The lines to be put into the file.
pub fn view(view: &SavedView) -> String {
    #[derive(Serialize)]
    struct Kept<'a> {
        view: [&'a SavedView; 1],
    }
    toml::to_string(&Kept { view: [view] }).expect("words and lists of words are TOML")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::view::Order;

    #[test]
    fn what_is_written_is_read_back() {
        let saved = SavedView {
            name: "what \"runs out\"".to_owned(),
            filter: "state:stale !company:meta".to_owned(),
            sort: Order::Gaps,
            hidden: vec!["meta".parse().unwrap()],
            pinned: Vec::new(),
        };
        #[derive(serde::Deserialize)]
        struct Kept {
            view: Vec<SavedView>,
        }
        let kept: Kept = toml::from_str(&view(&saved)).unwrap();
        assert_eq!(kept.view, [saved]);
    }
}
