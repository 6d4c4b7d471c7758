# A decision gets another reason a day later, under the old record.
sed -i 's/So far\./So far, so good./' $CELL
GIT_COMMITTER_DATE=$A_DAY_LATER git commit -qa --amend --no-edit
