"""Colours the hub for everybody; gone at once when the plugin is disabled."""


class ThemePlugin:
    def __init__(self, context):
        context.get_service("ui").inject_css(file="theme.css")
