from pathlib import Path

other = Path("../other-plugin/plugin.json")  # caught
