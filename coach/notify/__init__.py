"""Notices for a carer: a durable spool the coach writes, and a separate process that delivers what lies in it."""
