# A decision from another branch is applied a day later.
git switch -qc side
decide halyard S-1.1 partial minutes
git switch -q main
GIT_COMMITTER_DATE=$A_DAY_LATER git cherry-pick side > /dev/null
