# A branch from before the policy, in a merge with what stood before it and main.
git branch before
git branch older
the_first_desk_decides
somebody_else
git switch -q older
decide halyard S-1.1 partial minutes
git switch -q before
echo 'beside' > notes.txt
git add .
git commit -qm 'notes: beside'
git merge -q --no-ff -m "Merge branches 'older' and 'main'" older main
git switch -q main
git merge -q --ff-only before
