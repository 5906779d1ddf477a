"""The exchange: nothing travels but what was permitted, and nothing is opened unjudged."""
