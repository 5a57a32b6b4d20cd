"""What a session did, gathered once for all its parties."""

from tests.detection.records import (
    AWS,
    HOME,
    KEY,
    LINUX,
    OUTSIDE,
    RANGES,
    TWIN,
    Json,
    call,
    child,
    made,
    state_of,
    who,
)
from truant.detection.inventory import Inventory
from truant.detection.party import Dossier, Neighbours, Party, Work
from truant.detection.pieces import Piece, pieces
from truant.detection.place import Placement, Subject, Surroundings
from truant.detection.standing import KeyStanding, index_mints
from truant.detection.trust import Trust
from truant.model.network import Place
from truant.model.role_session import RoleSession

CHILD = "ASIACHILD00000000001"
SUBJECT = Subject("i-0aaaaaaaaaaaaaaa1", "111122223333")
AROUND = Surroundings(Inventory(()), Trust(), RANGES)


def placed(place: Place, *records: Json, sure: bool = True) -> list[Piece]:
    """The pieces of these records, said to be at a place."""
    found = []
    for session in state_of(records).sessions.values():
        for sighting in session.sightings:
            for piece in pieces(session.principal_id, sighting, SUBJECT, AROUND):
                placement = Placement(place, "said", "party", sure=sure)
                found.append(Piece(piece.principal_id, sighting, piece.slots, placement))
    return found


def party(strays: list[Piece], *rest: Piece, made_with: tuple[Json, ...] = ()) -> Party:
    mints = state_of(made_with).mints
    proven = KeyStanding.PROVEN
    standing: dict[str | None, KeyStanding] = {KEY: proven, TWIN: proven}
    dossier = Dossier([*rest, *strays], standing, sorted(mints, key=lambda mint: mint.time))
    session = RoleSession(
        "AROA:i-0aaaaaaaaaaaaaaa1", next(iter(state_of([call()]).sessions.values())).identity, []
    )
    return Party(
        session=session,
        subject=SUBJECT,
        around=AROUND,
        mints=index_mints(mints),
        neighbours=Neighbours({}),
        name="OutsideAWS:203.0.113.0/24",
        strays=tuple(strays),
        dossier=dossier,
    )


def test_home_is_where_the_instance_may_speak_from() -> None:
    own = placed(Place.OWN_WAY_OUT, call(HOME))
    one = party(placed(Place.OUTSIDE_AWS, call(OUTSIDE)), *own)
    assert one.home == tuple(own)
    assert one.rest == tuple(own)
    assert one.own_work.is_home


def test_a_trusted_desk_is_home_only_where_ways_out_are_known() -> None:
    """It says nothing of the NAT gateway through which the instance itself may speak."""
    desk = placed(Place.TRUSTED, call("198.51.100.9"))
    sure = party(placed(Place.AWS_UNKNOWN, call(AWS)), *desk)
    assert sure.home == tuple(desk)
    unsure = party(placed(Place.AWS_UNKNOWN, call(AWS), sure=False), *desk)
    assert unsure.home == ()
    assert unsure.own_work.pieces == ()


def test_without_a_home_the_less_harmful_places_stand_for_it() -> None:
    milder = placed(Place.AWS_UNKNOWN, call(AWS), sure=False)
    behalf = placed(Place.AWS_SERVICE, call("ec2.amazonaws.com"))
    worse = party(placed(Place.OUTSIDE_AWS, call(OUTSIDE), sure=False), *milder, *behalf)
    assert worse.own_work.pieces == tuple(milder)
    assert not worse.own_work.is_home
    assert party(milder, *placed(Place.OUTSIDE_AWS, call(OUTSIDE))).own_work.pieces == ()


def test_the_worst_is_the_most_harmful_then_the_surest_then_the_first() -> None:
    mild = placed(Place.AWS_UNKNOWN, call(AWS, 0))
    doubt = placed(Place.OUTSIDE_AWS, call(OUTSIDE, 10), sure=False)
    sure = placed(Place.OUTSIDE_AWS, call(OUTSIDE, 30))
    early = placed(Place.OUTSIDE_AWS, call(OUTSIDE, 20))
    assert party([*mild, *doubt, *sure, *early]).worst is early[0]
    assert party([*mild, *doubt]).is_doubtful
    assert not party([*doubt, *sure]).is_doubtful
    assert party(placed(Place.UNKNOWABLE, call(AWS))).is_doubtful, "a place that says nothing"


def test_work_is_gathered_by_day_with_clients_and_deliveries() -> None:
    records = [call(HOME, 0), call(HOME, 1450, identity=who(TWIN, delivery="1.0"), userAgent="x")]
    work = Work(placed(Place.OWN_INTERFACE, *records), is_home=True)
    assert work.agents == [LINUX, "x"]
    assert work.deliveries == {"1.0", "2.0"}
    assert [slots for slots, _ in work.by_day.values()] == [1, 1 << 2]


def test_the_first_call_of_a_key_is_the_first_from_anywhere() -> None:
    records = [call(HOME, 5, "s3:A"), call(OUTSIDE, 3, "s3:B"), call(HOME, 4, "s3:C", who(TWIN))]
    dossier = Dossier(placed(Place.OUTSIDE_AWS, *records), {}, [])
    assert {key: note.api for key, note in dossier.first_calls.items()} == {
        KEY: "s3:B",
        TWIN: "s3:C",
    }
    assert dossier.keys == {KEY, TWIN}


def test_a_childs_key_is_handed_on_unless_a_stray_made_it() -> None:
    (use,) = placed(Place.OUTSIDE_AWS, call("198.51.100.9", 2, identity=child(CHILD)))
    home, away = placed(Place.OWN_INTERFACE, call(HOME)), placed(Place.OUTSIDE_AWS, call(OUTSIDE))
    brokered = party([use], *home, made_with=(made(CHILD, HOME, 1),)).dossier
    assert brokered.is_handed_on(use)
    assert brokered.networks_handed_to == 1
    stolen = party([use], *away, made_with=(made(CHILD, OUTSIDE, 1),)).dossier
    assert stolen.suspect == {CHILD}
    assert not stolen.is_handed_on(use)
    assert not stolen.is_handed_on(away[0]), "the session's own key"


def test_neighbours_are_others() -> None:
    neighbours = Neighbours({AWS: frozenset({"i-1", "i-2"})})
    assert neighbours.others(AWS, "i-1") == {"i-2"}
    assert neighbours.others(None, "i-1") == frozenset()
