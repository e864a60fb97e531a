"""What our suites have at each step that the W3C's Data Integrity vectors write down."""
