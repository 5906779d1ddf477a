"""Run `comity` as `python -m comity`."""

from comity.cli.main import main

main(prog_name="comity")
