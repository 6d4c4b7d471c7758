//! Without sight or screen: every view has its command, and the terminal's own cursor rests on what is selected.

use std::fs;
use std::path::Path;
use std::process::Command;

use clap::CommandFactory;
use countersign::cli::Arguments;
use countersign::ui::twin::Twin;
use countersign::ui::{Action, Scope};
use ratatui::style::Modifier;
use strum::VariantArray;

use crate::fixture::Fixture;
use crate::screens::driver;

/// The rows of the table in `docs/views.md`: screen and command.
fn table() -> Vec<(String, String)> {
    let page = fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join("docs/views.md")).unwrap();
    let row = |line: &str| {
        let mut cells = line.trim_matches('|').split('|').map(str::trim);
        let (screen, command) = (cells.next()?, cells.next()?);
        Some((screen.to_owned(), command.strip_prefix("`countersign ")?.strip_suffix('`')?.to_owned()))
    };
    let of_views = page.split("\n## ").next().unwrap_or_default();
    of_views.lines().filter(|line| line.starts_with('|')).filter_map(row).collect()
}

#[test]
fn every_screen_has_its_command() {
    let listed: Vec<String> = table().into_iter().map(|(screen, _)| screen).collect();
    for scope in Scope::VARIANTS.iter().filter(|scope| **scope != Scope::Window) {
        assert!(listed.iter().any(|screen| screen == scope.name()), "docs/views.md lacks {}", scope.name());
    }
}

/// How the page tells it.
fn other_way(action: Action) -> String {
    match action.twin() {
        Twin::Command(command, rest) => format!("`{}`", format!("countersign {command} {rest}").trim_end()),
        Twin::ScreenOnly(why) => format!("the screen's alone: {why}"),
    }
}

#[test]
fn every_action_has_its_command_or_says_why_not() {
    let page = fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join("docs/views.md")).unwrap();
    let rows =
        Action::VARIANTS.iter().map(|action| format!("| `{}` | {} |", action.name(), other_way(*action)));
    let table: Vec<String> = rows.collect();
    assert!(page.contains(&table.join("\n")), "docs/views.md wants:\n{}", table.join("\n"));
    for action in Action::VARIANTS {
        let Twin::Command(command, rest) = action.twin() else { continue };
        // Between quotes blanks stay.
        let parts = rest.split('\'').enumerate().flat_map(|(at, part)| match at % 2 {
            0 => part.split_whitespace().collect(),
            _ => vec![part],
        });
        let words = ["countersign"].into_iter().chain(command.split(' ')).chain(parts);
        if let Err(error) = Arguments::command().try_get_matches_from(words) {
            panic!("{}: {error}", action.name());
        }
    }
}

#[test]
fn every_option_says_what_it_is() {
    fn of(command: &clap::Command, path: &str, silent: &mut Vec<String>) {
        let path = format!("{path} {}", command.get_name());
        let shown = command.get_arguments().filter(|argument| !argument.is_hide_set());
        let lacking = shown.filter(|argument| argument.get_help().is_none());
        silent.extend(lacking.map(|argument| format!("{path}: {}", argument.get_id())));
        let commands = command.get_subcommands().filter(|command| !command.is_hide_set());
        commands.for_each(|command| of(command, &path, silent));
    }
    let mut silent = Vec::new();
    of(&Arguments::command(), "", &mut silent);
    assert!(silent.is_empty(), "{silent:#?}");
}

#[test]
fn every_command_of_the_table_prints_its_view_plainly() {
    let fixture = Fixture::new();
    let home = tempfile::tempdir().unwrap();
    for (screen, command) in table() {
        // Between quotes blanks stay.
        let parts = command.split('"').enumerate();
        let mut arguments: Vec<String> = parts
            .flat_map(|(at, part)| match at % 2 {
                0 => part.split_whitespace().map(str::to_owned).collect(),
                _ => vec![part.to_owned()],
            })
            .collect();
        if arguments[0] != "assess" {
            arguments.push("--plain".to_owned());
        }
        let output = Command::new(env!("CARGO_BIN_EXE_countersign"))
            .args(&arguments)
            .env("COUNTERSIGN_REGISTER", fixture.path())
            .env("XDG_STATE_HOME", home.path())
            .env("XDG_CONFIG_HOME", home.path())
            .output()
            .unwrap();
        // 1: an audit or a check found something.
        let ran = output.status.code().is_some_and(|code| code < 2);
        let (text, said) =
            (String::from_utf8(output.stdout).unwrap(), String::from_utf8_lossy(&output.stderr));
        assert!(ran && !text.trim().is_empty(), "{screen}: {command}: {said}");
        assert!(!text.contains(['─', '│', '┌']), "{command}: {text}");
    }
}

#[test]
fn the_cursor_rests_on_what_is_selected() {
    let fixture = Fixture::new();
    let screens = [
        "",
        "j",
        "zk",
        "s",
        "m",
        "/halyard<enter>c lode<enter>",
        "t",
        "%j",
        "w",
        "[[[[M]]]]Mj",
        "/halyard S-1.1<enter>d",
        "/x",
        ":x",
    ];
    for keys in screens {
        let mut driver = driver(&fixture, "100x30");
        driver.play(&keys.parse().unwrap());
        let (x, y) = driver.cursor();
        let cell = &driver.buffer()[(x, y)];
        let selected = Modifier::REVERSED | Modifier::UNDERLINED;
        assert!(
            cell.modifier.intersects(selected),
            "{keys}: nothing is selected at {x},{y}:\n{}",
            driver.screen()
        );
    }
    for keys in ["p", "/halyard S-1.1<enter><enter>", "!", "t<enter>"] {
        let mut driver = driver(&fixture, "100x30");
        driver.play(&keys.parse().unwrap());
        assert!(driver.cursor().1 > 0, "{keys}: the cursor is above the page");
    }
}
