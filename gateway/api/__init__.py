"""The JSON API under /api/v1: plain routes name the contract request they forward to and add nothing."""
