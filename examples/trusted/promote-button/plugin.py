"""One trusted plugin calls a method of another one that is running."""

from plexihub_sdk.errors import NotFoundError, PluginUnavailableError
from plexihub_sdk.routes import Request


class PromoteButtonPlugin:
    def __init__(self, context):
        self.plugins = context.get_service("plugins")
        self.users = context.get_service("users")
        api = context.get_service("api")
        api.register_route("POST", "/api/v1/promote/{username}", self.promote, auth="admin")

    def promote(self, request: Request):
        # Plain code, because the method it calls is plain code that waits for the database.
        promoter = self.plugins.get("promote-user").instance
        if promoter is None:
            raise PluginUnavailableError(
                "The plugin promote-user is not running.", next="Enable it first."
            )
        username = request.params["username"]
        if self.users.find(username) is None:
            raise NotFoundError(f"There is no person {username!r}.", where="username")
        promoter.plugin.promote_user_to_admin(username)
        return {"promoted": username}
