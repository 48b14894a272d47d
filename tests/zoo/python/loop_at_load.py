"""Never gives the thread back while it is loaded."""

while True:
    pass
