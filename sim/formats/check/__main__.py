"""`python -m sim.formats.check > docs/checks.md` writes the table of all codes."""

from sim.formats.check.codes import markdown
from sim.formats.check.guests import codes_of_guests, kinds_of_guests

print(markdown(codes_of_guests(), kinds_of_guests()), end="")
