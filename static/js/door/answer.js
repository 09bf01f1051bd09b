// The answer: who it is, what the roster's table says of them, and what may be done. Names are only ever written as text.
(function (door) {
  "use strict";
  if (!door.page) { return; }
  const book = door.book, box = door.$("answer");
  const part = (name) => box.querySelector("[data-part=" + name + "]");
  let drawn = "";

  door.shown = null;   // {digest, family, how, ticked, leaving, done, said, code}

  // Shows a family, or a code nobody on the roster has (`family` null).
  door.show = function (answer) {
    door.shown = answer;
    drawn = "";
    if (answer.family && !answer.ticked) { answer.ticked = outside(answer.family).map((person) => person.id); }
    door.draw();
    part("word").focus({ preventScroll: true });
    box.scrollTop = 0;
  };

  door.close = function () {
    door.shown = null;
    drawn = "";
    box.hidden = true;
    document.body.classList.remove("has-answer");
    door.$("door-said").textContent = "";
  };

  const outside = (family) => family.people.filter((person) => book.standing(person.id)[0] !== 1);
  const inside = (family) => family.people.filter((person) => book.standing(person.id)[0] === 1);
  // The family's children who are in our care: where they are left, they do not go out like others.
  door.kept = (family) => (book.roster && book.roster.drop_off ? inside(family).filter((person) => person.kind === "child") : []);
  door.ticked = (answer) => outside(answer.family).filter((person) => answer.ticked.indexOf(person.id) >= 0);

  // The table's word on those who are ticked; on an unknown code its own.
  door.verdict = (answer) => (answer.family ? book.of_people(answer.family, door.ticked(answer)) : "unknown");

  door.draw = function () {
    const answer = door.shown;
    if (!answer) { return; }
    const view = view_of(answer), whole = JSON.stringify(view);
    if (whole === drawn) { return; }
    drawn = whole;
    box.hidden = false;
    document.body.classList.add("has-answer");
    box.className = "answer answer-" + view.tone;
    box.dataset.verdict = view.verdict;
    box.dataset.tone = view.tone;
    box.querySelectorAll("[data-sign]").forEach((sign) => { sign.toggleAttribute("hidden", sign.dataset.sign !== view.tone); });
    if (part("word").textContent !== view.word) { door.$("door-said").textContent = view.word + " " + view.why; }
    part("word").textContent = view.word;
    part("why").textContent = view.why;
    family(view);
    panel(view);
    buttons(view);
    if (view.move) { part("move").href = view.move; }
  };

  function view_of(answer) {
    const verdict = answer.done ? answer.done.verdict : door.verdict(answer);
    const isOpen = book.roster !== null && book.roster.open.indexOf(verdict) >= 0;
    const words = book.roster && book.roster.words[verdict] || { word: door.say("unknown"), tone: "wrong", why: "" };
    const view = { verdict: verdict, tone: words.tone, word: words.word, why: words.why, can: ["next"], family: null, panel: answer.panel || "", move: "" };
    if (answer.family) { view.family = family_of(answer, verdict); }
    if (answer.said) { return Object.assign(view, answer.said, { can: answer.done ? ["next", "undo"] : ["next"] }); }
    if (answer.done) { return finished(view, answer.done); }
    if (answer.leaving) { return leaving(view, answer); }
    if (isOpen) { ready(view, answer, verdict); } else { closed(view, answer, verdict); }
    if (answer.family) { going(view, answer.family); }
    return view;
  }

  // Where children are left, they are handed over; whoever else is inside goes as they like.
  function going(view, family) {
    const kept = door.kept(family).length;
    if (kept && door.set.helper) { view.why += door.say("fetch_for_child"); }
    if (kept && !door.set.helper) { view.why = door.count("kids_in", kept); view.can.push("hand"); }
    if (inside(family).length > kept) { view.can.push("leave"); }
  }

  function ready(view, answer, verdict) {
    const coming = door.ticked(answer).length;
    view.tone = "ready";
    view.word = door.say("ready");
    if (verdict === "welcome") { view.why = coming < answer.family.people.length ? door.count("some", coming) : door.count("all", coming); }
    if (coming) { view.can.unshift("enter"); }
  }

  function closed(view, answer, verdict) {
    if (!answer.family) { return nobody(view, answer); }
    if (verdict === "inside") { view.why = since(answer.family); }
    if (answer.family.other && (verdict === "other_session" || verdict === "other_day")) { view.why = door.say("other", { other: answer.family.other }); }
    const may = book.roster.may.indexOf(verdict) >= 0 && (door.ticked(answer).length || !answer.family.people.length);
    if (verdict === "other_session" && answer.family.same && door.sync.link === "on") {
      view.move = "/desk/tickets/" + answer.family.t + "?session=" + door.set.session;
      view.can.push("move");
    }
    if (may) { view.can.push("overrule"); }
    if (door.set.helper && verdict !== "inside") { view.why += door.say("fetch_host"); }
    return view;
  }

  function nobody(view, answer) {
    if (!book.roster) { view.why = door.say("no_roster"); }
    if (answer.isPlain) { Object.assign(view, { tone: "again", word: door.say("nameless"), why: "" }); }
    if (answer.is_foreign) { view.why = door.say("foreign"); }
    if (door.set.helper) { view.why += door.say("fetch_host"); return view; }
    view.can.push(answer.panel ? "note_now" : "note");
    return view;
  }

  function since(family) {
    const here = family.people.map((person) => book.standing(person.id)).filter((standing) => standing[0] === 1);
    if (!here.length) { return ""; }
    const first = here.reduce((one, other) => (other[1] < one[1] ? other : one));
    const name = first[2] === "*" ? door.say("themselves") : first[2];   // by the venue's screen
    return door.say(name ? "since_by" : "since", { time: door.bare(first[1]), name: name, ago: door.ago(first[1]) });
  }

  function finished(view, done) {
    const words = { enter: ["in", "entered", "came"], leave: ["again", "left", "went"], miss: ["again", "noted", "came"], hand: ["in", "handed", "handed_n"] }[done.act];
    view.tone = words[0];
    view.word = door.say(words[1]);
    view.why = door.count(words[2], done.n) + (done.isKept ? "" : door.say("not_kept"));
    view.can.push("undo");
    return view;
  }

  function leaving(view, answer) {
    view.tone = "again";
    const isHand = answer.panel === "hand";
    view.word = door.say(isHand ? "handing" : "leaving");
    view.why = door.say(isHand ? "who_is_fetched" : "who_leaves");
    view.can = isHand ? ["hand_now", "next"] : answer.out.length ? ["leave_now", "next"] : ["next"];
    return view;
  }

  // Whom the card names.
  function family_of(answer, verdict) {
    const family = answer.family, isDone = Boolean(answer.done || answer.said);
    const list = answer.leaving ? answer.out : answer.ticked, kept = door.kept(family);
    const may = book.roster.open.concat(book.roster.may).indexOf(verdict) >= 0 || door.ticked(answer).length < outside(family).length;
    return {
      name: family.name, party: family.party, notes: family.notes,
      allergies: family.people.filter((person) => person.allergies).map((person) => [person.name || door.say(person.kind), person.allergies]),
      people: family.people.map((person) => {
        const isIn = book.standing(person.id)[0] === 1;
        const kind = door.say(person.kind), age = person.age || (person.name === kind ? "" : kind);
        const isHeld = answer.leaving && answer.panel !== "hand" && kept.indexOf(person) >= 0;
        const canTick = !isDone && !isHeld && (answer.leaving ? isIn : !isIn && may);
        return { id: person.id, name: person.name || door.say(person.kind), age: age, diet: person.diet || "", isIn: isIn, tick: canTick ? list.indexOf(person.id) >= 0 : null };
      }),
    };
  }

  function family(view) {
    const card = part("family");
    card.hidden = !view.family;
    if (!view.family) { return; }
    part("name").textContent = view.family.name;
    part("party").textContent = view.family.party;
    fill(part("allergies"), view.family.allergies, (line, [name, what]) => { text(line, "who", name + door.say("colon") + what); });
    fill(part("people"), view.family.people, person_row);
    fill(part("notes"), view.family.notes, (line, note) => { text(line, "note", note); });
  }

  function person_row(row, person) {
    const tick = row.querySelector("input");
    row.querySelector(".tick-line").classList.toggle("is-plain", person.tick === null);
    tick.hidden = person.tick === null;
    tick.checked = Boolean(person.tick);
    tick.value = person.id;
    row.querySelector("[data-text=in]").hidden = !person.isIn;
    text(row, "name", person.name);
    text(row, "diet", person.diet);
    text(row, "age", person.age);
  }

  const text = (row, name, words) => { row.querySelector("[data-text=" + name + "]").textContent = words; };

  // One copy of the list's own template for each.
  function fill(list, items, write) {
    const pattern = list.querySelector("template");
    while (pattern.nextSibling) { pattern.nextSibling.remove(); }
    items.forEach((item) => {
      const copy = document.importNode(pattern.content, true), row = copy.firstElementChild;
      write(row, item);
      list.appendChild(copy);
    });
  }
  door.fill = fill;
  door.text = text;

  // In pairs, one left over as wide as two; where nothing else is to be done, going on is the main one.
  function buttons(view) {
    box.querySelectorAll("[data-do]").forEach((button) => {
      button.hidden = view.can.indexOf(button.dataset.do) < 0;
      button.classList.remove("is-wide");
    });
    const isAlone = !view.can.some((name) => /^(enter|leave_now|note_now|hand_now|hand)$/.test(name));
    box.querySelector("[data-do=enter]").classList.toggle("is-second", view.can.indexOf("hand") >= 0);
    box.querySelector("[data-do=next]").classList.toggle("is-main", isAlone);
    const paired = box.querySelectorAll("[data-part=do] > :not(.btn-next):not([hidden])");
    if (paired.length % 2) { paired[0].classList.add("is-wide"); }
  }

  function panel(view) {
    box.querySelectorAll("[data-panel]").forEach((each) => { each.hidden = each.dataset.panel !== view.panel; });
  }
})(window.door);
