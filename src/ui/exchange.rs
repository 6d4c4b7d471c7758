//! Fetching and pushing from the screen, done behind it.
//!
//! Nobody is asked anything there: git that wants a password fails, and can be run again with the terminal lent to it.

use super::worker::{Going, Response, Worker};
use crate::error::{Error, Result};
use crate::register::{CatchUp, Outcome, Talk};

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Way {
    Fetch,
    Push,
}

/// One run of git's, until it is given up.
#[derive(Clone, Debug)]
pub struct Exchange {
    pub way: Way,
    pub going: Going,
    /// Whether git has the terminal, and may ask there.
    pub has_terminal: bool,
}

/// What came of it.
#[derive(Clone, Debug)]
pub struct News {
    /// In sentences.
    pub words: String,
    /// What can be done now: the branch can come up to what was fetched.
    pub catch_up: Option<CatchUp>,
    /// Or others pushed first.
    pub overtaken: bool,
}

impl News {
    fn of(words: impl Into<String>) -> News {
        News { words: words.into(), catch_up: None, overtaken: false }
    }
}

impl Exchange {
    pub fn new(way: Way) -> Exchange {
        Exchange { way, going: Going::default(), has_terminal: false }
    }

    pub fn with_terminal(way: Way) -> Exchange {
        Exchange { has_terminal: true, ..Exchange::new(way) }
    }

    pub fn words(&self) -> &'static str {
        match self.way {
            Way::Fetch => "fetching",
            Way::Push => "pushing",
        }
    }
}

impl Worker {
    pub fn exchange(&self, exchange: &Exchange, tell: &mut dyn FnMut(Response)) -> Result<()> {
        let going = exchange.going.clone();
        let news = {
            let mut hear = |line: &str| tell(Response::Heard { going: going.clone(), line: line.to_owned() });
            let stopped = || exchange.going.is_stopped();
            let mut talk = Talk { hear: &mut hear, stopped: &stopped, may_ask: exchange.has_terminal };
            match exchange.way {
                Way::Fetch => self.fetch(&mut talk),
                Way::Push => self.push(&mut talk),
            }?
        };
        tell(Response::Exchanged { going, news: Box::new(news) });
        Ok(())
    }

    fn fetch(&self, talk: &mut Talk<'_>) -> Result<News> {
        self.register.fetch(&self.register.remote(None)?, talk)?;
        match self.register.catch_up() {
            Ok(Some(catch_up)) => {
                let CatchUp { upstream, remade, .. } = &catch_up;
                let mut words =
                    format!("{} has {} that you have not.", upstream.name, commits(upstream.behind));
                if !remade.is_empty() {
                    words.push_str(" Nobody else has these of yours; they would be made anew on top:");
                }
                for commit in remade {
                    words.push_str(&format!(
                        "\n{} {}",
                        commit.commit.get(..10).unwrap_or_default(),
                        commit.subject
                    ));
                }
                Ok(News { catch_up: Some(catch_up), ..News::of(words) })
            }
            Ok(None) => Ok(News::of(match self.register.upstream()? {
                Some(upstream) if upstream.ahead > 0 => {
                    format!(
                        "Nothing new. You have {} that {} has not.",
                        commits(upstream.ahead),
                        upstream.name
                    )
                }
                _ => "Nothing new.".to_owned(),
            })),
            // It was fetched all the same.
            Err(error) => Ok(News::of(format!("Fetched. {error}.\n{}", error.hint()))),
        }
    }

    fn push(&self, talk: &mut Talk<'_>) -> Result<News> {
        let (remote, branch) = (self.register.remote(None)?, self.register.branch()?);
        let outgoing = self.register.outgoing(&remote, &branch, false)?;
        let pushed = self.register.push(&remote, &[outgoing], talk)?;
        if pushed.iter().any(|pushed| pushed.outcome == Outcome::Behind) {
            let words = format!("Nothing was pushed: others pushed to {remote} first.");
            return Ok(News { overtaken: true, ..News::of(words) });
        }
        let lines: Vec<String> =
            pushed.iter().map(|pushed| format!("{remote} {} {}", pushed.reference, pushed.summary)).collect();
        Ok(News::of(lines.join("\n")))
    }

    pub fn bring_up(&self, catch_up: &CatchUp) -> Result<String> {
        let made = self.register.bring_up(catch_up)?;
        let upstream = &catch_up.upstream.name;
        Ok(match made.len() {
            0 => format!("The branch is where {upstream} is."),
            count => format!("{} made anew on top of {upstream}.", commits(count)),
        })
    }
}

/// Whether it may go well where somebody can be asked.
pub fn may_want_an_answer(error: &Error) -> bool {
    matches!(error, Error::Transfer { .. })
}

fn commits(count: usize) -> String {
    if count == 1 { "1 commit".to_owned() } else { format!("{count} commits") }
}
