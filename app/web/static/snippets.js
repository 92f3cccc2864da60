// Gives each piece of code a button that copies it. Without scripts the code can still be selected.
if (navigator.clipboard)
  for (const figure of document.querySelectorAll("figure.code")) {
    const caption = figure.querySelector("figcaption");
    const button = document.createElement("button");
    const told = document.createElement("span");
    const name = caption.textContent;
    button.type = "button";
    button.textContent = "Copy";
    button.setAttribute("aria-label", `Copy ${name}`);
    told.setAttribute("role", "status");
    button.addEventListener("click", async () => {
      try {
        await navigator.clipboard.writeText(figure.querySelector("code").textContent);
        told.textContent = "Copied";
      } catch {
        told.textContent = "The browser does not allow it. Please select the code.";
      }
    });
    caption.append(told, button);
  }
