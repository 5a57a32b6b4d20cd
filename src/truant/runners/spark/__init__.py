"""The Spark runner: the same fold, merge and judge, on a cluster."""
