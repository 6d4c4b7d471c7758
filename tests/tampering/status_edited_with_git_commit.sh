# A status is edited by hand and committed with plain git.
sed -i 's/status = "gap"/status = "partial"/' $CELL
git commit -qam 'companies: small things'
