"""Adds a tab to every person's page: how many messages the person wrote."""

from plexihub_sdk import ProfileTab, Request
from plexihub_sdk.errors import NotFoundError

TAB = ProfileTab(id="activity", title="Activity", element="person-activity", module="activity.js")


class ProfileTabPlugin:
    def __init__(self, context):
        self.database = context.get_service("database")
        context.get_service("ui").register_profile_tab(TAB)
        api = context.get_service("api")
        api.register_route("GET", "/api/v1/profile-tab/{username}", self.show)

    async def show(self, request: Request):
        username = request.params["username"]
        person = await self.database.get_model("User").find_one({"username": username})
        if person is None:
            raise NotFoundError(f"There is no person {username!r}.", where="username")
        messages = self.database.get_model("Message")
        return {"messages": await messages.count({"author_id": person.id})}
