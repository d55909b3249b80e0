"""The pages of the report: Great Expectations' Data Docs with views of our own, which escape and load nothing."""
