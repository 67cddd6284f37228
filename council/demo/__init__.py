"""The demo: invented meetings and topics that show what the site does, around the day of its first run.

Each meeting is a data file in the folder `meetings`. `document_files` turns the files into documents, with plausible
days from `working_days`. `sample_meetings` says what happens to each meeting, and `fill` writes them into the database
and publishes them.
"""
