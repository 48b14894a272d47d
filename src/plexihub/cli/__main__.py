"""`python -m plexihub.cli`."""

from plexihub.cli.main import main

main()
