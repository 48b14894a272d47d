"""Never gives the thread back."""


def on_dashboard_load():
    while True:
        pass
