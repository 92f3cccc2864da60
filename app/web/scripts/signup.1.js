// <form data-signup> works without this. With it, it stays on its page, says how it goes, and is sent again when it got
// lost. No cookies, and no storage unless the page asks for it.
(() => {
  "use strict";
  if (window.signupGateway) return; // pasted twice, or run again
  window.signupGateway = 1; // the version
  const fills = new WeakMap();

  const ENGLISH = {
    sending: "Sending…",
    interrupted: "The connection is interrupted. We keep trying.",
    offline: "You are offline. Your form is sent as soon as you are back.",
    lost: "We could not reach the server. Your answers are still here: please try again.",
    problem: "There is a problem",
    reference: "Your reference is",
  };
  const TRIES = [1, 3, 8, 20]; // seconds before each new try
  const LOOKS = [2, 2, 3, 3, 5, 5, 10, 20, 40]; // seconds before each look

  const fold = (name) => name.toLowerCase().replace(/[^\p{L}\p{N}]/gu, "");
  const address = (form) => new URL(form.getAttribute("action"), location.href); // form.action may be a field
  const pause = (seconds) => new Promise((resolve) => setTimeout(resolve, seconds * 1000));
  const online = () => new Promise((resolve) => addEventListener("online", resolve, { once: true }));
  const ask = (url, rest) => fetch(url, { ...rest, credentials: "omit", headers: { Accept: "application/json" } });
  const read = async (url) => (await ask(url)).json();
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

  function para(text, url) {
    const node = make("p", `${text} `);
    if (/^http/.test(url)) node.append(make("a", new URL(url).host, { href: url }));
    return node;
  }

  // Hidden fields go along when the browser itself sends the form, too.
  function put(form, name, value) {
    let field = form.querySelector(`input[type=hidden][name="${name}"]`);
    if (!field) form.append((field = make("input", "", { type: "hidden", name })));
    field.value = value;
  }

  // How the visitor came here, or to the first page of this visit where that is kept.
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

  const newKey = () => crypto.getRandomValues(new Uint32Array(5)).join("");

  // Before it is sent

  function prepare(form) {
    const fill = fillOf(form);
    status(form);
    fill.ready ??= load(form, fill).catch(() => (fill.ready = null));
    return fill.ready;
  }

  async function load(form, fill) {
    const known = await read(address(form).href.replace(/\/signup\/?$/, "/form"));
    Object.assign(fill, { known, texts: { ...ENGLISH, ...known.texts } });
    if (known.page) put(form, "_page", known.page);
    for (const name of known.sources) if (source[name] && !form.elements[name]) put(form, name, source[name].slice(0, 201));
    if (known.trap && !form.elements[known.trap]) form.append(trap(known.trap));
    if (known.challenge === "always") await prove(form, fill);
  }

  function trap(name) {
    const field = make("input", "", { name, tabindex: "-1", autocomplete: "off", "aria-hidden": "true" });
    field.style.cssText = "position: absolute; left: -9999px";
    return field;
  }

  async function prove(form, fill) {
    if (fill.known?.provider !== "altcha") return false;
    fill.proof ??= read(new URL(fill.known.challenge_url, address(form)))
      .then(solve).finally(() => (fill.proof = null));
    put(form, "_altcha", await fill.proof);
    return true;
  }

  // The counter whose key begins as wanted. https://altcha.org/docs/v2/
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
    if (fill.busy) return; // a second click
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

  // The same key with every try, so that it is one sign-up.
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

  // Where the page's policy lets no script send it, the browser does, with the same key.
  function leave(form) {
    form.setAttribute("method", "post");
    HTMLFormElement.prototype.submit.call(form); // form.submit may be a button
    return new Promise(() => {});
  }

  // What came of it

  function succeed(form, fill, answer) {
    const { status, reference, next } = answer;
    fills.delete(form); // the next is another sign-up
    if (!tell(form, "success", { status, reference })) return;
    if (next?.startsWith(address(form).origin)) return location.assign(next); // to pay
    const url = new URL(form.dataset.success || "about:", location.href);
    url.searchParams.set("status", status);
    url.searchParams.set("reference", reference);
    if (/^http/.test(url)) return location.assign(url);
    done(form, fill, answer);
    if (status === "accepted") follow(form, fill, reference);
  }

  function done(form, fill, { message, reference, next }) {
    const line = para(fill.texts.reference);
    line.append(make("code", reference));
    show(form, false);
    present(form, "done", "status", para(message, next), line);
  }

  // When WHMCS takes it, say so; if it does not, bring the form back.
  async function follow(form, fill, reference) {
    for (const seconds of LOOKS) {
      await pause(seconds);
      if (!form.isConnected) return;
      const now = await read(`${address(form)}/${reference}`).catch(() => ({}));
      if (now.status === "created") return done(form, fill, now);
      if (now.status === "rejected") {
        show(near(form, "done"), false);
        show(form, true);
        return refuse(form, fill, now);
      }
    }
  }

  function refuse(form, fill, { code, detail = "", errors = [], login_url: login }) {
    if (!tell(form, "error", { code, fields: errors.map((error) => error.field) })) return;
    const list = make("ul");
    for (const { field, message } of errors) {
      const control = controlOf(form, fill, field);
      const item = make("li");
      item.append(control ? linkTo(control, message) : message);
      list.append(item);
      if (control) mark(form, fill, field, control, message);
    }
    present(form, "fail", "alert", make("h2", fill.texts.problem), para(detail, login), list);
  }

  function controlOf(form, fill, field) {
    const names = fill.known?.names ?? {}; // every spelling
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

  // A page's own box, Webflow's, or ours.
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

  // Without an answer the page's own prices stay.
  async function price() {
    let known;
    for (const place of document.querySelectorAll("[data-plan-price]")) {
      known ??= await read(document.querySelector("[data-catalog]").dataset.catalog);
      const { planPrice, currency = known.currency, cycle } = place.dataset;
      const plan = known.plans[planPrice];
      const text = plan?.prices[currency]?.[cycle ?? plan.billing_cycle]?.text;
      if (text) place.textContent = text;
    }
  }

  // When

  const source = arrival();
  price().catch(() => {});
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
