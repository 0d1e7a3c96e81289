"""How rows leave: records become Singer messages."""
