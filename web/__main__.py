"""`python -m web` is `linju`."""

from web.cli import main

main()
