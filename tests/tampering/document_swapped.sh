# The document that a judgement rests on is another one, under the same name.
decide halyard S-1.1 partial minutes
echo 'Nothing was adopted.' > $DOCUMENT
git commit -qam 'halyard: a better scan'
