// Without a camera: letters of a name, a phone's last four, six digits, or a photo of the code; from the roster here, else from the server.
(function (door) {
  "use strict";
  if (!door.page) { return; }
  const book = door.book, form = door.$("search"), list = door.$("search-list"), field = form.querySelector("input[name=find]");
  const MOST = 8, LEAST = 2;   // families shown at once; letters one has to type: nobody reads through everyone

  const plain = (words) => words.normalize("NFKC").toLowerCase().replace(/\s+/g, " ").trim();

  // The digests of the families that fit, no more than one screen of them.
  function fitting(typed) {
    const words = plain(typed), number = words.replace(/[ -]/g, "");
    if (words.length < LEAST || !book.roster) { return []; }
    return Object.keys(book.roster.families).filter((digest) => {
      const family = book.roster.families[digest];
      return /^\d{6}$/.test(number) ? family.n === number : family.find && words.split(" ").every((word) => family.find.indexOf(word) >= 0);
    });
  }

  // What a scan of their ticket would say: whoever is inside is no longer to come.
  function word(family) {
    const verdict = book.of_people(family, family.people.filter((person) => book.standing(person.id)[0] !== 1));
    return book.roster.open.indexOf(verdict) >= 0 ? door.say("ready") : (book.roster.words[verdict] || { word: "" }).word;
  }

  function draw() {
    const found = fitting(field.value), isShort = plain(field.value).length < LEAST;
    door.$("search-none").hidden = isShort || !book.roster || found.length > 0;
    door.$("search-more").hidden = found.length <= MOST;
    door.fill(list, found.slice(0, MOST), (row, digest) => {
      const family = book.roster.families[digest];
      row.dataset.digest = digest;
      door.text(row, "name", family.name);
      door.text(row, "party", family.party || "");
      door.text(row, "word", word(family));
    });
    return found;
  }

  if (!door.set.helper) { listen(); }   // a helper asks the server: helping.js

  function listen() {
    form.addEventListener("submit", submitted);
    field.addEventListener("input", draw);
    list.addEventListener("click", picked);
  }

  function submitted(event) {
    if (!book.roster || form.dataset.plainly) { return; }   // the server looks
    event.preventDefault();
    event.stopPropagation();
    if (/\/T\//i.test(field.value)) { door.handle(field.value, "scanner"); clear(); return; }   // a scanner typed it in here
    const found = draw();
    if (found.length === 1) { pick(found[0]); }
  }

  function pick(digest) {
    const how = /^\d{6}$/.test(field.value.replace(/[ -]/g, "")) ? "number" : "search";
    clear();
    door.handle_family(digest, how);
  }

  function clear() {
    field.value = "";
    field.blur();
    draw();
  }

  function picked(event) {
    const row = event.target.closest("[data-digest]");
    if (row && !door.is_covered()) { pick(row.dataset.digest); }
  }

  // Read here if it can be; what this phone cannot read, the server may.
  const photo = door.$("photo"), file = photo.querySelector("input[type=file]");
  file.addEventListener("change", () => {
    const chosen = file.files[0];
    if (!chosen || !window.crypto || !crypto.subtle) { return; }
    door.tell(door.say("reading"));
    door.camera.read_picture(chosen).then((text) => {
      door.tell("");
      if (text) { photo.reset(); file.dispatchEvent(new Event("change")); door.handle(text, "photo"); return; }
      if (door.sync.link === "on" && !door.set.helper) { photo.submit(); } else { door.tell(door.say("no_code")); }
    });
  });
})(window.door);
