import builtins

setattr(builtins, "print", lambda *args: None)  # caught
