# What was audited disappears from the shared branch. The audit before it was a quiet one.
git init -q --bare --object-format=$(git rev-parse --show-object-format) ../shared
git remote add origin ../shared
decide halyard S-1.1 partial minutes
git push -q origin main
countersign audit > /dev/null
git push -qf origin main~1:main
git fetch -q
git reset -q --hard origin/main
