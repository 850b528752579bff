"""What reports cost: measured by `make bench`, written to docs/benchmarks.md."""
