// The list by keys, choosing all, and conditions put together for the link.
const rows = [...document.querySelectorAll("#rows > .finding-row")];
let here = -1;

function go(step) {
  if (!rows.length) return;
  rows[here]?.removeAttribute("aria-current");
  here = Math.min(Math.max(here + step, 0), rows.length - 1);
  rows[here].setAttribute("aria-current", "true");
  rows[here].querySelector(".what").focus();
}

const box = () => rows[here]?.querySelector("input[type=checkbox]");
const actions = {
  j: () => go(1),
  k: () => go(-1),
  x: () => { if (box()) box().checked = !box().checked; },
  e: () => {
    if (box() && !document.querySelector("#rows input:checked")) box().checked = true;
    document.querySelector('#list button[value="archive"]')?.click();
  },
  "/": () => document.querySelector("[data-key='/']")?.focus(),
};

document.addEventListener("keydown", (event) => {
  if (event.ctrlKey || event.metaKey || event.altKey) return;
  if (event.target.matches("input:not([type=checkbox]), textarea, select")) return;
  const action = actions[event.key];
  if (!action) return;
  event.preventDefault();
  action();
});

rows.forEach((row, number) => row.addEventListener("focusin", () => {
  rows[here]?.removeAttribute("aria-current");
  here = number;
}));

const all = document.querySelector("[data-all]");
if (all) {
  all.hidden = false;
  all.addEventListener("click", () => {
    const boxes = rows.map((row) => row.querySelector("input[type=checkbox]")).filter(Boolean);
    const some = boxes.some((one) => !one.checked);
    boxes.forEach((one) => { one.checked = some; });
    all.textContent = some ? "Choose none" : "Choose all";
  });
}

for (const form of document.querySelectorAll("form[data-where]")) {
  form.addEventListener("submit", () => {
    const part = (name) => form.elements[name];
    const where = document.createElement("input");
    where.type = "hidden";
    where.name = "where";
    where.value = ["attribute", "operator", "value"].map((name) => part(name).value).join("|");
    form.append(where);
    ["attribute", "operator", "value"].forEach((name) => { part(name).disabled = true; });
  });
}

const filters = document.getElementById("filters");
filters?.addEventListener("submit", () => {
  for (const one of filters.elements) {
    const idle = one.name === "sort" && one.value === "last-seen";
    if (one.name && (one.value === "" || idle)) one.disabled = true;
  }
});
