"""HTTP: parse, call, map."""
