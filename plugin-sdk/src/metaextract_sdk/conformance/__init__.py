"""What every extractor has to keep: one table of rules for the suite and for the health check.

An *examination* has an extractor read its samples, and what can be made of them, one after another
(`examining`). What is seen becomes *evidence* (`evidence`), and each rule (`rules`) judges that and
nothing else. `metaextract_sdk.testing.Conformance` reads in its own process (`inside`);
``metaextract plugins check --deep`` in workers.
"""
