# A good signature, by a key of the list, above words that were changed afterwards.
signatures_are_asked_for ''
decide halyard S-1.1 partial minutes
changed=$(git cat-file commit HEAD | sed 's/So far\./Long since./' | git hash-object -t commit -w --stdin)
git update-ref HEAD $changed
