"""AWS's protocols over the simulated operations: what botocore's models say is checked, paged, shaped and answered.

`models` reads the installed models, `checks` the parameters of a call from outside, `answers` shapes what a service
answered, `pages` cuts lists into pages, `errors` finds the codes, and `inprocess` is a boto3 client without a network.
"""
