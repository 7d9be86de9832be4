"""Reports: each a module that finds its rows, and one service that shows them and writes them to files."""
