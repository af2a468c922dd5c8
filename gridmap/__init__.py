"""The plan: rules, load, partition, assignment, coverage, maps, store, workflow, command line."""
