"""Making signed copies: one at the claim, or many for keys that are known beforehand."""
