"""Tests of the Spark runner, on real Spark in local mode."""
