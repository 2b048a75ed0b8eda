"""Search: indices of people, schools, projects and forum posts, and the searches people keep."""
