"""What goes on inside a running Starling: the worker, the loops that carry cards out, errands, reloading."""
