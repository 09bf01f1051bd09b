"""Who gets what: every route of the app, and the status it answers to each role. `test_matrix` holds the app to it.

Forms are filled in rightly and rows are of the east store. 404: not theirs, so not there. 422: they see it but may not do it.
`in`: sent to the sign-in, from where one comes back. Families: the Lins, and the Chens whose registration it is. Staff of the east:
the host whose event, group and account it is, another host (peer), the lead; of the west: w_host, w_lead; and the owner of both.
"""

from __future__ import annotations

ROLES = ("nobody", "lins", "chens", "host", "peer", "lead", "w_host", "w_lead", "owner")

TABLE = """
                                    nobody lins   chens  host   peer   lead   w_host w_lead owner
GET  site.calendars.session         200    200    200    200    200    200    200    200    200
GET  site.calendars.store           200    200    200    200    200    200    200    200    200
GET  site.cards.show                200    200    200    200    200    200    200    200    200
GET  site.events.index              200    200    200    200    200    200    200    200    200
GET  site.events.show               200    200    200    200    200    200    200    200    200
GET  site.group_links.show          303    303    303    303    303    303    303    303    303
GET  site.health.live               200    200    200    200    200    200    200    200    200
GET  site.health.ready              200    200    200    200    200    200    200    200    200
GET  site.links.calendar            200    200    200    200    200    200    200    200    200
GET  site.links.pairing             200    200    200    200    200    200    200    200    200
GET  site.links.qr                  200    200    200    200    200    200    200    200    200
GET  site.links.show                200    200    200    200    200    200    200    200    200
POST site.links.cancel              303    303    303    303    303    303    303    303    303
POST site.links.pair                303    303    303    303    303    303    303    303    303
GET  site.looks.update              303    303    303    303    303    303    303    303    303
GET  site.pictures.show             200    200    200    200    200    200    200    200    200
GET  site.reset_links.show          200    200    200    200    200    200    200    200    200
POST site.reset_links.use           303    303    303    303    303    303    303    303    303
GET  site.texts.show                200    200    200    200    200    200    200    200    200
GET  site.tickets.show              200    200    200    303    303    303    200    200    303
GET  my.home.index                  200    200    200    200    200    200    200    200    200
POST my.home.leave                  303    303    303    303    303    303    303    303    303
GET  my.registrations.chosen        303    303    303    303    303    303    303    303    303
GET  my.registrations.new           200    200    200    200    200    200    200    200    200
GET  my.registrations.show          404    404    200    404    404    404    404    404    404
POST my.registrations.cancel        404    404    303    404    404    404    404    404    404
POST my.registrations.create        303    303    303    303    303    303    303    303    303
GET  my.tickets.calendar            404    404    200    404    404    404    404    404    404
GET  my.tickets.qr                  404    404    200    404    404    404    404    404    404
GET  desk.announcements.index       in     in     in     200    200    200    200    200    200
GET  desk.announcements.new         in     in     in     200    200    200    404    404    200
GET  desk.announcements.show        in     in     in     200    200    200    404    404    200
POST desk.announcements.create      in     in     in     303    422    303    404    404    303
POST desk.announcements.preview     in     in     in     200    200    200    404    404    200
GET  desk.arrivals.show             in     in     in     200    200    200    404    404    200
POST desk.arrivals.create           in     in     in     303    303    303    404    404    303
POST desk.arrivals.destroy          in     in     in     303    303    303    404    404    303
POST desk.arrivals.find             in     in     in     303    303    303    404    404    303
GET  desk.audit.index               in     in     in     422    422    200    422    200    200
GET  desk.cancellations.new         in     in     in     200    200    200    404    404    200
POST desk.cancellations.create      in     in     in     303    422    303    404    404    303
GET  desk.compounds.edit            in     in     in     422    422    200    404    404    200
GET  desk.compounds.index           in     in     in     200    200    200    200    200    200
GET  desk.compounds.new             in     in     in     422    422    200    422    200    200
POST desk.compounds.archive         in     in     in     422    422    303    404    404    303
POST desk.compounds.create          in     in     in     422    422    303    404    404    303
POST desk.compounds.restore         in     in     in     422    422    303    404    404    303
POST desk.compounds.update          in     in     in     422    422    303    404    404    303
POST desk.copies.create             in     in     in     303    303    303    404    404    303
GET  desk.deliveries.index          in     in     in     200    200    200    200    200    200
GET  desk.deliveries.qr             in     in     in     200    200    200    404    404    200
GET  desk.deliveries.show           in     in     in     200    200    200    404    404    200
POST desk.deliveries.answer         in     in     in     303    422    303    404    404    303
POST desk.deliveries.post           in     in     in     303    422    303    404    404    303
POST desk.deliveries.undo           in     in     in     303    422    303    404    404    303
GET  desk.events.edit               in     in     in     200    200    200    404    404    200
GET  desk.events.index              in     in     in     200    200    200    200    200    200
GET  desk.events.new                in     in     in     200    200    200    200    200    200
GET  desk.events.preview            in     in     in     200    200    200    404    404    200
GET  desk.events.show               in     in     in     200    200    200    404    404    200
POST desk.events.create             in     in     in     303    303    303    303    303    303
POST desk.events.update             in     in     in     303    422    303    404    404    303
GET  desk.groups.edit               in     in     in     200    200    200    404    404    200
GET  desk.groups.index              in     in     in     200    200    200    200    200    200
GET  desk.groups.new                in     in     in     200    200    200    200    200    200
POST desk.groups.archive            in     in     in     303    422    303    404    404    303
POST desk.groups.create             in     in     in     303    303    303    303    303    303
POST desk.groups.update             in     in     in     303    422    303    404    404    303
POST desk.pairings.create           in     in     in     200    200    200    404    404    200
GET  desk.password.edit             in     in     in     200    200    200    200    200    200
POST desk.password.update           in     in     in     422    303    422    422    422    422
POST desk.pictures.create           in     in     in     303    422    303    404    404    303
POST desk.pictures.destroy          in     in     in     303    422    303    404    404    303
POST desk.publications.create       in     in     in     303    422    303    404    404    303
GET  desk.registrations.index       in     in     in     200    200    200    404    404    200
GET  desk.registrations.show        in     in     in     200    200    200    404    404    200
POST desk.registrations.cancel      in     in     in     303    303    303    404    404    303
GET  desk.series.new                in     in     in     200    200    200    404    404    200
POST desk.series.create             in     in     in     303    422    303    404    404    303
GET  desk.sessions.edit             in     in     in     200    200    200    404    404    200
GET  desk.sessions.new              in     in     in     200    200    200    404    404    200
POST desk.sessions.create           in     in     in     303    422    303    404    404    303
POST desk.sessions.destroy          in     in     in     303    422    303    404    404    303
POST desk.sessions.resize           in     in     in     303    422    303    404    404    303
POST desk.sessions.update           in     in     in     303    422    303    404    404    303
GET  desk.sign_in.new               200    200    200    303    303    303    303    303    303
POST desk.sign_in.create            303    303    303    303    303    303    303    303    303
POST desk.sign_in.destroy           303    303    303    303    303    303    303    303    303
GET  desk.staff.edit                in     in     in     200    200    200    404    404    200
GET  desk.staff.index               in     in     in     200    200    200    200    200    200
GET  desk.staff.new                 in     in     in     422    422    200    422    200    200
POST desk.staff.create              in     in     in     422    422    200    422    422    200
POST desk.staff.disable             in     in     in     422    422    303    404    404    303
POST desk.staff.enable              in     in     in     422    422    303    404    404    303
POST desk.staff.hand_over           in     in     in     303    422    303    404    404    303
POST desk.staff.reset               in     in     in     422    422    200    404    404    200
POST desk.staff.sign_out            in     in     in     303    422    303    404    404    303
POST desk.staff.update              in     in     in     422    422    303    404    404    303
GET  desk.stores.edit               in     in     in     422    422    200    404    404    200
GET  desk.stores.index              in     in     in     200    200    200    200    200    200
GET  desk.stores.new                in     in     in     422    422    422    422    422    200
POST desk.stores.create             in     in     in     422    422    422    422    422    303
POST desk.stores.update             in     in     in     422    422    303    404    404    303
GET  desk.texts.edit                in     in     in     422    422    200    404    404    200
GET  desk.texts.index               in     in     in     200    200    200    404    404    200
POST desk.texts.create              in     in     in     422    422    303    404    404    303
GET  desk.today.index               in     in     in     200    200    200    200    200    200
GET  desk.venues.edit               in     in     in     422    422    200    404    404    200
GET  desk.venues.index              in     in     in     200    200    200    200    200    200
GET  desk.venues.new                in     in     in     422    422    200    422    200    200
POST desk.venues.archive            in     in     in     422    422    303    404    404    303
POST desk.venues.create             in     in     in     422    422    303    404    404    303
POST desk.venues.restore            in     in     in     422    422    303    404    404    303
POST desk.venues.update             in     in     in     422    422    303    404    404    303
GET  assets.favicon                 200    200    200    200    200    200    200    200    200
GET  assets.show                    200    200    200    200    200    200    200    200    200
"""


def rows() -> dict[tuple[str, str], dict[str, str]]:
    """By method and route name: role to answer."""
    lines = [line.split() for line in TABLE.strip().splitlines()[1:]]
    return {(method, name): dict(zip(ROLES, answers, strict=True)) for method, name, *answers in lines}
