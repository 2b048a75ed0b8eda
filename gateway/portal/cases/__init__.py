"""Sign-offs: the officers' work queue, a head teacher's consents, the mailed link."""
