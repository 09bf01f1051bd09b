// Reads QR codes from pictures: zxing, and where its WebAssembly may not start, jsQR. Both are fetched only when first needed.
(function (door) {
  "use strict";
  let ready = null;

  // Resolves with a function from ImageData to what the code says, or null; its `side` is the most pixels it likes.
  door.decoder = () => (ready = ready || zxing().catch(jsqr).catch((error) => { ready = null; throw error; }));

  function load(address) {
    return new Promise((resolve, reject) => {
      const script = document.createElement("script");
      script.src = address;
      script.onload = resolve;
      script.onerror = () => reject(new Error("not loaded"));
      document.head.appendChild(script);
    });
  }

  function zxing() {
    const how = { formats: ["QRCode"], maxNumberOfSymbols: 1, tryHarder: true, tryInvert: true };
    return load(door.set.files.zxing).then(() => {
      window.ZXingWASM.prepareZXingModule({ overrides: { locateFile: () => door.set.files.wasm } });
      const reads = (image) => window.ZXingWASM.readBarcodes(image, how).then(([first]) => (first && first.isValid ? first.text : null));
      reads.side = 640;
      reads.name_of = "zxing";
      return reads(new ImageData(64, 64)).then(() => reads);   // compiles it; here it fails, if it does
    });
  }

  function jsqr() {
    return load(door.set.files.jsqr).then(() => {
      const reads = (image) => {
        const found = window.jsQR(image.data, image.width, image.height, { inversionAttempts: "attemptBoth" });
        return Promise.resolve(found && found.data ? found.data : null);
      };
      reads.side = 480;
      reads.name_of = "jsqr";
      return reads;
    });
  }

  // What a code of ours says: the ticket's secret, alone or at the end of its address. Anything else is null.
  door.secret_in = function (text) {
    const said = String(text).slice(0, 600).trim();
    const found = /^(?:https?:\/\/[^\s/]+\/T\/)?([0-9A-Z]{12,32})\/?(?:[?#].*)?$/i.exec(said);
    return found ? found[1].toUpperCase() : null;
  };

  // What the roster knows a secret by; null where the browser computes none (plain http).
  door.digest_of = function (secret) {
    if (!window.crypto || !crypto.subtle) { return Promise.resolve(null); }
    return crypto.subtle.digest("SHA-256", new TextEncoder().encode(secret)).then((bytes) =>
      Array.prototype.map.call(new Uint8Array(bytes), (byte) => (byte + 256).toString(16).slice(1)).join("").slice(0, 24));
  };
})(window.door);
