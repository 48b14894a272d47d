"""How guests are started and held by the operating system.

Empty on purpose: the launcher imports this package and must load nothing of the hub with it.
"""
