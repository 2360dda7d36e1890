"""Settings for every test: Hypothesis without deadlines (machines are busy), and a failure says how to replay it."""

from hypothesis import settings

settings.register_profile("suite", deadline=None, print_blob=True)
settings.load_profile("suite")
