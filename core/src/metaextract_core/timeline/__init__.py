"""Timeline: what happened when, from all times that records say."""
