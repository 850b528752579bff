"""The benchmarks: what a report costs, beside the shell loop and beside its bound."""
