// Sends the form with fetch, keeps the page, and shows each fault beside its field and in a summary.
// Without scripts the browser sends the form itself.
const form = document.querySelector("#signup");
const result = document.querySelector("#signup-result");
const status = document.querySelector("#signup-status");
const newKey = () => crypto.randomUUID();

let key = newKey(); // stays the same when the same answers are sent again, so that they make one account
let sending = false;

form.addEventListener("input", () => {
  key = newKey();
});

form.addEventListener("submit", async (event) => {
  event.preventDefault();
  if (sending) return;
  sending = true;
  forget();
  status.textContent = "Sending…";
  const reply = await post();
  status.textContent = "";
  sending = false;
  if (reply.ok) thank(reply);
  else explain(reply);
});

async function post() {
  const body = new URLSearchParams(new FormData(form));
  body.set("_key", key);
  try {
    const headers = { Accept: "application/json" };
    const response = await fetch(form.getAttribute("action"), { method: "POST", body, headers });
    return await response.json();
  } catch {
    return { detail: "We could not reach the server. Your answers are still here: please try again." };
  }
}

function thank({ message, reference }) {
  form.hidden = true;
  result.replaceChildren(make("p", message), make("p", `Your reference is ${reference}.`));
  result.focus();
}

function explain({ detail, errors = [] }) {
  const list = make("ul");
  for (const { field, message } of errors) {
    const control = form.querySelector(`[name="${CSS.escape(field)}"]`);
    const item = make("li", control ? "" : message);
    if (control) {
      mark(control, message);
      item.append(linkTo(control, message));
    }
    list.append(item);
  }
  result.replaceChildren(make("h2", "There is a problem"), make("p", detail), list);
  result.focus();
}

function mark(control, message) {
  control.id ||= newKey();
  const note = make("span", message);
  note.id = `${control.id}-error`;
  note.className = "signup-error";
  (control.closest("fieldset")?.querySelector("legend") ?? control.closest("label") ?? control).after(note);
  control.setAttribute("aria-invalid", "true");
  control.setAttribute("aria-describedby", note.id);
}

function forget() {
  result.replaceChildren();
  for (const note of form.querySelectorAll(".signup-error")) note.remove();
  for (const control of form.querySelectorAll("[aria-invalid]")) {
    control.removeAttribute("aria-invalid");
    control.removeAttribute("aria-describedby");
  }
}

function linkTo(control, message) {
  const link = make("a", message);
  link.href = `#${control.id}`;
  link.addEventListener("click", (event) => {
    event.preventDefault();
    control.focus();
  });
  return link;
}

function make(tag, text = "") {
  const node = document.createElement(tag);
  node.textContent = text;
  return node;
}
