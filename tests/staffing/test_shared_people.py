"""People on the rosters of several towns."""

import pandas as pd

from gridmap.staffing.shared_people import find_shared_people
from layers.contract.columns import PEOPLE, with_dtypes


def roster(**people):
    blank = {name: "" if kind == "str" else 0.0 for name, kind in PEOPLE.items()}
    rows = [blank | {"name": name, "phone": phone} for name, phone in people.values()]
    return with_dtypes(pd.DataFrame(rows, index=pd.Index(list(people), name="person_id")), PEOPLE)


def test_one_person_is_known_by_id_or_by_phone_and_two_who_share_a_number_are_not():
    one = roster(A=("甲", "1380000"), B=("乙", ""), C=("丙", "1390000"))
    two = roster(A=("甲", ""), B=("丁", ""), Z=("丙", "1390000"))
    table = find_shared_people({"郑庵": one, "刘集": two})
    assert table.to_numpy().tolist() == [
        ["丙", "phone", "郑庵;刘集", "C;Z"],
        ["甲", "id", "郑庵;刘集", "A;A"],
    ]
    assert find_shared_people({"郑庵": one, "刘集": two.iloc[1:2]}).empty
