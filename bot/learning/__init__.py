"""Learning on site, in a child process: fitting, comparing, and the optional sentence encoder."""
