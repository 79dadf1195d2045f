"""What strangers send: received within limits, into files whose names are ours."""
