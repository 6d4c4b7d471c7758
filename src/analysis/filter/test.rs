//! What a single value of a filter asks of a cell.

use std::str::FromStr;

use jiff::Span;
use strum::{EnumString, IntoStaticStr, VariantArray};

use crate::analysis::state::grounds;
use crate::analysis::{Board, Cell, StaleReason, State};
use crate::domain::company::Recorded;
use crate::domain::{Basis, Chapter, Company, CompanyId, Day, Measure, Snapshot};

#[derive(Clone, Debug)]
pub enum Test {
    Word(Needle),
    Company(Needle),
    CompanyId(CompanyId),
    Ref(Ref),
    Title(Needle),
    State(State),
    Basis(Basis),
    Chapter(Chapter),
    Article(Article),
    Owner(Needle),
    Due(Due),
    Stale(Reason),
}

/// A part of a text: small letters match capitals too, a capital only itself.
#[derive(Clone, Debug)]
pub struct Needle {
    text: String,
    exact: bool,
}

impl Needle {
    pub fn new(text: &str) -> Needle {
        Needle { text: text.to_owned(), exact: text.chars().any(char::is_uppercase) }
    }

    pub fn is_in(&self, text: &str) -> bool {
        if self.exact { text.contains(&self.text) } else { text.to_lowercase().contains(&self.text) }
    }

    pub fn names_company(&self, company: &Company) -> bool {
        [company.id.as_str(), &company.profile.name, company.short()].into_iter().any(|name| self.is_in(name))
    }

    /// By a ref that is it or above it, or by its title.
    pub fn names_measure(&self, measure: &Measure) -> bool {
        Ref::new(&self.text).covers(measure) || self.is_in(&measure.title)
    }
}

/// A measure or all below it: `S-1` is S-1.1 to S-1.4 and not S-10.1.
#[derive(Clone, Debug)]
pub struct Ref(String);

impl Ref {
    pub fn new(text: &str) -> Ref {
        Ref(text.to_lowercase())
    }

    pub fn covers(&self, measure: &Measure) -> bool {
        let id = measure.id.to_string().to_lowercase();
        let rest = id.strip_prefix(&self.0);
        rest.is_some_and(|rest| {
            rest.is_empty() || rest.starts_with(['.', '-']) || self.0.ends_with(['.', '-'])
        })
    }
}

/// An article of the AI Act with all below it: `53-1` is 53(1) with its points.
#[derive(Clone, Debug)]
pub struct Article(Vec<String>);

impl Article {
    pub fn new(text: &str) -> Article {
        Article(steps(text))
    }

    pub fn of(&self, measure: &Measure) -> bool {
        let from = measure.articles.iter().chain(&measure.inferred_articles);
        let own = (measure.id.chapter == Chapter::AiAct).then(|| measure.id.to_string());
        let own = own.as_deref().map(|id| id.trim_start_matches("AIA-"));
        from.map(String::as_str).chain(own).any(|article| steps(article).starts_with(&self.0))
    }
}

/// `53(1)(d)` and `53-1-d` alike.
fn steps(article: &str) -> Vec<String> {
    let steps = article.split(|letter: char| !letter.is_alphanumeric()).filter(|step| !step.is_empty());
    steps.map(str::to_lowercase).collect()
}

/// A day that comes before or after one, or a span of days from today.
#[derive(Clone, Copy, Debug)]
pub struct Due {
    order: Order,
    when: When,
}

#[derive(Clone, Copy, Debug)]
enum Order {
    Before,
    By,
    From,
    After,
}

#[derive(Clone, Copy, Debug)]
enum When {
    Day(Day),
    In(Span),
}

impl FromStr for Due {
    type Err = (String, String);

    fn from_str(text: &str) -> Result<Due, (String, String)> {
        let orders = [("<=", Order::By), (">=", Order::From), ("<", Order::Before), (">", Order::After)];
        let order = orders.into_iter().find_map(|(sign, order)| Some((text.strip_prefix(sign)?, order)));
        let (rest, order) = order.unwrap_or((text, Order::By));
        let whole_days = |span: &Span| {
            span.get_hours() == 0
                && span.get_minutes() == 0
                && span.get_seconds() == 0
                && span.get_milliseconds() == 0
        };
        let span = || rest.parse::<Span>().ok().filter(whole_days).map(When::In);
        let when = rest.parse().ok().map(When::Day).or_else(span);
        when.map(|when| Due { order, when }).ok_or_else(|| {
            let hint = "write 30d, 6w, 3mo, 1y or 2027-01-01, with <, <=, > or >= before it if you like";
            (format!("`{rest}` is no day and no number of days"), hint.to_owned())
        })
    }
}

impl Due {
    fn holds(self, day: Day, limit: Day) -> bool {
        match self.order {
            Order::Before => day < limit,
            Order::By => day <= limit,
            Order::From => day >= limit,
            Order::After => day > limit,
        }
    }

    fn limit(self, today: Day) -> Day {
        match self.when {
            When::Day(day) => day,
            When::In(span) => today.date().saturating_add(span).into(),
        }
    }
}

/// Why a judgement is stale, in few words.
#[derive(Clone, Copy, Debug, PartialEq, Eq, EnumString, IntoStaticStr, VariantArray)]
#[strum(serialize_all = "kebab-case")]
pub enum Reason {
    Evidence,
    Expired,
    Review,
    Text,
    Position,
    Contested,
}

impl Reason {
    fn of(reason: &StaleReason) -> Reason {
        match reason {
            StaleReason::EvidenceChanged(_)
            | StaleReason::DocumentChanged(_)
            | StaleReason::EvidenceVanished(_) => Reason::Evidence,
            StaleReason::EvidenceExpired(..) => Reason::Expired,
            StaleReason::ReviewPassed(_) => Reason::Review,
            StaleReason::MeasureChanged => Reason::Text,
            StaleReason::PositionChanged(..) | StaleReason::BasisChanged(_) => Reason::Position,
            StaleReason::Contested => Reason::Contested,
        }
    }
}

/// A board's companies and measures by their place on it.
pub struct Subjects<'a> {
    snapshot: &'a Snapshot,
    board: &'a Board,
    companies: Vec<Option<&'a Company>>,
    measures: Vec<Option<&'a Measure>>,
}

impl<'a> Subjects<'a> {
    pub fn new(snapshot: &'a Snapshot, board: &'a Board) -> Subjects<'a> {
        let company = |id| snapshot.companies.get(id).map(AsRef::as_ref);
        Subjects {
            snapshot,
            board,
            companies: board.companies().iter().map(company).collect(),
            measures: board.measures().iter().map(|id| snapshot.catalogue.measure(*id)).collect(),
        }
    }

    fn companies(&self, test: impl Fn(&Company) -> bool) -> Vec<bool> {
        self.companies.iter().map(|company| company.is_some_and(&test)).collect()
    }

    fn measures(&self, test: impl Fn(&Measure) -> bool) -> Vec<bool> {
        self.measures.iter().map(|measure| measure.is_some_and(&test)).collect()
    }
}

/// A test for one board: what asks for a company or a measure alone is answered once for each of them.
pub enum Prepared<'a> {
    Names { companies: Vec<bool>, measures: Vec<bool> },
    Companies(Vec<bool>),
    Measures(Vec<bool>),
    Cell(&'a Test),
    Due(Due, Day),
}

impl Test {
    /// Tests of a cell's judgements look further than the cell.
    pub fn cost(&self) -> u8 {
        match self {
            Test::Stale(_) => 2,
            Test::Due(_) | Test::Owner(_) => 1,
            _ => 0,
        }
    }

    pub fn prepare(&self, subjects: &Subjects) -> Prepared<'_> {
        match self {
            Test::Word(needle) => Prepared::Names {
                companies: subjects.companies(|company| needle.names_company(company)),
                measures: subjects.measures(|measure| needle.names_measure(measure)),
            },
            Test::Company(needle) => {
                Prepared::Companies(subjects.companies(|company| needle.names_company(company)))
            }
            Test::CompanyId(id) => Prepared::Companies(subjects.companies(|company| company.id == *id)),
            Test::Ref(part) => Prepared::Measures(subjects.measures(|measure| part.covers(measure))),
            Test::Title(needle) => {
                Prepared::Measures(subjects.measures(|measure| needle.is_in(&measure.title)))
            }
            Test::Chapter(chapter) => {
                Prepared::Measures(subjects.measures(|measure| measure.id.chapter == *chapter))
            }
            Test::Article(article) => Prepared::Measures(subjects.measures(|measure| article.of(measure))),
            Test::Due(due) => Prepared::Due(*due, due.limit(subjects.board.day)),
            Test::State(_) | Test::Basis(_) | Test::Owner(_) | Test::Stale(_) => Prepared::Cell(self),
        }
    }
}

impl Prepared<'_> {
    pub fn holds(&self, subjects: &Subjects, column: usize, row: usize) -> bool {
        let judged = || {
            let cell = subjects.board.cell_at(column, row).filter(|cell| cell.judged);
            cell.and(subjects.companies[column].zip(subjects.measures[row]))
        };
        match self {
            Prepared::Names { companies, measures } => companies[column] || measures[row],
            Prepared::Companies(companies) => companies[column],
            Prepared::Measures(measures) => measures[row],
            Prepared::Due(due, limit) => judged().is_some_and(|(company, measure)| {
                judgements(company, measure)
                    .filter_map(|recorded| runs_out(company, recorded))
                    .any(|day| due.holds(day, *limit))
            }),
            Prepared::Cell(Test::Owner(needle)) => judged().is_some_and(|(company, measure)| {
                let owners =
                    judgements(company, measure).filter_map(|judged| judged.assessment.owner.as_deref());
                owners.into_iter().any(|owner| needle.is_in(owner))
            }),
            Prepared::Cell(Test::Stale(reason)) => judged().is_some_and(|(company, measure)| {
                let grounds = grounds(&subjects.snapshot.catalogue, company, measure, subjects.board.day);
                grounds.iter().flat_map(|ground| &ground.stale).any(|why| Reason::of(why) == *reason)
            }),
            Prepared::Cell(test) => {
                subjects.board.cell_at(column, row).is_some_and(|cell| test.holds_for(&cell))
            }
        }
    }
}

impl Test {
    fn holds_for(&self, cell: &Cell) -> bool {
        match self {
            Test::State(state) => cell.state == *state,
            Test::Basis(basis) => cell.basis == *basis,
            _ => false,
        }
    }
}

fn judgements<'a>(company: &'a Company, measure: &Measure) -> impl Iterator<Item = &'a Recorded> {
    let id = measure.id;
    let all = company.assessments.as_slice();
    let from = &all[all.partition_point(|(slot, _)| slot.measure < id)..];
    from.iter().take_while(move |(slot, _)| slot.measure == id).map(|(_, recorded)| recorded)
}

/// The day on which a judgement stops standing: its review, or that evidence expires, whichever is first.
fn runs_out(company: &Company, recorded: &Recorded) -> Option<Day> {
    let assessment = &recorded.assessment;
    let cited = assessment.evidence.iter().filter_map(|pinned| company.evidence.get(&pinned.id));
    cited.filter_map(|filed| filed.evidence.expires).chain(assessment.review_by).min()
}
