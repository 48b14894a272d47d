"""Changes what people see of their data queries: ways to reach somebody are masked in messages."""

from .contact import mask


async def on_data_fetch(context, plugin):
    rows = context.get("transformed_data")
    # Rows of other models never come here: `plugin.json` asks for messages alone.
    if context["query"] != "messages" or rows is None:
        return None
    settings = await plugin.api.settings.get()
    phones = settings["values"]["phones"]
    return {"transformed_data": [{**row, "text": mask(row["text"], phones=phones)} for row in rows]}
