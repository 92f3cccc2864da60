// Sends the sign-up form without leaving the page. The form works without this file, too.
(() => {
  "use strict";

  const POLLS = 10;
  const POLL_SECONDS = 2;

  const form = document.querySelector("form[data-signup]");
  if (!form) return;
  // A field called "action" would hide the property, the attribute stays.
  const action = form.getAttribute("action");
  const button = form.querySelector("button");
  const buttonText = button.textContent;
  const summary = document.getElementById("summary");
  const done = document.getElementById("done");
  let key = null;

  // The same answers keep their key through every retry; other answers are another sign-up.
  form.addEventListener("input", () => { key = null; });

  form.addEventListener("submit", (event) => {
    event.preventDefault();
    if (!button.disabled) send();
  });

  async function send() {
    key ??= newKey();
    setBusy(true);
    clearProblems();
    try {
      const body = new URLSearchParams(new FormData(form));
      body.set("_key", key);
      const response = await fetch(action, { method: "POST", body, headers: { Accept: "application/json" } });
      const reply = await response.json();
      if (response.ok) await finish(response.status, reply);
      else showProblems(reply);
    } catch {
      showProblems({ detail: "We could not reach the server. Please try again: your sign-up will not be doubled." });
    } finally {
      setBusy(false);
    }
  }

  function newKey() {
    if (crypto.randomUUID) return crypto.randomUUID();
    // Browsers offer randomUUID on secure pages only.
    return Array.from(crypto.getRandomValues(new Uint32Array(4)), (part) => part.toString(16).padStart(8, "0")).join("");
  }

  function setBusy(busy) {
    button.disabled = busy;
    button.textContent = busy ? "Sending…" : buttonText;
    form.setAttribute("aria-busy", String(busy));
  }

  async function finish(status, reply) {
    document.getElementById("intro").hidden = true;
    form.hidden = true;
    done.querySelector("[data-done-reference]").textContent = reply.reference;
    showDone(status === 202 ? "We have your sign-up" : "Welcome to Larkmoor", reply.message);
    done.focus();
    if (status === 202) await poll(reply.reference);
  }

  function showDone(title, text) {
    done.hidden = false;
    done.querySelector("[data-done-title]").textContent = title;
    done.querySelector("[data-done-text]").textContent = text;
  }

  async function poll(reference) {
    for (let tries = 0; tries < POLLS; tries += 1) {
      await new Promise((resolve) => setTimeout(resolve, POLL_SECONDS * 1000));
      const reply = await statusOf(reference);
      if (reply?.status === "created") {
        showDone("Welcome to Larkmoor", reply.message);
        return;
      }
    }
  }

  async function statusOf(reference) {
    try {
      const response = await fetch(`${action}/${encodeURIComponent(reference)}`, { headers: { Accept: "application/json" } });
      return response.ok ? await response.json() : null;
    } catch {
      return null;
    }
  }

  function showProblems(problem) {
    const list = summary.querySelector("[data-problems]");
    for (const { field, message } of problem.errors ?? []) {
      list.append(problemLink(field, message));
      markField(field, message);
    }
    summary.querySelector("[data-problem]").textContent = problem.detail ?? "Your sign-up did not go through. Please try again.";
    summary.hidden = false;
    summary.focus();
  }

  function problemLink(field, message) {
    const item = document.createElement("li");
    const holder = document.getElementById(field) ? document.createElement("a") : document.createElement("span");
    if (holder.tagName === "A") holder.setAttribute("href", `#${field}`);
    holder.textContent = message;
    item.append(holder);
    return item;
  }

  function markField(field, message) {
    const text = document.getElementById(`${field}-error`);
    if (!text) return;
    text.textContent = message;
    text.hidden = false;
    const control = document.getElementById(field);
    control.setAttribute("aria-invalid", "true");
    control.setAttribute("aria-describedby", [`${field}-error`, hintOf(field)].filter(Boolean).join(" "));
  }

  function clearProblems() {
    summary.hidden = true;
    summary.querySelector("[data-problems]").replaceChildren();
    for (const text of form.querySelectorAll("[data-error]")) {
      if (text.hidden) continue;
      const field = text.dataset.error;
      text.hidden = true;
      const control = document.getElementById(field);
      control.removeAttribute("aria-invalid");
      if (hintOf(field)) control.setAttribute("aria-describedby", hintOf(field));
      else control.removeAttribute("aria-describedby");
    }
  }

  function hintOf(field) {
    return document.getElementById(`${field}-hint`) ? `${field}-hint` : "";
  }
})();
