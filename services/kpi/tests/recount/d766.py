"""Decision 766/QĐ-TTg by hand: reads what was told as JSON lines, writes the table of points as JSON lines.

Input lines have `what`: `agency` (the newest record), `working_days`, `procedure` (every event, in order), `dossier` (the
newest facts), `rating`, and `ask` (an agency and a month). For each `ask` one line is written, with the points of every
variant of every indicator as exact fractions, and of groups and the total by the default variants.

It shares nothing with the service: fractions instead of decimals, lists instead of tables, loops instead of formulas.
"""

import json
import sys
from collections import defaultdict
from datetime import date, datetime, timedelta, timezone
from fractions import Fraction

VIETNAM = timezone(timedelta(hours=7))
PROVINCE_DAYS = 5


def instant(text):
    return datetime.fromisoformat(text.replace("Z", "+00:00")) if text else None


def day(moment):
    return moment.astimezone(VIETNAM).date()


class Dossier:
    """What the newest event of a dossier says."""

    def __init__(self, told):
        for name in "received processing first_due due finished returned withdrawn ended".split():
            setattr(self, name, instant(told[name + "_at"]))
        self.agency = told["agencies"]["competent"]["responsible_id"]
        self.procedure = told["procedure"]["code"]
        self.returns_paper = told["procedure"]["returns_paper"]
        self.online = told["channel"] == "online"
        self.waits = [
            (wait["kind"] == "supplement", instant(wait["started_at"]), instant(wait["ended_at"]),
             instant(wait["due_before"]))
            for wait in told["waits"]
        ]
        result = told["result"] or {"has_file": False, "paper_code": None}
        self.has_file, self.has_code = result["has_file"], result["paper_code"] is not None
        fees = told["fees"]
        self.owes = bool(fees["items"]) and not fees["all_zero"]
        self.paid_online = any(item["paid_by"] == "gateway" for item in fees["items"])
        papers = told["components"]
        self.paper_with_file = any(paper["has_file"] for paper in papers)
        self.reused = any(paper["reused"] for paper in papers)
        self.from_store = any(paper["from_personal_store"] for paper in papers)
        self.vneid = told["vneid_verified"]

    def closed(self):
        """Status 9 before 10 before 7 before 8 and 3."""
        return self.finished or self.returned or self.withdrawn or self.ended

    def open_wait(self):
        last = self.waits[-1] if self.waits else None
        return last if last and last[2] is None and not self.closed() else None

    def asked_twice(self):
        wait = self.open_wait()
        return bool(wait and wait[0] and sum(1 for one in self.waits if one[0]) > 1)

    def on_time(self, as_of):
        """The raw end against the current due instant."""
        if self.asked_twice():
            return False
        if not self.first_due and not self.due:
            return True
        closed, wait = self.closed(), self.open_wait()
        end, limit = closed or as_of, self.due or self.first_due
        if wait and (wait[0] or not self.due or self.due < wait[1]):
            # Its clock stands still since the wait began.
            end = wait[1]
        if not self.due and self.waits and (closed or wait):
            # It had no due instant any more: what counts is how it stood when its clock stopped.
            last = self.waits[-1]
            end, limit = min(end, last[1]), last[3] or self.first_due
        return end <= limit

    def on_time_less_waits(self, as_of):
        """The end less the waits against the first due instant."""
        if self.asked_twice():
            return False
        if not self.first_due:
            return True
        closed, wait = self.closed(), self.open_wait()
        end = closed or (wait[1] if wait else as_of)
        until = end if closed or wait else None
        waited, reached = timedelta(0), self.received
        for _, begun, over, _ in sorted(self.waits, key=lambda one: one[1]):
            begun = max(begun, reached)
            over = over if until is None else min(over or until, until)
            if over > begun:
                waited += over - begun
                reached = over
        return end - waited <= self.first_due


class World:
    """Everything that was told."""

    def __init__(self):
        self.agencies, self.dossiers, self.ratings, self.procedures = {}, [], [], {}
        self.working = set()

    def take(self, line):
        what = line["what"]
        if what == "agency":
            self.agencies[line["id"]] = line
        elif what == "working_days":
            self.working = {date.fromisoformat(text) for text in line["days"]}
        elif what == "dossier":
            self.dossiers.append(Dossier(line["facts"]))
        elif what == "rating":
            self.ratings.append(line["facts"])
        elif what == "procedure":
            self.take_procedure(line)

    def take_procedure(self, line):
        known = self.procedures.setdefault(line["id"], {"announced": {}, "still": False})
        facts = line["facts"]
        optional = lambda text: date.fromisoformat(text) if text else None
        if "number" in facts:
            for name in "code levels channels audience has_fee".split():
                known[name] = facts[name]
            known["complete"] = facts["check"]["complete"]
            known["connected"] = "population" in facts["connected_databases"]
            if not known["still"]:
                known["status"] = facts["status"]
            decided = optional((facts["decision"] or {}).get("date"))
            known["announced"][facts["number"]] = (
                decided, optional(facts["bases_effective_on"]), day(instant(facts["published_at"])))
        else:
            known["status"] = facts["status"]
            known["still"] = bool(facts["suspension"] or facts["abolition"])
            known["announced"].pop(0, None)
            if facts["abolition"]:
                law = facts["abolition"]["legal_basis"] or {}
                decided = optional(facts["abolition"]["decision"]["date"])
                known["announced"][0] = (decided, optional(law.get("effective_on")), None)

    def working_day(self, start, count, step):
        """The working day that lies so many after or before a day."""
        while count:
            start += timedelta(days=step)
            count -= start in self.working
        return start

    def level(self, agency):
        kinds = {"province": "province", "department": "province", "commune": "commune"}
        return kinds.get(self.agencies[agency]["kind"])

    def below(self, top):
        """An agency and all below it."""
        found, grew = {top}, True
        while grew:
            more = {id for id, one in self.agencies.items() if one["parent_id"] in found} - found
            grew = bool(more)
            found |= more
        return found


def month_of(text):
    year, month = map(int, text.split("-"))
    return date(year, month, 1), date(year + month // 12, month % 12 + 1, 1)


def count(world, top, period):
    """Every measure of the Decision for an agency with all below it."""
    first, following = month_of(period)
    as_of = datetime(following.year, following.month, 1, tzinfo=VIETNAM)
    within = lambda moment: moment is not None and first <= day(moment) < following
    c, values = defaultdict(int), defaultdict(set)
    agencies = world.below(top)
    for d in world.dossiers:
        if d.agency not in agencies or not d.received:
            continue
        if within(d.received):
            c["received"] += 1
            c["on_time"] += d.on_time(as_of)
            c["late"] += not d.on_time(as_of)
            c["on_time_less_waits"] += d.on_time_less_waits(as_of)
            c["online"] += d.online
            c["online_with_result"] += d.online and (not d.returns_paper or (d.has_code and d.has_file))
            c["owing"] += d.owes
            c["owing_paid"] += d.owes and d.paid_online
            c["reused"] += d.reused
            c["from_store"] += d.from_store
            c["vneid"] += d.vneid
            for name, holds in (("services", d.online), ("paid", d.paid_online), ("with_fee", d.owes)):
                if holds:
                    values[name].add((d.agency, d.procedure))
        if within(d.processing):
            c["begun_owing"] += d.owes
            c["begun_paid"] += d.owes and d.paid_online
        if within(d.finished):
            c["finished"] += 1
            c["finished_paper"] += d.returns_paper
            c["finished_file"] += d.returns_paper and d.has_file
            c["digitised"] += d.paper_with_file and d.has_file
    for rating in world.ratings:
        in_month = first <= date.fromisoformat(rating["month"] + "-01") < following
        if in_month and rating["agency_id"] in agencies and 0 in rating["scores"].values():
            c["disliked"] += 1
    for agency in agencies:
        for p in world.procedures.values():
            if world.level(agency) not in p["levels"]:
                continue
            if p["status"] == "offered":
                c["procedures"] += 1
                c["complete"] += p["complete"]
                c["offered_online"] += "online" in p["channels"]
                c["fee"] += p["has_fee"]
                c["connected"] += "citizen" in p["audience"] and p["connected"]
            for decided, in_force, published in p["announced"].values():
                if decided is None or not first <= decided < following:
                    continue
                if in_force:
                    values["announced"].add((agency, p["code"]))
                    if decided > world.working_day(in_force, PROVINCE_DAYS, -1):
                        values["announced_late"].add((agency, p["code"]))
                if published:
                    values["to_publish"].add((agency, p["code"]))
                    if published > world.working_day(decided, PROVINCE_DAYS, 1):
                        values["published_late"].add((agency, p["code"]))
    for name, found in values.items():
        c[name] = len(found)
    return c


def points(c, is_province):
    """Points of every variant (none where it is not measured), the maximum of the indicator, numerator, denominator."""
    table = {}

    def ratio(code, variant, maximum, top, bottom, threshold=1, coefficient=None, zero=None):
        if bottom == 0:
            table[code, variant] = (zero, maximum, top, bottom)
            return
        r = Fraction(top, bottom)
        p = coefficient * r if coefficient is not None else r / threshold * maximum
        # More than all gives no more points, and less than nothing takes none away.
        p = max(Fraction(0), min(Fraction(maximum), p))
        table[code, variant] = (p, maximum, top, bottom)

    tenths = lambda n: Fraction(n, 10)
    ratio("1.1", "default", 6, c["announced"] - c["announced_late"], c["announced"])
    if is_province:
        ratio("1.2", "default", 4, c["to_publish"] - c["published_late"], c["to_publish"])
    ratio("1.3", "default", 2, c["complete"], c["procedures"])
    ratio("2.1", "current_due", 20, c["on_time"], c["received"])
    ratio("2.1", "first_due", 20, c["on_time_less_waits"], c["received"])
    ratio("3.1", "default", 2, c["offered_online"], c["procedures"], threshold=tenths(8))
    ratio("3.2", "default", 4, c["services"], c["offered_online"])
    ratio("3.3", "portal", 6, c["online"], c["received"], threshold=tenths(5))
    ratio("3.3", "document", 6, c["online_with_result"], c["received"], threshold=tenths(5))
    ratio("3.5a", "portal", 2, c["paid"], c["fee"], coefficient=tenths(25))
    ratio("3.5a", "document", 2, c["with_fee"], c["fee"], threshold=tenths(8))
    ratio("3.5b", "default", 2, c["with_fee"], c["fee"], coefficient=tenths(25))
    ratio("3.6", "portal", 6, c["owing_paid"], c["owing"], zero=Fraction(0))
    ratio("3.6", "document", 6, c["begun_paid"], c["begun_owing"], zero=Fraction(0))
    ratio("4.1", "default", 6, c["finished_file"], c["finished_paper"])
    ratio("4.2", "portal", 4, c["digitised"], c["finished"])
    ratio("4.2", "document", 4, c["digitised"], c["finished"], threshold=tenths(8))
    ratio("4.3", "default", 2, c["reused"], c["received"], threshold=tenths(8))
    ratio("4.4", "default", 4, c["from_store"], c["received"])
    ratio("4.5a", "default", 2, c["connected"], c["procedures"])
    ratio("4.5b", "default", 2, c["vneid"], c["received"])
    ratio("5.4", "default", 6, c["received"] - c["late"] - c["disliked"], c["received"], threshold=tenths(9),
          zero=Fraction(0))
    return table


GROUPS = {
    "CKMB": ["1.1", "1.2", "1.3"],
    "TDGQ": ["2.1"],
    "CLGQ": ["3.1", "3.2", "3.3"],
    "TTTT": ["3.5", "3.6"],
    "MDHL": ["5.4"],
    "MDSH": ["4.1", "4.2", "4.3", "4.4", "4.5a", "4.5b"],
}


def sums(table, chosen):
    """Points and maximum of what is measured, of each group and in all, by one variant of each indicator."""
    picked = {}
    for (code, variant), value in table.items():
        if code not in picked or chosen(variant):
            picked[code] = value[:2]
    parts = [picked["3.5a"], picked["3.5b"]]
    measured = [one for one in parts if one[0] is not None]
    picked["3.5"] = (sum(one[0] for one in measured) if measured else None, 4)
    groups = {}
    for group, codes in GROUPS.items():
        measured = [picked[code] for code in codes if code in picked and picked[code][0] is not None]
        groups[group] = (sum(p for p, _ in measured) if measured else None, sum(maximum for _, maximum in measured))
    told = [one for one in groups.values() if one[0] is not None]
    total = (sum(p for p, _ in told) if told else None, sum(maximum for _, maximum in told))
    return picked["3.5"], groups, total


def rounded(value):
    """Two decimals, halves away from nought."""
    if value is None:
        return None
    hundredths = (abs(value) * 200 + 1) // 2
    sign = "-" if value < 0 and hundredths else ""
    return f"{sign}{hundredths // 100}.{hundredths % 100:02}"


def main():
    world, asked = World(), []
    for line in sys.stdin:
        line = json.loads(line)
        asked.append(line) if line["what"] == "ask" else world.take(line)
    for ask in asked:
        table = points(count(world, ask["agency"], ask["period"]), world.agencies[ask["agency"]]["kind"] == "province")
        for other in (False, True):
            alternative = lambda variant: other and variant in ("first_due", "document")
            both, groups, total = sums(table, alternative)
            answer = {
                "agency": ask["agency"],
                "period": ask["period"],
                "other_variants": other,
                "indicators": {},
                "groups": {code: [rounded(p), maximum] for code, (p, maximum) in groups.items()},
                "total": [rounded(total[0]), total[1]],
            }
            for (code, variant), (p, _, top, bottom) in table.items():
                if code not in answer["indicators"] or alternative(variant):
                    answer["indicators"][code] = [rounded(p), top, bottom]
            answer["indicators"]["3.5"] = [rounded(both[0]), None, None]
            print(json.dumps(answer))


main()
