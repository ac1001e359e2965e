"""Stories told by the real handlers, the real store and the sandbox."""
