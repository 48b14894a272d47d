import types


def on_dashboard_load(context):
    body = (lambda: 0).__code__.replace(co_consts=(1,))
    return types.FunctionType(body, {})()  # caught
