"""What may go out of the house, and to whom: one decision that every way out asks.

docs/publishing.md says what it rests on. A new way out takes the plan that `release` gives, and
prints the line of `gridmap.plan.notice`.

Its modules:

    answering       answers of a town, kept in the rules of a plan
    answers         figures and answers that the public may read
    contacts        phones that somebody chose to print
    frames          tables reduced to the columns that may go out
    licence         under which licence boundaries are handed over
    public_context  roads, water, buildings and names without what lies on hidden ground
    public_ground   patches and grids: sensitive ground shared out, problem estates as housing
    public_plan     the copy of a plan for the public
    public_sets     groups and boards, as far as what they name may be named
    release         the decision: refused, in the house, or for the public; what is still asked
    retention       people whose terms ended long ago are no longer named
    sensitive       which ground no file for the public may show
"""

from gridmap.publish.release import public_remarks, questions, release, require_release

__all__ = ["public_remarks", "questions", "release", "require_release"]
