"""What the benchmarks print and write: limits, tables, and their parts of docs/benchmarks.md."""
