"""Tells platforms what happened: written down in the transaction that does it, sent afterwards.

Source: the Standard Webhooks specification, "Payload structure", "Signature scheme", "Operational
considerations".
"""
