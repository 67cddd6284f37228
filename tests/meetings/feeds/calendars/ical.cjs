// What ical.js reads in the calendars on its standard input (a JSON list of texts), as JSON.
const { argv, stdin, stdout } = require("node:process");
const ICAL = require(argv[2]);

const moment = (time) => (time.isDate ? time.toString() : time.toUnixTime());

const read = (text) => {
  const calendar = new ICAL.Component(ICAL.parse(text));
  for (const zone of calendar.getAllSubcomponents("vtimezone")) {
    ICAL.TimezoneService.register(zone);
  }
  const events = calendar.getAllSubcomponents("vevent").map((component) => {
    const event = new ICAL.Event(component);
    return [
      event.uid,
      moment(event.startDate),
      moment(event.endDate),
      component.getFirstPropertyValue("status"),
      event.sequence,
      event.summary,
      event.location ?? "",
      component.getFirstPropertyValue("conference") ?? "",
    ];
  });
  ICAL.TimezoneService.reset();
  return events;
};

let given = "";
stdin.setEncoding("utf8");
stdin.on("data", (some) => { given += some; });
stdin.on("end", () => stdout.write(JSON.stringify(JSON.parse(given).map(read))));
