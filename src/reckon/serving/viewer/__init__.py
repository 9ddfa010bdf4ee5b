"""The viewer: a local page on runs, their trajectories and their curves, and ballots between two answers.

    library.py ── which runs there are, one open index for each
    rows.py, comparing.py ── tables: filtered, sorted and paged by SQL
    record.py, tokens.py, curves.py ── one trajectory, its tokens; a training run's metrics
    ballots.py ── two answers, methods hidden; votes.jsonl
    routes.py ── address to answer; server.py ── HTTP, and who may ask
    static/ ── the page: HTML, CSS and ES modules as they are, no build

All text of models, programs and files goes to the page as JSON strings, and into it as text nodes alone.
"""
