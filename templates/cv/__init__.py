"""The KlusCV as a page: its facts, its looks, and the comparison with a page that someone hands in."""
