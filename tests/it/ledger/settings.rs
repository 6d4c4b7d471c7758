//! What the user's git is set up to do: filters, hooks, signing, and who makes a commit.

use std::fs;
use std::os::unix::fs::PermissionsExt;
use std::path::Path;

use countersign::error::Error;

use super::world::{Kind, ONE, TWO, World, in_every_kind};
use super::writing::{GAP, MET, assert_sound, hook, make_a_mess, one_is_met, proposed, refused, rest};

in_every_kind! {
    line_endings_are_the_work_trees_own
    filters_of_the_user_are_applied
    a_filter_that_goes_on_is_applied
    hooks_see_the_one_change_and_may_reword
    hooks_may_refuse_but_not_change
    hooks_may_not_spoil_the_record
    what_hooks_leave_is_cleaned_as_git_does
    hooks_elsewhere_are_found
    signing_is_honoured_or_the_commit_refused
    nobody_is_made_up
    people_are_who_git_says_they_are
    what_is_included_on_a_condition_counts
    what_the_environment_sets_counts
    a_hook_after_the_commit_may_commit_itself
}

fn line_endings_are_the_work_trees_own(kind: Kind) {
    for (attributes, autocrlf) in [("*.toml text eol=crlf\n", "false"), ("", "true")] {
        let world = World::new(kind);
        world.git(["config", "core.autocrlf", autocrlf]);
        world.write(".gitattributes", attributes);
        world.git(["add", "."]);
        world.git(["commit", "-qm", "attributes"]);
        fs::remove_file(world.path.join(ONE)).unwrap();
        world.git(["checkout", "--", ONE]);
        assert_eq!(world.read(ONE), "status = \"gap\"\r\n");
        world.ledger().commit(&one_is_met(kind)).unwrap();
        assert_eq!(world.read(ONE), "status = \"met\"\r\n");
        assert_eq!(world.git(["cat-file", "-s", &format!("HEAD:{ONE}")]), MET.len().to_string());
        assert_sound(&world);
        assert_eq!(world.ledger().worktree_files().unwrap().files.len(), 3);
    }
}

fn filters_of_the_user_are_applied(kind: Kind) {
    let world = World::new(kind);
    world.git(["config", "filter.up.clean", "tr a-z A-Z"]);
    world.git(["config", "filter.up.smudge", "tr A-Z a-z"]);
    world.write(".gitattributes", "*.toml filter=up\n");
    world.git(["add", "--renormalize", "."]);
    world.git(["add", "."]);
    world.git(["commit", "-qm", "filter"]);
    let ledger = world.ledger();
    let stored = ledger.stored_id(&ledger.settings().unwrap(), ONE, MET.as_bytes()).unwrap();
    assert_eq!(stored, kind.content_id(b"STATUS = \"MET\"\n"));
    let upper = kind.edit(ONE, Some("STATUS = \"GAP\"\n"), Some(MET));
    ledger.commit(&proposed([upper])).unwrap();
    assert_eq!(world.git(["show", &format!("HEAD:{ONE}")]), "STATUS = \"MET\"");
    assert_eq!(world.read(ONE), MET);
    assert_sound(&world);

    // One that fails is an error where the user says so, and else as if there were none: as `git add` has it.
    world.git(["config", "filter.up.clean", "false"]);
    world.git(["config", "filter.up.required", "true"]);
    let two = proposed([kind.edit(TWO, Some("STATUS = \"GAP\"\n"), Some(MET))]);
    refused(&world, &two);
}

/// One that goes on from file to file (gitattributes(5), "Long Running Filter Process").
const GOES_ON: &str = r#"#!/bin/sh
end='
'
packet() { printf '%04x%s' $((${#1} + 4)) "$1"; }
flush() { printf 0000; }
take() { dd bs=1 count="$1" 2> /dev/null; }
list() {
    while length=$(take 4) && test -n "$length" && test "$length" != 0000; do take $((0x$length - 4)); done
}
list > /dev/null; packet "git-filter-server$end"; packet "version=2$end"; flush
list > /dev/null; packet "capability=clean$end"; packet "capability=smudge$end"; flush
while wanted=$(list) && test -n "$wanted"; do
    case $wanted in
        *command=clean*) text=$(list | tr a-z A-Z; echo .) ;;
        *) text=$(list | tr A-Z a-z; echo .) ;;
    esac
    echo "$wanted" >> "$0.seen"
    packet "status=success$end"; flush; packet "${text%.}"; flush; flush
done
"#;

fn a_filter_that_goes_on_is_applied(kind: Kind) {
    let world = World::new(kind);
    let program = world.beside("filter");
    fs::write(&program, GOES_ON).unwrap();
    fs::set_permissions(&program, fs::Permissions::from_mode(0o755)).unwrap();
    world.git(["config", "filter.up.process", program.to_str().unwrap()]);
    world.git(["config", "filter.up.clean", "false"]);
    world.git(["config", "filter.up.smudge", "false"]);
    world.git(["config", "filter.up.required", "true"]);
    world.write(".gitattributes", "*.toml filter=up\n");
    world.git(["add", "--renormalize", "."]);
    world.git(["add", "."]);
    world.git(["commit", "-qm", "filter"]);
    fs::remove_file(world.beside("filter.seen")).unwrap();
    let upper = kind.edit(ONE, Some("STATUS = \"GAP\"\n"), Some(MET));
    world.ledger().commit(&proposed([upper])).unwrap();
    assert_eq!(world.git(["show", &format!("HEAD:{ONE}")]), "STATUS = \"MET\"");
    assert_eq!(world.read(ONE), MET);
    let seen = fs::read_to_string(world.beside("filter.seen")).unwrap();
    for command in ["clean", "smudge"] {
        assert!(seen.contains(&format!("command={command}\npathname={ONE}")), "{seen}");
    }
    assert_sound(&world);
}

fn hooks_see_the_one_change_and_may_reword(kind: Kind) {
    let world = World::new(kind);
    make_a_mess(&world);
    let before = rest(&world);
    let seen = world.beside("seen");
    let seen = seen.display();
    hook(&world, "pre-commit", &format!("git diff --cached --name-only HEAD -- '*.toml' > {seen}"));
    let prepare = format!("echo \"prepare $2\" >> {seen}; echo 'Ticket: T-1' >> \"$1\"");
    hook(&world, "prepare-commit-msg", &prepare);
    hook(&world, "commit-msg", "echo 'Change-Id: I1' >> \"$1\"");
    hook(&world, "post-commit", &format!("echo post >> {seen}; exit 3"));
    hook(&world, "reference-transaction", &format!("test \"$1\" = committed && cat >> {seen}; true"));
    let committed = world.ledger().commit(&one_is_met(kind)).unwrap();
    let seen = fs::read_to_string(world.beside("seen")).unwrap();
    assert!(seen.starts_with(&format!("{ONE}\nprepare message\n")), "{seen}");
    assert!(seen.contains("refs/heads/main") && seen.ends_with("post\n"), "{seen}");
    assert!(world.git(["log", "-1", "--format=%B"]).ends_with("Ticket: T-1\nChange-Id: I1"));
    assert_eq!(committed.warnings.len(), 1, "a failing post-commit is told, and undoes nothing");
    assert_eq!(rest(&world), before);
    assert_sound(&world);
}

fn hooks_may_refuse_but_not_change(kind: Kind) {
    let world = World::new(kind);
    hook(&world, "pre-commit", "echo 'not on a Friday'; exit 1");
    match refused(&world, &one_is_met(kind)) {
        Error::HookRefused { hook: "pre-commit", output } => assert_eq!(output, "not on a Friday"),
        other => panic!("{other:?}"),
    }
    hook(&world, "pre-commit", "git rm -q --cached plan.txt");
    assert!(matches!(refused(&world, &one_is_met(kind)), Error::HookChangedTree { .. }));
    hook(&world, "pre-commit", "true");
    hook(&world, "commit-msg", "exit 1");
    assert!(matches!(refused(&world, &one_is_met(kind)), Error::HookRefused { hook: "commit-msg", .. }));
    hook(&world, "commit-msg", "true > \"$1\"");
    assert!(matches!(refused(&world, &one_is_met(kind)), Error::HookRefused { hook: "commit-msg", .. }));
    hook(&world, "commit-msg", "true");
    hook(&world, "prepare-commit-msg", "exit 1");
    let Error::HookRefused { hook: name, .. } = refused(&world, &one_is_met(kind)) else { panic!("no hook") };
    assert_eq!(name, "prepare-commit-msg");
    hook(&world, "prepare-commit-msg", "true");
    hook(&world, "reference-transaction", "test \"$1\" != prepared");
    assert!(matches!(refused(&world, &one_is_met(kind)), Error::Git { .. }));
    assert_eq!(world.read(ONE), GAP, "the file was put back");
}

/// What says what the commit did is its last paragraph; a reworded message must still say it.
fn hooks_may_not_spoil_the_record(kind: Kind) {
    let world = World::new(kind);
    let proposed = one_is_met(kind);
    for name in ["prepare-commit-msg", "commit-msg"] {
        for spoils in
            ["printf '\\nRefs T-1\\n' >> \"$1\"", "sed -i /^Countersign/d \"$1\"", "echo Other > \"$1\""]
        {
            hook(&world, name, spoils);
            assert!(matches!(refused(&world, &proposed), Error::HookSpoiledRecord), "{name}: {spoils}");
        }
        hook(&world, name, "true");
    }
    // As git cleans what nobody edits.
    hook(&world, "commit-msg", "sed -i '1s/.*/T-1: &  /' \"$1\"; printf 'Ticket: T-1 \\n\\n\\n' >> \"$1\"");
    world.ledger().commit(&proposed).unwrap();
    let message = world.git(["cat-file", "commit", "HEAD"]);
    assert!(message.ends_with("\nCountersign-Change: assess acme S-1.1\nTicket: T-1"), "{message:?}");
    assert!(!message.contains(" \n"), "{message:?}");
    assert_sound(&world);
}

fn what_hooks_leave_is_cleaned_as_git_does(kind: Kind) {
    for cleanup in ["default", "whitespace", "strip", "scissors", "verbatim"] {
        let world = World::new(kind);
        world.git(["config", "commit.cleanup", cleanup]);
        let note = "{ head -n1 \"$1\"; printf '\\n# a note \\n'; tail -n +2 \"$1\"; } > \"$1.new\"";
        hook(
            &world,
            "commit-msg",
            &format!("{note}; mv \"$1.new\" \"$1\"; printf 'Ticket: T-1 \\n\\n' >> \"$1\""),
        );
        let proposed = one_is_met(kind);
        world.ledger().commit(&proposed).unwrap();
        let message = || world.git(["log", "-1", "--format=%B"]);
        let ours = message();
        let file = world.beside("message");
        fs::write(&file, &proposed.message).unwrap();
        world.git(["commit", "-q", "--allow-empty", "-F", file.to_str().unwrap()]);
        assert_eq!(ours, message(), "{cleanup}");
        assert_eq!(ours.contains("# a note"), cleanup != "strip", "{ours}");
        assert_sound(&world);
    }
}

fn hooks_elsewhere_are_found(kind: Kind) {
    let world = World::new(kind);
    // A relative path is one from the top of the work tree.
    for path in [world.beside("hooks").to_str().unwrap(), "checks"] {
        let folder = world.path.join(path);
        fs::create_dir(&folder).unwrap();
        fs::write(folder.join("pre-commit"), "#!/bin/sh\nexit 1\n").unwrap();
        fs::set_permissions(folder.join("pre-commit"), fs::Permissions::from_mode(0o755)).unwrap();
        world.git(["config", "core.hooksPath", path]);
        assert!(matches!(refused(&world, &one_is_met(kind)), Error::HookRefused { .. }), "{path}");
    }
}

fn signing_is_honoured_or_the_commit_refused(kind: Kind) {
    let world = World::new(kind);
    let key = world.beside("key");
    let key = key.to_str().unwrap();
    let made = std::process::Command::new("ssh-keygen")
        .args(["-q", "-t", "ed25519", "-N", "", "-C", "", "-f", key])
        .status();
    if !made.is_ok_and(|status| status.success()) {
        eprintln!("skipped: no ssh-keygen");
        return;
    }
    let public = fs::read_to_string(format!("{key}.pub")).unwrap();
    let allowed = world.beside("allowed");
    fs::write(&allowed, format!("first@example.org {public}")).unwrap();
    for (name, value) in [
        ("gpg.format", "ssh"),
        ("user.signingKey", key),
        ("commit.gpgSign", "true"),
        ("gpg.ssh.allowedSignersFile", allowed.to_str().unwrap()),
    ] {
        world.git(["config", name, value]);
    }
    world.ledger().commit(&one_is_met(kind)).unwrap();
    assert_eq!(world.git(["log", "-1", "--format=%G? %GS"]), "G first@example.org");
    assert_sound(&world);
    world.git(["config", "user.signingKey", "/nonexistent"]);
    let again = proposed([kind.edit(TWO, Some(GAP), Some(MET))]);
    assert!(matches!(refused(&world, &again), Error::NotSigned { .. }));
}

fn nobody_is_made_up(kind: Kind) {
    let world = World::new(kind);
    assert_eq!(world.ledger().identity().unwrap().name, "First Desk");
    assert_eq!(world.ledger().identity().unwrap().offset_minutes, 60);
    world.git(["config", "--unset", "user.email"]);
    assert!(matches!(refused(&world, &one_is_met(kind)), Error::NoIdentity { .. }));
    assert!(world.ledger().identity().unwrap_err().hint().contains("user.email"));
    // Whether git would make one up or not.
    for only in ["true", "false"] {
        world.git(["config", "user.useConfigOnly", only]);
        assert!(matches!(refused(&world, &one_is_met(kind)), Error::NoIdentity { .. }), "{only}");
    }
    world.git(["config", "user.email", "first@example.org"]);
    world.git(["config", "user.useConfigOnly", "true"]);
    world.ledger().commit(&one_is_met(kind)).unwrap();
}

fn people_are_who_git_says_they_are(kind: Kind) {
    let world = World::new(kind);
    let people = |world: &World| world.git(["log", "-1", "--format=%an <%ae> / %cn <%ce>"]);
    // A child process, because the environment belongs to all tests of this one.
    let environment = [("GIT_AUTHOR_NAME", "Second Desk"), ("GIT_COMMITTER_EMAIL", "second@example.org")];
    assert!(super::crashes::child(&world, &environment).status.success());
    assert_eq!(people(&world), "Second Desk <first@example.org> / First Desk <second@example.org>");

    let world = World::new(kind);
    world.git(["config", "committer.name", "Third Desk"]);
    world.git(["config", "author.email", "third@example.org"]);
    world.ledger().commit(&one_is_met(kind)).unwrap();
    assert_eq!(people(&world), "First Desk <third@example.org> / Third Desk <first@example.org>");

    // An address alone is not enough, and the machine's own names do not count.
    let world = World::new(kind);
    for setting in ["user.name", "user.email"] {
        world.git(["config", "--unset", setting]);
    }
    let nobody = super::crashes::child(&world, &[("EMAIL", "desk@example.org"), ("GIT_AUTHOR_NAME", "Desk")]);
    assert!(String::from_utf8_lossy(&nobody.stderr).contains("NoIdentity"), "{nobody:?}");
    assert_eq!(world.git(["rev-list", "--count", "HEAD"]), "1");
    assert_sound(&world);
}

/// Conditions that libgit2 does not know are git's to judge.
fn what_is_included_on_a_condition_counts(kind: Kind) {
    let world = World::new(kind);
    let included = world.beside("included");
    let url = "https://git.example.org/register";
    world.git(["remote", "add", "origin", url]);
    let condition = format!("includeIf.hasconfig:remote.*.url:{url}.path");
    world.git(["config", &condition, included.to_str().unwrap()]);

    let hooks = world.beside("hooks");
    fs::create_dir(&hooks).unwrap();
    fs::write(hooks.join("pre-commit"), "#!/bin/sh\nexit 1\n").unwrap();
    fs::set_permissions(hooks.join("pre-commit"), fs::Permissions::from_mode(0o755)).unwrap();
    fs::write(&included, format!("[core]\n\thooksPath = {}\n", hooks.display())).unwrap();
    assert!(matches!(refused(&world, &one_is_met(kind)), Error::HookRefused { .. }));

    fs::write(&included, "[commit]\n\tgpgSign\n[gpg]\n\tformat = ssh\n[user]\n\tsigningKey = /none\n")
        .unwrap();
    assert!(matches!(refused(&world, &one_is_met(kind)), Error::NotSigned { .. }));

    fs::write(&included, "[commit]\n\tgpgSign = perhaps\n").unwrap();
    match refused(&world, &one_is_met(kind)) {
        Error::NeitherOnNorOff { value, file, .. } => {
            assert_eq!((value.as_str(), Path::new(&file)), ("perhaps", included.as_path()));
        }
        other => panic!("{other:?}"),
    }

    fs::write(&included, "[user]\n\tname = Included Desk\n[core]\n\tautocrlf = true\n").unwrap();
    world.write(ONE, "status = \"gap\"\r\n");
    world.ledger().commit(&one_is_met(kind)).unwrap();
    assert_eq!(world.git(["log", "-1", "--format=%an"]), "Included Desk");
    assert_eq!(world.read(ONE), "status = \"met\"\r\n");
    assert_sound(&world);
}

/// As `git -c`, an alias of git's and a script leave it.
fn what_the_environment_sets_counts(kind: Kind) {
    let (hooks, commits) =
        (|world: &World| world.beside("hooks"), |world: &World| world.git(["log", "--format=%an"]));
    let counted = |settings: &[(&str, &str)]| -> Vec<(String, String)> {
        let numbered = settings.iter().enumerate().flat_map(|(at, (key, value))| {
            [
                (format!("GIT_CONFIG_KEY_{at}"), key.to_string()),
                (format!("GIT_CONFIG_VALUE_{at}"), value.to_string()),
            ]
        });
        numbered.chain([("GIT_CONFIG_COUNT".to_owned(), settings.len().to_string())]).collect()
    };
    let run = |world: &World, variables: &[(String, String)]| {
        let variables: Vec<(&str, &str)> =
            variables.iter().map(|(name, value)| (&**name, &**value)).collect();
        let output = super::crashes::child(world, &variables);
        String::from_utf8_lossy(&[output.stdout, output.stderr].concat()).into_owned()
    };
    let world = World::new(kind);
    let signed = counted(&[("commit.gpgSign", "true"), ("gpg.format", "ssh"), ("user.signingKey", "/none")]);
    assert!(run(&world, &signed).contains("NotSigned"));
    fs::create_dir(hooks(&world)).unwrap();
    fs::write(hooks(&world).join("pre-commit"), "#!/bin/sh\nexit 1\n").unwrap();
    fs::set_permissions(hooks(&world).join("pre-commit"), fs::Permissions::from_mode(0o755)).unwrap();
    let hooked = counted(&[("core.hooksPath", hooks(&world).to_str().unwrap())]);
    assert!(run(&world, &hooked).contains("HookRefused"));
    assert_eq!(commits(&world), "First Desk");
    let quoted = [("GIT_CONFIG_PARAMETERS".to_owned(), "'user.name'='Second Desk'".to_owned())];
    let said = run(&world, &[&counted(&[("core.autocrlf", "false")])[..], &quoted].concat());
    assert_eq!(commits(&world), "Second Desk\nFirst Desk", "{said}");
    assert_sound(&world);
}

fn a_hook_after_the_commit_may_commit_itself(kind: Kind) {
    let world = World::new(kind);
    // Another test that starts a program at this moment has a copy of every handle until it is that program.
    let lock_is_free =
        "command -v flock > /dev/null || exit 0; flock -w 60 .git/countersign/commit/lock true";
    hook(&world, "post-commit", lock_is_free);
    assert_eq!(world.ledger().commit(&one_is_met(kind)).unwrap().warnings, [""; 0]);
}
