"""Amazon S3: buckets and objects in memory."""

from sim.services.s3.api import S3

SERVICE = S3
