"""Sign-off sagas: who must say yes, in what order, by when, and what follows."""
