# Whoever decided merges it himself, where the policy asks for a second person.
printf 'format = 1\n\n[review]\nsecond-person = true\n' > countersign.toml
git commit -qam 'register: two people'
git switch -qc side
decide halyard S-1.1 partial minutes
git switch -q main
git merge -q --no-ff -m "Merge branch 'side'" side
