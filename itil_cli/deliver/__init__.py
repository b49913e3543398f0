"""What is owed to people goes out."""
