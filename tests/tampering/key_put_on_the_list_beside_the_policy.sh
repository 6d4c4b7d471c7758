# A branch from before the policy puts a key on the list that the policy relies on, and uses it afterwards.
sign_with desk
sign_with eve
git config user.signingKey ../desk.pub
mkdir policy
echo "first@example.org $(cat ../desk.pub)" > policy/allowed_signers
git add .
git commit -qm 'policy: a list of keys'
git branch older
printf 'format = 1\n\n[signing]\nrequire-signatures = true\n\n[review]\nmay-approve = ["first@example.org"]\n' > countersign.toml
git commit -qam 'register: signatures from here on'
somebody_else
git switch -q older
echo "eve@example.org $(cat ../eve.pub)" >> policy/allowed_signers
git commit -qam 'policy: one key more'
the_first_desk
git switch -q main
git merge -q --no-ff -m "Merge branch 'older'" older
somebody_else
git config user.signingKey ../eve.pub
git config commit.gpgSign true
decide halyard S-1.1 partial minutes
