"""Inside the sandboxed Python process: what stands between the hub and a stranger's plugin.

Standard library only. What a plugin is kept from here is courtesy, with a sentence that says what
is possible instead; the wall is the operating system, which was put up before any of this runs.
"""
