# A merge holds what neither side has.
git switch -qc side
decide halyard S-1.1 partial minutes
git switch -q main
decide halyard S-1.2 gap
git merge -q --no-ff --no-commit side
sed -i 's/So far\./Nothing to see./' $CELL
git commit -qam "Merge branch 'side'"
