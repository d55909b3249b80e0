"""The pages of the report: plain files that escape every value, ask no other host and grow by the verdict."""
