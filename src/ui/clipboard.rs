//! Copying through the terminal (OSC 52), which also works over SSH: the terminal puts what it is sent on the clipboard
//! of the machine it runs on, if it is allowed to. It says nothing in return.

use base64::Engine;
use base64::engine::general_purpose::STANDARD;

/// What stands between the program and the terminal.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Through {
    #[default]
    Nothing,
    Tmux,
    /// GNU screen.
    Screen,
}

/// Bytes that every terminal with a clipboard takes: 100,000 as base64.
pub const LIMIT: usize = 74_994;

/// What screen passes on at a time.
const CHUNK: usize = 240;

/// The bytes that put a text on the clipboard. Encoded, it cannot steer the terminal.
pub fn sequence(text: &str, through: Through) -> String {
    let copy = format!("\x1b]52;c;{}\x07", STANDARD.encode(text));
    match through {
        Through::Nothing => copy,
        // Either tmux copies it (`set-clipboard on`) or it hands it on (`allow-passthrough on`): it takes what it may.
        Through::Tmux => format!("{copy}\x1bPtmux;{}\x1b\\", copy.replace('\x1b', "\x1b\x1b")),
        Through::Screen => {
            // All of it is ASCII.
            let chunks = copy.as_bytes().chunks(CHUNK).map(String::from_utf8_lossy);
            chunks.map(|chunk| format!("\x1bP{chunk}\x1b\\")).collect()
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_text_reaches_the_terminal_through_whatever_lies_between() {
        assert_eq!(sequence("gap\x1b[2J", Through::Nothing), "\x1b]52;c;Z2FwG1sySg==\x07");
        assert_eq!(
            sequence("gap", Through::Tmux),
            "\x1b]52;c;Z2Fw\x07\x1bPtmux;\x1b\x1b]52;c;Z2Fw\x07\x1b\\"
        );
        let long = sequence(&"x".repeat(600), Through::Screen);
        let parts: Vec<&str> = long.split_terminator("\x1b\\").collect();
        assert!(parts.iter().all(|part| part.starts_with("\x1bP") && part.len() <= CHUNK + 2));
        let whole: String = parts.iter().map(|part| &part[2..]).collect();
        assert_eq!(whole, sequence(&"x".repeat(600), Through::Nothing));
    }
}
