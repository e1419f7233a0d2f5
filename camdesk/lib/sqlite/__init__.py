"""Django's SQLite backend with one queue of writers.

SQLite has one writer at a time. Left to its busy handler, writers poll and starve each other; queued on a
lock of this process they wait in turn: p99 at 16 threads 33-58 ms instead of 270-1,230 (docs/performance.md).
"""
