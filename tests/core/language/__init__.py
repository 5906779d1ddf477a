"""The expression language: three-valued, typed, without surprises."""
