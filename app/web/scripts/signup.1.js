// Makes <form data-signup> pleasant: it stays on its page, says what is going on, and sends again what got lost.
// The form works without this file. It keeps nothing unless the page asks for it: no cookies, no storage.
(() => {
  "use strict";
  if (window.signupGateway) return; // pasted twice, or run again by a router
  window.signupGateway = 1; // the version
  const fills = new WeakMap(); // what belongs to the filling-in of each form

  const ENGLISH = {
    sending: "Sending…",
    interrupted: "The connection is interrupted. We keep trying.",
    offline: "You are offline. Your form is sent as soon as you are back.",
    lost: "We could not reach the server. Your answers are still here: please try again.",
    problem: "There is a problem",
    reference: "Your reference is",
  };
  const TRIES = [1, 3, 8, 20]; // seconds before each new try
  const LOOKS = [2, 2, 3, 3, 5, 5, 10, 20, 40]; // seconds before each look at what was accepted

  const fold = (name) => name.normalize("NFKC").toLowerCase().replace(/[^\p{L}\p{N}]/gu, "");
  const address = (form) => new URL(form.getAttribute("action"), location.href); // form.action may be a field
  const pause = (seconds) => new Promise((resolve) => setTimeout(resolve, seconds * 1000));
  const online = () => new Promise((resolve) => addEventListener("online", resolve, { once: true }));
  const ask = (url, rest) => fetch(url, { ...rest, credentials: "omit", headers: { Accept: "application/json" } });
  const tell = (form, name, detail) =>
    form.dispatchEvent(new CustomEvent(`signup:${name}`, { bubbles: true, cancelable: true, detail }));

  function fillOf(form) {
    if (!fills.has(form)) fills.set(form, { texts: ENGLISH, marks: [] });
    return fills.get(form);
  }

  function make(tag, text = "", attributes = {}) {
    const node = document.createElement(tag);
    node.textContent = text;
    for (const [name, value] of Object.entries(attributes)) node.setAttribute(name, value);
    return node;
  }

  // Hidden fields go along when the browser itself sends the form, too.
  function put(form, name, value) {
    let field = form.querySelector(`input[type=hidden][name="${name}"]`);
    if (!field) form.append((field = make("input", "", { type: "hidden", name })));
    field.value = value;
  }

  // How the visitor came to this page, or to the first of this visit where the site has that kept.
  function arrival() {
    const query = Object.fromEntries(new URLSearchParams(location.search));
    const found = { ...query, referrer: document.referrer, landing: location.pathname };
    if (!document.querySelector("[data-attribution=session]")) return found;
    try {
      return JSON.parse((sessionStorage.signupSource ??= JSON.stringify(found)));
    } catch {
      return found;
    }
  }

  const newKey = () => Array.from(crypto.getRandomValues(new Uint32Array(5)), (part) => part.toString(36)).join("");

  // Before it is sent

  function prepare(form) {
    const fill = fillOf(form);
    status(form);
    fill.ready ??= load(form, fill).catch(() => (fill.ready = null));
    return fill.ready;
  }

  async function load(form, fill) {
    const known = await (await ask(address(form).href.replace(/\/signup\/?$/, "/form"))).json();
    Object.assign(fill, { known, texts: { ...ENGLISH, ...known.texts } });
    if (known.page) put(form, "_page", known.page);
    for (const name of known.sources) if (source[name] && !form.elements[name]) put(form, name, source[name].slice(0, 201));
    if (known.trap && !form.elements[known.trap]) form.append(trap(known.trap));
    if (known.challenge === "always") await prove(form, fill);
  }

  function trap(name) {
    const field = make("input", "", { name, tabindex: "-1", autocomplete: "off", "aria-hidden": "true" });
    Object.assign(field.style, { position: "absolute", left: "-9999px" });
    return field;
  }

  async function prove(form, fill) {
    if (fill.known?.provider !== "altcha") return false;
    fill.proof ??= ask(new URL(fill.known.challenge_url, address(form)))
      .then((reply) => reply.json()).then(solve).finally(() => (fill.proof = null));
    put(form, "_altcha", await fill.proof);
    return true;
  }

  // The counter that, after the nonce, derives a key with the wanted beginning. https://altcha.org/docs/v2/
  async function solve({ parameters, signature }) {
    const bytes = (hex) => Uint8Array.from(hex.match(/../g), (pair) => parseInt(pair, 16));
    const { nonce, salt, cost, keyLength, keyPrefix } = parameters;
    const way = { name: "PBKDF2", hash: "SHA-256", salt: bytes(salt), iterations: cost };
    for (let counter = 0; ; counter += 1) {
      const password = bytes(nonce + counter.toString(16).padStart(8, "0"));
      const key = await crypto.subtle.importKey("raw", password, "PBKDF2", false, ["deriveBits"]);
      const derived = new Uint8Array(await crypto.subtle.deriveBits(way, key, keyLength * 8));
      const derivedKey = Array.from(derived, (byte) => byte.toString(16).padStart(2, "0")).join("");
      if (derivedKey.startsWith(keyPrefix))
        return btoa(JSON.stringify({ challenge: { parameters, signature }, solution: { counter, derivedKey } }));
    }
  }

  // Sending

  async function send(form, button) {
    const fill = fillOf(form);
    if (fill.busy) return; // a second click, or a trembling hand
    busy(form, button, (fill.busy = true));
    clear(form);
    say(form, fill.texts.sending);
    try {
      await Promise.race([prepare(form), pause(4)]);
      put(form, "_key", (fill.key ??= newKey()));
      let answer = await post(form, fill, button);
      if (answer.code === "challenge_failed" && (await prove(form, fill))) answer = await post(form, fill, button);
      if (answer.ok) succeed(form, fill, answer);
      else refuse(form, fill, answer);
    } catch {
      refuse(form, fill, { code: "unreachable", detail: fill.texts.lost });
    } finally {
      busy(form, button, (fill.busy = false));
    }
  }

  // The same key with every try: whatever of it arrived, it is one sign-up.
  async function post(form, fill, button) {
    for (let tries = 0; ; tries += 1) {
      try {
        const reply = await ask(address(form), { method: "POST", body: bodyOf(form, button) });
        const answer = await reply.json();
        if (reply.status !== 503 || tries === TRIES.length) return answer;
      } catch (error) {
        if (fill.blocked) return leave(form);
        if (tries === TRIES.length) throw error;
      }
      say(form, navigator.onLine ? fill.texts.interrupted : fill.texts.offline);
      await (navigator.onLine ? pause(TRIES[tries]) : online());
    }
  }

  function bodyOf(form, button) {
    const body = new URLSearchParams();
    for (const [name, value] of new FormData(form)) if (typeof value === "string") body.append(name, value);
    if (button?.name) body.append(button.name, button.value);
    return body;
  }

  // The page's own policy lets no script talk to the gateway: let the browser send the form, with the same key.
  function leave(form) {
    form.setAttribute("method", "post");
    HTMLFormElement.prototype.submit.call(form); // form.submit may be a button
    return new Promise(() => {});
  }

  // What came of it

  function succeed(form, fill, answer) {
    const { status, reference, next } = answer;
    fills.delete(form); // the next one is another sign-up
    if (!tell(form, "success", { status, reference })) return;
    const url = new URL(next || form.dataset.success || "about:blank", location.href);
    if (!next) for (const name of ["status", "reference"]) url.searchParams.set(name, answer[name]);
    if (/^http/.test(url)) return location.assign(url);
    done(form, fill, answer);
    if (status === "accepted") follow(form, fill, reference);
  }

  function done(form, fill, { message, reference }) {
    const line = make("p", `${fill.texts.reference} `);
    line.append(make("code", reference));
    show(form, false);
    present(form, "done", "status", make("p", message), line);
  }

  // It is on disk already. If WHMCS takes it later, say so; if WHMCS does not, bring the form back.
  async function follow(form, fill, reference) {
    for (const seconds of LOOKS) {
      await pause(seconds);
      if (!form.isConnected) return;
      const now = await ask(`${address(form)}/${reference}`).then((reply) => reply.json()).catch(() => ({}));
      if (now.status === "created") return done(form, fill, now);
      if (now.status === "rejected") {
        show(near(form, "done"), false);
        show(form, true);
        return refuse(form, fill, now);
      }
    }
  }

  function refuse(form, fill, { code, detail, errors = [], login_url: login }) {
    say(form, "");
    if (!tell(form, "error", { code, fields: errors.map((error) => error.field) })) return;
    const list = make("ul");
    for (const { field, message } of errors) {
      const control = controlOf(form, fill, field);
      const item = make("li");
      item.append(control ? linkTo(control, message) : message);
      list.append(item);
      if (control) mark(form, fill, field, control, message);
    }
    const text = make("p", `${detail ?? ""} `);
    if (/^https?:/.test(login)) text.append(make("a", new URL(login).host, { href: login }));
    present(form, "fail", "alert", make("h2", fill.texts.problem), text, list);
  }

  function controlOf(form, fill, field) {
    const names = fill.known?.names ?? {}; // every spelling that the gateway knows
    return [...form.elements].find(({ name, type }) => {
      const plain = fold(name ?? "");
      const known = names[plain] ?? names[plain.replace(/\d+$/, "")]; // Webflow numbers a second one
      return type !== "hidden" && (known === field || plain === fold(field));
    });
  }

  function linkTo(control, message) {
    control.id ||= `signup-${newKey()}`;
    const link = make("a", message, { href: `#${control.id}` });
    link.onclick = () => (control.focus(), false);
    return link;
  }

  function mark(form, fill, field, control, message) {
    let note = form.querySelector(`[data-signup-error="${field}"]`);
    const own = !note;
    if (own) {
      note = make("p", "", { "data-signup-error": field });
      const legend = control.type === "radio" && control.closest("fieldset")?.querySelector("legend");
      (legend || control.closest("label") || control).after(note);
    }
    note.id ||= `signup-${newKey()}`;
    note.textContent = message;
    show(note, true);
    const before = control.getAttribute("aria-describedby") ?? "";
    control.setAttribute("aria-invalid", "true");
    control.setAttribute("aria-describedby", `${before} ${note.id}`.trim());
    fill.marks.push(() => {
      control.removeAttribute("aria-invalid");
      control.setAttribute("aria-describedby", before);
      own ? note.remove() : show(note, false);
    });
  }

  // What is seen

  function clear(form) {
    for (const undo of fillOf(form).marks.splice(0)) undo();
    show(near(form, "fail"), false);
  }

  // A page's own box, Webflow's, or the one made here.
  const near = (form, kind) =>
    (form.closest(".w-form") ?? form.parentElement).querySelector(`[data-signup-${kind}], .w-form-${kind}`);

  function present(form, kind, role, ...content) {
    let box = near(form, kind);
    if (!box) form.before((box = make("div", "", { [`data-signup-${kind}`]: "" })));
    ((box.matches(".w-form *") && box.firstElementChild) || box).replaceChildren(...content); // Webflow styles the child
    box.setAttribute("role", role);
    box.tabIndex = -1;
    show(box, true);
    box.focus();
  }

  function show(node, visible) {
    if (!node) return;
    node.hidden = !visible;
    node.style.display = visible ? "block" : "none"; // style sheets may know better than hidden
  }

  function status(form) {
    let line = form.querySelector("[data-signup-status]");
    if (!line) form.append((line = make("p", "", { "data-signup-status": "", role: "status" })));
    return line;
  }

  function say(form, text) {
    status(form).textContent = text;
  }

  function busy(form, button, is) {
    form.setAttribute("aria-busy", String(is));
    if (!is) say(form, "");
    if (button?.dataset.wait) [button.dataset.wait, button.value] = [button.value, button.dataset.wait]; // Webflow's word
  }

  // When

  const source = arrival();
  const ours = (target) => target instanceof Element && target.closest("form[data-signup]");
  addEventListener("submit", (event) => {
    const form = ours(event.target);
    if (!form || event.defaultPrevented) return;
    event.preventDefault();
    send(form, event.submitter);
  });
  addEventListener("focusin", (event) => {
    const form = ours(event.target);
    if (form) prepare(form);
  });
  addEventListener("input", (event) => {
    const form = ours(event.target);
    if (form && !fillOf(form).busy) fillOf(form).key = null; // other answers are another sign-up
  });
  addEventListener("securitypolicyviolation", (event) => {
    for (const form of document.querySelectorAll("form[data-signup]"))
      if (event.blockedURI && address(form).href.startsWith(event.blockedURI)) fillOf(form).blocked = true;
  });
})();
