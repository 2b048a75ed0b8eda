"""Invented teachers and schools in any number, for measuring what a large community costs."""
