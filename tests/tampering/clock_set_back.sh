# A decision is dated before the one it stands on, where an expired key would still count.
export GIT_AUTHOR_DATE=2026-01-01T10:00:00Z GIT_COMMITTER_DATE=2026-01-01T10:00:00Z
decide halyard S-1.1 partial minutes
