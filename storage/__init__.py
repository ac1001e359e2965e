"""What is remembered: one module per noun; rows never leave this folder, `now` is an argument."""
