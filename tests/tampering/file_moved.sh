# A judgement is carried over to another measure by moving its file.
git mv $CELL companies/halyard/assessments/S-1.2.toml
git commit -qm 'companies: in order'
