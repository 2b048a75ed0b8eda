"""The tab of professional development: the catalogue, one's record, certificates, tutorials."""
