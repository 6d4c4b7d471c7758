# A key counts until the register revokes it, and no longer.
signatures_are_asked_for ''
decide halyard S-1.1 partial minutes
cp ../desk.pub policy/revoked
git add policy
git commit -qm 'policy: a key is lost'
decide halyard S-1.1 gap
