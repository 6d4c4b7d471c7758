# A branch from before the policy decides first, makes the same policy itself, and merges the other.
git branch older
the_first_desk_decides
somebody_else
git switch -q older
decide halyard S-1.1 partial minutes
git checkout -q main -- countersign.toml policy
git commit -qm 'register: the same rules'
git merge -q --no-ff -m "Merge branch 'main' into older" main
git switch -q main
git merge -q --ff-only older
