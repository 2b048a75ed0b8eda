"""The saga engine: pure. What has happened goes in, what follows comes out; no clock, no store, no broker.

A saga's audit trail is the truth; its state is the trail folded. Each turn re-evaluates the saga's list of steps
against the finished ones, so a saga survives restarts and releases, and can be shown.
"""
