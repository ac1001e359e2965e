"""People: what they practise, what they are honoured for, and their own weekly card."""
