//! By what an entry of a list is known: its place in the file says nothing, and may change.
//!
//! A list is named as its file names it. Whoever compares or merges lists pairs their entries by this.

/// The keys that tell entries of a list apart, those that an entry has. None: the entry as a whole.
pub fn keys(list: &str) -> &'static [&'static str] {
    match list {
        "position" => &["chapters", "since"],
        "evidence" => &["id", "what"],
        "commitment" | "measure" => &["ref"],
        "requirement" => &["letter"],
        "limit" | "reference" | "unsettled" => &["key"],
        "form" => &["group"],
        "document" => &["chapter", "title"],
        "view" => &["name"],
        "note" => &["text"],
        "waiver" => &["rule", "path", "cell", "commit"],
        "earlier" => &["title", "version", "published"],
        "compute" => &["model", "kind", "source"],
        _ => &[],
    }
}
