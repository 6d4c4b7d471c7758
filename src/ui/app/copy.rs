//! What can be copied where one stands, and how much of it.

use super::App;
use crate::domain::view::SavedView;
use crate::domain::visible::line as visible;
use crate::domain::{CompanyId, MeasureRef, Source};
use crate::register::view_text;
use crate::ui::clipboard::{self, LIMIT};
use crate::ui::link;
use crate::ui::overlay::{Copyable, Overlay};
use crate::ui::view::View;

impl App {
    /// Lets the person choose among all of it.
    pub(super) fn choose_copy(&mut self) {
        let Some(view) = &self.view else { return };
        let screen = self.screen();
        let mut found = Vec::new();
        if let Some((company, measure)) = screen.cell(view) {
            found.push(Copyable::new("cell", cell(view, &company, measure)));
            found.push(Copyable::new("row", row(view, measure)));
        }
        found.extend(screen.commit().map(|commit| Copyable::new("commit", commit)));
        found.extend(
            links(view, screen.company(view), screen.cell(view)).map(|link| Copyable::new("link", link)),
        );
        if let Source::Commit(commit) = &view.snapshot.source {
            found.push(Copyable::new("register's commit", commit.clone()));
        }
        let (page, sheet) = (screen.page(view), screen.sheet(view));
        let markdown = page.map(|page| page.markdown()).or(sheet.as_ref().map(|sheet| sheet.markdown()));
        found.extend(markdown.map(|text| Copyable::new("view as Markdown", text)));
        found.extend(sheet.map(|sheet| Copyable::new("view as CSV", sheet.csv())));
        let saved = screen.arranged().map(|saved| view_text(&named(saved)));
        found.extend(saved.map(|text| Copyable::new("saved view", text)));
        self.overlay = Some(Overlay::copy(found));
    }

    /// Hands a text to the terminal, unless no terminal would take it.
    pub(super) fn copy(&mut self, what: &str, text: String) {
        let size = text.len();
        if size > LIMIT {
            return self.warn(format!(
                "The {what} has {size} bytes, and terminals take {LIMIT}: narrow it with a filter, or let \
                 `countersign` print it into a file, with --csv for a table."
            ));
        }
        self.copied = Some(text);
        self.say(format!("Copied the {what}, {size} bytes, if your terminal lets programs copy (OSC 52)."));
    }

    /// What the terminal is to be told so that it is on the clipboard.
    pub fn take_copy_sequence(&mut self) -> Option<String> {
        self.take_copied().map(|text| clipboard::sequence(&text, self.options.through))
    }

    /// What is to be put on the clipboard.
    pub fn take_copied(&mut self) -> Option<String> {
        self.copied.take()
    }
}

/// Whoever puts it into a file gives it a name.
fn named(saved: SavedView) -> SavedView {
    match saved.name.is_empty() {
        true => SavedView { name: "a name of your own".to_owned(), ..saved },
        false => saved,
    }
}

/// One cell in words: `Halyard · S-1.1 Creating the Framework: partial, adherence`.
fn cell(view: &View, company: &CompanyId, measure: MeasureRef) -> String {
    let title = view.measure(measure).map_or("", |measure| &measure.title);
    let words = view
        .board
        .cell(company, measure)
        .map(|cell| format!(": {}, {}", cell.state.words(), cell.basis.words()));
    visible(&format!("{} · {measure} {title}{}", view.name(company), words.unwrap_or_default())).into_owned()
}

/// A measure, and below it where every company stands.
fn row(view: &View, measure: MeasureRef) -> String {
    let title = view.measure(measure).map_or("", |measure| &measure.title);
    let companies = view.board.companies().iter().filter_map(|company| {
        let cell = view.board.cell(company, measure)?;
        Some(format!("{}: {}", view.name(company), cell.state.words()))
    });
    let lines = std::iter::once(format!("{measure} {title}")).chain(companies);
    lines.map(|line| visible(&line).into_owned() + "\n").collect()
}

/// The addresses of a company's documents; on a cell those that bear on its measure.
fn links(
    view: &View,
    company: Option<CompanyId>,
    cell: Option<(CompanyId, MeasureRef)>,
) -> impl Iterator<Item = String> {
    let measure = cell.map(|(_, measure)| measure);
    let company = company.and_then(|company| view.company(&company));
    let evidence = company.into_iter().flat_map(|company| company.evidence.values());
    let bearing =
        evidence.filter(move |filed| measure.is_none_or(|measure| filed.evidence.bears_on(measure, None)));
    let addresses = bearing.flat_map(|filed| filed.evidence.url.iter().chain(&filed.evidence.also_at));
    addresses.filter(|address| link::address(address).is_some()).cloned().collect::<Vec<_>>().into_iter()
}
