"""What the desk talks about, in plain frozen values: no database, no network, no Qt."""
