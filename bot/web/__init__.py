"""Web pages: the sandbox, live updates over SSE, and what cards link to."""
