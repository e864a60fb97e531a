"""What the pages show, gathered from the store as plain values; words and formats are the templates'."""
