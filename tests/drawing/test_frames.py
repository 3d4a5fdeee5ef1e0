from pathlib import Path

import pytest

from graphgen.drawing import lay_out, picture
from graphgen.drawing.boxes import PAIR
from graphgen.frameworks import load
from graphgen.options import Options

CAPTURED = Path(__file__).parents[1] / "frameworks" / "captured"


def laid_out(name, **options):
    return lay_out(picture(load(CAPTURED / f"{name}.json"), Options(**options)).scene)


@pytest.mark.parametrize(
    ("options", "framed"),
    [
        ({"direction": "down"}, {"blocks.0", "blocks.1", "blocks.2"}),
        ({"direction": "right"}, {"blocks.0", "blocks.1", "blocks.2"}),
        ({"modules": "blocks.0"}, {"blocks.1", "blocks.2"}),
        ({"modules": "1"}, set()),
    ],
)
def test_an_open_module_is_a_frame_around_its_own_parts_and_nothing_else(options, framed):
    layout = laid_out("tower", **options)
    drawn = [frame for frame in layout.sized.scene.frames if frame.id in layout.borders]
    assert {frame.path for frame in drawn} == framed
    for frame in drawn:
        (start, low), (end, high), title = layout.borders[frame.id]
        assert start < title[0] < end
        assert low < title[1] < high
        for id, (along, across) in layout.centres.items():
            box = layout.sized.shape(layout.sized.shapes[id])
            is_within = start < along - box.along / 2 and along + box.along / 2 < end
            is_within &= low < across - box.across / 2 and across + box.across / 2 < high
            is_beyond = along + box.along / 2 < start or end < along - box.along / 2
            assert is_within if id in frame.shapes else is_beyond
        for arrow in layout.sized.scene.arrows:
            along, across = layout.labels[arrow.id]
            half = layout.sized.rooms[arrow.id].along / 2
            assert not any(along - half < side < along + half for side in (start, end))
            if {arrow.tail.id, arrow.head.id} <= frame.shapes:
                assert all(
                    start < x < end and low < y - PAIR and y + PAIR < high for x, y in layout.paths[arrow.id]
                )


def test_where_its_parts_do_not_stand_together_a_module_has_no_frame():
    layout = laid_out("residual", direction="down")
    assert {frame.path for frame in layout.sized.scene.frames} == {"bn1", "bn2"}
