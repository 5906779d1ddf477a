"""What tests need from the machine: a PostgreSQL server and a browser, where it has them."""
