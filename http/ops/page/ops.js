// Keeps the console up to date, and draws the charts from the tables beside them.
const main = document.getElementById("console");
const plots = new Map();
const compact = new Intl.NumberFormat("en", { notation: "compact" });

drawAll(main);
matchMedia("(prefers-color-scheme: dark)").addEventListener("change", () => drawAll(main));
if (main.dataset.events) follow(main.dataset.events);

function follow(address) {
  const shown = new Map([...main.children].map((part) => [part.id, part.outerHTML]));
  const events = new EventSource(address);
  events.addEventListener("open", () => say(true));
  // A stream that breaks comes back by itself; one that is refused stays closed.
  events.addEventListener("error", () => say(events.readyState !== EventSource.CLOSED));
  events.addEventListener("over", () => location.reload());
  events.addEventListener("update", ({ data }) => {
    const fresh = document.createElement("template");
    fresh.innerHTML = JSON.parse(data).html;
    exchange([...fresh.content.children], shown);
    say(true);
  });
}

function say(live) {
  document.getElementById("live").hidden = !live;
  document.getElementById("still").hidden = live;
}

// What is the same is not touched: moving it would lose the reader's focus, selection and place.
function exchange(parts, shown) {
  const focused = main.contains(document.activeElement) ? document.activeElement.getAttribute("href") : null;
  const wanted = parts.map((part) => {
    const there = part.id && [...main.children].find(({ id }) => id === part.id);
    const html = part.outerHTML;
    if (there && shown.get(part.id) === html) return there;
    for (const details of part.querySelectorAll("details[id]")) {
      details.open = document.getElementById(details.id)?.open === true;
    }
    shown.set(part.id, html);
    return part;
  });
  for (const part of [...main.children]) if (!wanted.includes(part)) part.remove();
  wanted.forEach((part, i) => {
    if (main.children[i] !== part) main.insertBefore(part, main.children[i] ?? null);
  });
  drawAll(main);
  if (focused && !main.contains(document.activeElement)) {
    [...main.querySelectorAll("a")].find((one) => one.getAttribute("href") === focused)?.focus();
  }
}

function drawAll(within) {
  for (const [figure, { plot, watch }] of plots) {
    watch.disconnect();
    plot.destroy();
    plots.delete(figure);
  }
  for (const figure of within.querySelectorAll("figure.chart")) draw(figure);
}

function draw(figure) {
  const place = figure.querySelector(".plot");
  const heads = [...figure.querySelectorAll("thead th")].slice(1).map((head) => head.textContent);
  const rows = [...figure.querySelectorAll("details tbody tr")];
  const xs = rows.map((row) => Number(row.querySelector("th").dataset.x));
  const ys = heads.map((_, i) =>
    rows.map((row) => {
      const { y } = row.querySelectorAll("td")[i].dataset;
      return y === undefined ? null : Number(y);
    })
  );
  const unit = figure.dataset.unit, bars = figure.dataset.kind === "bars";
  const style = getComputedStyle(document.documentElement);
  const colour = (name) => style.getPropertyValue(name).trim();
  const axis = {
    stroke: colour("--soft"),
    grid: { stroke: colour("--line"), width: 1 },
    ticks: { show: false },
  };
  const step = (xs[1] ?? xs[0] + 60) - xs[0];
  const options = {
    width: place.clientWidth || 300,
    height: 190,
    tzDate: (seconds) => uPlot.tzDate(new Date(seconds * 1000), "Etc/UTC"),
    cursor: { drag: { x: false, y: false } },
    legend: { live: true },
    scales: {
      x: { range: (_, low, high) => [low - step / 2, high + step / 2] },
      y: {
        range: (_, low, high) =>
          unit === " %" ? [Math.min(low ?? 0, 50) < 50 ? 0 : 50, 100] : [0, Math.max(high * 1.1, 1)],
      },
    },
    axes: [{
      ...axis,
      grid: { show: false },
      space: 60,
      values: (_, values) => values.map((at) => short(at, step)),
    }, {
      ...axis,
      size: 58,
      values: (_, values) => values.map((value) => `${compact.format(value)}${unit}`),
    }],
    series: [
      {
        label: figure.querySelector("thead th").textContent,
        value: (_, at) => at === null ? "–" : written(at, step),
      },
      ...heads.map((label, i) => ({
        label,
        stroke: colour(i === 0 ? "--accent" : "--second"),
        fill: bars ? colour("--accent") : undefined,
        width: 2,
        dash: i === 0 ? undefined : [6, 4],
        spanGaps: false,
        points: { show: !bars, size: 6, fill: colour(i === 0 ? "--accent" : "--second") },
        paths: bars ? uPlot.paths.bars({ size: [0.7, 40] }) : undefined,
        value: (_, value) => value === null ? "–" : `${value}${unit}`,
      })),
    ],
  };
  place.replaceChildren();
  const plot = new uPlot(options, [xs, ...ys], place);
  const watch = new ResizeObserver(() => {
    if (place.clientWidth > 0 && place.clientWidth !== plot.width) {
      plot.setSize({ width: place.clientWidth, height: plot.height });
    }
  });
  watch.observe(place);
  plots.set(figure, { plot, watch });
}

function written(at, step) {
  const iso = new Date(at * 1000).toISOString();
  return step >= 86_400 ? iso.slice(0, 10) : iso.slice(11, 16);
}

function short(at, step) {
  return step >= 86_400 ? written(at, step).slice(5) : written(at, step);
}
