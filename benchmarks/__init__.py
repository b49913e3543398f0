"""Benchmarks: ratios, side by side in one run. `make bench`, or `python -m benchmarks [startup|write]`."""
