//! Everything a key can do, in one table: keys, footer, help, palette, README and the man page are all drawn from it.

use strum::{EnumString, IntoStaticStr, VariantArray};

/// What a person can ask for. Screens hear these, never keys. Their names are those of the configuration and the
/// palette.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, EnumString, IntoStaticStr, VariantArray)]
#[strum(serialize_all = "kebab-case")]
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
    DecideInEditor,
    Editor,
    AddDocument,
    FileEvidence,
    RecordPosition,
    RecordModel,
    Drafts,
    Discard,
    PutBack,
    Undo,
    Redo,
    Mark,
    Details,
    SideBySide,
    Compare,
    Company,
    Measure,
    #[strum(serialize = "trail")]
    History,
    Wider,
    Fold,
    FoldAll,
    NextBlock,
    GoToCompany,
    GoToMeasure,
    Sort,
    Hide,
    Pin,
    ShowAll,
    Views,
    SaveView,
    DeleteView,
    Only,
    Filter,
    AsOf,
    Earlier,
    Later,
    MarkMoment,
    Forward,
    Coverage,
    Timeline,
    Findings,
    Audit,
    Fetch,
    Push,
    Reload,
    NextField,
    PreviousField,
    Toggle,
    Preview,
    Commit,
    Propose,
    Proposals,
    Conflicts,
    Settle,
    Continue,
    Note,
    Approve,
    AskForChanges,
    Decline,
    Countersign,
    Withdraw,
    Accept,
    Complete,
    Copy,
    Mouse,
    Palette,
    Help,
    Quit,
    QuitAtOnce,
}

impl Action {
    pub fn name(self) -> &'static str {
        self.into()
    }

    /// Whether it only changes what is selected or looked at.
    pub fn moves(self) -> bool {
        matches!(
            self,
            Action::Up
                | Action::Down
                | Action::Left
                | Action::Right
                | Action::PageUp
                | Action::PageDown
                | Action::First
                | Action::Last
                | Action::NextBlock
                | Action::Back
                | Action::Help
                | Action::Palette
                | Action::Quit
                | Action::QuitAtOnce
        )
    }

    /// Whether it is about the board as a whole, so that one can go there for it from anywhere.
    pub fn is_of_the_whole_board(self) -> bool {
        matches!(
            self,
            Action::Filter
                | Action::Views
                | Action::SaveView
                | Action::DeleteView
                | Action::Sort
                | Action::ShowAll
                | Action::FoldAll
                | Action::GoToCompany
                | Action::GoToMeasure
        )
    }

    /// Whether it goes with words, which are asked for: what they are called.
    pub fn asks_for(self) -> Option<&'static str> {
        Some(match self {
            Action::SaveView => "save as",
            Action::Propose => "name, or nothing",
            Action::Note => "note",
            Action::Approve => "approve, because",
            Action::AskForChanges => "ask for",
            Action::Decline => "decline, because",
            _ => return None,
        })
    }

    /// What may be written behind its name in the palette.
    pub fn argument(self) -> Option<Argument> {
        match self {
            Action::Company | Action::GoToCompany | Action::Compare | Action::History => {
                Some(Argument::Company)
            }
            Action::Measure | Action::GoToMeasure => Some(Argument::Measure),
            Action::Filter => Some(Argument::Filter),
            Action::AsOf => Some(Argument::Revision),
            Action::Sort => Some(Argument::Order),
            Action::Views | Action::DeleteView => Some(Argument::View),
            _ => None,
        }
    }
}

/// What the word behind a command names.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Argument {
    Company,
    Measure,
    Filter,
    Revision,
    Order,
    View,
}

/// What the keys are typed at: the kind of screen, or a window over it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, EnumString, IntoStaticStr, VariantArray)]
#[strum(serialize_all = "kebab-case")]
pub enum Scope {
    #[strum(serialize = "board")]
    Matrix,
    #[strum(serialize = "side-by-side")]
    Sides,
    Pair,
    Detail,
    Company,
    Measure,
    #[strum(serialize = "trail")]
    History,
    #[strum(serialize = "commit")]
    Entry,
    #[strum(serialize = "form")]
    Decide,
    Drafts,
    Preview,
    Proposals,
    Proposal,
    Conflicts,
    /// The form of a file in conflict.
    Settle,
    /// What it would be settled with.
    Settled,
    Findings,
    Audit,
    Coverage,
    Timeline,
    Changes,
    /// Help, palette, pickers and lines to type.
    Window,
}

impl Scope {
    pub fn name(self) -> &'static str {
        self.into()
    }

    /// Where letters are text, so that they cannot be commands.
    pub fn takes_text(self) -> bool {
        matches!(self, Scope::Decide | Scope::Settle | Scope::Window)
    }
}

/// Where a binding is heard.
type Heard = fn(Scope) -> bool;

const EVERYWHERE: Heard = |_| true;
/// Where single letters are commands.
const BROWSING: Heard = |scope| !scope.takes_text();
/// Where there is something to open; in the preview the same key commits.
const OPENING: Heard = |scope| {
    BROWSING(scope) && !matches!(scope, Scope::Preview | Scope::Settled | Scope::Entry | Scope::Findings)
};
/// Screens that stand on one cell, or on a list of cells.
const ON_A_CELL: Heard = |scope| {
    matches!(
        scope,
        Scope::Matrix | Scope::Sides | Scope::Pair | Scope::Detail | Scope::Measure | Scope::Changes
    )
};
const ON_A_CELL_BUT_MEASURE: Heard = |scope| ON_A_CELL(scope) && scope != Scope::Measure;
const ON_A_COMPANY: Heard = |scope| ON_A_CELL(scope) || matches!(scope, Scope::Company | Scope::Coverage);
const MATRIX: Heard = |scope| scope == Scope::Matrix;
const BLOCKS: Heard = |scope| matches!(scope, Scope::Matrix | Scope::Sides);
/// Pages with lines that can be chosen.
const PAGES: Heard = |scope| matches!(scope, Scope::Detail | Scope::Company);
const COMPARING: Heard = |scope| matches!(scope, Scope::Pair | Scope::Sides);
const CHANGES: Heard = |scope| scope == Scope::Changes;
const HISTORY: Heard = |scope| scope == Scope::History;
/// Screens that stand on a commit, or on a judgement that one made.
const ON_A_CHANGE: Heard = |scope| matches!(scope, Scope::History | Scope::Entry | Scope::Detail);
const DRAFTS: Heard = |scope| scope == Scope::Drafts;
const DECIDING: Heard = |scope| scope == Scope::Decide;
const FORM: Heard = |scope| matches!(scope, Scope::Decide | Scope::Settle);
const PREVIEW: Heard = |scope| scope == Scope::Preview;
const CONFLICTS: Heard = |scope| scope == Scope::Conflicts;
const SETTLED: Heard = |scope| scope == Scope::Settled;
const PROPOSAL: Heard = |scope| scope == Scope::Proposal;
/// Where saved views are chosen, and in the list itself.
const VIEWS: Heard = |scope| matches!(scope, Scope::Matrix | Scope::Window);
const WINDOW: Heard = |scope| scope == Scope::Window;

/// One row of the table.
pub struct Binding {
    pub action: Action,
    /// Keys, or several one after the other, as `crokey` reads them. A configuration may say otherwise.
    pub keys: &'static [&'static str],
    pub heard: Heard,
    /// One word for the footer; empty: not shown there.
    pub label: &'static str,
    pub description: &'static str,
}

impl Binding {
    /// It belongs to certain screens rather than to all of them.
    pub fn is_special(&self) -> bool {
        Scope::VARIANTS.iter().filter(|scope| (self.heard)(**scope)).count() < Scope::VARIANTS.len() - 3
    }

    /// The screens it is heard on, by name; empty: all of them.
    pub fn places(&self) -> Vec<&'static str> {
        let heard = Scope::VARIANTS.iter().filter(|scope| (self.heard)(**scope));
        if self.is_special() { heard.map(|scope| scope.name()).collect() } else { Vec::new() }
    }
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

/// The table. A key means one thing within a scope; a test holds that.
pub const BINDINGS: &[Binding] = &[
    bind(Action::Open, &["enter"], OPENING, "open", "Open what is selected"),
    bind(Action::Commit, &["enter"], PREVIEW, "commit", "Make this commit"),
    bind(Action::Settle, &["enter"], SETTLED, "settle", "Write this and stage it; nothing is committed"),
    bind(Action::Continue, &["c"], CONFLICTS, "continue", "Let git go on, when everything is settled"),
    bind(Action::Propose, &["p"], PREVIEW, "propose", "Put it on a branch of its own, to be reviewed"),
    bind(Action::Approve, &["shift-a"], PROPOSAL, "approve", "Approve the proposal as it is now"),
    bind(Action::Note, &["n"], PROPOSAL, "note", "Leave a note on the proposal, or on the change shown"),
    bind(Action::AskForChanges, &["x"], PROPOSAL, "ask", "Ask for changes; no merge until you approve"),
    bind(Action::Decline, &["shift-x"], PROPOSAL, "decline", "Turn the proposal down"),
    bind(Action::Countersign, &["s"], PROPOSAL, "countersign", "Merge the proposal as its reviewer"),
    bind(Action::Withdraw, &["shift-w"], PROPOSAL, "", "Delete your own proposal's branch here"),
    bind(Action::NextBlock, &["tab"], PROPOSAL, "next", "Go to the next change"),
    bind(Action::Decide, &["d"], ON_A_CELL, "decide", "Record a judgement on the selected cell"),
    bind(
        Action::DecideInEditor,
        &["shift-e"],
        ON_A_CELL,
        "",
        "Record a judgement, its reason in your editor",
    ),
    bind(Action::FileEvidence, &["n e"], ON_A_COMPANY, "", "Put a document on file, without a judgement"),
    bind(Action::RecordPosition, &["n p"], ON_A_COMPANY, "", "Record the company's position on chapters"),
    bind(
        Action::RecordModel,
        &["n m"],
        ON_A_COMPANY,
        "",
        "Record a model, or what is known of the chosen one",
    ),
    bind(Action::Drafts, &["shift-d"], BROWSING, "", "What was typed and is not committed"),
    bind(Action::Discard, &["x"], DRAFTS, "discard", "Discard the selected draft"),
    bind(Action::PutBack, &["u"], DRAFTS, "put back", "Put back the draft that was discarded last"),
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
        "Who decided what and when, for the cell or company",
    ),
    bind(
        Action::Wider,
        &["t", "tab"],
        HISTORY,
        "wider",
        "The trail of the cell, the company, then the register",
    ),
    bind(Action::Undo, &["u"], ON_A_CHANGE, "undo", "Take the change back with a new commit"),
    bind(Action::Redo, &["shift-u", "ctrl-r"], ON_A_CHANGE, "", "Put back what was undone"),
    bind(Action::Mark, &["v", "space"], HISTORY, "", "Mark several commits, to undo them together"),
    bind(Action::Mark, &["*"], MATRIX, "", "Mark the cell or commitment, to decide several alike"),
    bind(Action::Filter, &["/"], MATRIX, "filter", "Show only what matches"),
    bind(Action::AsOf, &["@"], BROWSING, "as of", "The register as of a day or commit, read-only"),
    bind(Action::Earlier, &["["], BROWSING, "", "Back in time: to the change before, of what is shown"),
    bind(Action::Later, &["]"], BROWSING, "", "On in time: to the next change"),
    bind(
        Action::MarkMoment,
        &["shift-m"],
        BROWSING,
        "",
        "Mark this moment; the second mark compares the two",
    ),
    bind(Action::Coverage, &["%"], BROWSING, "", "What share is met, partial, a gap and so on"),
    bind(Action::Timeline, &["w"], BROWSING, "", "When gaps were opened and closed"),
    bind(Action::Fold, &["space"], MATRIX, "fold", "Fold or unfold the chapter or commitment"),
    bind(Action::FoldAll, &["z"], MATRIX, "", "Fold or unfold every commitment"),
    bind(Action::NextBlock, &["tab"], BLOCKS, "other block", "Jump between signatories and non-signatories"),
    bind(Action::NextBlock, &["tab"], PAGES, "", "Choose the next line that opens something"),
    bind(Action::NextBlock, &["tab"], CHANGES, "next part", "Go to the next part of what changed"),
    bind(Action::GoToCompany, &["g c"], MATRIX, "", "Jump to a company"),
    bind(Action::GoToMeasure, &["g m"], MATRIX, "", "Jump to a measure"),
    bind(Action::Views, &["v"], MATRIX, "views", "Show one of the register's saved views"),
    bind(Action::SaveView, &["shift-v"], MATRIX, "", "Keep this view of the board by a name"),
    bind(Action::DeleteView, &["ctrl-x"], VIEWS, "", "Delete one of the register's saved views"),
    bind(Action::Sort, &["o"], MATRIX, "", "Order companies another way"),
    bind(Action::Pin, &["+"], MATRIX, "", "Pin the selected company first, or no longer"),
    bind(Action::Hide, &["-"], MATRIX, "", "Hide the selected company"),
    bind(Action::ShowAll, &["="], MATRIX, "", "Show hidden companies again"),
    bind(Action::Only, &["x"], COMPARING, "only", "Only differences; side by side, only judged gaps"),
    bind(Action::Findings, &["!"], BROWSING, "", "What is wrong in the register's files"),
    bind(Action::Proposals, &["r"], BROWSING, "", "What waits for review, and what was reviewed"),
    bind(
        Action::Conflicts,
        &["shift-c"],
        BROWSING,
        "",
        "What git's merge, rebase or pull left to be settled",
    ),
    bind(Action::Audit, &["a"], BROWSING, "", "Hold every commit against what it says"),
    bind(
        Action::Fetch,
        &["shift-f"],
        BROWSING,
        "",
        "Fetch what others pushed, and bring the branch up to it",
    ),
    bind(Action::Push, &["shift-p"], BROWSING, "", "Push the branch to the one it follows"),
    bind(Action::NextField, &["tab"], FORM, "next field", "Go to the next field"),
    bind(Action::Preview, &["ctrl-s"], FORM, "preview", "See exactly what would be written, before it is"),
    bind(Action::PreviousField, &["shift-tab"], FORM, "", "Go to the previous field"),
    bind(Action::Toggle, &["space"], FORM, "choose", "Choose or change the selected line"),
    bind(Action::AddDocument, &["ctrl-o"], DECIDING, "document", "Put a document on file, to rest on it"),
    bind(Action::Editor, &["ctrl-e"], FORM, "", "Write the reason in $VISUAL or $EDITOR"),
    bind(Action::Discard, &["ctrl-g"], FORM, "", "Discard what was typed; again brings it back"),
    bind(Action::Reload, &["shift-r"], BROWSING, "", "Read the register again"),
    bind(Action::Up, &["up", "k"], BROWSING, "", "Up"),
    bind(Action::Down, &["down", "j"], BROWSING, "", "Down"),
    bind(Action::Left, &["left", "h"], BROWSING, "", "Left"),
    bind(Action::Right, &["right", "l"], BROWSING, "", "Right"),
    bind(Action::PageUp, &["pageup", "ctrl-u"], BROWSING, "", "A page up"),
    bind(Action::PageDown, &["pagedown", "ctrl-d"], BROWSING, "", "A page down"),
    bind(Action::First, &["home", "g g"], BROWSING, "", "To the top"),
    bind(Action::Last, &["end", "shift-g"], BROWSING, "", "To the bottom"),
    bind(Action::Accept, &["enter"], WINDOW, "choose", "Choose what is selected"),
    bind(Action::Complete, &["tab"], WINDOW, "complete", "Complete the word"),
    bind(Action::Up, &["up", "ctrl-p"], WINDOW, "", "Up"),
    bind(Action::Down, &["down", "ctrl-n"], WINDOW, "", "Down"),
    bind(Action::PageUp, &["pageup"], WINDOW, "", "A page up"),
    bind(Action::PageDown, &["pagedown"], WINDOW, "", "A page down"),
    bind(Action::Copy, &["y"], BROWSING, "", "Copy a cell, row, link, commit or the whole view"),
    bind(Action::Mouse, &["alt-m"], BROWSING, "", "Mouse off, to select text with it; or on again"),
    bind(Action::Palette, &[":"], BROWSING, "commands", "Find a command by its words, and run it"),
    bind(Action::Help, &["?"], BROWSING, "help", "Keys and commands of this screen; type to search them"),
    bind(Action::Forward, &["alt-right"], BROWSING, "", "Forward to the place just left"),
    bind(Action::Back, &["esc"], EVERYWHERE, "back", "Back; a form keeps what was typed"),
    bind(Action::Quit, &["q"], BROWSING, "quit", "Leave Countersign"),
    bind(Action::QuitAtOnce, &["ctrl-c"], EVERYWHERE, "", "Leave Countersign from anywhere"),
];

/// What can be done in a scope, in the table's order.
pub fn in_scope(scope: Scope) -> impl Iterator<Item = &'static Binding> {
    BINDINGS.iter().filter(move |binding| (binding.heard)(scope))
}

/// What can be done elsewhere only, each once.
pub fn elsewhere(scope: Scope) -> impl Iterator<Item = &'static Binding> {
    let is_first = |at: usize| BINDINGS[..at].iter().all(|binding| binding.action != BINDINGS[at].action);
    let other = BINDINGS.iter().enumerate().filter(move |(at, _)| is_first(*at)).map(|(_, binding)| binding);
    other.filter(move |binding| row(scope, binding.action).is_none() && !only_in_windows(binding))
}

fn only_in_windows(binding: &Binding) -> bool {
    let mut rows = BINDINGS.iter().filter(|row| row.action == binding.action);
    rows.all(|row| !Scope::VARIANTS.iter().any(|scope| *scope != Scope::Window && (row.heard)(*scope)))
}

/// The screens an action is heard on, by name.
pub fn heard_on(action: Action) -> Vec<&'static str> {
    let heard = Scope::VARIANTS.iter().filter(|scope| row(**scope, action).is_some());
    heard.map(|scope| scope.name()).collect()
}

/// The row of an action in a scope, where it is heard there.
pub fn row(scope: Scope, action: Action) -> Option<&'static Binding> {
    in_scope(scope).find(|binding| binding.action == action)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ui::overlay::KEYS_WIDTH;
    use crate::ui::widget::window::NARROW;

    #[test]
    fn every_description_can_be_read_whole_on_the_narrowest_usual_terminal() {
        for binding in BINDINGS {
            let width = KEYS_WIDTH + binding.description.len() + 2;
            assert!(width <= usize::from(NARROW), "{}: {width}", binding.description);
        }
    }

    #[test]
    fn names_are_read_back() {
        for action in Action::VARIANTS {
            assert_eq!(action.name().parse(), Ok(*action));
            let here = |scope: &&Scope| in_scope(**scope).filter(|row| row.action == *action).count() > 1;
            assert_eq!(Scope::VARIANTS.iter().find(here), None, "{} has two rows in a scope", action.name());
        }
    }
}
