# A status that could not have been decided, with a record that is right.
before=$(git rev-parse HEAD:$CELL)
sed -i 's/status = "gap"/status = "met"/' $CELL
after=$(git hash-object $CELL)
git commit -qam "assess halyard S-1.1: gap → met

So far.

Countersign-Change: assess halyard S-1.1
Countersign-Status: gap -> met
Countersign-Record: $before -> $after"
