"""The verifier's HTTP surface: pages for people, an API for programs, probes for operators."""
