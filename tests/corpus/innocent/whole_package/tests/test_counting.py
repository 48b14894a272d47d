import subprocess
import sys

from counting import line


def test_one():
    assert line(1) == "one sign-in"


def test_runs_alone():
    assert subprocess.run([sys.executable, "-c", ""], check=False).returncode == 0
