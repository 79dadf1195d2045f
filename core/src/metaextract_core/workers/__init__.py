"""The supervised child processes in which all extractor code runs.

``pool`` supervises from the host, ``template`` is the warm process that forks workers, ``worker``
runs extractors, ``messages`` is what they say to each other.
"""
