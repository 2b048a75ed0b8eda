"""The partner forums."""
