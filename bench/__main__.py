"""`python -m bench`: measure everything, or the modules that are named."""

from bench.runner import main

raise SystemExit(main())
