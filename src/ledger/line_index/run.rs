//! One run of the index: a file that is written once, and read as far as a question needs it.
//!
//! ```text
//! columns │ checksum of each block of the columns, and the header │ length and checksum of that
//! ```
//!
//! A block is read and held against its checksum when something of it is wanted for the first time, so that opening a
//! history of 100,000 commits takes no longer than one of 100.

use std::cmp::Reverse;
use std::fs::File;
use std::io::{self, Read, Seek, SeekFrom, Write};
use std::ops::Range;

use serde::{Deserialize, Serialize};

use crate::ledger::PathChange;
use crate::ledger::object::content;
use crate::ledger::oid::Oid;
use crate::ledger::scope::{Part, Scope};

/// Something in a run is not what was written.
#[derive(Debug)]
pub struct Damaged;

pub type Sound<T> = Result<T, Damaged>;

/// What a run says of itself.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Header {
    /// The first parent of its oldest commit; empty where there is none.
    pub base: Vec<u8>,
    /// Its newest commit.
    pub tip: Vec<u8>,
    pub commits: usize,
    pub paths: usize,
    pub rows: usize,
    /// Of all paths, one behind the other.
    pub text_bytes: usize,
}

/// A run that is open.
pub struct Run {
    pub header: Header,
    columns: Columns,
    blocks: Blocks,
}

/// One change in a run.
#[derive(Clone, Copy, PartialEq, Eq)]
pub struct Row {
    /// Of its commit, counted from the oldest of the run.
    pub position: usize,
    pub path: usize,
    pub row: usize,
}

/// Where the columns are; numbers in them are little-endian.
struct Columns {
    /// The commits' ids, oldest first.
    ids: Column,
    /// The same sorted, each with its position.
    sorted: Column,
    /// Each commit's committer time and offset.
    times: Column,
    /// Where each path's text and rows end; they begin where the path's before it do.
    paths: Column,
    /// Each change's commit, and the content before and after, by path and commit. Null is no file.
    rows: Column,
    /// The paths, sorted, with nothing between them.
    text: Column,
}

/// So many cells of one width, one behind the other.
struct Column {
    start: usize,
    width: usize,
    cells: usize,
}

pub const NUMBER: usize = 4;
pub const TIME: usize = 8 + 4;

/// Checked at once.
const BLOCK: usize = 4096;

/// Read at once, at most.
const AT_ONCE: usize = 64;

/// The most that the checksum of a block takes, and a header.
const CHECKSUM: usize = 5;
const HEADER: usize = 256;

/// Behind all else: the length of what is before it, and that part's checksum.
const TAIL: usize = 4 + 4;

impl Columns {
    fn of(header: &Header) -> Option<Columns> {
        let id = header.tip.len();
        let mut end = 0_usize;
        let mut column = |cells: usize, width: usize| {
            let start = end;
            end = start.checked_add(cells.checked_mul(width)?)?;
            Some(Column { start, width, cells })
        };
        Some(Columns {
            ids: column(header.commits, id)?,
            sorted: column(header.commits, id + NUMBER)?,
            times: column(header.commits, TIME)?,
            paths: column(header.paths, 2 * NUMBER)?,
            rows: column(header.rows, NUMBER + 2 * id)?,
            text: column(header.text_bytes, 1)?,
        })
    }

    fn size_bytes(&self) -> usize {
        self.text.start + self.text.cells
    }
}

impl Column {
    fn cells(&self, cells: Range<usize>) -> Sound<Range<usize>> {
        let is_there = cells.start <= cells.end && cells.end <= self.cells;
        let place = |cell: usize| self.start + cell * self.width;
        is_there.then(|| place(cells.start)..place(cells.end)).ok_or(Damaged)
    }
}

impl Run {
    /// A file that holds a run of ids of a length.
    pub fn open(mut file: File, id_bytes: usize) -> Option<Run> {
        let size = usize::try_from(file.metadata().ok()?.len()).ok()?;
        let tail = read(&mut file, size.checked_sub(TAIL)?, TAIL).ok()?;
        let (length, checksum) = tail.split_first_chunk()?;
        let length = u32::from_le_bytes(*length) as usize;
        let end = size.checked_sub(TAIL)?.checked_sub(length)?;
        // What is read at once is little beside the file.
        if length > end.div_ceil(BLOCK) * CHECKSUM + HEADER {
            return None;
        }
        let about = read(&mut file, end, length).ok()?;
        let sound = crc32fast::hash(&about).to_le_bytes() == *checksum;
        let (checksums, header): (Vec<u32>, Header) =
            sound.then(|| postcard::from_bytes(&about).ok()).flatten()?;
        let columns = Columns::of(&header)?;
        let is_whole = columns.size_bytes() == end
            && checksums.len() == end.div_ceil(BLOCK)
            && header.tip.len() == id_bytes
            && header.commits > 0;
        is_whole.then(|| Run { header, columns, blocks: Blocks::new(file, checksums, end) })
    }

    pub fn write(out: &mut dyn Write, header: &Header, columns: &[u8]) -> io::Result<()> {
        let checksums: Vec<u32> = columns.chunks(BLOCK).map(crc32fast::hash).collect();
        let about = postcard::to_stdvec(&(checksums, header)).map_err(io::Error::other)?;
        let length = u32::try_from(about.len()).map_err(io::Error::other)?;
        out.write_all(columns)?;
        out.write_all(&about)?;
        out.write_all(&length.to_le_bytes())?;
        out.write_all(&crc32fast::hash(&about).to_le_bytes())
    }

    /// What its columns take.
    pub fn size_bytes(&self) -> usize {
        self.columns.size_bytes()
    }

    pub fn newest(&self) -> usize {
        self.header.commits - 1
    }

    pub fn id(&mut self, position: usize) -> Sound<Oid> {
        Oid::from_bytes(self.id_bytes(position)?).ok_or(Damaged)
    }

    fn id_bytes(&mut self, position: usize) -> Sound<&[u8]> {
        self.blocks.bytes(self.columns.ids.cells(position..position + 1)?)
    }

    /// Where a commit is, if it is here. Most often it is the newest that is looked for.
    pub fn position(&mut self, id: &[u8]) -> Sound<Option<usize>> {
        if self.header.tip == id {
            return Ok(Some(self.newest()));
        }
        let at = first(self.header.commits, |at| Ok(&self.sorted(at)?[..id.len()] >= id))?;
        if at == self.header.commits {
            return Ok(None);
        }
        let (found, position) = self.sorted(at)?.split_at(id.len());
        Ok((found == id).then(|| number(position)))
    }

    fn sorted(&mut self, at: usize) -> Sound<&[u8]> {
        self.blocks.bytes(self.columns.sorted.cells(at..at + 1)?)
    }

    /// The committer's time of a commit, in seconds, and its offset in minutes.
    pub fn time(&mut self, position: usize) -> Sound<(i64, i32)> {
        let cell = self.blocks.bytes(self.columns.times.cells(position..position + 1)?)?;
        let (seconds, offset) = cell.split_first_chunk().ok_or(Damaged)?;
        Ok((i64::from_le_bytes(*seconds), i32::from_le_bytes(offset.try_into().map_err(|_| Damaged)?)))
    }

    /// The changes at or below the scope's paths up to a commit, newest first, then by path. What [`Run::id`] and
    /// [`Run::change`] say of them is sound once they are here.
    pub fn rows(&mut self, newest: usize, scope: &Scope) -> Sound<Vec<Row>> {
        let mut all = Vec::new();
        for paths in self.paths_in(scope)? {
            let (from, to) = (self.start_of(paths.start)?, self.start_of(paths.end)?);
            self.blocks.see_to(self.columns.text.cells(from.text..to.text)?)?;
            self.blocks.see_to(self.columns.rows.cells(from.row..to.row)?)?;
            for path in paths {
                for row in self.rows_of(path)? {
                    let position = number(self.row(row)?);
                    if position <= newest {
                        self.id(position)?;
                        all.push(Row { position, path, row });
                    }
                }
            }
        }
        all.sort_by_key(|row| (Reverse(row.position), row.path, row.row));
        // Paths may lie in each other.
        all.dedup();
        Ok(all)
    }

    pub fn change(&mut self, row: Row) -> Sound<PathChange> {
        let path = std::str::from_utf8(self.path(row.path)?).map_err(|_| Damaged)?.to_owned();
        let (before, after) = self.contents(row.row)?;
        let file = |id: Oid| (id != id.format().null()).then(|| content(id));
        Ok(PathChange { path, before: file(before), after: file(after) })
    }

    pub fn contents(&mut self, row: usize) -> Sound<(Oid, Oid)> {
        let length = self.header.tip.len();
        let (before, after) = self.row(row)?[NUMBER..].split_at(length);
        Oid::from_bytes(before).zip(Oid::from_bytes(after)).ok_or(Damaged)
    }

    fn row(&mut self, row: usize) -> Sound<&[u8]> {
        self.blocks.bytes(self.columns.rows.cells(row..row + 1)?)
    }

    /// The paths at or below a scope's.
    fn paths_in(&mut self, scope: &Scope) -> Sound<Vec<Range<usize>>> {
        let mut found = Vec::new();
        for part in scope.parts() {
            match part {
                Part::AtOrBelow(path) => {
                    let own = self.first_path(path.as_bytes())?;
                    if own < self.header.paths && self.path(own)? == path.as_bytes() {
                        found.push(own..own + 1);
                    }
                    found.push(self.paths_beginning(&format!("{path}/"))?);
                }
                Part::Beginning(text) => found.push(self.paths_beginning(text)?),
            }
        }
        Ok(found)
    }

    fn paths_beginning(&mut self, text: &str) -> Sound<Range<usize>> {
        // No byte of UTF-8 is that large: nothing that begins so is behind it.
        let end = [text.as_bytes(), &[u8::MAX]].concat();
        Ok(self.first_path(text.as_bytes())?..self.first_path(&end)?)
    }

    /// The first path that is not before another.
    fn first_path(&mut self, path: &[u8]) -> Sound<usize> {
        first(self.header.paths, |at| Ok(self.path(at)? >= path))
    }

    pub fn path(&mut self, path: usize) -> Sound<&[u8]> {
        let text = self.start_of(path)?.text..self.start_of(path + 1)?.text;
        self.blocks.bytes(self.columns.text.cells(text)?)
    }

    fn rows_of(&mut self, path: usize) -> Sound<Range<usize>> {
        let rows = self.start_of(path)?.row..self.start_of(path + 1)?.row;
        // Each row is one path's, or a file could make much of little.
        if rows.start <= rows.end { Ok(rows) } else { Err(Damaged) }
    }

    fn start_of(&mut self, path: usize) -> Sound<Start> {
        let Some(before) = path.checked_sub(1) else { return Ok(Start { text: 0, row: 0 }) };
        let (text, row) = self.blocks.bytes(self.columns.paths.cells(before..path)?)?.split_at(NUMBER);
        Ok(Start { text: number(text), row: number(row) })
    }
}

/// Where a path's text and rows begin.
struct Start {
    text: usize,
    row: usize,
}

/// The columns' bytes, as far as they were read.
struct Blocks {
    file: File,
    checksums: Vec<u32>,
    size_bytes: usize,
    /// Those that were read, and are sound. In pieces: memory for the whole would have to be cleared first, which takes
    /// longer than what is wanted of it.
    read: Vec<Option<Box<[u8]>>>,
    /// What was wanted last and lies in several.
    joined: Vec<u8>,
}

impl Blocks {
    fn new(file: File, checksums: Vec<u32>, size_bytes: usize) -> Blocks {
        let read = vec![None; checksums.len()];
        Blocks { file, checksums, size_bytes, read, joined: Vec::new() }
    }

    fn bytes(&mut self, range: Range<usize>) -> Sound<&[u8]> {
        if range.is_empty() {
            return Ok(&[]);
        }
        let blocks = self.see_to(range.clone())?;
        let start = blocks.start * BLOCK;
        let bytes = match &self.read[blocks] {
            [only] => only.as_deref().ok_or(Damaged)?,
            several => {
                self.joined.clear();
                several.iter().flatten().for_each(|block| self.joined.extend_from_slice(block));
                &self.joined
            }
        };
        bytes.get(range.start - start..range.end - start).ok_or(Damaged)
    }

    /// Reads what was not read yet of the blocks in which some bytes lie, and says which those are.
    fn see_to(&mut self, range: Range<usize>) -> Sound<Range<usize>> {
        let blocks = range.start / BLOCK..range.end.div_ceil(BLOCK);
        let mut start = blocks.start;
        while start < blocks.end {
            let wanted = self.read.get(start..blocks.end.min(start + AT_ONCE)).ok_or(Damaged)?;
            let unread = wanted.iter().take_while(|block| block.is_none()).count();
            if unread > 0 {
                self.read_from_file(start..start + unread)?;
            }
            start += unread.max(1);
        }
        Ok(blocks)
    }

    fn read_from_file(&mut self, blocks: Range<usize>) -> Sound<()> {
        let (start, end) = (blocks.start * BLOCK, (blocks.end * BLOCK).min(self.size_bytes));
        let bytes = read(&mut self.file, start, end - start).map_err(|_| Damaged)?;
        for (at, block) in blocks.zip(bytes.chunks(BLOCK)) {
            if crc32fast::hash(block) != self.checksums[at] {
                return Err(Damaged);
            }
            self.read[at] = Some(block.into());
        }
        Ok(())
    }
}

fn read(file: &mut File, start: usize, length: usize) -> io::Result<Vec<u8>> {
    let mut bytes = vec![0; length];
    file.seek(SeekFrom::Start(start as u64))?;
    file.read_exact(&mut bytes)?;
    Ok(bytes)
}

/// The number a cell begins with.
fn number(cell: &[u8]) -> usize {
    cell.first_chunk().map_or(0, |bytes| u32::from_le_bytes(*bytes) as usize)
}

/// The first of `count` for which it holds, where it holds for all behind it.
fn first(count: usize, mut holds: impl FnMut(usize) -> Sound<bool>) -> Sound<usize> {
    let (mut start, mut end) = (0, count);
    while start < end {
        let middle = start.midpoint(end);
        if holds(middle)? { end = middle } else { start = middle + 1 }
    }
    Ok(start)
}
