"""Small widgets and delegates that the pages share."""
