"""A plugin of nothing: what its process holds is what the runtime takes for itself."""

PLUGIN: dict[str, str] = {"id": "nothing"}
