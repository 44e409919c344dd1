"""Properties are drawn alike in every run; ``HYPOTHESIS_PROFILE=explore`` draws new examples, and more of them."""

import os

from hypothesis import HealthCheck, settings

settings.register_profile("steady", derandomize=True, database=None, deadline=None)
settings.register_profile("explore", max_examples=1000, deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile(os.environ.get("HYPOTHESIS_PROFILE", "steady"))
