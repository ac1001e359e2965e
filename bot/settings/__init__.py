"""The sections of config.toml, what is wrong with them and where, and the people and rooms they name."""
