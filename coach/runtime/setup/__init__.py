"""Sets the coach up: asks a carer in plain words, installs models, writes settings and the prescription.

`downloads` is the only module of the coach that opens a network socket, and only `coach setup` imports it.
"""
