"""The catalogue: a database of records that answers questions."""
