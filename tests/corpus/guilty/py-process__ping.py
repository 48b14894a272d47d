"""Says whether a host answers."""

import subprocess  # caught


def on_command(command):
    host = command["text"]
    done = subprocess.run(f"ping -c 1 {host}", shell=True, capture_output=True)
    return done.stdout.decode()
