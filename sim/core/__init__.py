"""The ground floor: clock, draws, journal, states, names. It knows no AWS service."""
