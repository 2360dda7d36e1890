"""`python -m sim.formats.check > docs/checks.md` writes the table of all codes."""

from sim.formats.check.codes import markdown

print(markdown(), end="")
