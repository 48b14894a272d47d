"""One trusted plugin calls a method of another one that is running."""

from plexihub_sdk.errors import PluginUnavailableError
from plexihub_sdk.routes import Request


class PromoteButtonPlugin:
    def __init__(self, context):
        self.plugins = context.get_service("plugins")
        api = context.get_service("api")
        api.register_route("POST", "/api/v1/promote/{username}", self.promote, auth="admin")

    def promote(self, request: Request):
        # Plain code, because the method it calls is plain code that waits for the database.
        promoter = self.plugins.get("promote-user").instance
        if promoter is None:
            raise PluginUnavailableError(
                "The plugin promote-user is not running.", next="Enable it first."
            )
        promoter.plugin.promote_user_to_admin(request.params["username"])
        return {"asked": request.params["username"]}
