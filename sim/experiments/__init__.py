"""Experiments: a scenario varied, replicated and compared, with statistics.

>>> from sim import whatif
>>> outcome = whatif("first-release", {"parameters.FleetSize": [1, 3]}, replications=3, metrics=["deployment_time"])
>>> outcome.labels
['FleetSize=1', 'FleetSize=3']
"""
