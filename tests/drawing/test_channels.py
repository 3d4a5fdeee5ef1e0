import itertools

import pytest
from hypothesis import given
from hypothesis import strategies as st

from graphgen.drawing.channels import Net, channel

PORT = 14.0


def segments(nets, tracks):
    """(number of the net, horizontal?, where across or along, from, to) of all that is drawn in a gap."""
    for number, (net, taken) in enumerate(zip(nets, tracks, strict=True)):
        for way, (end, corners) in enumerate(zip(net.ends, taken.corners, strict=True)):
            stands = taken.stand is not None and len(net.ends) > 1
            across = net.start if stands or not corners else net.apart.get(way, net.start)
            along = 0
            for track, further in corners:
                yield number, True, across, along, track
                yield number, False, track, min(across, further), max(across, further)
                along, across = track, further
            yield number, True, across, along, 1000
            assert across == end


def shared(nets, tracks):
    """The nets of which two share a stretch, or come nearer to it than pairs need."""
    for one, other in itertools.combinations(segments(nets, tracks), 2):
        are_beside = (
            one[0] != other[0] and one[1] == other[1] and min(one[4], other[4]) > max(one[3], other[3])
        )
        if are_beside and abs(one[2] - other[2]) < (10 if one[1] else 1):
            yield one, other


def drawn(nets):
    return channel(nets, lambda: None)


levels = st.permutations(range(12)).map(lambda numbers: [40.0 * number for number in numbers])


@given(levels, levels, st.lists(st.integers(1, 3), min_size=1, max_size=6))
def test_no_two_nets_share_a_stretch(starts, ends, sizes):
    nets = []
    for start, size in zip(starts, sizes, strict=False):
        below = [end for end in ends if end < start][:1]
        above = [end for end in ends if end > start][:1]
        taken = (below + above)[:size] or ends[:1]
        ends = [end for end in ends if end not in taken]
        apart = {way: start + (PORT if end > start else -PORT) for way, end in enumerate(taken)}
        nets.append(Net(start, tuple(taken), apart if len(taken) > 1 else {}))
    tracks = drawn(nets)
    assert list(shared(nets, tracks)) == []


@pytest.mark.parametrize(
    ("nets", "corners"),
    [
        ([Net(0, (0,))], [((),)]),
        ([Net(0, (50,))], [(((1, 50),),)]),
        ([Net(0, (50,)), Net(100, (0,))], [(((1, 50),),), (((2, 0),),)]),
        ([Net(0, (100,)), Net(100, (0,))], [(((1, 50), (3, 100)),), (((2, 0),),)]),
        ([Net(0, (40,)), Net(200, (240,))], [(((1, 40),),), (((1, 240),),)]),
    ],
    ids=["straight", "alone", "one waits", "in a circle", "far apart"],
)
def test_the_tracks_of_nets(nets, corners):
    assert [tracks.corners for tracks in drawn(nets)] == corners


def test_a_junction_stands_in_a_track_where_it_can():
    nets = [Net(100, (0, 100, 200), {0: 86, 2: 114}), Net(300, (400,))]
    assert drawn(nets)[0].stand == 1
    crossed = [Net(100, (0, 200), {0: 86, 1: 114}), Net(200, (100,))]
    tracks = drawn(crossed)
    assert tracks[0].stand is None or tracks[1].corners[0][0][0] != tracks[0].stand
    assert list(shared(crossed, tracks)) == []
