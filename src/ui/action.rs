//! Everything a key can do, in one table: keys, footer, help and palette are all drawn from it.

use std::sync::LazyLock;

use crokey::{KeyCombination, KeyCombinationFormat};

/// What a person can ask for. Screens hear these, never keys.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Action {
    Up,
    Down,
    Left,
    Right,
    PageUp,
    PageDown,
    First,
    Last,
    Open,
    Back,
    Decide,
    Details,
    SideBySide,
    Compare,
    Company,
    Measure,
    History,
    Wider,
    Fold,
    FoldAll,
    NextBlock,
    Sort,
    Only,
    Filter,
    AsOf,
    Findings,
    Audit,
    Reload,
    NextField,
    PreviousField,
    Toggle,
    Preview,
    Commit,
    Palette,
    Help,
    Quit,
}

/// What the keys are typed at: the kind of screen.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Scope {
    Matrix,
    Sides,
    Pair,
    Detail,
    Company,
    Measure,
    History,
    Entry,
    Decide,
    Preview,
    Findings,
    Audit,
}

/// Where a binding is heard.
type Heard = fn(Scope) -> bool;

const EVERYWHERE: Heard = |_| true;
/// Where single letters are commands: in the form they are text.
const BROWSING: Heard = |scope| scope != Scope::Decide;
/// Where there is something to open; in the preview the same key commits.
const OPENING: Heard = |scope| !matches!(scope, Scope::Decide | Scope::Preview);
/// Screens that stand on one cell, or on a list of cells.
const ON_A_CELL: Heard =
    |scope| matches!(scope, Scope::Matrix | Scope::Sides | Scope::Pair | Scope::Detail | Scope::Measure);
const ON_A_CELL_BUT_MEASURE: Heard = |scope| ON_A_CELL(scope) && scope != Scope::Measure;
const ON_A_COMPANY: Heard = |scope| ON_A_CELL(scope) || scope == Scope::Company;
const MATRIX: Heard = |scope| scope == Scope::Matrix;
const BLOCKS: Heard = |scope| matches!(scope, Scope::Matrix | Scope::Sides);
const COMPARING: Heard = |scope| matches!(scope, Scope::Pair | Scope::Sides);
const HISTORY: Heard = |scope| scope == Scope::History;
const FORM: Heard = |scope| scope == Scope::Decide;
const PREVIEW: Heard = |scope| scope == Scope::Preview;

/// One row of the table.
pub struct Binding {
    pub action: Action,
    /// As `crokey` reads them.
    pub keys: &'static [&'static str],
    pub heard: Heard,
    /// One word for the footer; empty: not shown there.
    pub label: &'static str,
    pub description: &'static str,
}

const fn bind(
    action: Action,
    keys: &'static [&'static str],
    heard: Heard,
    label: &'static str,
    description: &'static str,
) -> Binding {
    Binding { action, keys, heard, label, description }
}

/// The table. The first binding of a key within a scope is the only one; a test holds that.
pub const BINDINGS: &[Binding] = &[
    bind(Action::Open, &["enter"], OPENING, "open", "Open what is selected"),
    bind(Action::Commit, &["enter"], PREVIEW, "commit", "Make this commit"),
    bind(Action::Decide, &["d"], ON_A_CELL, "decide", "Record a judgement on the selected cell"),
    bind(
        Action::SideBySide,
        &["s"],
        ON_A_CELL,
        "side by side",
        "Gaps of signatories beside those of non-signatories",
    ),
    bind(Action::Compare, &["c"], ON_A_COMPANY, "compare", "Hold the selected company against another one"),
    bind(Action::Company, &["p"], ON_A_CELL, "provider", "All about the selected company"),
    bind(Action::Measure, &["m"], ON_A_CELL_BUT_MEASURE, "measure", "The selected measure for all companies"),
    bind(Action::Details, &["i"], MATRIX, "", "Detail of the selected cell"),
    bind(
        Action::History,
        &["t"],
        ON_A_COMPANY,
        "trail",
        "Who decided what and when: the history of the cell or company",
    ),
    bind(
        Action::Wider,
        &["t", "tab"],
        HISTORY,
        "wider",
        "History of the cell, then of the company, then of the register",
    ),
    bind(
        Action::AsOf,
        &["@"],
        BROWSING,
        "as of",
        "The register as of a revision or day, read-only; in the history, as of the selected commit",
    ),
    bind(Action::Filter, &["/"], MATRIX, "filter", "Show only companies and measures that match"),
    bind(Action::Fold, &["space"], MATRIX, "fold", "Fold or unfold the chapter or commitment"),
    bind(Action::FoldAll, &["z"], MATRIX, "", "Fold or unfold every commitment"),
    bind(Action::NextBlock, &["tab"], BLOCKS, "other block", "Jump between signatories and non-signatories"),
    bind(Action::Sort, &["o"], MATRIX, "", "Order companies by what is on file, or by name"),
    bind(Action::Only, &["x"], COMPARING, "only", "Only differences; side by side: only judged gaps"),
    bind(Action::Findings, &["!"], BROWSING, "", "What is wrong in the register's files"),
    bind(Action::Audit, &["a"], BROWSING, "", "Hold every commit against what it says"),
    bind(Action::NextField, &["tab"], FORM, "next field", "Go to the next field"),
    bind(Action::PreviousField, &["shift-backtab"], FORM, "", "Go to the previous field"),
    bind(Action::Toggle, &["space"], FORM, "choose", "Choose or change the selected line"),
    bind(
        Action::Preview,
        &["ctrl-s"],
        FORM,
        "preview",
        "See the exact diff and message before anything is committed",
    ),
    bind(Action::Reload, &["shift-r"], BROWSING, "", "Read the register again"),
    bind(Action::Up, &["up", "k"], BROWSING, "", "Up"),
    bind(Action::Down, &["down", "j"], BROWSING, "", "Down"),
    bind(Action::Left, &["left", "h"], BROWSING, "", "Left"),
    bind(Action::Right, &["right", "l"], BROWSING, "", "Right"),
    bind(Action::PageUp, &["pageup", "ctrl-u"], BROWSING, "", "A page up"),
    bind(Action::PageDown, &["pagedown", "ctrl-d"], BROWSING, "", "A page down"),
    bind(Action::First, &["home", "g"], BROWSING, "", "To the top"),
    bind(Action::Last, &["end", "shift-g"], BROWSING, "", "To the bottom"),
    bind(Action::Palette, &[":"], BROWSING, "commands", "Find a command by its words"),
    bind(Action::Help, &["?"], BROWSING, "help", "All keys"),
    bind(Action::Back, &["esc"], EVERYWHERE, "back", "Back; a form keeps what was typed"),
    bind(Action::Quit, &["q"], BROWSING, "quit", "Leave Countersign"),
    bind(Action::Quit, &["ctrl-c"], EVERYWHERE, "", "Leave Countersign at once"),
];

/// The action a key stands for in a scope.
pub fn lookup(scope: Scope, key: KeyCombination) -> Option<Action> {
    let pressed = key.normalized();
    KEYS.iter()
        .find(|(at, combination)| *combination == pressed && (BINDINGS[*at].heard)(scope))
        .map(|(at, _)| BINDINGS[*at].action)
}

/// What can be done in a scope, in the table's order.
pub fn in_scope(scope: Scope) -> impl Iterator<Item = &'static Binding> {
    BINDINGS.iter().filter(move |binding| (binding.heard)(scope))
}

/// A binding's keys as a person reads them: `G`, `Ctrl-s`, `Space`.
pub fn key_words(binding: &Binding) -> String {
    let words = |key: &&str| match *key {
        "shift-backtab" => "Shift-Tab".to_owned(),
        key => FORMAT.to_string(parse(key)),
    };
    binding.keys.iter().map(words).collect::<Vec<_>>().join(" ")
}

static FORMAT: LazyLock<KeyCombinationFormat> =
    LazyLock::new(|| KeyCombinationFormat::default().with_implicit_shift());

/// Every key of the table with the row it belongs to.
static KEYS: LazyLock<Vec<(usize, KeyCombination)>> = LazyLock::new(|| {
    let rows = BINDINGS.iter().enumerate();
    rows.flat_map(|(at, binding)| binding.keys.iter().map(move |key| (at, parse(key)))).collect()
});

fn parse(key: &str) -> KeyCombination {
    // The table is ours and a test reads all of it.
    crokey::parse(key).expect("the table's keys are well-formed").normalized()
}

#[cfg(test)]
mod tests {
    use std::collections::HashSet;

    use super::*;

    const SCOPES: [Scope; 12] = [
        Scope::Audit,
        Scope::Matrix,
        Scope::Sides,
        Scope::Pair,
        Scope::Detail,
        Scope::Company,
        Scope::Measure,
        Scope::History,
        Scope::Entry,
        Scope::Decide,
        Scope::Preview,
        Scope::Findings,
    ];

    #[test]
    fn no_key_means_two_things_in_one_scope() {
        for scope in SCOPES {
            let mut seen = HashSet::new();
            for binding in in_scope(scope) {
                for key in binding.keys {
                    assert!(seen.insert(parse(key)), "{key} has two meanings in {scope:?}");
                }
            }
        }
    }

    #[test]
    fn keys_are_found_as_terminals_send_them() {
        use crossterm::event::{KeyCode, KeyEvent, KeyModifiers};
        let press = |code, modifiers| KeyCombination::from(KeyEvent::new(code, modifiers));
        let shift = KeyModifiers::SHIFT;
        assert_eq!(lookup(Scope::Matrix, press(KeyCode::Char('G'), shift)), Some(Action::Last));
        assert_eq!(lookup(Scope::Matrix, press(KeyCode::Char('?'), KeyModifiers::NONE)), Some(Action::Help));
        assert_eq!(lookup(Scope::Decide, press(KeyCode::BackTab, shift)), Some(Action::PreviousField));
        assert_eq!(lookup(Scope::Decide, press(KeyCode::Char('q'), KeyModifiers::NONE)), None);
        assert_eq!(
            lookup(Scope::Decide, press(KeyCode::Char('c'), KeyModifiers::CONTROL)),
            Some(Action::Quit)
        );
    }
}
