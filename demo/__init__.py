"""The demonstration: the whole story on sample data, then the three apps on loopback."""
