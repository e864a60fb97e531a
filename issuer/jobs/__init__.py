"""Bulk work that outlives a request: durable jobs, done part by part, each part exactly once.

`start` in `offers` and `copies` stores a job in the caller's transaction; `workers.worker` gives whoever
does the work on this database, in processes of its own. Two kinds of worker share everything but how they
learn of a part: `embedded_worker` looks into the table, `postgres_worker` is told by procrastinate.
"""
