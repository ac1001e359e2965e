"""Files as shops write them, and those that ship: conversations, tables, packs, models."""
