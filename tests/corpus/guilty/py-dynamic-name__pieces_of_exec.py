import builtins

word = getattr(builtins, "ev" + "al")  # caught
