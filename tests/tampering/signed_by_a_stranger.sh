# A good signature by a key that is not on the register's list.
signatures_are_asked_for ''
sign_with stranger
decide halyard S-1.1 partial minutes
