class MyPlugin:
    def __init__(self, context):
        self.log = context.log
        context.get_service("events").on("message.creating", self.check)

    def check(self, draft):
        if "!!!" in draft["text"]:
            draft["text"] = draft["text"].replace("!!!", "!")
