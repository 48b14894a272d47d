def on_dashboard_load(context):
    try:
        raise ValueError
    except ValueError as error:
        frame = error.__traceback__.tb_frame  # caught
        return {"caller": str(frame)}
