# No signature where the policy asks for one.
signatures_are_asked_for ''
git config commit.gpgSign false
decide halyard S-1.1 partial minutes
