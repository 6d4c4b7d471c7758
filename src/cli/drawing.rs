//! Pictures into files: SVG as it is, PNG drawn from it.
//!
//! A PNG is drawn with the fonts that the program carries and no others, so that it is the same everywhere. A letter they
//! lack, such as a Chinese one, is an empty box there; the SVG has it.

use std::fs;
use std::path::Path;
use std::sync::Arc;

use resvg::tiny_skia::{Pixmap, Transform};
use resvg::usvg::{self, Tree, fontdb};

use crate::error::{Error, Result};

const FONTS: [&[u8]; 2] =
    [include_bytes!("../../fonts/DejaVuSansMono.ttf"), include_bytes!("../../fonts/DejaVuSansMono-Bold.ttf")];
const FAMILY: &str = "DejaVu Sans Mono";

/// Dots of a PNG for each unit of the picture: sharp on a dense screen and on paper.
const SCALE: f32 = 2.0;

/// Writes a picture as its file's ending says; what stood in the file is gone.
pub fn write(file: &Path, svg: &str) -> Result<()> {
    let ending = file.extension().and_then(|ending| ending.to_str()).map(str::to_lowercase);
    let bytes = match ending.as_deref() {
        Some("svg") => svg.as_bytes().to_vec(),
        Some("png") => png(svg)?,
        _ => return Err(Error::NoPictureFormat { path: file.to_owned() }),
    };
    fs::write(file, bytes).map_err(Error::io("write", file))
}

/// An SVG document as PNG. The same document gives the same bytes.
fn png(svg: &str) -> Result<Vec<u8>> {
    let mut fonts = fontdb::Database::new();
    FONTS.iter().for_each(|font| fonts.load_font_data(font.to_vec()));
    fonts.set_monospace_family(FAMILY);
    let options =
        usvg::Options { fontdb: Arc::new(fonts), font_family: FAMILY.to_owned(), ..usvg::Options::default() };
    let failed = |detail: String| Error::NotDrawn { detail };
    let tree = Tree::from_str(svg, &options).map_err(|error| failed(error.to_string()))?;
    let size = tree.size().to_int_size().scale_by(SCALE);
    let mut pixmap = size
        .and_then(|size| Pixmap::new(size.width(), size.height()))
        .ok_or_else(|| failed("it is too large".to_owned()))?;
    resvg::render(&tree, Transform::from_scale(SCALE, SCALE), &mut pixmap.as_mut());
    pixmap.encode_png().map_err(|error| failed(error.to_string()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_png_shows_what_is_drawn_and_is_the_same_every_time() {
        let svg = r##"<svg xmlns="http://www.w3.org/2000/svg" width="40" height="20">
            <rect width="100%" height="100%" fill="#ffffff"/>
            <text x="2" y="14" font-family="DejaVu Sans Mono" font-size="12" fill="#000000">✗ gap</text></svg>"##;
        let first = png(svg).unwrap();
        assert_eq!(first, png(svg).unwrap());
        let drawn = Pixmap::decode_png(&first).unwrap();
        assert_eq!((drawn.width(), drawn.height()), (80, 40));
        let dark = drawn.pixels().iter().filter(|dot| dot.red() < 64).count();
        assert!(dark > 50, "the words are drawn with the font that is carried: {dark} dark dots");
    }

    #[test]
    fn what_is_no_picture_is_an_error() {
        assert!(matches!(png("<svg"), Err(Error::NotDrawn { .. })));
        let other = Path::new("board.gif");
        assert!(matches!(write(other, "<svg/>"), Err(Error::NoPictureFormat { .. })));
    }
}
