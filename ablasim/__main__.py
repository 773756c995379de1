"""``python -m ablasim`` is the command ``ablasim``."""

from ablasim.cli.main import main

if __name__ == "__main__":
    main()
