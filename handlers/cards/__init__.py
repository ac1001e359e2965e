"""All wording: functions that make a platform-free Card; text is masked and defanged here, never where it is drawn."""
