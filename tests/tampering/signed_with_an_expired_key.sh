# A good signature by a key of the list that was no longer valid.
signatures_are_asked_for 'valid-before="20260101"'
decide halyard S-1.1 partial minutes
