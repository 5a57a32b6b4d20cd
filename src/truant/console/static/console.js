// What every page does by itself: tell of new findings, close the menu, say that work goes on.
const news = document.getElementById("news");

function words(told) {
  const parts = [];
  if (told.created) parts.push(told.created === 1 ? "1 new finding" : `${told.created} new findings`);
  if (told.changed) parts.push(told.changed === 1 ? "1 changed" : `${told.changed} changed`);
  return parts.join(", ");
}

function tell(total) {
  const text = document.createElement("span");
  text.textContent = `${words(total)}.`;
  const link = document.createElement("a");
  link.href = location.pathname.endsWith("/findings") ? location.href : "/console/findings?sort=updated";
  link.textContent = "Show";
  news.replaceChildren(text, link);
}

function listen(address) {
  const total = { created: 0, changed: 0 };
  const stream = new EventSource(address);
  stream.addEventListener("news", (event) => {
    const told = JSON.parse(event.data);
    total.created += told.created;
    total.changed += told.changed;
    tell(total);
  });
  addEventListener("pagehide", () => stream.close());
}

if (news?.dataset.stream) listen(news.dataset.stream);

const menu = document.querySelector("details.you");
document.addEventListener("keydown", (event) => {
  if (event.key === "Escape" && menu?.open) {
    menu.open = false;
    menu.querySelector("summary").focus();
  }
});
document.addEventListener("click", (event) => {
  if (menu?.open && !menu.contains(event.target)) menu.open = false;
});

for (const form of document.querySelectorAll("form[data-busy]")) {
  form.addEventListener("submit", () => {
    const button = form.querySelector("button");
    button.textContent = form.dataset.busy;
    button.setAttribute("aria-disabled", "true");
  });
}
