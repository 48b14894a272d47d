"""Never finishes loading."""

import time

time.sleep(60)


def on_dashboard_load():
    pass
