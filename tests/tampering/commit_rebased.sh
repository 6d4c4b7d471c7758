# A decision is put on another ground a day later.
git switch -qc side main~1
git commit -q --allow-empty -m 'notes: beside'
GIT_COMMITTER_DATE=$A_DAY_LATER git rebase -q --onto side main~1 main
