"""DingTalk: `draw`, `text` are pure, `api`, `send` speak OpenAPI, `child` runs the SDK apart, `listen` hears it."""
