"""Alembic's migrations, one file a step. Importing this does not import Alembic."""

REVISIONS = (
    "0001", "0002", "0003", "0004", "0005", "0006", "0007", "0008", "0009", "0010", "0011", "0012", "0013", "0014",
    "0015", "0016", "0017", "0018", "0019", "0020", "0021", "0022", "0023", "0024", "0025", "0026", "0027", "0028",
    "0029", "0030", "0031", "0032", "0033", "0034", "0035", "0036", "0037",
)  # fmt: skip
"""Every revision this program knows, oldest first; a test holds it to the files."""

HEAD = REVISIONS[-1]
VERSION_TABLE = "rentease_desk_version"

MOVED = "moved"
"""What stands in the place of a revision where the contents were taken elsewhere."""
