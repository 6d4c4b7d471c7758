# A branch from before the policy takes it in by a merge, and is put in the place of main.
git branch older
the_first_desk_decides
somebody_else
git switch -q older
decide halyard S-1.1 partial minutes
git merge -q --no-ff -m "Merge branch 'main' into older" main
git switch -q main
git merge -q --ff-only older
