"""The AWS services, one package each, named as in botocore and all alike."""
