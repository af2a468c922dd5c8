"""What would help a request that cannot be met; and the certificate of a plan that stands.

Its modules:

    certificate    a plan recounted from its labels alone
    infeasibility  ways out of a request that cannot be met, each tried
    relaxations    which wider limits are enough
    trials         plans of changed requests
"""
