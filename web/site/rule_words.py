"""An event's rules in plain words: two lines for families, all of them for the desk."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from events.catalog.rules import Rules
from events.catalog.tables import FeePer, Once, Takers, WaitingRule
from events.errors import _
from web import counts
from web.language import say
from web.times import Times

BETWEEN = "\u00a0· "  # a line breaks after the dot, never before it
FEES = {FeePer.PLACE: _("每个名额 %(yuan)s 元"), FeePer.CHILD: _("每个孩子 %(yuan)s 元"), FeePer.FAMILY: _("每家 %(yuan)s 元")}


def for_families(rules: Rules, early_until: datetime | None, times: Times) -> list[str]:
    """Who may come, then until when what. `early_until`: until then only families of some groups sign up."""
    language = times.language
    until = [say(language, _("%(when)s前先给群里的邻居报"), when=times.moment(early_until))] if early_until else []
    asked = [say(language, _("前一天会问一声来不来"))] if rules.asks_day_before else []
    lines = _who(rules, language), [*until, _changes(rules, language), *asked]
    return [BETWEEN.join(parts) for parts in lines]


def for_desk(rules: Rules, groups: Sequence[str], language: str) -> list[str]:
    """A line for each part of the rules that says something; `groups` are the names of those that may sign up first."""
    found = [BETWEEN.join(_who(rules, language))]
    if rules.members_hours:
        names, span = say(language, _("、")).join(groups), counts.span(rules.members_hours * 60, language)
        found.append(say(language, _("先给%(groups)s报 %(span)s"), groups=names, span=span))
    found.extend((_changes(rules, language), _waiting(rules, language)))
    if rules.is_drop_off:
        found.append(say(language, _("孩子留下，大人先走，接的时候对码")))
    if rules.asks_day_before:
        found.append(_day_before(rules, language))
    if rules.fee:
        found.append(fee(rules, language))
    return found


def fee(rules: Rules, language: str) -> str:
    """每个孩子 18 元，到店付; empty for nothing."""
    if not rules.fee:
        return ""
    return say(language, _("%(fee)s，到店付"), fee=say(language, FEES[rules.fee_per], yuan=counts.in_yuan(rules.fee)))


def _who(rules: Rules, language: str) -> list[str]:
    takers = {Takers.EVERYONE: _("来的人都占名额"), Takers.CHILDREN: _("孩子占名额，大人陪着不占")}
    parts = [say(language, takers[rules.takers])]
    if rules.children_per_adult == 1:
        parts.append(say(language, _("每个孩子要有一个大人陪")))
    elif rules.children_per_adult:
        parts.append(say(language, _("一个大人最多带 %(n)s 个孩子"), n=rules.children_per_adult))
    if rules.most_places:
        parts.append(say(language, _("一家最多 %(places)s"), places=counts.places(rules.most_places, language)))
    if rules.once_per == Once.EVENT:
        parts.append(say(language, _("一家只报一场")))
    if rules.needs_approval:
        parts.append(say(language, _("店里点头才算数")))
    return parts


def _changes(rules: Rules, language: str) -> str:
    if not rules.changes_minutes:
        return say(language, _("开场前都能改、能退"))
    return say(language, _("开场前 %(span)s都能改、能退"), span=counts.span(rules.changes_minutes, language))


def _waiting(rules: Rules, language: str) -> str:
    answer = say(language, _("轮到了等 %(span)s回话"), span=counts.span(rules.offer_hours * 60, language))
    if rules.waiting_rule == WaitingRule.NEXT:
        return say(language, _("候补：先给后面坐得下的，%(answer)s"), answer=answer)
    span = counts.span(rules.hold_hours * 60, language)
    return say(language, _("候补：给第一家留到开场前 %(span)s，%(answer)s"), span=span, answer=answer)


def _day_before(rules: Rules, language: str) -> str:
    if rules.drop_hours is None:
        return say(language, _("前一天问一声来不来，没回话的您看着办"))
    return say(language, _("前一天问一声来不来，没回话的开场前 %(span)s自动退"), span=counts.span(rules.drop_hours * 60, language))
