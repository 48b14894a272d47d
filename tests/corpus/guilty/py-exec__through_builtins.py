import builtins


def on_action_execute(context):
    code = builtins.compile(context["code"], "note", "exec")  # caught
    return {"size": len(code.co_consts)}
