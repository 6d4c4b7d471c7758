//! What each action of the screen is on the command line, so that nothing can be done with a screen alone.

use super::action::Action;

/// The other way to do the same.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Twin {
    /// A command, and how it would be told to do it in the made-up register of the documentation.
    Command(&'static str, &'static str),
    /// Nothing is done with it that a command could do; why.
    ScreenOnly(&'static str),
}

use Twin::{Command, ScreenOnly};

const MOVES: Twin = ScreenOnly("moves about");
const TYPES: Twin = ScreenOnly("helps to type");

const DECIDES: &str = "halyard S-1.1 --status gap --reason 'Trigger points are missing.'";

impl Action {
    pub fn twin(self) -> Twin {
        match self {
            Action::Up | Action::Down | Action::Left | Action::Right => MOVES,
            Action::PageUp | Action::PageDown | Action::First | Action::Last | Action::NextBlock => MOVES,
            Action::Back | Action::Forward | Action::Open => MOVES,
            Action::NextField | Action::PreviousField | Action::Toggle => TYPES,
            Action::Accept | Action::Complete => TYPES,
            Action::Decide | Action::Commit => Command("assess", DECIDES),
            Action::DecideInEditor | Action::Editor => {
                Command("assess", "halyard S-1.1 --status gap --reason @reason.txt")
            }
            Action::Preview => Command(
                "assess",
                "--dry-run halyard S-1.1 --status gap --reason 'Trigger points are missing.'",
            ),
            Action::Propose => {
                Command("assess", "--propose q3 halyard S-1.1 --status gap --reason 'No trigger points.'")
            }
            Action::Mark => {
                Command("assess", "--cell 'tidepool S-1.1' halyard S-1.1 --status gap --reason 'Alike.'")
            }
            Action::AddDocument | Action::FileEvidence => Command(
                "evidence add",
                "halyard framework --title Framework --kind framework --bears-on S-1 --access public --checked A --source Desk",
            ),
            Action::RecordPosition => Command(
                "position",
                "halyard --chapter S --stance signed --since 2026-10-01 --source 'List of signatories'",
            ),
            Action::RecordModel => {
                Command("model", "halyard mast-2 --name 'Mast 2' --source 'Its model card'")
            }
            Action::Drafts => Command("drafts", ""),
            Action::Discard => Command("drafts", "--discard 'halyard S-1.1'"),
            Action::PutBack => ScreenOnly("brings back what was discarded a moment ago"),
            Action::Undo => Command("undo", "HEAD"),
            Action::Redo => Command("redo", ""),
            Action::Details | Action::GoToCompany | Action::GoToMeasure => Command("show", "halyard S-1.1"),
            Action::Company => Command("show", "halyard"),
            Action::Measure => Command("show", "S-1.1"),
            Action::SideBySide => Command("compare", "--measure S-1.1"),
            Action::Compare => Command("compare", "halyard lodestar"),
            Action::Only => Command("compare", "--only-differences halyard lodestar"),
            Action::History => Command("log", "halyard S-1.1"),
            Action::Wider => Command("log", ""),
            Action::Fold | Action::FoldAll => {
                ScreenOnly("folds rows; `board --chapter` and `--measure` choose some")
            }
            Action::Sort => Command("board", "--sort gaps"),
            Action::Hide => Command("board", "--hide halyard"),
            Action::Pin => Command("board", "--pin halyard"),
            Action::ShowAll => Command("board", ""),
            Action::Views => Command("board", "--view 'what runs out'"),
            Action::SaveView => Command("view save", "'what runs out' --filter due:30d"),
            Action::DeleteView => Command("view delete", "'what runs out'"),
            Action::Filter => Command("board", "--filter state:gap"),
            Action::AsOf => Command("board", "--at 2026-03-01 --on 2026-03-01"),
            Action::Earlier => Command("show", "--at HEAD~1 halyard S-1.1"),
            Action::Later => Command("show", "--at HEAD halyard S-1.1"),
            Action::MarkMoment => Command("diff", "2026-03-01 HEAD"),
            Action::Coverage => Command("chart coverage", ""),
            Action::Timeline => Command("chart timeline", ""),
            Action::Findings => Command("check", ""),
            Action::Audit => Command("audit", ""),
            Action::Fetch => Command("fetch", "--update"),
            Action::Push => Command("push", ""),
            Action::Reload => ScreenOnly("every command reads the register anew"),
            Action::Proposals => Command("proposals", ""),
            Action::Note => Command("review", "--note 'And S-1.2?' q3"),
            Action::Approve => Command("review", "--approve 'Read both.' q3"),
            Action::AskForChanges => Command("review", "--ask-for-changes 'S-1.2, too?' q3"),
            Action::Decline => Command("review", "--decline 'Not this quarter.' q3"),
            Action::Countersign => Command("merge", "q3"),
            Action::Withdraw => Command("withdraw", "q3"),
            Action::Conflicts => Command("conflicts", ""),
            Action::Settle => Command("settle", "--cautious companies/halyard/assessments/S-1.1.toml"),
            Action::Continue => Command("settle", "--continue"),
            Action::Copy => Command("board", "--markdown"),
            Action::Mouse => ScreenOnly("there is no mouse to switch off"),
            Action::Palette | Action::Help => Command("keys", ""),
            Action::Quit | Action::QuitAtOnce => ScreenOnly("commands end by themselves"),
        }
    }

    /// Its command as it is told on the screen: what comes first, without the names of the example.
    pub fn command(self) -> Option<String> {
        let Command(command, rest) = self.twin() else { return None };
        let option = rest.split(' ').next().filter(|word| word.starts_with("--"));
        Some([Some("countersign"), Some(command), option].into_iter().flatten().collect::<Vec<_>>().join(" "))
    }
}
