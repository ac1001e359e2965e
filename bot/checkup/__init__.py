"""The checkup of a shop's chat export: reading tables of any shape, guessing their columns, screening, the report.

Imports rules, handlers.errors and the screening of bot; nothing here touches the store or the network.
"""
