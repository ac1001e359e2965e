"""Tests mirror the folders; servers they need they start themselves.

The whole must end within ten minutes on two processors. So ask for `store` or `sqlite_store`, which stay open and are
emptied between tests, never create every table yourself; split what computes for long into parametrized parts, which
the workers share; and start the program in a process of its own only where the process is what is tested.
"""
