//! No false alarm where branches with different policies meet: what is judged by whose policy when all work is honest.
//! What is not is in `tests/tampering/`.

use countersign::domain::Status;

use super::signatures::{Signed, make_key, sign_with};
use super::{CELL, Case};
use crate::ledger::world::{Kind, on_both_stores};

on_both_stores! {
    a_newer_policy_comes_to_an_older_branch
    what_main_had_merged_rightly_comes_to_an_older_branch
    a_key_that_main_lists_since_comes_to_an_older_branch
    both_sides_have_the_same_policy
    what_began_before_the_policy_and_keeps_to_it
    a_policy_comes_by_a_proposal
    branches_merged_crosswise
    three_branches_at_once
}

const FIRST: &str = "\"first@example.org\"";
const TWO: &str = "\"first@example.org\", \"second@example.org\"";

/// Who may decide, and beside it what else is asked.
fn policy(case: &Case, may_decide: &str, more: &str) {
    let text =
        format!("format = 1\n\n[review]\nmay-approve = [{FIRST}]\nmay-decide = [{may_decide}]\n{more}");
    case.world.write("countersign.toml", text);
    case.commit("register: who decides");
}

fn is_now(case: &Case, name: &str) {
    case.git(["config", "user.email", &format!("{name}@example.org")]);
}

fn switch(case: &Case, branch: &str) {
    case.git(["switch", "-q", branch]);
}

fn merge(case: &Case, branch: &str) {
    case.git(["merge", "-q", "--no-ff", branch]);
}

fn remark(case: &Case, text: &str) {
    case.world.write("notes.txt", text);
    case.world.write("companies/halyard/notes.txt", text);
    case.commit("halyard: a remark");
}

/// The second desk, whom main has just allowed, decides there; somebody else merges that into an older branch, who may
/// not change the policy.
fn a_newer_policy_comes_to_an_older_branch(kind: Kind) {
    let case = Case::of(kind);
    policy(&case, FIRST, "");
    case.git(["branch", "feature"]);
    policy(&case, TWO, "");
    is_now(&case, "second");
    case.decide("halyard S-1.1", Status::Gap);
    is_now(&case, "first");
    switch(&case, "feature");
    case.decide("halyard S-1.2", Status::Gap);
    case.git(["branch", "before"]);
    merge(&case, "main");
    case.assert_found(&[]);
    switch(&case, "main");
    merge(&case, "feature");
    case.assert_found(&[]);
    case.git(["reset", "-q", "--hard", "HEAD~1"]);
    case.git(["merge", "-q", "--ff-only", "feature"]);
    case.assert_found(&[]);

    case.git(["branch", "-qf", "feature", "before"]);
    case.git(["reset", "-q", "--hard", "HEAD^2"]);
    switch(&case, "feature");
    is_now(&case, "third");
    merge(&case, "main");
    is_now(&case, "first");
    switch(&case, "main");
    merge(&case, "feature");
    case.assert_found(&[]);
}

/// The first desk's decision was merged by the second on main. That the first desk brings all of main to an older branch
/// afterwards takes nothing from it.
fn what_main_had_merged_rightly_comes_to_an_older_branch(kind: Kind) {
    let case = Case::of(kind);
    policy(&case, FIRST, "");
    case.git(["branch", "feature"]);
    let both = format!("format = 1\n\n[review]\nmay-approve = [{TWO}]\nsecond-person = true\n");
    case.world.write("countersign.toml", both);
    case.commit("register: two people");
    case.git(["switch", "-qc", "proposal"]);
    case.decide("halyard S-1.1", Status::Gap);
    switch(&case, "main");
    is_now(&case, "second");
    merge(&case, "proposal");
    is_now(&case, "first");
    case.assert_found(&[]);
    switch(&case, "feature");
    remark(&case, "beside");
    merge(&case, "main");
    case.assert_found(&[]);
    // The same decision on main itself is found wherever it comes to.
    switch(&case, "main");
    case.decide("halyard S-1.2", Status::Gap);
    case.assert_found(&["self-approved"]);
    switch(&case, "feature");
    case.git(["reset", "-q", "--hard", "HEAD~1"]);
    merge(&case, "main");
    case.assert_found(&["self-approved"]);
}

fn a_key_that_main_lists_since_comes_to_an_older_branch(kind: Kind) {
    let Signed { case, key } = Signed::with(kind, "");
    case.git(["branch", "feature"]);
    let second = case.world.beside("second");
    let list = case.world.read("policy/allowed_signers") + "second@example.org " + &make_key(&second);
    case.world.write("policy/allowed_signers", list);
    case.commit("policy: the second desk's key");
    is_now(&case, "second");
    sign_with(&case, &second);
    case.decide("halyard S-1.1", Status::Gap);
    is_now(&case, "first");
    sign_with(&case, &key);
    switch(&case, "feature");
    case.decide("halyard S-1.2", Status::Gap);
    merge(&case, "main");
    case.assert_found(&[]);
    switch(&case, "main");
    is_now(&case, "second");
    sign_with(&case, &second);
    merge(&case, "feature");
    case.assert_found(&[]);
}

fn both_sides_have_the_same_policy(kind: Kind) {
    let Signed { case, .. } = Signed::with(kind, "");
    for round in ["one", "two", "three"] {
        case.git(["switch", "-q", "-C", "upstream"]);
        case.decide_because("halyard S-1.1", Status::Gap, round);
        switch(&case, "main");
        remark(&case, round);
        // As `git pull` does.
        case.git(["merge", "-q", "--no-ff", "upstream"]);
    }
    case.assert_found(&[]);
    assert!(case.world.path.join(CELL).exists());
}

fn what_began_before_the_policy_and_keeps_to_it(kind: Kind) {
    let case = Case::of(kind);
    let key = case.world.beside("first");
    let public = make_key(&key);
    sign_with(&case, &key);
    case.git(["branch", "older"]);
    case.world.write("policy/allowed_signers", format!("first@example.org {public}"));
    let more = "\n[signing]\nrequire-signatures = true\n";
    policy(&case, FIRST, more);
    switch(&case, "older");
    case.decide("halyard S-1.1", Status::Gap);
    merge(&case, "main");
    case.assert_found(&[]);
    switch(&case, "main");
    merge(&case, "older");
    case.assert_found(&[]);
    // And what does not keep to it is found.
    case.git(["switch", "-q", "older"]);
    case.git(["reset", "-q", "--hard", "HEAD^1"]);
    case.git(["commit", "-q", "--amend", "--no-edit", "--no-gpg-sign"]);
    switch(&case, "main");
    case.git(["reset", "-q", "--hard", "HEAD^1"]);
    merge(&case, "older");
    case.assert_found(&["unsigned"]);
}

/// What main did meanwhile keeps to the new policy, too; neither who merges it nor what came before is doubted.
fn a_policy_comes_by_a_proposal(kind: Kind) {
    let case = Case::of(kind);
    policy(&case, FIRST, "");
    case.git(["switch", "-qc", "proposal"]);
    policy(&case, TWO, "");
    switch(&case, "main");
    case.decide("halyard S-1.1", Status::Gap);
    merge(&case, "proposal");
    is_now(&case, "second");
    case.decide("halyard S-1.2", Status::Gap);
    case.assert_found(&[]);
}

fn branches_merged_crosswise(kind: Kind) {
    let case = Case::of(kind);
    policy(&case, FIRST, "");
    case.git(["branch", "side"]);
    policy(&case, TWO, "");
    case.git(["branch", "main-before"]);
    is_now(&case, "second");
    case.decide("halyard S-1.1", Status::Gap);
    is_now(&case, "first");
    switch(&case, "side");
    case.decide("halyard S-1.2", Status::Gap);
    case.git(["branch", "side-before"]);
    merge(&case, "main-before");
    switch(&case, "main");
    merge(&case, "side-before");
    switch(&case, "side");
    merge(&case, "main");
    is_now(&case, "second");
    case.decide("halyard S-1.2", Status::Partial);
    case.assert_found(&[]);
    is_now(&case, "first");
    switch(&case, "main");
    merge(&case, "side");
    case.assert_found(&[]);
}

fn three_branches_at_once(kind: Kind) {
    let case = Case::of(kind);
    policy(&case, FIRST, "");
    case.git(["branch", "one"]);
    policy(&case, TWO, "");
    case.git(["branch", "two"]);
    is_now(&case, "second");
    case.decide("halyard S-1.1", Status::Gap);
    switch(&case, "two");
    case.decide("halyard S-1.2", Status::Gap);
    is_now(&case, "first");
    switch(&case, "one");
    remark(&case, "beside");
    switch(&case, "main");
    case.git(["merge", "-q", "--no-ff", "one", "two"]);
    case.assert_found(&[]);
    switch(&case, "one");
    case.git(["merge", "-q", "--no-ff", "two", "main~1"]);
    case.assert_found(&[]);
}
