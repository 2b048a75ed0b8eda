"""Community's rules, one file per noun: news, conversations, posts, and the numbers they keep to."""
