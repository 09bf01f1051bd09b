// What the door's other files stand on: the page's words, the server's time, what this phone likes, and questions that cannot hang.
window.door = {};
(function (door) {
  "use strict";

  door.page = document.querySelector("[data-door]");
  door.set = door.page ? JSON.parse(door.page.dataset.door) : {};
  door.$ = (name) => document.getElementById(name);

  // Words in the page's language; {name} stands for a value.
  door.say = (key, values) => filled(door.set.words[key], values || {});
  door.count = (key, n) => filled(door.set.words[key][n === 1 ? 0 : 1], { n: n });

  function filled(words, values) {
    return words.replace(/\{(\w+)\}/g, (all, name) => String(values[name]));
  }

  // The server's clock, as far ahead of this phone's as it was at its last answer; a phone's own may be hours wrong.
  door.ahead = 0;
  door.now = () => Date.now() + door.ahead;

  // A helper's link ends by this phone's own clock, with or without a connection.
  door.is_over = () => Boolean(door.set.until) && door.now() >= door.set.until;

  // 9:28, by the store's clock and as people say it.
  door.bare = function (moment) {
    const parts = new Intl.DateTimeFormat("en-GB", { hour: "2-digit", minute: "2-digit", hour12: false, timeZone: door.set.zone });
    const [hour, minute] = parts.format(new Date(moment)).split(":");
    const h = Number(hour) % 24;
    return (h === 0 && door.set.language === "zh" ? 0 : (h + 11) % 12 + 1) + ":" + minute;
  };

  door.ago = function (moment) {
    const minutes = Math.floor((door.now() - moment) / 60000);
    if (minutes < 1) { return door.say("just_now"); }
    return minutes < 60 ? door.count("minutes_ago", minutes) : door.count("hours_ago", Math.floor(minutes / 60));
  };

  // A name for one act, so that sent twice it is one.
  door.fresh = function () {
    const bytes = crypto.getRandomValues(new Uint8Array(16));
    return Array.prototype.map.call(bytes, (byte) => (byte + 256).toString(16).slice(1)).join("");
  };

  // What this phone likes: "auto", "mute", "camera". Only comfort; lost where storage is forbidden.
  door.likes = function (name) {
    try { return localStorage.getItem("linju-door-" + name) === "1"; } catch (forbidden) { return false; }
  };
  door.like = function (name, yes) {
    try { localStorage.setItem("linju-door-" + name, yes ? "1" : ""); } catch (forbidden) { /* until the page closes */ }
  };

  // Asks the server: {status, said}; status 0 where no whole answer came within `ms`. Never rejects.
  door.ask = function (address, ms, body, token) {
    const stop = new AbortController();
    const timer = setTimeout(() => stop.abort(), ms);
    const answer = fetch(address, options(body, token, stop.signal)).then(read).catch(() => ({ status: 0 }));   // phones err about being online
    return answer.then((said) => { clearTimeout(timer); return said; });
  };

  function options(body, token, signal) {
    const headers = { accept: "application/json" };
    const common = { headers: headers, signal: signal, credentials: "same-origin", cache: "no-store" };
    if (body === undefined) { return common; }
    headers["content-type"] = "application/json";
    headers["x-csrftoken"] = token;
    return Object.assign(common, { method: "POST", body: JSON.stringify(body) });
  }

  // A proxy's or a hotel's page with status 200 is no answer of ours.
  function read(answer) {
    if (answer.status !== 200) { return { status: answer.status }; }
    return answer.json().then((said) => ({ status: 200, said: said }));
  }
})(window.door);
