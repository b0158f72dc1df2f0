"""Access tokens of the API: made by a person for a program, for one organisation and a while."""
