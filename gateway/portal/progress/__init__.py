"""The pages of the progress bar."""
