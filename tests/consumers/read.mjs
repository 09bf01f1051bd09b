// Reads calendar files as ical.js and node-ical do and prints what each found, as JSON: {reader: {file: {uid: entry}}}.
import { readFileSync } from "node:fs";
import ICAL from "ical.js";
import nodeIcal from "node-ical";

const readers = { "ical.js": withIcalJs, "node-ical": withNodeIcal };

function withIcalJs(text) {
  const calendar = new ICAL.Component(ICAL.parse(text));
  for (const zone of calendar.getAllSubcomponents("vtimezone")) ICAL.TimezoneService.register(zone);
  const found = {};
  for (const part of calendar.getAllSubcomponents("vevent")) {
    const event = new ICAL.Event(part);
    const value = (name) => part.getFirstPropertyValue(name);
    keep(found, event.uid, {
      sequence: event.sequence,
      title: event.summary,
      place: event.location || "",
      words: event.description,
      starts: event.startDate.toUnixTime(),
      ends: event.endDate.toUnixTime(),
      status: value("status"),
      url: value("url"),
      categories: part.getFirstProperty("categories") ? part.getFirstProperty("categories").getValues() : [],
      changed: value("last-modified").toUnixTime(),
      alarms: part.getAllSubcomponents("valarm").length,
      point: value("geo"),
      picture: value("image"),
    });
  }
  return found;
}

function withNodeIcal(text) {
  const found = {};
  for (const part of Object.values(nodeIcal.sync.parseICS(text))) {
    if (part.type !== "VEVENT") continue;
    keep(found, part.uid, {
      sequence: Number(part.sequence),
      title: words(part.summary),
      place: words(part.location),
      words: words(part.description),
      starts: part.start.getTime() / 1000,
      ends: part.end.getTime() / 1000,
      status: part.status,
      url: words(part.url),
      categories: part.categories || [],
      changed: part.lastmodified.getTime() / 1000,
      alarms: (part.alarms || []).length,
      point: part.geo ? [part.geo.lat, part.geo.lon] : null,
      picture: part.image ? words(part.image) : null,
    });
  }
  return found;
}

// RFC 5546, 2.1.4: of two with one UID the higher SEQUENCE counts.
function keep(found, uid, entry) {
  if (!(uid in found) || found[uid].sequence <= entry.sequence) found[uid] = entry;
}

function words(value) {
  return value && typeof value === "object" ? value.val : value || "";
}

const told = {};
for (const [name, read] of Object.entries(readers)) {
  told[name] = {};
  for (const file of process.argv.slice(2)) {
    const entries = {};
    // One file may hold several calendars, one after another: what a phone was sent in the course of time.
    for (const text of readFileSync(file, "utf8").split(/(?<=END:VCALENDAR\r\n)/)) {
      if (text.trim()) for (const [uid, entry] of Object.entries(read(text))) keep(entries, uid, entry);
    }
    told[name][file] = entries;
  }
}
process.stdout.write(JSON.stringify(told));
