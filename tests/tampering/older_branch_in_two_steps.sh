# A branch from before the policy takes a part of it in, and the rest, and main takes the branch in.
git branch older
signatures_are_asked_for ''
git branch half
printf '\n[review]\nmay-decide = ["first@example.org"]\n' >> countersign.toml
git commit -qam 'register: who decides'
somebody_else
git switch -q older
decide halyard S-1.1 partial minutes
git merge -q --no-ff -m "Merge branch 'half' into older" half
git merge -q --no-ff -m "Merge branch 'main' into older" main
the_first_desk
git switch -q main
git merge -q --no-ff -m "Merge branch 'older'" older
