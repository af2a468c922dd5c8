"""Passwords: what is guessed first is refused, what is not stays."""

import pytest

from gridmap.access.passwords import LONGEST, SHORTEST, require_good_password
from layers.contract.errors import UsageError

BAD = """password123 Password1! P@ssw0rd2024 Passw0rd!! qwertyuiop 1qaz2wsx3edc abcabcabcabc
aaaaaaaaaaaa 1111111111 liming2024 Liming@123 liming19850101 LiMing2024! gnimil2024! 13812345678
13958274916 410122198501011234 1234567890 0987654321 woaini1314520 woaini5201314 iloveyou123
admin@2024 Admin123456! 1q2w3e4r5t zxcvbnm123 asdfghjkl1 passwordpassword letmein12345 gridmap2024
weiwangge123 abcd1234abcd 11112222333 aabbccddeeff a1a1a1a1a1a1 qwerty123456 !@#$%^&*() 20240101abc
sunshine2023 football1234 trustno1trustno1 zhongguo2008 qq123456789 qazwsxedcrfv limingliming
ｐａｓｓｗｏｒｄ１２３ password.password thepassword1 LIMING-LIMING 微网格微网格微网格微网格
李明李明李明李明李明 Huawei@123 Huawei12#$ woshishui123 一二三四五六七八九十 gongchandang
xijinping12 zhangwei1990 alibaba2026 书记2026书记书记 88888888888 １２３４５６７８９０
1qaz@WSX3edc ３edc4rfv5tgb 新年快乐新年快乐2026"""
GOOD = [
    "correct-horse-battery",
    "correct horse battery staple",
    "tea lamp river nine",
    "wo3yu7shan9he",
    "4Kd93kLqP0z",
    "q7#Lm2xV9r",
    "红砖桥头旧茶馆甲乙丙",
]


@pytest.mark.parametrize("password", BAD.split())
def test_what_a_guesser_tries_first_is_refused_and_not_repeated(password):
    with pytest.raises(UsageError, match="easily guessed") as refused:
        require_good_password(password, name="李明" if "李" in password else "liming")
    assert "容易被猜中" in refused.value.zh
    assert password not in str(refused.value)


@pytest.mark.parametrize("password", GOOD)
def test_what_is_hard_to_guess_is_taken(password):
    require_good_password(password, name="liming")


@pytest.mark.parametrize(
    "password",
    ["xiaomingwang1", "wang.xiaoming", "wang_xiaoming1", "gnimoaixgnaw8", "8WANGxiao-ming"],
)
def test_parts_of_the_own_name_count_in_any_order(password):
    with pytest.raises(UsageError, match="own name"):
        require_good_password(password, name="wangxiaoming")


def test_a_word_that_is_near_counts_as_the_own_name():
    require_good_password("Ruzhouzhen@2026k", name="liming")
    with pytest.raises(UsageError):
        require_good_password("Ruzhouzhen@2026k", name="liming", near={"ruzhouzhen"})


@pytest.mark.parametrize("length", [0, 1, SHORTEST - 1, LONGEST + 1])
def test_short_and_endless_ones_are_refused_by_their_length(length):
    password = ("q7#Lm2xV9r" * 30)[:length]
    with pytest.raises(UsageError, match=f"has {length} signs"):
        require_good_password(password, name="liming")
