"""Being there: who may listen to a conversation, what they see, whispers, taking over; and that people were told."""
