"""A shell that is read and never run: what scripts say is understood as far as it can be told."""
