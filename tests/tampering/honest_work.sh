# Nothing is wrong: decisions, new evidence in an honest way, a branch that is merged.
decide halyard S-1.1 partial minutes
git switch -qc side
decide halyard S-1.2 gap
git switch -q main
decide lodestar C-1.1 gap
git merge -q --no-ff -m "Merge branch 'side'" side
