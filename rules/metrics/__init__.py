"""How service is counted: facts of one conversation, packs that say what counts, figures with n and interval."""
