# Two decisions on one cell become one commit that carries both records.
decide halyard S-1.1 partial minutes
git log -2 --format=%B > ../messages
git reset -q --soft HEAD~2
git commit -qF ../messages
