// The search box for domain names. Without scripts the gateway's answer is shown as it is.
"use strict";

(() => {
  const form = document.querySelector("[data-domain-search]");
  const found = document.getElementById("found");
  const words = { available: "is free", taken: "is taken", unknown: "could not be looked up; try again in a moment" };

  form.addEventListener("submit", async (event) => {
    event.preventDefault();
    show("Looking it up…");
    try {
      const address = new URL(form.action);
      address.searchParams.set("name", form.elements.name.value);
      const reply = await fetch(address, { headers: { Accept: "application/json" } });
      const body = await reply.json();
      if (body.ok) show(...body.domains.map(line));
      else show(body.errors ? body.errors[0].message : body.detail);
    } catch {
      show("That did not work. Please try again.");
    }
  });

  function line({ unicode, status, prices }) {
    const name = document.createElement("strong");
    name.textContent = unicode;
    const parts = [name, ` ${words[status]}`];
    const price = prices.USD?.register["1"]?.text;
    if (status === "available") {
      const link = document.createElement("a");
      link.href = `/scripted?plan=starter&domain=${encodeURIComponent(unicode)}`;
      link.textContent = `take ${unicode}`;
      parts.push(price ? ` for ${price} a year: ` : ": ", link);
    }
    return parts;
  }

  function show(...lines) {
    const items = lines.map((parts) => {
      const item = document.createElement("li");
      item.append(...[parts].flat());
      return item;
    });
    found.replaceChildren(...items);
  }
})();
