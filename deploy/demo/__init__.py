"""Demo data: invented people and schools of Europe, and the story of their projects up to today."""
