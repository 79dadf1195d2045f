"""What stands between plugin code and the machine, and what holds of it here.

``layers`` names and applies them; ``landlock``, ``seccomp`` and ``privileges`` speak with the
kernel; ``reading`` says what a worker has to read; ``processes`` is the host's part in how many
processes a worker may have; ``trial`` tries all of it in a process of its own.
"""
