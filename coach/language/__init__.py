"""How it is said and understood: phrase books, command books, grammar, negation, review."""
