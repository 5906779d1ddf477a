"""Commands at a node: each does its work, says who and what, and refuses what it cannot do."""

import json
import subprocess
import sys
from pathlib import Path

import pytest
from click.testing import CliRunner
from django.db import connections

from comity.cli import acting, serve
from comity.cli.main import main
from comity.core.exchange import Answer, Problem
from comity.node.deliver import ENVELOPES
from comity.store.port import StoreError
from comity.store.selfcheck import check
from tests.cli.world import Desk, command, well, wrong
from tests.node import watched as w
from tests.node.world import CANARY, FRONT_DOOR, ICO, NCA, NCSC, REPORT, SPEAKER, new_world
from tests.store.django import forget, open_database, set_up
from tests.store.twin import Twin

set_up()

GROUNDS = [
    part
    for fact in (
        "gateway=cca_2013_s7_4:signed", "necessity_recorded:why", "officer_named:officer-1",
        "within_functions:why",
    )
    for part in ("--ground", fact)
]  # fmt: skip
TO_ICO = ("--to", "ICO", "--purpose", "regulation")
BY_SPEAKER = ("--assurance", "totp", "--speaker", SPEAKER)
UNTIL = ("--until", "2026-12-31T00:00:00Z", "--why", "so that the ICO need not ring you")


@pytest.fixture
def desk(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Desk:
    """Return a desk at nodes to which nobody has reported yet."""
    world = new_world()
    world.settle()
    return Desk(world, monkeypatch, tmp_path)


@pytest.fixture
def told(desk: Desk) -> Desk:
    """Return a desk at nodes after Acme's report."""
    desk.world.report()
    return desk


def case(desk: Desk) -> str:
    found = json.loads(well(desk.run(NCA, "case", "list", "--json")))
    return str(found[0]["case"])


def sought(desk: Desk) -> str:
    """Let the NCA ask for consent; return its id."""
    words = ("disclose", "seek", case(desk), "--section", "incident", *TO_ICO, *UNTIL, "--json")
    found = json.loads(well(desk.run(NCA, *words)))
    desk.world.settle()
    return str(found["consent"])


def given(desk: Desk) -> str:
    consent = sought(desk)
    well(desk.run(
        FRONT_DOOR, "consent", "give", consent, "--section", "incident", *BY_SPEAKER
    ))  # fmt: skip
    desk.world.settle()
    return consent


def test_a_report_is_sent_and_shown_to_whoever_told_it(desk: Desk) -> None:
    said = well(desk.run(FRONT_DOOR, "report", "send", "-", given=REPORT))
    assert "version 1, is on its way:" in said
    assert "to NCA: contact, incident, technical (clause " in said
    shown = well(desk.run(FRONT_DOOR, "report", "show", "acme"))
    assert "to NCA   on its way" in shown
    desk.world.settle()
    data = json.loads(well(desk.run(FRONT_DOOR, "report", "show", "acme", "--json")))
    assert data["demonstration"] is True
    assert {each["received"] for each in data["told"]} == {True}
    assert data["notices"] == []


def test_a_report_says_who_is_engaged_and_what_may_be_known_and_whom_it_tells(desk: Desk) -> None:
    chosen = '[choices]\nengagement = ["NCSC"]\nsharing = ["NCA"]'
    more = '[engagement]\nengaged = ["NCA"]\n\n[sharing]\nwarnings_may_use = true\n'
    given_ = f"{REPORT.replace('[choices]', chosen)}\n{more}"
    said = well(desk.run(FRONT_DOOR, "report", "send", "-", given=given_))
    assert "to NCA: contact, incident, technical, sharing (clause " in said
    assert "to NCSC: engagement (clause " in said
    assert "to ICO" not in said


def test_a_new_version_sends_only_what_has_changed(desk: Desk) -> None:
    first = json.loads(well(desk.run(FRONT_DOOR, "report", "send", "-", "--json", given=REPORT)))
    changed = REPORT.replace("encrypted", "wiped")
    words = ("report", "send", "-", "--update", first["report"])
    data = json.loads(well(desk.run(FRONT_DOOR, *words, "--json", given=changed)))
    assert (data["version"], data["copies"][0]["sections"]) == (2, ["incident"])
    wrong(desk.run(FRONT_DOOR, *words, given=changed), "nothing has changed")
    wrong(
        desk.run(FRONT_DOOR, "report", "send", "-", "--update", "report-x", given=REPORT),
        "there is no report report-x of acme",
    )


def test_the_whole_story_by_commands(told: Desk) -> None:
    consent = given(told)
    listed = well(told.run(FRONT_DOOR, "consent", "list", "acme"))
    assert f"{consent}: NCA asks to pass incident to ICO for regulation" in listed
    assert "so that the ICO need not ring you" in listed
    words = ("disclose", "request", case(told), "--section", "incident", *TO_ICO, *GROUNDS)
    asked = json.loads(well(told.run(NCA, *words, "--json")))
    assert (asked["outcome"], asked["demonstration"]) == ("permitted", True)
    before = well(told.run(NCA, "disclose", "status", asked["request"]))
    assert before == f"{asked['request']}: queued, to ICO\n"
    told.world.settle()
    status = json.loads(well(told.run(NCA, "disclose", "status", asked["request"], "--json")))
    assert (status["progress"], status["recipient"]) == ("sent", "ICO")
    assert "  receipt of " in well(told.run(NCA, "disclose", "status", asked["request"]))
    shown = well(told.run(FRONT_DOOR, "report", "show", "acme"))
    assert "NCA passed incident to ICO for regulation (clause" in shown
    data = json.loads(well(told.run(
        FRONT_DOOR, "consent", "withdraw", consent, "--assurance", "mail", "--json"
    )))  # fmt: skip
    assert data["answer"] == "withdrawn"
    told.world.settle()
    status = json.loads(well(told.run(NCA, "disclose", "status", asked["request"], "--json")))
    assert status["progress"] == "recalled"
    at_ico = json.loads(well(told.run(ICO, "case", "list", "--json")))[0]["case"]
    assert "recalled: its content was given up" in well(told.run(ICO, "case", "show", at_ico))


def possible(desk: Desk, *words: str) -> dict[str, dict[str, object]]:
    """Return what the NCA could pass to the ICO, by section."""
    found = json.loads(well(desk.run(NCA, "disclose", "possible", *TO_ICO, *words, "--json")))
    return {each["section"]: each for each in found}


COULD_SHOW = [each.partition(":")[0] for each in GROUNDS]
"""The same facts, whose texts nobody has written yet."""


def test_an_officer_sees_what_may_be_passed_on_and_what_the_rest_would_need(told: Desk) -> None:
    before = possible(told, *COULD_SHOW)
    assert {name: each["may_be_passed_on"] for name, each in before.items()} == {
        "contact": False, "incident": False, "technical": False
    }  # fmt: skip
    given(told)
    after = possible(told, *COULD_SHOW)
    assert [name for name, each in after.items() if each["may_be_passed_on"]] == ["incident"]
    words = ("disclose", "possible", case(told), *TO_ICO, *COULD_SHOW)
    said = well(told.run(NCA, *words))
    assert " (incident): may be passed on (clause I-2)\n" in said
    assert "may not be passed on (clause I-1)\n      - ask " in said
    assert " (message): may not be passed on" in said  # in which the consent was sought
    assert said.endswith("1 of 4 items may be passed on to ICO now, each by itself.\n")
    without = " ".join(well(told.run(NCA, *words[:3], *TO_ICO)).split())
    assert "0 of 4 items" in without
    assert "record the legal gateway" in without
    none = well(told.run(NCA, *words[:3], "--to", "HMRC", "--purpose", "regulation"))
    assert "      - nothing that anybody here can do would permit it\n" in none


def test_each_item_that_may_be_passed_on_is_permitted_when_it_is_requested(told: Desk) -> None:
    given(told)
    for section, each in possible(told, *COULD_SHOW).items():
        words = ("disclose", "request", case(told), "--section", section, *TO_ICO, *GROUNDS)
        asked = told.run(NCA, *words, "--json")
        assert asked.exit_code == (0 if each["may_be_passed_on"] else 1), section
        assert json.loads(asked.stdout)["clauses"] == each["clauses"]


def test_asking_what_is_possible_records_opens_and_sends_nothing(told: Desk) -> None:
    given(told)
    store = told.world.nodes[NCA].store
    assert isinstance(store, Twin)
    before = repr((store.tables, store.trees))
    possible(told, *COULD_SHOW)
    assert repr((store.tables, store.trees)) == before
    well(told.run(NCA, "case", "show", case(told), "--contents"))
    assert repr((store.tables, store.trees)) != before


def test_a_front_door_is_not_asked_what_is_possible(told: Desk) -> None:
    words = ("disclose", "possible", *TO_ICO)
    wrong(told.run(FRONT_DOOR, *words), "this node is a front door")
    wrong(told.run(NCA, "disclose", "possible", "case-x", *TO_ICO), "there is no case case-x")


def test_what_the_recipient_will_never_take_is_said_to_be_not_delivered(told: Desk) -> None:
    wire = w.Wire(told.world)
    node = w.on_wire(told.world.nodes[NCA], wire)
    told.world.nodes[NCA] = told.world.workers[NCA].node = node
    given(told)
    wire.answer_instead[(ICO, ENVELOPES)] = Answer(400, Problem.TOO_LARGE.encode())
    words = ("disclose", "request", case(told), "--section", "incident", *TO_ICO, *GROUNDS)
    request = json.loads(well(told.run(NCA, *words, "--json")))["request"]
    told.world.settle()
    assert well(told.run(NCA, "disclose", "status", request)) == (
        f"{request}: not delivered, to ICO\n"
        "  ICO will never take it as it is (too-large); it can be asked for again\n"
    )
    status = json.loads(well(told.run(NCA, "disclose", "status", request, "--json")))
    assert (status["progress"], status["why"]) == ("not delivered", "too-large")


def test_a_refusal_says_its_clause_and_ends_with_1(told: Desk) -> None:
    words = ("disclose", "request", case(told), "--section", "incident", *TO_ICO, *GROUNDS)
    refused = told.run(NCA, *words)
    assert refused.exit_code == 1
    assert "I-1" in refused.stdout
    data = told.run(NCA, *words, "--json")
    assert (data.exit_code, json.loads(data.stdout)["outcome"]) == (1, "refused")


def test_a_no_is_said_and_allows_nothing(told: Desk) -> None:
    consent = sought(told)
    words = ("consent", "refuse", consent, "--assurance", "operator")
    assert f"{consent}: refused, signed as number" in well(told.run(FRONT_DOOR, *words))


def test_a_no_says_which_older_answers_it_takes_back(told: Desk) -> None:
    older, newer = given(told), sought(told)
    no = ("consent", "refuse", newer, "--assurance", "totp")
    said = json.loads(well(told.run(FRONT_DOOR, *no, "--json")))
    assert (said["answer"], said["items"], said["taken_back"]) == ("refused", [], [older])
    older = given(told)
    assert f"{older}: agreed to the same before" in well(told.run(FRONT_DOOR, *no))


def test_a_case_is_shown_with_labels_and_its_contents_only_to_a_named_officer(told: Desk) -> None:
    number = case(told)
    listed = well(told.run(NCA, "case", "list"))
    assert f"{number}  about " in listed
    assert "3 items" in listed
    plain = well(told.run(NCA, "case", "show", number))
    assert "TLP:AMBER+STRICT" in plain
    assert CANARY not in plain
    assert CANARY in well(told.run(NCA, "case", "show", number, "--contents"))
    data = json.loads(well(told.run(NCA, "case", "show", number, "--json")))
    assert {each["section"] for each in data} == {"contact", "incident", "technical"}
    assert {each["text"] for each in data} == {""}
    told.environment["COMITY_OFFICER"] = ""
    wrong(told.run(NCA, "case", "show", number, "--contents"), "nobody is named", "--officer")


def test_a_note_carries_the_label_of_all_that_is_held(told: Desk) -> None:
    number = case(told)
    data = json.loads(well(told.run(NCA, "case", "note", number, "-", "--json", given="A note")))
    assert "in confidence" in data["label"]
    officers = ("--declared-by", "officer-1", "--confirmed-by", "officer-2")
    published = ("--published-at", "https://news.example/1")
    lifted = well(told.run(NCA, "case", "independent", data["item"], *published, *officers))
    assert "in confidence" not in lifted
    one = ("--declared-by", "officer-1", "--confirmed-by", "officer-1")
    wrong(told.run(NCA, "case", "independent", data["item"], *published, *one), "second officer")
    wrong(told.run(NCA, "case", "independent", "item-x", *published, *officers), "written here")


def test_a_case_is_opened_once(desk: Desk) -> None:
    assert "about other is open." in well(desk.run(NCA, "case", "open", "other"))
    wrong(desk.run(NCA, "case", "open", "other"), "there is a case about other already")
    wrong(desk.run(NCA, "case", "open", "Not An Id"), "is not an organisation")


def test_where_there_is_nothing_it_says_so(desk: Desk) -> None:
    assert "There is no case." in well(desk.run(NCA, "case", "list"))
    assert "Nobody has asked." in well(desk.run(FRONT_DOOR, "consent", "list", "acme"))
    wrong(desk.run(FRONT_DOOR, "report", "show", "acme"), "acme has no account")


@pytest.mark.parametrize(
    ("words", "says"),
    [
        (("case", "show", "case-x"), "there is no case case-x"),
        (("case", "show", "no case"), "is not a case"),
        (("case", "note", "case-x", "-"), "there is no case case-x"),
        (("disclose", "request", "case-x", "--section", "incident", *TO_ICO), "there is no case"),
        (("disclose", "request", "CASE", *TO_ICO), "no item is named"),
        (("disclose", "request", "CASE", "--section", "secrets", *TO_ICO), "no item of section"),
        (("disclose", "request", "CASE", "--item", "item-x", *TO_ICO), "not in this case"),
        (("disclose", "request", "CASE", "--item", "", *TO_ICO), "is not an item"),
        (
            ("disclose", "request", "CASE", "--section", "incident", *TO_ICO, "--ground", "x:y"),
            "x is no fact",
        ),
        (
            ("disclose", "request", "CASE", "--section", "incident", "--to", "ico",
             "--purpose", "regulation"),
            "is not a party",
        ),
        (("disclose", "status", "req-x"), "there is no request req-x"),
        (
            ("disclose", "seek", "CASE", "--section", "incident", *TO_ICO, "--until", "soon",
             "--why", "x"),
            "soon is no instant",
        ),
        (("disclose", "seek", "CASE", "--item", "item-x", *TO_ICO, *UNTIL), "item by item"),
        (("consent", "list", "acme"), "only a front door"),
        (("consent", "give", "consent-x", "--section", "incident", "--assurance", "totp"),
         "only a front door"),
        (("consent", "refuse", "consent-x", "--assurance", "totp"), "only a front door"),
        (("consent", "withdraw", "consent-x", "--assurance", "totp"), "only a front door"),
        (("report", "show", "acme"), "only a front door"),
        (("report", "send", "-"), "only a front door"),
        (("case", "note", "CASE", "missing.txt"), "missing.txt: no such file"),
    ],
)  # fmt: skip
def test_what_a_body_cannot_do_is_said_with_what_to_do(
    told: Desk, words: tuple[str, ...], says: str
) -> None:
    number = case(told)
    wrong(told.run(NCA, *(number if each == "CASE" else each for each in words)), says)


@pytest.mark.parametrize(
    ("words", "says"),
    [
        (("case", "list"), "this node is a front door"),
        (("case", "open", "acme"), "this node is a front door"),
        (("case", "show", "case-x"), "this node is a front door"),
        (("case", "note", "case-x", "-"), "this node is a front door"),
        (("disclose", "status", "req-x"), "this node is a front door"),
        (("disclose", "seek", "case-x", "--item", "i", *TO_ICO, *UNTIL), "is a front door"),
        (("disclose", "request", "case-x", "--item", "i", *TO_ICO), "is a front door"),
        (
            ("consent", "refuse", "consent-x", "--assurance", "totp"),
            "nobody asked for consent-x",
        ),
        (("consent", "withdraw", "consent-x", "--assurance", "mail"), "nobody asked for consent-x"),
        (("report", "send", "missing.toml"), "missing.toml: no such file"),
        (("report", "show", "Acme Ltd"), "is not an organisation"),
    ],
)
def test_what_a_front_door_cannot_do_is_said_with_what_to_do(
    told: Desk, words: tuple[str, ...], says: str
) -> None:
    wrong(told.run(FRONT_DOOR, *words), says)


def test_an_item_of_another_case_is_refused(told: Desk) -> None:
    well(told.run(NCA, "case", "open", "other"))
    cases = json.loads(well(told.run(NCA, "case", "list", "--json")))
    other = next(each["case"] for each in cases if each["organisation"] == "other")
    (item,) = told.world.items(NCA, "incident")
    words = ("disclose", "request", other, "--item", item, *TO_ICO, *GROUNDS)
    wrong(told.run(NCA, *words), "an item is not in this case")
    wrong(told.run(NCA, "disclose", "seek", other, "--item", item, *TO_ICO, *UNTIL), "item by item")


def test_a_weak_assurance_or_a_section_nobody_asked_about_gives_nothing(told: Desk) -> None:
    consent = sought(told)
    give = ("consent", "give", consent, "--section")
    wrong(told.run(FRONT_DOOR, *give, "incident", "--assurance", "mail"), "can refuse or withdraw")
    by_passkey = told.run(FRONT_DOOR, *give, "incident", "--assurance", "passkey")
    wrong(by_passkey, "a yes by passkey needs what the passkey signs over it")
    wrong(
        told.run(FRONT_DOOR, *give, "contact", "--assurance", "totp"),
        "contact was not asked about",
    )


@pytest.mark.parametrize(
    "words",
    [
        ("case", "open", "other"),
        ("case", "note", "CASE", "-"),
        ("disclose", "request", "CASE", "--section", "incident", *TO_ICO),
        ("disclose", "seek", "CASE", "--section", "incident", *TO_ICO, *UNTIL),
    ],
)
def test_nothing_is_done_by_nobody(told: Desk, words: tuple[str, ...]) -> None:
    number = case(told)
    told.environment["COMITY_OFFICER"] = ""
    wrong(told.run(NCA, *(number if each == "CASE" else each for each in words)), "nobody is named")


def test_a_body_without_a_front_door_says_whom_to_pin(desk: Desk) -> None:
    desk.world = new_world((NCA, NCSC))
    well(desk.run(NCA, "case", "open", "other"))
    number = case(desk)
    noted = json.loads(well(desk.run(NCA, "case", "note", number, "-", "--json", given="x")))
    wrong(
        desk.run(NCA, "disclose", "seek", number, "--item", noted["item"], *TO_ICO, *UNTIL),
        "item by item",
    )


def test_a_database_that_fails_is_said_and_an_error_that_nobody_thought_of_by_its_place(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    errors = iter((StoreError("the disk is full"), KeyError(CANARY)))

    def failing() -> None:
        raise next(errors)

    monkeypatch.setattr(acting, "this_node", failing)
    settings = desk.settings(NCA)
    wrong(CliRunner().invoke(main, ["case", "list"], env=settings), "the disk is full")
    defect = CliRunner().invoke(main, ["case", "list"], env=settings)
    assert defect.exit_code == 3
    assert "error: a defect: KeyError at comity.cli." in defect.stderr
    assert CANARY not in defect.output
    assert "help: " in defect.stderr


UNCAUGHT = f"""
import sys, threading
from comity.logs import say_places_only
say_places_only()
def fail():
    raise ValueError("{CANARY}")
thread = threading.Thread(target=fail)
thread.start()
thread.join()
try:
    fail()
except ValueError as error:
    raise RuntimeError("{CANARY}") from error
"""


def test_what_nobody_catches_is_said_by_type_and_place_in_every_thread(tmp_path: Path) -> None:
    done = subprocess.run(
        [sys.executable, "-c", UNCAUGHT], capture_output=True, text=True, check=False, cwd=tmp_path
    )
    assert done.stderr.splitlines() == [
        "ValueError at __main__:6", "RuntimeError at __main__:13"
    ]  # fmt: skip
    assert done.returncode == 1


def ended(done: "subprocess.CompletedProcess[str]", *words: str) -> None:
    """See that a process ended with one error that says these words."""
    assert done.returncode == 2, done.stderr
    said = [line for line in done.stderr.splitlines() if line.startswith(("error:", "help:"))]
    assert len(said) == 2, done.stderr
    for word in words:
        assert word in " ".join(said)
    assert "Traceback" not in done.stderr


@pytest.mark.parametrize(
    ("settings", "says"),
    [
        ({"COMITY_ROLE": ""}, "COMITY_ROLE: it is not set"),
        ({"COMITY_ROLE": "witness"}, "unknown role witness"),
        ({"COMITY_BODY": ""}, "COMITY_BODY: it is not set"),
        ({"COMITY_BODY": "nca"}, "nca is not a party"),
        ({"COMITY_ADDRESS": "8300"}, "8300 is not HOST:PORT"),
        ({"COMITY_DATABASE": "mysql://x/y"}, "neither SQLite nor PostgreSQL"),
        ({"COMITY_HEARTBEAT_SECONDS": "soon"}, "not a number of seconds"),
        ({"COMITY_STATUS_SECONDS": "601"}, "from 1 to 600"),
    ],
)
def test_a_setting_that_is_missing_or_wrong_is_named(
    tmp_path: Path, settings: dict[str, str], says: str
) -> None:
    environment = {
        "COMITY_ROLE": "body", "COMITY_BODY": "NCA", "COMITY_HOME": str(tmp_path / "nca"),
        **settings,
    }  # fmt: skip
    for words in (["init"], ["serve"]):
        wrong(CliRunner().invoke(main, words, env=environment), says)
    assert not (tmp_path / "nca").exists()


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return the folder of a node that was made by `comity init`."""
    folder = tmp_path_factory.mktemp("made") / "nca"
    done = command(folder, "init")
    assert done.returncode == 0, done.stderr
    assert "NCA is ready." in done.stdout
    assert len(done.stdout.partition("The words for its identity key: ")[2].split()[0]) == 47
    return folder


def files(folder: Path) -> dict[str, bytes]:
    return {
        str(each): each.read_bytes() for each in folder.rglob("*.*") if "sqlite" not in each.name
    }


@pytest.mark.slow
def test_init_never_overwrites(home: Path) -> None:
    before = files(home)
    ended(command(home, "init"), "holds a node already", "COMITY_HOME")
    assert files(home) == before
    assert command(home, "case", "list").returncode == 0


@pytest.mark.slow
def test_an_init_that_was_interrupted_is_completed(tmp_path: Path) -> None:
    folder = tmp_path / "nca"
    missing = {"COMITY_DATABASE": f"sqlite://{tmp_path}/missing/node.sqlite3"}
    ended(command(folder, "init", environment=missing), "cannot be made")
    before = files(folder)
    assert before
    done = command(folder, "init")
    assert done.returncode == 0, done.stderr
    assert files(folder) == before


@pytest.mark.slow
def test_a_node_that_is_not_made_says_how_to_make_it(tmp_path: Path) -> None:
    ended(command(tmp_path / "none", "case", "list"), "there is no file")


@pytest.mark.slow
def test_keys_that_others_can_read_are_refused(home: Path) -> None:
    file = home / "keys" / "identity.key"
    file.chmod(0o644)
    try:
        ended(command(home, "case", "list"), "identity.key", "chmod 600")
        ended(command(home, "serve"), "identity.key", "chmod 600")
    finally:
        file.chmod(0o600)


@pytest.mark.slow
def test_serve_refuses_to_be_reached_from_outside_without_tls(home: Path, tmp_path: Path) -> None:
    outside = {"COMITY_ADDRESS": "0.0.0.0:8399"}
    ended(command(home, "serve", environment=outside), "can be reached from outside", "--peers")
    peers = tmp_path / "peers.pem"
    ended(command(home, "serve", "--peers", str(peers)), "no such file")
    peers.write_text("nothing")
    ended(command(home, "serve", "--peers", str(peers), environment=outside), "no certificate")


@pytest.mark.parametrize("word", ["serve", "worker"])
def test_serve_and_worker_refuse_a_database_that_would_lose_a_commit(
    desk: Desk, tmp_path: Path, word: str
) -> None:
    alias = open_database(tmp_path / "node.sqlite3")
    options = connections[alias].settings_dict["OPTIONS"]
    options["init_command"] = options["init_command"].replace("synchronous=FULL", "synchronous=OFF")
    connections[alias].close()
    desk.patch.setattr(serve, "this_node", lambda: check(alias))
    wrong(CliRunner().invoke(main, [word], env=desk.settings(NCA)), "synchronous is not 2")
    forget(alias)


@pytest.mark.slow
def test_a_database_that_cannot_be_reached_is_said(home: Path) -> None:
    nowhere = {"COMITY_DATABASE": "postgresql://nobody@/no?host=/nowhere"}
    ended(command(home, "worker", environment=nowhere), "the database cannot be reached")


@pytest.mark.slow
def test_the_words_of_the_notice_are_on_standard_error_only(home: Path) -> None:
    done = command(home, "keys", "show", "--words")
    assert done.stdout.count("\n") == 1
    assert "demonstration" in done.stderr.lower()


@pytest.mark.parametrize("number", ["9" * 16, "9" * 5_000, "\u0661", "-1", "many"])
def test_what_is_no_number_is_no_value_of_a_fact_that_counts(told: Desk, number: str) -> None:
    ground = f"smallest_group={number}:counted"
    words = ("disclose", "request", case(told), "--section", "incident", *TO_ICO)
    result = told.run(NCA, *words, "--ground", ground)
    assert result.exit_code == 1
    assert "smallest_group cannot have this value" in result.stdout


def test_a_word_that_is_not_utf_8_is_bad_input(told: Desk) -> None:
    words = ("disclose", "seek", case(told), "--section", "incident", *TO_ICO, *UNTIL[:2])
    wrong(told.run(NCA, *words, "--why", "because \udcff"), "not UTF-8 text", "write it in UTF-8")
