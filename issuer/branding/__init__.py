"""How an organisation looks to workers: its logo and its colours."""
