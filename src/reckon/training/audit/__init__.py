"""Whether a run's rewards were earned: what a policy may do instead of solving the problem.

    hard_coded   programs that print an answer they did not compute, found by running them on other inputs
    regrading    rewards against a second grader
    steps        calls that grow without accuracy; rewards that grow without held-out accuracy; controls

Issues that these are to find are described in 2410.03524 (forced code that hard-codes answers), 2506.10947
(rewards that teach nothing, and gains under them) and 2504.14870 (calls without use).
"""
