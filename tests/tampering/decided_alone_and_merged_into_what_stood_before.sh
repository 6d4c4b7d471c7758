# Whoever decided merges it himself into a commit from before the policy.
git branch before
the_first_desk_decides
decide halyard S-1.1 partial minutes
git switch -q before
git merge -q --no-ff -m "Merge branch 'main' into before" main
git switch -q main
git merge -q --ff-only before
