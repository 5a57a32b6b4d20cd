"""The file that spark-submit runs: `truant spark-scan`, with the arguments that follow it."""

import sys

from truant.cli import main

if __name__ == "__main__":
    sys.argv.insert(1, "spark-scan")
    main()
