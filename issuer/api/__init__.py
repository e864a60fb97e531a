"""The platform API without HTTP: programs of an organisation, what they may do, and how often."""
