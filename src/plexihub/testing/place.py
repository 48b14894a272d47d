"""Names of what `plexihub plugin test` tells the programs that it starts."""

#: The folder of the plugin under test; the nearest one above the test with a manifest if not set.
FOLDER = "PLEXIHUB_TEST_PLUGIN"
#: Where a hub under test leaves what it saw; nothing is left where it is not set.
REPORT = "PLEXIHUB_TEST_REPORT"
#: By which a test of another language starts the hub.
PYTHON = "PLEXIHUB_TEST_PYTHON"
