//! How long the program takes on a register of any size, and how that compares with the least it could take.
//!
//! ```sh
//! cargo bench                                      # 300 companies x 40 judgements
//! cargo bench -- --companies 1000 --rounds 21
//! cargo bench -- --quick                           # does everything run? (30 companies, three rounds)
//! cargo bench -- --terminal --changes 80000        # only the program in a terminal; takes about 10 minutes
//! cargo bench -- --history                         # only the history, 10,000 changes of one judgement each, and a commit
//! cargo bench -- --history --companies 3000 --changes 100000 --rounds 3   # takes minutes and 2 GB of disk
//! ```
//!
//! Every row is the median of many rounds. `× bare` is the median of the ratios within a round: in each round the same
//! work is done once by nothing but libgit2 and the `toml` crate, so that a busy machine slows both and the ratio
//! stays. Bare reading is `Repository::find_blob` and `toml::from_str::<toml::Table>` for every file of the register,
//! ids known beforehand, on as many threads as the program uses; objects are not hashed again, as in the program. Bare
//! committing is blob, trees, commit and reference by libgit2. Targets are in the last column; a row that misses its
//! own is marked `!`.
//!
//! The history is held against git's own commands instead (`× git`), each as a process of its own, on a register whose
//! commits each changed one judgement, packed by `git repack -adf`, with a commit graph that knows changed paths. What is
//! asked here opens the repository and its index anew every time, and makes whole entries (author, reason, status before
//! and after); "kept" makes the index, "known" uses it. A long audit is done once.
//!
//! Peak memory is that of a process of its own which opens the screen at 200x50 and leaves (`VmHWM`, Linux only); the
//! terminal part tells what the program itself holds at rest. `--keep` says where the register is and leaves it there.

mod bare;
mod clock;
mod generator;
mod history;
mod memory;
mod table;
mod terminal;

use std::fs;
use std::path::Path;
use std::thread;

use clap::Parser;
use countersign::analysis::{Board, Draft, decision};
use countersign::domain::{Change, Day, Slot, Snapshot, Status};
use countersign::register::{At, Register};
use countersign::ui::driver::{self, Driver, Script};
use countersign::ui::{Options, Personal, Theme};
use git2::Repository;

use clock::{quantile, time};
use generator::{Generated, MAIN, ONE_CHANGED, Size};
use table::{Row, Table, Target};

#[derive(Parser)]
struct Arguments {
    /// How many companies the register has
    #[arg(long, default_value_t = 300, env = "COUNTERSIGN_BENCH_COMPANIES")]
    companies: usize,
    /// How many measures are judged for each of them
    #[arg(long, default_value_t = 40)]
    measures: usize,
    /// How many changes the history is made of that git is held against; none leaves that part out
    #[arg(long, default_value_t = 10_000)]
    changes: usize,
    /// Only the history, and a change committed on a register that has one
    #[arg(long)]
    history: bool,
    /// Only the program in a pseudo-terminal: 300 companies, the same in a repository with many commits, and 1,000
    #[arg(long)]
    terminal: bool,
    /// How often everything is done
    #[arg(long, default_value_t = 41)]
    rounds: usize,
    /// Only see whether everything runs: 30 companies, three rounds
    #[arg(long)]
    quick: bool,
    /// Leave the register behind and say where it is
    #[arg(long)]
    keep: bool,
    /// Open the screen on this register and print the process's peak memory in MB
    #[arg(long, hide = true)]
    peak_of_opening: Option<std::path::PathBuf>,
    /// Ask for a history and print the process's peak memory in MB
    #[arg(long, hide = true)]
    peak_of_history: Option<std::path::PathBuf>,
    /// What cargo adds
    #[arg(long, hide = true)]
    bench: bool,
}

fn main() {
    let arguments = Arguments::parse();
    if let Some(register) = &arguments.peak_of_opening {
        driver(register);
        return println!("{}", memory::peak().unwrap_or(f64::NAN));
    }
    if let Some(register) = &arguments.peak_of_history {
        history::ask_once(register);
        return println!("{}", memory::peak().unwrap_or(f64::NAN));
    }
    let (companies, rounds) =
        if arguments.quick { (30, 3) } else { (arguments.companies, arguments.rounds.max(1)) };
    let size = Size { companies, measures: arguments.measures };
    let mut table = Table::default();
    if arguments.terminal {
        let changes = if arguments.quick { 500 } else { arguments.changes };
        terminal::terminal(size.measures, changes, rounds, arguments.quick, &mut table);
        return print!("{table}");
    }
    if arguments.changes > 0 {
        let changes = if arguments.quick { 500 } else { arguments.changes };
        let register = Generated::with_history(size, changes);
        println!("{companies} companies x {} judgements, {changes} changes; {rounds} rounds", size.measures);
        history::history(&register, changes, rounds.min(11), &mut table);
        if arguments.history {
            deciding(&register, rounds, &mut table);
            return print!("{table}");
        }
    }
    let register = Generated::new(size);
    let threads = thread::available_parallelism().map_or(1, usize::from).min(4);
    println!(
        "{companies} companies x {} judgements: {} files, {:.1} MB; {rounds} rounds, {threads} threads\n",
        size.measures,
        register.files,
        register.text_bytes as f64 / 1e6
    );
    reading(&register, threads, rounds, &mut table);
    drawing(&register, rounds, &mut table);
    deciding(&register, rounds, &mut table);
    remembering(&register, &mut table);
    print!("{table}");
    if arguments.keep {
        println!("\nThe register is in {}", register.keep().display());
    }
}

fn day() -> Day {
    "2026-11-23".parse().expect("a day")
}

fn open(path: &Path) -> Register {
    Register::open(path).expect("a register")
}

fn driver(register: &Path) -> Driver {
    let options = Options { at: At::Head, on: day(), theme: Theme::dark(), personal: Personal::default() };
    Driver::new(open(register), options, LARGE)
}

fn snapshot(register: &Register) -> Snapshot {
    register.snapshot(&At::Head).expect("a register that can be read")
}

/// The whole board, from nothing in memory.
fn board(path: &Path) -> (Snapshot, Board) {
    let snapshot = snapshot(&open(path));
    let board = Board::new(&snapshot, day());
    (snapshot, board)
}

fn reading(register: &Generated, threads: usize, rounds: usize, table: &mut Table) {
    let path = register.path();
    let blobs = bare::blobs(path, MAIN);
    let [mut bare, mut load, mut first, mut again, mut changed, mut analysis, mut screen] =
        [const { Vec::new() }; 7];
    let loaded = snapshot(&open(path).without_cache());
    for round in 0..rounds {
        bare.push(time(|| bare::read(path, &blobs, threads)).0);
        load.push(time(|| snapshot(&open(path).without_cache())).0);
        register.forget_cache();
        first.push(time(|| board(path)).0);
        again.push(time(|| board(path)).0);
        register.switch_to(if round % 2 == 0 { ONE_CHANGED } else { MAIN });
        changed.push(time(|| board(path)).0);
        register.switch_to(MAIN);
        board(path);
        analysis.push(time(|| Board::new(&loaded, day())).0);
        screen.push(time(|| driver(path)).0);
    }
    let row = |what, times: &[f64], target| Row::time(what, times, target).beside(times, &bare);
    table.section("Reading");
    table.push(Row::time("bare: read and parse every file", &bare, None));
    table.push(row("load from HEAD, nothing kept", &load, Some(Target::Ratio(1.3))));
    table.push(row("first open: load, keep, whole board", &first, None));
    table.push(row("opened again: whole board", &again, Some(Target::Milliseconds(80.0))));
    table.push(row("opened again, one company changed", &changed, Some(Target::Milliseconds(80.0))));
    table.push(Row::time("all cells (Board::new)", &analysis, None));
    table.push(row("opened again: screen complete", &screen, None));
}

/// A large terminal.
const LARGE: driver::Size = driver::Size { width: 200, height: 50 };

/// Keys that lead all over the board; every one of them draws a frame.
const WALK: &str =
    "jjjjjjjjjjllllllllllkkkkkhhhhh<pagedown>jjjjjlllll<tab>lllll<pagedown>jjjjjkkkkk<pageup><tab>hhhhh";

/// A filter that looks at cells, judgements and grounds; every letter narrows the board anew.
const FILTER: &str = "/state:gap,stale due:900d !chapter:T stale:review<esc>";

fn drawing(register: &Generated, rounds: usize, table: &mut Table) {
    let mut driver = driver(register.path());
    let mut whole = Vec::new();
    for _ in 0..rounds {
        // Another size and back: nothing on the screen stays.
        driver.resize(driver::Size { width: 199, ..LARGE });
        whole.push(time(|| driver.resize(LARGE)).0);
    }
    let mut keys = Vec::new();
    for _ in 0..rounds.div_ceil(4) {
        for key in WALK.split_inclusive(['j', 'k', 'h', 'l', '>']) {
            let key: Script = key.parse().expect("a key");
            keys.push(time(|| driver.play(&key)).0);
        }
    }
    let mut typing = Vec::new();
    for _ in 0..rounds.div_ceil(4) {
        for key in FILTER.split_inclusive(['a', 'e', 'g', ':', '9', '>', ' ']) {
            let key: Script = key.parse().expect("a key");
            typing.push(time(|| driver.play(&key)).0);
        }
    }
    table.section("Drawing at 200x50");
    table.push(Row::time("whole frame of the board", &whole, None));
    table.push(Row::time("cursor key to frame, median", &keys, Some(Target::Milliseconds(2.0))));
    table.push(Row::time("filter key to frame, median", &typing, Some(Target::Milliseconds(5.0))));
    let slow = quantile(&keys, 0.95);
    table.push(Row::time("cursor key to frame, 95th percentile", &[slow], Some(Target::Milliseconds(8.0))));
}

fn deciding(register: &Generated, rounds: usize, table: &mut Table) {
    let (clone, by_git) = (register.throw_away_clone(), register.throw_away_clone());
    let repository = Repository::open(clone.path()).expect("a clone");
    let main = repository.find_reference(MAIN).and_then(|main| main.peel_to_commit()).expect("a commit");
    repository.branch("bare", &main, true).expect("a branch");
    let register = open(clone.path());
    let [mut bare, mut git, mut prepare, mut commit] = [const { Vec::new() }; 4];
    for round in 0..rounds {
        let before = snapshot(&register);
        let change = change(&before, round);
        let (took, prepared) = time(|| register.prepare(&before, &change).expect("an allowed change"));
        prepare.push(took);
        let planned = prepared.first();
        let (path, message) = (planned.paths().collect::<String>(), planned.message());
        let text = format!("reason = \"Round {round}\"\n").repeat(15);
        let bare_commit = || bare::commit(&repository, "refs/heads/bare", &path, text.as_bytes(), &message);
        bare.push(time(bare_commit).0);
        commit.push(time(|| register.commit(prepared).expect("a commit")).0);
        fs::write(by_git.path().join(&path), &text).expect("a file");
        git.push(time(|| generator::git(by_git.path(), &["commit", "-qm", &message, "-o", "--", &path])).0);
    }
    let both: Vec<f64> = prepare.iter().zip(&commit).map(|(prepare, commit)| prepare + commit).collect();
    table.section_beside("Deciding", "git");
    table.push(Row::time("bare: blob, trees, commit, reference", &bare, None));
    table.push(Row::time("git commit -o PATH", &git, None));
    table.push(Row::time("prepare: what the preview shows", &prepare, None));
    table.push(Row::time("commit, and read back", &commit, Some(Target::Milliseconds(50.0))));
    let at_most_a_third = Some(Target::Ratio(1.0 / 3.0));
    table.push(Row::time("change to commit", &both, at_most_a_third).beside(&both, &git));
}

/// A judgement that is another one in every round.
fn change(snapshot: &Snapshot, round: usize) -> Change {
    let index = round % snapshot.companies.len();
    let (id, company) = snapshot.companies.iter().nth(index).expect("a company");
    let slot: &Slot = company.assessments.keys().next().expect("a judgement");
    let draft = Draft {
        status: Some(Status::Gap),
        reason: format!("Round {round}: nothing that we could find says how it is done."),
        ..Draft::default()
    };
    decision::decide(snapshot, day(), id, slot, &draft).expect("an allowed decision")
}

fn remembering(register: &Generated, table: &mut Table) {
    register.forget_cache();
    table.section("Peak memory");
    for what in ["first open", "opened again"] {
        let megabytes = memory::peak_of(memory::OPENING, register.path());
        table.push(Row::memory(what, megabytes, Target::Megabytes(40.0)));
    }
}
