"""Problems, known errors, articles, models, services, and what is alike."""
