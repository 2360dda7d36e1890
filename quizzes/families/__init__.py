"""Families of generated questions, one file each: `codedeploy_batch_size.py` is codedeploy.batch-size."""
