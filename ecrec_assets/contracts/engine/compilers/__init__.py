"""Pure translations of Great Expectations metrics into plans. They raise here, never at collect."""
