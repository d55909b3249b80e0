"""The proof of a contract: for every rule a defect is planted, and it is seen which rules catch it."""
