"""Topics, facts, flows and articles as one immutable, published version."""
