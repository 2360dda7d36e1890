"""`python -m sim` is the command `codesuite`."""

from sim.cli import main

main()
