"""Benchmarks: the partition engine beside its peers, on the same graphs in the same process."""
