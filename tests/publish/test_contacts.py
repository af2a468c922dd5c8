"""Phones are given out by choice alone: none, the office's, or those of posts asked for."""

import pytest
from secret_plan import NAMES, OFFICE, PHONES, secret_plan

from gridmap.publish import contacts, release
from gridmap.publish.contacts import contacts_of, roles_with_posts
from gridmap.rules import parse_rules
from layers.contract.errors import PlanError, UsageError


def test_by_default_no_phone_is_given_out():
    assert contacts_of(secret_plan()) == {}


def test_the_office_alone():
    assert contacts_of(secret_plan(), "office") == {contacts.OFFICE: OFFICE}


def test_phones_of_people_on_posts_only_of_roles_that_were_asked_for():
    plan = secret_plan()
    everybody = contacts_of(plan, "posts")
    on_posts = set(plan.assignments["person_id"]) - {""}
    assert set(everybody) - {contacts.OFFICE} <= on_posts
    assert everybody[contacts.OFFICE] == OFFICE
    assert PHONES[0] in everybody.values()

    assert roles_with_posts(plan) == ["leader", "member"]
    members = set(plan.assignments["person_id"][plan.assignments["role"] == "member"])
    some = contacts_of(plan, "posts", roles=["member"])
    assert set(some) == {contacts.OFFICE, *(members & set(everybody))}
    assert contacts_of(plan, "posts", roles=[]) == {contacts.OFFICE: OFFICE}


def test_who_is_not_on_post_on_the_day_has_no_phone_there():
    plan = secret_plan()
    ended = plan.with_tables(assignments=plan.assignments.assign(valid_to="2026-02-01"))
    assert len(contacts_of(ended, "posts", day="2026-02-01")) > 1
    assert contacts_of(ended, "posts", day="2026-02-02") == {contacts.OFFICE: OFFICE}


def test_in_a_copy_for_the_public_only_people_that_it_names_have_a_phone():
    plan = secret_plan("names_public = true\n")
    copy = release(plan, public=True)
    found = contacts_of(plan, "posts", released=copy)
    names = plan.people["name"]
    phones = {
        names[person]: phone for person, phone in contacts_of(plan, "posts").items() if person
    }
    told = {copy.people["name"][person]: phone for person, phone in found.items() if person}
    assert told
    assert told == {name: phones[name] for name in told}
    assert set(told) <= set(NAMES)

    silent = release(secret_plan(), public=True)
    assert contacts_of(plan, "posts", released=silent) == {contacts.OFFICE: OFFICE}


def test_a_choice_or_a_role_that_there_is_not_is_refused():
    with pytest.raises(UsageError, match="none, office, posts"):
        contacts_of(secret_plan(), "all")
    with pytest.raises(UsageError, match=r"leader \(Leader\), member \(Member\)"):
        contacts_of(secret_plan(), "posts", roles=["police"])


def test_of_state_secrets_not_even_phones_are_given_out():
    plan = secret_plan()
    text = plan.rules_text.replace('"internal"', '"secret"')
    secret = plan.with_tables(rules=parse_rules(text), rules_text=text)
    with pytest.raises(PlanError):
        contacts_of(secret, "office")
    assert contacts_of(secret) == {}
