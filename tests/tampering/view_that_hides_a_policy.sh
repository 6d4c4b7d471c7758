# A commit says that it keeps a view, and lets its author change the policy from now on.
printf 'format = 1\n\n[review]\nmay-approve = ["second@example.org"]\n' > countersign.toml
git commit -qam 'register: who approves'
# Keeping a view is none of that.
countersign view save 'open gaps' --filter state:gap --yes > /dev/null
before=$(git rev-parse HEAD:countersign.toml)
sed -i.old 's/second@/first@/; s/state:gap/state:stale/' countersign.toml
rm countersign.toml.old
git commit -qam "view open gaps: changed

Looks ahead.

Countersign-Change: view open gaps
Countersign-Record: $before -> $(git hash-object countersign.toml)"
