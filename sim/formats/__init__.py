"""The files people write, read into frozen values and Problems. Pure functions: no clock, no world."""
