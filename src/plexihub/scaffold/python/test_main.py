from typing import Any

# `plexihub plugin test` runs these: a hub in memory, and this plugin in its real sandbox.


async def test_command_greets_and_counts(hub: Any, plugin: Any) -> None:
    ada = await hub.person("ada")
    answer = await ada.command("/starter-kit Ada")
    assert answer["text"] == "Hello, Ada! That makes 1."
    assert await plugin.stored() == {"greetings": 1}


async def test_card_shows_the_count(plugin: Any) -> None:
    card = (await plugin.call("onDashboardLoad"))["customWidgets"][0]
    assert (card["component"], card["props"]["value"]) == ("Stat", 0)
