"""Problems, known errors, articles, models, and what is alike, for reading."""
