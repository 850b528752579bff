"""Reports on many machines: the workers of a Dask scheduler make them, this one publishes."""
