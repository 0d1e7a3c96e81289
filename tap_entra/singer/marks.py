"""The columns that mark a removed row, and what is sent of such a row."""

#: The tap sets it. Loaders keep it only if the stream's own schema names it.
DELETED_AT = "_sdc_deleted_at"
#: Graph's own, where it tells the time.
DELETED_DATE_TIME = "deletedDateTime"

#: Values of the setting `soft_deletes`: a row of key and mark under a schema of its own, a whole row, or nothing.
KEYS, ROWS, OFF = "keys", "rows", "off"
