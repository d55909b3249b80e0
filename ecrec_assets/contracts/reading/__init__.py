"""From the bytes of a contract file to frozen values, with the line of everything that is wrong."""
