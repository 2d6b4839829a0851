// Keeps an open page up to date: sections that changed are exchanged, what the reader has unfolded stays so.
const main = document.getElementById("parcel");
const news = document.getElementById("news");
const events = new EventSource(
  `${main.dataset.events}&revision=${encodeURIComponent(main.dataset.revision)}`,
);

events.addEventListener("open", () => say(true));
// A stream that breaks comes back by itself; one that is refused stays closed.
events.addEventListener("error", () => say(events.readyState !== EventSource.CLOSED));
events.addEventListener("update", ({ data }) => {
  const { html, title, news: text, revision } = JSON.parse(data);
  const fresh = document.createElement("template");
  fresh.innerHTML = html;
  exchange(fresh.content);
  document.title = title;
  news.textContent = text;
  main.dataset.revision = revision;
});

function say(live) {
  document.getElementById("live").hidden = !live;
  document.getElementById("still").hidden = live;
}

function exchange(fresh) {
  const focused = document.activeElement;
  const link = main.contains(focused) ? focused.getAttribute("href") ?? focused.parentElement?.id : null;
  for (const details of fresh.querySelectorAll("details[id]")) {
    details.open = document.getElementById(details.id)?.open === true;
  }
  for (const column of fresh.querySelectorAll(".column")) {
    settle(document.getElementById(column.id), [...column.children]);
    column.remove();
  }
  settle(main, [...fresh.children, ...main.querySelectorAll(":scope > .column")]);
  if (link && !main.contains(document.activeElement)) refocus(link);
}

// What is the same is not touched: moving it would lose the reader's focus and selection.
function settle(parent, wanted) {
  const sections = wanted.map((section) => {
    const shown = document.getElementById(section.id);
    return shown?.isEqualNode(section) ? shown : section;
  });
  for (const shown of [...parent.children]) if (!sections.includes(shown)) shown.remove();
  sections.forEach((section, i) => {
    if (parent.children[i] !== section) parent.insertBefore(section, parent.children[i] ?? null);
  });
}

function refocus(link) {
  const same = [...main.querySelectorAll("a")].find((one) => one.getAttribute("href") === link);
  (same ?? document.querySelector(`#${CSS.escape(link)} > summary`))?.focus();
}
