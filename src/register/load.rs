//! A commit's files as a snapshot.
//!
//! Companies are read on as many threads as there are processors, each with its own handle: inflating and parsing are
//! the whole cost, and companies have nothing to do with each other.

use std::collections::BTreeMap;
use std::sync::Arc;
use std::thread::{self, ScopedJoinHandle};

use super::Pulse;
use super::amount::{Amount, InAll};
use super::cache::{Cache, Parsed};
use super::crowd::{self, Crowd};
use super::lately::{Asked, Lately};
use crate::domain::snapshot::Settings;
use crate::domain::{Catalogue, Company, CompanyId, Finding, Rule, Snapshot, Source, Waiver};
use crate::error::{Error, Result};
use crate::files::read::{self, Content, FileBytes};
use crate::files::{RegisterPath, check, layout};
use crate::ledger::{
    Blob, Caching, CommitId, Kind, Ledger, Listing, ObjectId, Refused, TreeEntry, TreeReader,
};

/// More than two threads gain little on small registers; each costs a handle and its caches.
const MOST_THREADS: usize = 4;
/// Below this a thread costs more than it gains.
const COMPANIES_PER_THREAD: usize = 8;

/// What becomes of a file or folder that git has no readable object of.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Unread {
    /// A finding: all else is shown.
    Told,
    /// An error: what is told must not rest on a part that passes for the whole.
    Refused,
}

/// What a reading goes by, beside the commit.
pub struct By<'a> {
    pub caching: Caching,
    pub pulse: &'a Pulse,
    pub lately: &'a Lately,
}

/// By handles of its own: libgit2 keeps what it inflated, up to 16 MB, and the packs it mapped, for as long as any handle
/// has read from them.
pub fn commit(own: &Ledger, commit: CommitId, by: &By) -> Result<Snapshot> {
    let in_all = &InAll::default();
    let (mut parts, companies) = Parts::of(&own.reopen()?, commit, in_all)?;
    let (settings, waivers) = parts.settings().ok_or_else(|| no_register(own))?;
    let mut findings = parts.findings;
    let known = by.uses_lately().then(|| by.lately.asked(&parts.asked)).flatten();
    let (asked, companies) = thread::scope(|scope| {
        let asked = scope.spawn(|| known.unwrap_or_else(|| Asked::read(&parts.asked)));
        let companies = match companies {
            Some(folder) => self::companies(own, folder, by, in_all, &mut findings),
            None => Ok(BTreeMap::new()),
        };
        (joined(asked), companies)
    });
    let companies = companies?;
    if by.caching == Caching::Keep && is_whole(&asked.findings) {
        by.lately.keep_asked(&parts.asked, &asked);
    }
    let Asked { catalogue, findings: found } = asked;
    findings.extend(found);
    let source = Source::Commit(commit.to_string());
    let again = own.reopen()?;
    let trees = TreeReader::new(&again);
    let text = |path: &str| text_at(&again, &trees, commit, path);
    let read = Read { source, settings, catalogue, companies, waivers };
    Ok(snapshot(read, findings, &text))
}

/// What a `commitments/` folder asks, and how much that is; what is wrong in it is `check`'s to say.
pub fn catalogue(ledger: &Ledger, folder: ObjectId) -> Result<(Catalogue, Amount)> {
    let mut parts = Parts::default();
    let in_all = InAll::default();
    parts.folder(ledger, "commitments", folder, &in_all, Unread::Refused)?;
    let amount = parts.asked.iter().map(Amount::of_text).fold(Amount::default(), Amount::and);
    Ok((read::catalogue(&parts.asked, &in_all.patience()).0, amount))
}

pub fn no_register(ledger: &Ledger) -> Error {
    Error::NoRegister { path: ledger.workdir().unwrap_or(ledger.git_dir()).to_owned() }
}

/// Everything but companies, before it is read.
#[derive(Default)]
pub struct Parts {
    pub asked: Vec<FileBytes>,
    pub findings: Vec<Finding>,
}

impl Parts {
    /// A commit's, and the folder that its companies are in.
    fn of(ledger: &Ledger, commit: CommitId, in_all: &InAll) -> Result<(Parts, Option<ObjectId>)> {
        let root = ledger.list(ledger.root(commit)?)?;
        let mut parts = Parts::default();
        let mut companies = None;
        for entry in root.entries {
            match (entry.name.as_str(), entry.kind) {
                ("companies", Kind::Folder) => companies = Some(entry.id),
                ("commitments", Kind::Folder) => {
                    parts.folder(ledger, "commitments", entry.id, in_all, Unread::Told)?;
                }
                ("countersign.toml" | "sources.toml" | "waivers.toml", _) => {
                    let name = entry.name.clone();
                    let file = file(ledger, name, &entry, Unread::Told)?;
                    in_all.add(Amount::of_text(&file))?;
                    parts.asked.push(file);
                }
                ("companies" | "commitments", kind) => parts.findings.push(not_a_folder(&entry.name, kind)),
                _ => {}
            }
        }
        Ok((parts, companies))
    }

    fn folder(
        &mut self,
        ledger: &Ledger,
        path: &str,
        folder: ObjectId,
        in_all: &InAll,
        unread: Unread,
    ) -> Result<()> {
        let Files { files, strange, .. } = files(ledger, path, folder, in_all, unread)?;
        self.asked.extend(files);
        self.findings.extend(strange);
        Ok(())
    }

    /// What `countersign.toml` says, and what is waived; nothing without that file: it makes a repository a register.
    pub fn settings(&mut self) -> Option<(Settings, Vec<Waiver>)> {
        let (settings, mut findings) = read::settings(&self.take("countersign.toml")?);
        let (waivers, mut of_waivers) =
            self.take("waivers.toml").map(|file| read::waivers(&file)).unwrap_or_default();
        self.findings.append(&mut findings);
        self.findings.append(&mut of_waivers);
        Some((settings, waivers))
    }

    fn take(&mut self, path: &str) -> Option<FileBytes> {
        let at = self.asked.iter().position(|file| file.path == path)?;
        Some(self.asked.swap_remove(at))
    }
}

/// A register's values as they were read.
pub struct Read {
    pub source: Source,
    pub settings: Settings,
    pub catalogue: Arc<Catalogue>,
    pub companies: BTreeMap<CompanyId, Arc<Company>>,
    pub waivers: Vec<Waiver>,
}

pub fn snapshot(read: Read, mut findings: Vec<Finding>, text: &dyn Fn(&str) -> Option<String>) -> Snapshot {
    let Read { source, settings, catalogue, companies, waivers } = read;
    let whole = check::Register { catalogue: &catalogue, companies: &companies, findings: &findings };
    let (across, left_out) = check::check(&whole, text);
    findings.extend(across);
    findings.sort();
    findings.dedup();
    crowd::of_findings(&mut findings, left_out);
    Snapshot { source, settings, catalogue, companies, waivers, findings }
}

/// A company's folder that has to be read.
struct Job {
    company: CompanyId,
    folder: ObjectId,
}

impl By<'_> {
    fn uses_lately(&self) -> bool {
        self.caching != Caching::Ignore
    }
}

/// All companies below `companies/`: those whose folder is the same as when they were read last, or as in the cache, are
/// taken from there, the others read.
fn companies(
    own: &Ledger,
    folder: ObjectId,
    by: &By,
    in_all: &InAll,
    findings: &mut Vec<Finding>,
) -> Result<BTreeMap<CompanyId, Arc<Company>>> {
    let listing = match own.reopen()?.list(folder) {
        Err(error) if error.is_of_one_object() => {
            findings.push(unreadable("companies".to_owned(), &error));
            return Ok(BTreeMap::new());
        }
        listing => listing?,
    };
    findings.extend(listing.refused.into_iter().map(|found| refused(below("companies", found))));
    let mut jobs = Vec::new();
    for TreeEntry { name, kind, id } in listing.entries {
        match (layout::company_folder(&name), kind) {
            (_, kind) if kind != Kind::Folder && name.starts_with('.') => {}
            (Ok(_), kind) if kind != Kind::Folder => {
                findings.push(not_a_folder(&format!("companies/{name}"), kind))
            }
            (Ok(company), _) => jobs.push(Job { company, folder: id }),
            (Err(finding), _) => findings.push(finding),
        }
    }
    findings.extend(crowd::of_companies(&mut jobs));
    let known = |job: &Job| by.lately.company(&job.company, job.folder);
    let mut parsed: Vec<Option<Parsed>> = match by.uses_lately() {
        true => jobs.iter().map(known).collect(),
        false => jobs.iter().map(|_| None).collect(),
    };
    parsed.iter().flatten().try_for_each(|known| in_all.add(known.amount))?;
    let unknown: Vec<usize> = (0..jobs.len()).filter(|at| parsed[*at].is_none()).collect();
    if !unknown.is_empty() {
        let found = read_companies(own, &jobs, &unknown, by, in_all)?;
        unknown.into_iter().zip(found).for_each(|(at, found)| parsed[at] = Some(found));
    }
    let is_out_of_patience = in_all.is_out_of_patience();
    let mut parsed: Vec<(Job, Parsed)> = jobs.into_iter().zip(parsed.into_iter().flatten()).collect();
    if is_out_of_patience {
        in_order(own, &mut parsed, by)?;
    } else if by.caching == Caching::Keep {
        let kept = parsed.iter().filter(|(_, parsed)| is_whole(&parsed.findings));
        let kept = kept.map(|(job, parsed)| (job.company.clone(), job.folder, parsed.clone()));
        by.lately.keep_companies(kept);
    }
    Ok(gathered(parsed, findings))
}

/// Makes companies that were read in any order what they are one after the other, so that it is the same ones each time
/// whose mistakes were too many to be looked at.
fn in_order(own: &Ledger, all: &mut [(Job, Parsed)], by: &By) -> Result<()> {
    let (ledger, in_all) = (own.reopen()?, InAll::default());
    for (job, parsed) in all {
        let (patience, spent) = (in_all.patience(), parsed.amount.spent_bytes);
        // Where nothing was spent and something not looked at, nothing was left from the beginning.
        let stands = match parsed.is_cut_short {
            true => spent == 0 && in_all.is_out_of_patience(),
            false => patience.suffices(spent),
        };
        if stands {
            in_all.add(parsed.amount)?;
        } else {
            by.pulse.step()?;
            *parsed = parse(&ledger, job, &in_all)?;
        }
    }
    Ok(())
}

fn gathered(parsed: Vec<(Job, Parsed)>, findings: &mut Vec<Finding>) -> BTreeMap<CompanyId, Arc<Company>> {
    let company = |(job, parsed): (Job, Parsed)| {
        findings.extend(parsed.findings);
        (job.company, parsed.company)
    };
    parsed.into_iter().map(company).collect()
}

/// Some of the jobs done, from the cache or by reading.
fn read_companies(
    own: &Ledger,
    jobs: &[Job],
    which: &[usize],
    by: &By,
    in_all: &InAll,
) -> Result<Vec<Parsed>> {
    let cache = Cache::open(own.common_dir(), jobs.len(), by.caching);
    let kept = in_parallel(own, which, |_, at| {
        let kept = cache.get(jobs[*at].folder, &jobs[*at].company);
        kept.as_ref().map_or(Ok(()), |kept| in_all.add(kept.amount))?;
        Ok(kept)
    })?;
    let missing: Vec<&Job> = none_of(&kept, which.iter().map(|at| &jobs[*at]));
    if missing.is_empty() {
        return Ok(kept.into_iter().flatten().collect());
    }
    by.pulse.expect(missing.len());
    let anew = cache.anew(jobs.iter().map(|job| job.folder), missing.len());
    // What is read anew is taken from the cache like everything else, when nothing of the reading is left: it would leave
    // holes between what stays, which take half as much memory again.
    let read = in_parallel(own, &missing, |ledger, job| {
        by.pulse.step()?;
        let parsed = parse(ledger, job, in_all)?;
        let is_kept = is_whole(&parsed.findings)
            && !parsed.is_cut_short
            && anew.as_ref().is_some_and(|anew| anew.add(job.folder, &parsed));
        Ok((!is_kept).then_some(parsed))
    })?;
    let cache = anew.and_then(|anew| anew.put().ok());
    let put_away = none_of(&read, missing);
    let taken = in_parallel(own, &put_away, |ledger, job| {
        // How much there is in all was seen when it was read first.
        let kept = cache.as_ref().and_then(|cache| cache.get(job.folder, &job.company));
        kept.map_or_else(|| parse(ledger, job, &InAll::default()), Ok)
    })?;
    Ok(filled(kept, filled(read, taken)))
}

/// Those of the jobs that have no result.
fn none_of<J>(results: &[Option<Parsed>], jobs: impl IntoIterator<Item = J>) -> Vec<J> {
    results.iter().zip(jobs).filter(|(result, _)| result.is_none()).map(|(_, job)| job).collect()
}

/// All results, with `others` where there is none.
fn filled(results: Vec<Option<Parsed>>, others: Vec<Parsed>) -> Vec<Parsed> {
    let mut others = others.into_iter();
    results.into_iter().filter_map(|result| result.or_else(|| others.next())).collect()
}

/// Each job's result, in the order of the jobs, on this thread and others, each with a handle of its own.
fn in_parallel<J: Sync, T: Send>(
    own: &Ledger,
    jobs: &[J],
    work: impl Fn(&Ledger, &J) -> Result<T> + Sync,
) -> Result<Vec<T>> {
    let processors = thread::available_parallelism().map_or(1, usize::from).min(MOST_THREADS);
    let threads = processors.min(jobs.len() / COMPANIES_PER_THREAD).max(1);
    let work = |ledger: &Ledger, jobs: &[J]| -> Result<Vec<T>> {
        jobs.iter().map(|job| work(ledger, job)).collect()
    };
    let mut shares = jobs.chunks(jobs.len().div_ceil(threads).max(1));
    let first = shares.next().unwrap_or_default();
    thread::scope(|scope| {
        let work = &work;
        let others: Vec<_> = shares
            .map(|jobs| {
                let ledger = own.reopen();
                scope.spawn(move || work(&ledger?, jobs))
            })
            .collect();
        let mut done = work(&own.reopen()?, first)?;
        for thread in others {
            done.extend(joined(thread)?);
        }
        Ok(done)
    })
}

/// What a thread came to; its panic is this one's.
fn joined<T>(thread: ScopedJoinHandle<T>) -> T {
    thread.join().unwrap_or_else(|panic| std::panic::resume_unwind(panic))
}

fn parse(ledger: &Ledger, job: &Job, in_all: &InAll) -> Result<Parsed> {
    let path = format!("companies/{}", job.company);
    let Files { files, strange, amount } = files(ledger, &path, job.folder, in_all, Unread::Told)?;
    let patience = in_all.patience();
    let (company, mut findings) = read::company(&job.company, &files, &patience);
    in_all.add(Amount::of_mistakes(&patience))?;
    let amount = amount.and(Amount::of_mistakes(&patience));
    if strange.iter().any(|finding| finding.path == path && finding.rule == Rule::Unreadable) {
        // Nothing is known of what would be missed in it.
        findings.clear();
    }
    findings.extend(strange);
    Ok(Parsed { company: Arc::new(company), findings, amount, is_cut_short: patience.was_out() })
}

/// All files of a folder, what is strange about the folder itself, and how much it is.
struct Files {
    files: Vec<FileBytes>,
    strange: Vec<Finding>,
    amount: Amount,
}

fn files(ledger: &Ledger, path: &str, folder: ObjectId, in_all: &InAll, unread: Unread) -> Result<Files> {
    let mut strange = Vec::new();
    let mut tell = |path: String, error: Error| match unread {
        Unread::Told if error.is_of_one_object() => {
            strange.push(unreadable(path, &error));
            Ok(())
        }
        _ => Err(error),
    };
    let below_it = &mut |name: String, error| tell(format!("{path}/{name}"), error);
    let listing = match ledger.list_all(folder, below_it) {
        Ok(listing) => listing,
        Err(error) => {
            tell(path.to_owned(), error)?;
            Listing::default()
        }
    };
    let listed = Amount { files: listing.entries.len() + listing.refused.len(), ..Amount::default() };
    in_all.add(listed)?;
    let (mut files, mut crowd) = (Vec::new(), Crowd::default());
    for entry in &listing.entries {
        let path = format!("{path}/{}", entry.name);
        if crowd.lets_in(&path) {
            let file = file(ledger, path, entry, unread)?;
            files.extend(crowd.takes(&file).then_some(file));
        }
    }
    in_all.add(crowd.text())?;
    let amount = listed.and(crowd.text());
    strange.extend(listing.refused.into_iter().map(|found| refused(below(path, found))));
    strange.extend(crowd.findings());
    Ok(Files { files, strange, amount })
}

/// A file as the reader wants it.
pub fn file(ledger: &Ledger, path: String, entry: &TreeEntry, unread: Unread) -> Result<FileBytes> {
    let content = match entry.kind {
        Kind::Symlink => Content::NotAFile("a symbolic link"),
        Kind::Submodule => Content::NotAFile("a submodule"),
        Kind::Folder => Content::NotAFile("a folder"),
        Kind::File | Kind::Executable if !is_read(&path) => Content::NotRead,
        Kind::File | Kind::Executable => match content_of(ledger.blob(entry.id, read::LARGEST_FILE)) {
            Err(error) if unread == Unread::Told && error.is_of_one_object() => unreadable_content(&error),
            content => content?,
        },
    };
    Ok(FileBytes { path, id: entry.id.content(), content })
}

pub fn is_read(path: &str) -> bool {
    matches!(RegisterPath::of(path), Ok(Some(place)) if place.is_read())
}

pub fn content_of(read: Result<Blob>) -> Result<Content> {
    Ok(match read? {
        Blob::Content(bytes) => Content::Bytes(bytes),
        Blob::TooLarge { size_bytes } => Content::TooLarge(size_bytes),
    })
}

pub fn unreadable_content(error: &Error) -> Content {
    let (why, hint) = in_words(error);
    Content::Unreadable(why, hint)
}

/// Why something cannot be read, and what to do. Its path is told with it, and the machine's is nobody else's business.
fn in_words(error: &Error) -> (String, String) {
    match error {
        Error::Io { source, .. } => (
            format!("it cannot be read: {source}"),
            "see whether it is there, and who may read it".to_owned(),
        ),
        error => (error.to_string(), error.hint()),
    }
}

/// A file's text, through folders that were read for others, too.
pub fn text_at(ledger: &Ledger, trees: &TreeReader<'_>, commit: CommitId, path: &str) -> Option<String> {
    text_in(ledger.blob(trees.lookup(commit, path).ok()??.id, read::LARGEST_FILE))
}

/// What was read, where it is text.
pub fn text_in(read: Result<Blob>) -> Option<String> {
    match read.ok()? {
        Blob::Content(bytes) => String::from_utf8(bytes).ok(),
        Blob::TooLarge { .. } => None,
    }
}

fn below(folder: &str, found: Refused) -> Refused {
    Refused { path: format!("{folder}/{}", found.path), reason: found.reason }
}

/// Whether all of it could be read. What could not may be there the next time, by the same id.
fn is_whole(findings: &[Finding]) -> bool {
    findings.iter().all(|finding| finding.rule != Rule::Unreadable)
}

/// What stands for a file or folder that git has no readable object of.
pub fn unreadable(path: String, error: &Error) -> Finding {
    let (message, hint) = in_words(error);
    Finding { path, place: None, rule: Rule::Unreadable, message, hint: Some(hint) }
}

pub fn refused(found: Refused) -> Finding {
    Finding {
        path: found.path,
        place: None,
        rule: Rule::BadId,
        message: format!("not read: {}", found.reason),
        hint: Some("rename it or remove it".into()),
    }
}

fn not_a_folder(path: &str, kind: Kind) -> Finding {
    let what = match kind {
        Kind::Symlink => "a symbolic link",
        Kind::Submodule => "a submodule",
        _ => "a file",
    };
    Finding {
        path: path.to_owned(),
        place: None,
        rule: Rule::NotAFile,
        message: format!("{what} where a folder is expected"),
        hint: Some("keep the folder itself here".into()),
    }
}
