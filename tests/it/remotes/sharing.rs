//! Two desks that decide and share.

use std::fs;

use super::{Desks, assess, document, done, head, refused, run, said};
use crate::audit::CELL;
use crate::ledger::world::{Kind, git_in, in_every_kind};

in_every_kind! {
    what_one_pushes_the_other_fetches
    own_commits_are_made_anew_on_top
}

fn what_one_pushes_the_other_fetches(kind: Kind) {
    let Desks { case: _case, first, second, hub, .. } = Desks::new(kind);
    assess(&first, "halyard", "S-1.1", "So far.");
    let fetched = document(&first, &["fetch"]);
    assert_eq!(
        (&fetched["upstream"], &fetched["ahead"], &fetched["behind"]),
        (&"origin/main".into(), &1.into(), &0.into())
    );
    assert_ne!(head(&hub), head(&first), "nothing is pushed unasked");
    let pushed = document(&first, &["push"]);
    assert_eq!((&pushed["ahead"], &pushed["refs"][0]["ref"]), (&0.into(), &"refs/heads/main".into()));
    assert_eq!(head(&hub), head(&first));
    let before = head(&second);
    assert_eq!(done(&second, &["fetch"]), "origin/main has 1 commit that main has not.\n");
    assert_eq!(head(&second), before, "no branch moves unasked");
    fs::write(second.join("notes.txt"), "mine\n").unwrap();
    assert_eq!(done(&second, &["fetch", "--update"]), "main is the same as origin/main.\n");
    assert_eq!(head(&second), head(&first));
    assert_eq!(git_in(&second, ["status", "--porcelain"]), "?? notes.txt");
}

fn own_commits_are_made_anew_on_top(kind: Kind) {
    let Desks { case: _case, first, second, hub, .. } = Desks::new(kind);
    assess(&first, "halyard", "S-1.1", "So far.");
    done(&first, &["push"]);
    assess(&second, "lodestar", "AIA-53-4", "Mine.");
    assess(&second, "lodestar", "C-1.1", "Mine too.");
    let own = git_in(&second, ["log", "-2", "--format=%B", "--reverse"]);
    let refusal = refused(&second, &["push"]);
    assert!(refusal.contains("origin/main has commits that main has not"), "{refusal}");
    let pushed = document(&second, &["push", "--yes"]);
    assert_eq!(pushed["commits"].as_array().unwrap().len(), 2);
    assert_eq!(pushed["commits"][1], head(&second).as_str());
    assert_eq!(head(&hub), head(&second));
    assert_eq!(git_in(&second, ["rev-parse", "main~2"]), head(&first));
    assert_eq!(
        git_in(&second, ["log", "-2", "--format=%B", "--reverse"]),
        own,
        "messages and records are kept"
    );
    assert_eq!(git_in(&second, ["status", "--porcelain"]), "");
    // Every commit is what it says, and nobody would call one made again.
    let audit = run(&second, &["audit"]);
    assert!(audit.status.success(), "{}", String::from_utf8_lossy(&audit.stdout));
}

#[test]
fn what_others_changed_is_refused_with_both_versions() {
    let Desks { case: _case, first, second, hub, .. } = Desks::new(Kind::Libgit2);
    assess(&first, "halyard", "S-1.1", "So far.");
    done(&first, &["push"]);
    assess(&second, "halyard", "S-1.1", "Otherwise.");
    let (before, shared) = (head(&second), head(&hub));
    let refusal = refused(&second, &["push", "--yes"]);
    assert!(
        refusal.contains(&format!("{CELL} was changed on origin/main while you were deciding")),
        "{refusal}"
    );
    assert!(
        refusal.contains("-reason = \"So far.\"") && refusal.contains("+reason = \"Otherwise.\""),
        "{refusal}"
    );
    assert_eq!((head(&second), head(&hub)), (before, shared));
    assert_eq!(git_in(&second, ["status", "--porcelain"]), "");
}

/// A judgement rests on the company's positions too.
#[test]
fn what_a_judgement_rests_on_must_be_the_same() {
    let Desks { case: _case, first, second, .. } = Desks::new(Kind::Libgit2);
    let profile = first.join("companies/halyard/company.toml");
    let text = fs::read_to_string(&profile).unwrap();
    fs::write(&profile, format!("# Looked at again.\n{text}")).unwrap();
    git_in(&first, ["commit", "-qam", "halyard: looked at again"]);
    done(&first, &["push"]);
    assess(&second, "halyard", "S-1.1", "Mine.");
    let refusal = refused(&second, &["push", "--yes"]);
    assert!(refusal.contains("companies/halyard/company.toml was changed on origin/main"), "{refusal}");
    // Another company's is no matter.
    git_in(&second, ["reset", "-q", "--hard", "HEAD~1"]);
    assess(&second, "lodestar", "AIA-53-4", "Mine.");
    done(&second, &["push", "--yes"]);
}

#[test]
fn what_is_not_ones_own_is_not_made_anew() {
    let Desks { case, first, second, .. } = Desks::new(Kind::Libgit2);
    assess(&first, "halyard", "S-1.1", "So far.");
    done(&first, &["push"]);
    let refuses = |word: &str| {
        let before = head(&second);
        let refusal = refused(&second, &["push", "--yes"]);
        assert!(refusal.contains(word) && refusal.contains("is not made anew"), "{refusal}");
        assert_eq!(head(&second), before);
    };
    git_in(&second, ["config", "user.email", "third@example.org"]);
    assess(&second, "lodestar", "AIA-53-4", "Somebody's.");
    git_in(&second, ["config", "user.email", "second@example.org"]);
    refuses("it is second desk's");
    git_in(&second, ["reset", "-q", "--hard", "HEAD~1"]);
    git_in(&second, ["switch", "-qc", "side"]);
    assess(&second, "lodestar", "AIA-53-4", "Mine.");
    git_in(&second, ["switch", "-q", "main"]);
    git_in(&second, ["merge", "-q", "--no-ff", "-m", "merge", "side"]);
    refuses("it is a merge");
    git_in(&second, ["reset", "-q", "--hard", "HEAD~1"]);
    assess(&second, "lodestar", "AIA-53-4", "Mine.");
    done(&second, &["audit", "--mark"]);
    refuses("it is marked as audited");
    drop(case);
}

/// This machine audited commits that are then made anew: that is no rewritten history.
#[test]
fn the_witness_knows_what_was_made_anew() {
    let Desks { case: _case, first, second, .. } = Desks::new(Kind::Libgit2);
    assess(&second, "lodestar", "AIA-53-4", "Mine.");
    done(&second, &["audit"]);
    assess(&first, "halyard", "S-1.1", "So far.");
    done(&first, &["push"]);
    done(&second, &["push", "--yes"]);
    let audit = document(&second, &["audit"]);
    assert_eq!(audit["witness"]["state"], "forward");
    // Whoever else takes them away is found out.
    git_in(&second, ["reset", "-q", "--hard", "HEAD~1"]);
    assert_eq!(run(&second, &["audit"]).status.code(), Some(1));
}

#[test]
fn edits_in_the_way_are_not_lost() {
    let Desks { case: _case, first, second, .. } = Desks::new(Kind::Libgit2);
    assess(&first, "halyard", "S-1.1", "So far.");
    done(&first, &["push"]);
    assess(&second, "lodestar", "AIA-53-4", "Mine.");
    let cell = second.join(CELL);
    fs::create_dir_all(cell.parent().unwrap()).unwrap();
    fs::write(&cell, "mine\n").unwrap();
    let before = head(&second);
    let refusal = refused(&second, &["push", "--yes"]);
    assert!(refusal.contains("S-1.1.toml"), "{refusal}");
    assert_eq!((head(&second), fs::read_to_string(&cell).unwrap()), (before, "mine\n".to_owned()));
    assert_eq!(git_in(&second, ["diff", "--cached", "--name-only"]), "");
    fs::remove_file(&cell).unwrap();
    fs::write(second.join("notes.txt"), "mine\n").unwrap();
    done(&second, &["push", "--yes"]);
    assert_eq!(git_in(&second, ["status", "--porcelain"]), "?? notes.txt");
}

/// Proposals go where they belong, may be made over, and the branch never is.
#[test]
fn proposals_and_what_may_be_replaced() {
    let Desks { case: _case, first, second, hub, .. } = Desks::new(Kind::Libgit2);
    let proposal = "proposal/halyard/s-1-1";
    git_in(&first, ["switch", "-qc", proposal]);
    assess(&first, "halyard", "S-1.1", "So far.");
    done(&first, &["push", "origin", proposal]);
    assert_eq!(git_in(&hub, ["rev-parse", proposal]), git_in(&first, ["rev-parse", proposal]));
    assert_eq!(done(&first, &["fetch"]), format!("{proposal} is the same as origin/{proposal}.\n"));
    git_in(&first, ["commit", "-q", "--amend", "-m", "said better"]);
    let refusal = refused(&first, &["push", "origin", proposal]);
    assert!(refusal.contains("Nothing was pushed"), "{refusal}");
    done(&first, &["push", "origin", proposal, "--replace"]);
    // Not over what somebody else put there meanwhile.
    git_in(&second, ["fetch", "-q"]);
    git_in(&second, ["switch", "-q", proposal]);
    assess(&second, "halyard", "S-1.2", "Theirs.");
    done(&second, &["push"]);
    git_in(&first, ["commit", "-q", "--amend", "-m", "said best"]);
    refused(&first, &["push", "origin", proposal, "--replace"]);
    assert_eq!(git_in(&hub, ["rev-parse", proposal]), git_in(&second, ["rev-parse", proposal]));
    let refusal = refused(&first, &["push", "origin", "main", "--replace"]);
    assert!(refusal.contains("it is no proposal"), "{refusal}");
}

#[test]
fn several_branches_or_none() {
    let Desks { case: _case, first, hub, second, .. } = Desks::new(Kind::Libgit2);
    assess(&second, "halyard", "S-1.1", "So far.");
    done(&second, &["push"]);
    git_in(&first, ["branch", "proposal/a/b"]);
    assess(&first, "lodestar", "AIA-53-4", "Mine.");
    refused(&first, &["push", "origin", "main", "proposal/a/b"]);
    assert!(git_in(&hub, ["for-each-ref", "refs/heads/proposal"]).is_empty());
}

/// A branch goes to the one it follows, whatever that is called.
#[test]
fn a_branch_that_follows_another_name() {
    let Desks { case: _case, first, hub, .. } = Desks::new(Kind::Libgit2);
    git_in(&first, ["branch", "-m", "main", "trunk"]);
    assess(&first, "halyard", "S-1.1", "So far.");
    done(&first, &["push"]);
    assert_eq!(head(&hub), git_in(&first, ["rev-parse", "trunk"]));
    assert!(git_in(&hub, ["for-each-ref", "refs/heads/trunk"]).is_empty());
}

#[test]
fn what_cannot_be_is_said_with_the_next_step() {
    let Desks { case, first, .. } = Desks::new(Kind::Libgit2);
    let says = |clone, arguments: &[&str], words: &[&str]| {
        let refusal = refused(clone, arguments);
        assert!(words.iter().all(|word| refusal.contains(word)), "{refusal}");
    };
    says(&first, &["fetch", "orign"], &["no remote is called `orign`", "did you mean `origin`?"]);
    says(&first, &["push", "origin", "mian"], &["no revision is called `mian`", "Did you mean `main`?"]);
    says(&case.world.path, &["fetch"], &["no other copy", "git remote add origin"]);
    git_in(&first, ["branch", "--unset-upstream"]);
    says(&first, &["fetch", "--update"], &["follows no branch"]);
    git_in(&first, ["remote", "set-url", "origin", "/nowhere/at\u{1b}[31m"]);
    says(&first, &["fetch"], &["`git fetch` with origin failed", "does not appear to be a git repository"]);
    let said = said(&run(&first, &["push"]));
    assert!(!said.contains('\u{1b}'), "{said}");
}

/// What the other side refuses is told in its words, and these are only words.
#[test]
fn a_hook_of_the_other_side_refuses() {
    use std::os::unix::fs::PermissionsExt;
    let Desks { case: _case, first, hub, .. } = Desks::new(Kind::Libgit2);
    let hook = hub.join("hooks/pre-receive");
    fs::create_dir_all(hook.parent().unwrap()).unwrap();
    fs::write(&hook, "#!/bin/sh\nprintf 'not on a \\033[31mSunday\\n' >&2\nexit 1\n").unwrap();
    fs::set_permissions(&hook, fs::Permissions::from_mode(0o755)).unwrap();
    assess(&first, "halyard", "S-1.1", "So far.");
    let refusal = refused(&first, &["push", "--yes"]);
    assert!(
        refusal.contains("not on a ␛[31mSunday") && refusal.contains("`git push` with origin failed"),
        "{refusal}"
    );
}
