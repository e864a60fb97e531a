"""Everything that this service knows and holds, in one sealed file."""
