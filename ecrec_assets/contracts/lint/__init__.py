"""What is wrong or could be better in contract files, found without any data."""
