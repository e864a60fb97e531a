"""The wallet's pages: each module parses, calls and maps."""
