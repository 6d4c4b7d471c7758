//! The trail, beside what git itself needs for the same question.

use std::fs;
use std::io;
use std::path::Path;

use countersign::domain::{CompanyId, MeasureRef};
use countersign::ledger::{CommitId, Ledger};
use countersign::register::{At, Range, Trail};

use crate::clock::time;
use crate::generator::{Generated, MAIN};
use crate::memory;
use crate::open;
use crate::table::{Row, Table, Target};

/// How far back the index is when it has to catch up.
const BEHIND: usize = 100;

/// An audit reads, hashes and parses everything; beyond this it takes minutes, and is done once.
const MANY: usize = 20_000;

pub fn history(register: &Generated, changes: usize, rounds: usize, table: &mut Table) {
    let path = register.path();
    for (branch, back) in [("behind-one", 1), ("behind-many", BEHIND)] {
        register.git(&["branch", "--force", branch, &format!("main~{back}")]);
    }
    let cell = cell();
    let trail = |trail: &Trail| open(path).history(&At::Head, trail).expect("a history").count();
    let [mut git_cell, mut first, mut git_raw, mut known, mut company, mut all] = [const { Vec::new() }; 6];
    let [mut one, mut git_one, mut many, mut git_many] = [const { Vec::new() }; 4];
    let [mut compared, mut git_compared, mut as_of, mut git_as_of] = [const { Vec::new() }; 4];
    let file = cell_file(register, &cell);
    let many_range = format!("main~{BEHIND}..main");
    for _ in 0..rounds {
        git_raw.push(time(|| register.git(&["log", "--raw", "--format=%H", "main"])).0);
        register.forget_cache();
        let (took, found) = time(|| trail(&cell));
        first.push(took);
        let (took, log) = time(|| register.git(&["log", "--format=%an %at %s", "main", "--", &file]));
        git_cell.push(took);
        let (took, found_again) = time(|| trail(&cell));
        known.push(took);
        let lines = log.iter().filter(|byte| **byte == b'\n').count();
        assert_eq!([found, found_again], [lines; 2], "git has another history of {file}");
        company.push(time(|| trail(&Trail::Company(company_007()))).0);
        all.push(time(|| trail(&Trail::Register)).0);
        as_of.push(time(|| ledger(register).resolve("2026-06-22").expect("a commit")).0);
        git_as_of
            .push(time(|| register.git(&["rev-list", "-1", "--before=2026-06-23T00:00:00+0200", "main"])).0);
        let catch_up = |branch: &str, times: &mut Vec<f64>| {
            register.switch_to(branch);
            register.forget_cache();
            trail(&cell);
            register.switch_to(MAIN);
            times.push(time(|| trail(&cell)).0);
        };
        catch_up("refs/heads/behind-one", &mut one);
        git_one.push(time(|| register.git(&["log", "--raw", "--format=%H", "main~1..main"])).0);
        catch_up("refs/heads/behind-many", &mut many);
        git_many.push(time(|| register.git(&["log", "--raw", "--format=%H", &many_range])).0);
        let ends = (commit(register, &format!("main~{BEHIND}")), commit(register, "main"));
        compared.push(time(|| ledger(register).diff(ends.0, ends.1).expect("two trees")).0);
        git_compared.push(time(|| register.git(&["diff", "--raw", &format!("main~{BEHIND}"), "main"])).0);
    }
    let at_most = |ratio| Some(Target::Ratio(ratio));
    let row = |what, times: &[f64], git: &[f64], target| Row::time(what, times, target).beside(times, git);
    table.section_beside("History", "git");
    table.push(Row::time("git log -- PATH, changed paths known", &git_cell, None));
    table.push(row("one cell, known", &known, &git_cell, at_most(1.0)));
    table.push(row("one company, known", &company, &git_cell, None));
    table.push(Row::time("git log --raw", &git_raw, None));
    table.push(row("the whole register, known", &all, &git_raw, None));
    table.push(row("one cell, and the whole history kept", &first, &git_raw, at_most(1.0)));
    table.push(Row::time("git log --raw, 1 new commit", &git_one, None));
    table.push(row("one cell, 1 new commit", &one, &git_one, at_most(1.0)));
    table.push(Row::time("git log --raw, 100 new commits", &git_many, None));
    table.push(row("one cell, 100 new commits", &many, &git_many, at_most(1.0)));
    table.push(Row::time("git rev-list -1 --before=DAY", &git_as_of, None));
    table.push(row("which commit was head on a day", &as_of, &git_as_of, None));
    table.push(Row::time("git diff --raw, 100 changes", &git_compared, None));
    table.push(row("two revisions, 100 changes", &compared, &git_compared, at_most(1.0)));
    audit(register, if changes > MANY { 1 } else { rounds.min(3) }, table);
    index_size(register, table);
    remembering(register, table);
}

/// Every commit derived and held against what it says; nothing is signed.
fn audit(register: &Generated, rounds: usize, table: &mut Table) {
    let [mut audit, mut git_raw] = [const { Vec::new() }; 2];
    for _ in 0..rounds {
        git_raw.push(time(|| register.git(&["log", "--raw", "--format=%B", "main"])).0);
        let register = open(register.path());
        let whole = || {
            register.audit(&Range::default()).map(|audit| audit.deeds().filter(|deed| deed.is_ok()).count())
        };
        audit.push(time(|| whole().expect("an audit")).0);
    }
    table.push(
        Row::time("audit, nothing signed (beside git log --raw)", &audit, None).beside(&audit, &git_raw),
    );
}

fn index_size(register: &Generated, table: &mut Table) {
    let runs = fs::read_dir(register.path().join(".git/countersign/history-2"));
    let size = |run: io::Result<fs::DirEntry>| run.and_then(|run| run.metadata()).map(|found| found.len());
    let bytes = runs.and_then(|runs| runs.map(size).sum::<io::Result<u64>>());
    table.push(Row::size("the index", bytes.ok().map(|bytes| bytes as f64 / 1e6)));
}

/// What a process takes at most that asks for one cell's history.
fn remembering(register: &Generated, table: &mut Table) {
    register.forget_cache();
    for what in ["peak memory, first time", "peak memory, known"] {
        table.push(Row::size(what, memory::peak_of(memory::HISTORY, register.path())));
    }
}

/// The work of [`remembering`]'s process.
pub fn ask_once(path: &Path) -> usize {
    open(path).history(&At::Head, &cell()).expect("a history").count()
}

fn cell() -> Trail {
    Trail::Cell(company_007(), "S-1.1".parse().expect("a measure"))
}

fn company_007() -> CompanyId {
    "company-007".parse().expect("a company")
}

/// The file of a cell, at its level.
fn cell_file(register: &Generated, trail: &Trail) -> String {
    let Trail::Cell(company, measure) = trail else { unreachable!("a cell was asked for") };
    let measure: &MeasureRef = measure;
    let ledger = ledger(register);
    let folder = format!("companies/{company}/assessments");
    let entries = ledger.entries(commit(register, "main"), &folder).expect("a folder").entries;
    let found = entries.into_iter().find(|entry| {
        let name = entry.name.trim_end_matches(".toml");
        name.split('@').next() == Some(measure.to_string().as_str())
    });
    format!("{folder}/{}", found.expect("a judgement").name)
}

fn ledger(register: &Generated) -> Ledger {
    Ledger::discover(register.path()).expect("a repository")
}

fn commit(register: &Generated, revision: &str) -> CommitId {
    ledger(register).resolve(revision).expect("a commit")
}
