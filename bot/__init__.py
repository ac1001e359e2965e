"""Meets the network and wires everything: commands, web, chat platforms, helpdesks."""
