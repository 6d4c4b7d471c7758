# A branch from before the policy makes one of its own, which survives the merge.
git branch older
the_first_desk_decides
somebody_else
git switch -q older
printf 'format = 1\n\n[review]\nmay-decide = ["eve@example.org"]\n' > countersign.toml
git commit -qam 'register: other rules'
decide halyard S-1.1 partial minutes
git merge -q -s ort -X ours --no-ff -m "Merge branch 'main' into older" main
git switch -q main
git merge -q --ff-only older
