"""The report: what was done, as one page of HTML for people to read, print and hand on."""
