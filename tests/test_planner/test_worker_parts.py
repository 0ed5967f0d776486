"""Large parts of a project travel once and come back as the same objects."""

from dataclasses import replace

from planner import edits
from planner.worker_parts import Receiver, Sender


def test_a_project_comes_back_whole(tiny_project) -> None:
    back = Receiver().unpack(Sender().pack(tiny_project))
    assert back.site is tiny_project.site
    assert back.scenario == tiny_project.scenario
    assert back.name == tiny_project.name


def test_an_edit_of_the_design_sends_no_part_again(tiny_project) -> None:
    sender = Sender()
    sender.pack(tiny_project)
    assert sender.pack(edits.pin_charger(tiny_project, "C1")).new == ()


def test_a_new_site_is_sent_and_the_old_one_is_forgotten_in_time(tiny_project) -> None:
    sender, receiver = Sender(), Receiver()
    for number in range(40):
        project = replace(tiny_project, site=replace(tiny_project.site, name=str(number)))
        assert receiver.unpack(sender.pack(project)).site.name == str(number)
    assert len(receiver._parts) <= 32
