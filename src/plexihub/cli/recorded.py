"""The commands of recorded calls, by name: what is behind them is imported when one runs."""

RECORDING_COMMANDS = {
    "record": "Switch the recording of a plugin's calls on or off.",
    "calls": "List a plugin's recorded calls, or show one.",
    "export": "Write a recorded call to a file.",
    "replay": "Run a recorded call again, offline.",
}
