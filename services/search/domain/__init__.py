"""The rules of searching, as plain data: which clauses a search is made of, and what its answer says."""
