"""The columns that mark a removed row."""

#: The tap sets it. Loaders keep it only if the stream's own schema names it.
DELETED_AT = "_sdc_deleted_at"
#: Graph's own, where it tells the time.
DELETED_DATE_TIME = "deletedDateTime"
