"""What becomes of a statement after it was made, and of what is kept about it."""
