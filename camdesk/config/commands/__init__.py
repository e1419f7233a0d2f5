"""The commands of the command line, one a file; camdesk/config/cli.py holds the table."""
