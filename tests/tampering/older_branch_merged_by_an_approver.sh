# A branch from before the policy is merged by somebody who may approve.
git branch older
the_first_desk_decides
somebody_else
git switch -q older
decide halyard S-1.1 partial minutes
the_first_desk
git switch -q main
git merge -q --no-ff -m "Merge branch 'older'" older
