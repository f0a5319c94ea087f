# SPDX-License-Identifier: MIT
"""The path lengths that docs/cost-lab.md promises are kept, and shorter than the reference's."""

import run as bench

# A few instructions come and go with the compiler's version.
SLACK = 1.05


def test_no_path_is_longer_than_promised():
    figures, ended = bench.count()
    promised = bench.on_the_page()
    assert set(figures) == {row[0] for row in bench.ROWS} == set(promised), ended.output
    longer = [f"{key}: {figures[key]}, not {promised[key]}" for key in promised
              if figures[key] > promised[key] * SLACK + 2]
    assert not longer, longer
    beyond = [key for key, _, _, reference in bench.ROWS if figures[key] >= reference]
    assert not beyond, beyond
