"""Who stands on a board or a card: the people on the posts of a grid, and leaders above it.

Boards and cards hang and lie where everybody sees them, so that names stand on them only where the
rules let names go out, also on those made in the house. Duties are those of the template: what is
written at a post is not meant for everybody.
"""

from collections import defaultdict
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass

from gridmap.paper.template import Template
from gridmap.plan.plan import Plan
from gridmap.rules.roles import LEADER, MEMBER, leading_roles, role_title
from gridmap.words import Language
from layers.contract.terms import in_force

__all__ = ["People", "Posted"]


@dataclass(frozen=True)
class Posted:
    """A post as it is shown.

    Attributes
    ----------
    role, title
        Key of the role, and what it is called.
    name, phone
        Of who is on it; "" for a vacant post, and for no phone.
    duties
        What whoever is on it does.
    above
        Name of the grid of the post where that is one above; "" for the grid itself.
    """

    role: str
    title: str
    name: str
    phone: str = ""
    duties: tuple[str, ...] = ()
    above: str = ""


class People:
    """The people of a plan as boards and cards show them.

    Parameters
    ----------
    plan
        A released plan.
    template
        Which roles are shown, and their duties.
    contacts
        Phones by person, as `gridmap.publish.contacts` gives them.
    language
        Language of the titles.
    day
        ISO date on which people have to be on post to be named.
    """

    def __init__(
        self, plan: Plan, template: Template, contacts: Mapping[str, str], language: Language,
        *, day: str,
    ) -> None:  # fmt: skip
        self._plan, self._template, self._language = plan, template, language
        self._contacts = contacts
        self.told = plan.rules.publish.names_public
        self._leading = leading_roles(plan.rules)
        self._parents = plan.grids["parent_code"].to_dict()
        names = plan.grids["name"]
        if language == "en":
            names = plan.grids["name_en"].where(plan.grids["name_en"] != "", names)
        self.names = names.mask(plan.grids["label"] != "", plan.grids["label"]).to_dict()
        self._posts: dict[str, list[tuple[str, str]]] = defaultdict(list)
        if self.told:
            self._index(day)

    def _index(self, day: str) -> None:
        """Find role and person of every post, by grid or object; who leads comes first."""
        plan = self._plan
        filled = plan.assignments[in_force(plan.assignments, day)]
        on_post: dict[str, list[str]] = defaultdict(list)
        for post, person in zip(filled["post_id"], filled["person_id"], strict=True):
            if person in plan.people.index:
                on_post[post].append(person)
        posts = plan.posts
        order = sorted(
            zip(posts.index, posts["grid_code"] + posts["object_id"], posts["role"],
                posts["number"], strict=True),
            key=lambda post: (self._rank(post[2]), post[3], post[0]),
        )  # fmt: skip
        for post, place, role, _ in order:
            for person in on_post.get(post) or [""]:
                self._posts[place].append((role, person))

    def _rank(self, role: str) -> tuple[int, bool, bool, bool, str]:
        wanted = self._template.roles
        place = wanted.index(role) if role in wanted else len(wanted)
        return place, role != LEADER, role not in self._leading, role != MEMBER, role

    def above(self, code: str) -> Iterator[str]:
        """Give the grids above one, the next first."""
        seen = {code}
        while (code := self._parents.get(code, "")) and code not in seen:
            seen.add(code)
            yield code

    def of(self, target: str, grid: str) -> list[Posted]:
        """Give who stands on the board of a grid, or of an object and the grid that it lies in."""
        wanted = set(self._template.roles)
        shown = [self._shown(one) for one in self._posts.get(target, ())]
        if target != grid:
            shown += [self._shown(one, grid) for one in self._posts.get(grid, ())]
        shown = [one for one in shown if not wanted or one.role in wanted]
        levels = 0
        for code in self.above(grid):
            leaders = [
                self._shown(one, code)
                for one in self._posts.get(code, ())
                if one[0] in self._leading and one[1]
            ]
            if levels < self._template.above and leaders:
                shown += leaders
                levels += 1
        return list(dict.fromkeys(shown))

    def of_card(self, grid: str, roles: Collection[str] = ()) -> list[Posted]:
        """Give one post of each role for a card: of the grid, or of the next above that has it.

        Without roles these are all of the grid, and of those above it all but members.
        """
        found: dict[str, Posted] = {}
        for code in (grid, *self.above(grid)):
            here: dict[str, tuple[str, str]] = {}
            for role, person in self._posts.get(code, ()):
                wanted = role in roles if roles else code == grid or role != MEMBER
                if wanted and (role not in here or not here[role][1]):
                    here[role] = (role, person)
            for role, post in here.items():
                found.setdefault(role, self._shown(post, "" if code == grid else code))
        order = list(roles)
        return sorted(
            found.values(),
            key=lambda one: order.index(one.role) if order else self._rank(one.role)[1:],
        )

    def _shown(self, post: tuple[str, str], above: str = "") -> Posted:
        role, person = post
        name = str(self._plan.people["name"][person]) if person else ""
        return Posted(
            role,
            role_title(self._plan.rules, role, self._language),
            name,
            self._contacts.get(person, "") if person else "",
            self._template.duties_of(role, self._language),
            self.names.get(above, ""),
        )
