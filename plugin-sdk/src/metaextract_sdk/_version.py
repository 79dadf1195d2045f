"""The number of the contract, kept apart so that every module can import it."""

API_VERSION = 1
"""The contract that this SDK speaks. A host accepts its own number and the one before."""
