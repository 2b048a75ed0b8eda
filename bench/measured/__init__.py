"""A tiny service to measure what stands around it; no part of the product."""
