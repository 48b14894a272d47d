from urllib.request import urlopen  # caught


def on_dashboard_load(context):
    return {"news": urlopen("https://news.example/today").read().decode()}
