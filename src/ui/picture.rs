//! A screen as an SVG picture, drawn from its own cells.

use std::fmt::Write;

use quick_xml::escape::escape;
use ratatui::buffer::{Buffer, Cell};
use ratatui::style::{Color, Modifier};
use unicode_width::UnicodeWidthStr;

/// Size of a cell in the picture's units; the font is scaled to it.
const CELL: (f32, f32) = (8.4, 18.0);
const MARGIN: f32 = 12.0;

/// Colours as a common dark terminal shows them.
const BACKGROUND: &str = "#1e2127";
const FOREGROUND: &str = "#d7dae0";

/// The buffer as a standalone SVG document. The same buffer gives the same bytes.
pub fn svg(buffer: &Buffer, title: &str) -> String {
    let (width, height) = (f32::from(buffer.area.width) * CELL.0, f32::from(buffer.area.height) * CELL.1);
    let (full_width, full_height) = (width + 2.0 * MARGIN, height + 2.0 * MARGIN);
    let mut out = String::new();
    // Writing to a string cannot fail.
    let _ = writeln!(
        out,
        r#"<svg xmlns="http://www.w3.org/2000/svg" width="{full_width:.0}" height="{full_height:.0}" viewBox="0 0 {full_width:.1} {full_height:.1}" role="img">"#
    );
    let _ = writeln!(out, "<title>{}</title>", escape(title));
    let _ = writeln!(out, r#"<rect width="100%" height="100%" rx="8" fill="{BACKGROUND}"/>"#);
    let _ = writeln!(
        out,
        r#"<g font-family="ui-monospace, 'DejaVu Sans Mono', Menlo, Consolas, monospace" font-size="14" xml:space="preserve">"#
    );
    for y in 0..buffer.area.height {
        line(&mut out, buffer, y);
    }
    out.push_str("</g>\n</svg>\n");
    out
}

/// One line, as runs of cells that look alike.
fn line(out: &mut String, buffer: &Buffer, y: u16) {
    let mut x = 0;
    while x < buffer.area.width {
        let look = Look::of(&buffer[(x, y)]);
        let start = x;
        let mut text = String::new();
        while x < buffer.area.width && Look::of(&buffer[(x, y)]) == look {
            let symbol = buffer[(x, y)].symbol();
            text.push_str(symbol);
            x += symbol.width().max(1) as u16;
        }
        run(out, &look, &text, start, x - start, y);
    }
}

fn run(out: &mut String, look: &Look, text: &str, x: u16, columns: u16, y: u16) {
    let left = MARGIN + f32::from(x) * CELL.0;
    let top = MARGIN + f32::from(y) * CELL.1;
    let width = f32::from(columns) * CELL.0;
    if look.background != BACKGROUND {
        let height = CELL.1;
        let fill = look.background;
        let _ = writeln!(
            out,
            r#"<rect x="{left:.1}" y="{top:.1}" width="{width:.1}" height="{height:.1}" fill="{fill}"/>"#
        );
    }
    if look.underlined {
        // At the foot of the cell, as terminals draw it: a font's own line would run through its letters.
        let (y, fill) = (top + CELL.1 - 1.5, look.foreground);
        let _ =
            writeln!(out, r#"<rect x="{left:.1}" y="{y:.1}" width="{width:.1}" height="1" fill="{fill}"/>"#);
    }
    if text.trim().is_empty() {
        return;
    }
    let baseline = top + CELL.1 * 0.75;
    let weight = if look.bold { r#" font-weight="bold""# } else { "" };
    let opacity = if look.dim { r#" opacity="0.6""# } else { "" };
    let fill = look.foreground;
    let _ = writeln!(
        out,
        r#"<text x="{left:.1}" y="{baseline:.1}" textLength="{width:.1}" lengthAdjust="spacingAndGlyphs" fill="{fill}"{weight}{opacity}>{}</text>"#,
        escape(text)
    );
}

#[derive(PartialEq)]
struct Look {
    foreground: &'static str,
    background: &'static str,
    bold: bool,
    underlined: bool,
    dim: bool,
}

impl Look {
    fn of(cell: &Cell) -> Look {
        let (mut foreground, mut background) = (colour(cell.fg, FOREGROUND), colour(cell.bg, BACKGROUND));
        if cell.modifier.contains(Modifier::REVERSED) {
            std::mem::swap(&mut foreground, &mut background);
        }
        Look {
            foreground,
            background,
            bold: cell.modifier.contains(Modifier::BOLD),
            underlined: cell.modifier.contains(Modifier::UNDERLINED),
            dim: cell.modifier.contains(Modifier::DIM),
        }
    }
}

fn colour(colour: Color, otherwise: &'static str) -> &'static str {
    match colour {
        Color::Red => "#e06c75",
        Color::Green => "#98c379",
        Color::Yellow => "#e5c07b",
        Color::Blue => "#61afef",
        Color::Magenta => "#c678dd",
        Color::Cyan => "#56b6c2",
        Color::LightRed => "#f0868f",
        Color::LightYellow => "#f0d58f",
        Color::LightBlue => "#74bbf7",
        Color::LightCyan => "#7fe0ea",
        Color::DarkGray => "#7f848e",
        _ => otherwise,
    }
}
