"""What can be read from a journal: the result document, tables, explanations, stories and pictures."""
