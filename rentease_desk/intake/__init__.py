"""What others write, read: files of rows, calendars. icalendar, and requests for calendars, live here only."""
