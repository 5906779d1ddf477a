"""The command line: it reads files, asks the core, and puts the answer into words."""
