"""What a column holds is told by its cells, whatever its header says."""

import pandas as pd
import pytest

from gridmap.first_town.column_kinds import kind_of


@pytest.mark.parametrize(
    ("cells", "kind"),
    [
        (["13800000001", "139 0000 0002", "+86-13700000003"], "phone"),
        (["13800000001.0", "1.38E+10", "0371-65000000"], "phone"),
        (["张三", "李小四", "欧阳修"], "person"),
        (["阿不都·买买提", "王五", "赵六"], "person"),
        (["柳河村", "石桥社区", "马庄村委会"], "place_name"),
        (["柳河村第一网格", "石桥村2网格"], "place_name"),
        (["0102", "0702", "0102", "1104", "0102"], "land_code"),
        (["102", "102", "702", "102", "102"], "land_code"),
        (["水浇地", "旱地", "农村宅基地"], "land_name"),
        (["0102 水浇地", "0103旱地"], "land_name"),
        (["410199101201", "410199101202", "410199101203"], "grid_code"),
        (["1", "2", "3", "4"], "serial"),
        (["1", "2", "2", "3", "3"], "level"),
        (["镇", "村", "村", "网格"], "level"),
        (["一级", "二级", "二级"], "level"),
        (["91410199MA4000000X", "91410199MA4000001X"], "credit_code"),
        (["石桥机械有限公司", "柳河超市", "马庄小学中心"], "firm"),
        (["113.123456", "113.2345"], "longitude"),
        (["34.71234", "34.70000"], "latitude"),
        (["0", "0", "0"], "text"),
        (["", " ", ""], "empty"),
        ([], "empty"),
        (["=1+1", "<script>", "'; DROP TABLE"], "text"),
        (["党政办", "农业办", "城建办"], "text"),
    ],
)
def test_the_cells_of_a_column_tell_what_it_holds(cells, kind):
    assert kind_of(pd.Series(cells, dtype="str")) == kind
