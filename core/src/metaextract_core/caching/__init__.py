"""What extractors have said of a content, kept so that nobody has to ask them again."""
