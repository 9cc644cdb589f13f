// What a panel looks like. All text goes in as text: no value of a customer is ever read as markup.

export const CHANNELS = {
  video: { title: "Video", letter: "V" },
  microsite: { title: "Page", letter: "P" },
  pdf: { title: "PDF", letter: "D" },
  message: { title: "Messages", letter: "M" },
};

const TALL = 796; // pixels, as tall as the phone beside it
const ORDER = Object.keys(CHANNELS);
export const inOrder = (channels) => [...channels].sort((a, b) => (ORDER.indexOf(a) + 9) % 9 - (ORDER.indexOf(b) + 9) % 9);
export const titleOf = (channel) => CHANNELS[channel]?.title ?? channel;
export const letterOf = (channel) => CHANNELS[channel]?.letter ?? channel.charAt(0).toUpperCase();
export const fileUrl = (slot, name) => `files/${slot}/${encodeURIComponent(name)}`;

export function el(tag, properties = {}, ...children) {
  const made = document.createElement(tag);
  for (const [name, value] of Object.entries(properties)) {
    if (value === undefined || value === false) continue;
    if (name === "class") made.className = value;
    else if (name.startsWith("on")) made.addEventListener(name.slice(2), value);
    else made.setAttribute(name, value === true ? "" : value);
  }
  made.append(...children.filter((child) => child !== null && child !== undefined && child !== ""));
  return made;
}

const list = (texts) => el("ul", { class: "plain" }, ...texts.map((text) => el("li", {}, text)));
const size = (bytes) => (bytes < 1e6 ? `${Math.ceil(bytes / 1000)} kB` : `${(bytes / 1e6).toFixed(1)} MB`);

function bar(title, ...rest) {
  return el("div", { class: "bar" }, el("h2", {}, title), ...rest);
}

export function problemCard(problem, title) {
  const place = problem.file ? problem.file + (problem.line ? `:${problem.line}` : "") : problem.place;
  const lines = problem.source.map((line) =>
    el("div", { class: line.is_it ? "it" : "" }, el("span", { class: "number" }, String(line.number)), line.text || " "));
  return el("div", { class: "card problem", role: "alert" },
    title ? el("h2", {}, title) : null,
    el("p", { class: "quiet" }, el("span", { class: "code" }, problem.code), problem.general),
    el("p", { class: "fact" }, problem.fact),
    place ? el("p", { class: "place" }, place) : null,
    lines.length ? el("div", { class: "source", tabindex: "0", role: "region", "aria-label": `Source of ${place}` }, ...lines) : null,
    problem.hint ? el("p", { class: "hint" }, problem.hint) : null);
}

export function silentCard(said) {
  return el("div", { class: "card" }, el("h2", {}, "Nothing is sent to this customer"), list(said.reasons));
}

export function videoPanel(stills, look, actions) {
  const [width, height] = look.rendition.split("x").map(Number);
  const shape = height > width ? " tall" : height === width ? " square" : "";
  const sizes = el("select", { id: "rendition", "aria-label": "Size of the video", onchange: (event) => actions.rendition(event.target.value) },
    ...actions.renditions.map((name) => el("option", { value: name, selected: name === look.rendition }, name.replace("x", " × "))));
  const film = el("div", { class: `film${shape}`, id: "film" });
  const make = el("button", { class: "button main", type: "button", id: "make-video", onclick: () => actions.film(film, make) }, "Make the whole video");
  const scenes = stills.scenes.map((scene) => el("figure", {},
    el("img", { src: fileUrl(stills.slot, scene.name), alt: `Scene ${scene.title}`, loading: "lazy" }),
    el("figcaption", {}, el("strong", {}, scene.title), el("span", { class: "quiet" }, scene.id))));
  return [bar("Video", el("span", { class: "quiet" }, `${stills.scenes.length} scenes, as they stand when all has come in`), sizes, make),
    film, el("div", { class: `scenes${shape}` }, ...scenes)];
}

export function filmOf(made) {
  const video = made.files.find((file) => file.media_type.startsWith("video/"));
  const captions = made.files.find((file) => file.name.startsWith("captions."));
  const player = el("video", { controls: true, preload: "metadata", src: fileUrl(made.slot, video.name) });
  if (captions) player.append(el("track", { kind: "captions", default: true, label: "Captions", src: fileUrl(made.slot, captions.name) }));
  return [player, el("p", { class: "quiet" }, `${video.name}, ${size(video.bytes)}`)];
}

export function pagePanel(made) {
  const page = made.files.find((file) => file.media_type.startsWith("text/html"));
  const film = made.files.find((file) => file.name === "player.html");
  const frame = (name) => el("iframe", { src: fileUrl(made.slot, page.name), title: name, sandbox: "allow-scripts" });
  const wide = el("div", { class: "screen" }, frame("The page on a desktop, 1240 pixels wide"));
  const fit = () => {
    const scale = wide.clientWidth / 1240;
    wide.firstChild.style.transform = `scale(${scale})`;
    wide.firstChild.style.height = `${Math.round(TALL / scale)}px`;
    wide.style.height = `${TALL + 2}px`;
  };
  new ResizeObserver(fit).observe(wide);
  return [bar("Page", el("span", { class: "quiet" }, `${page.name}, ${size(page.bytes)}`),
    el("a", { href: fileUrl(made.slot, page.name), target: "_blank", rel: "noopener" }, "Open alone"),
    film ? el("a", { href: fileUrl(made.slot, film.name), target: "_blank", rel: "noopener" }, "Open the film's own page") : ""),
  el("div", { class: "devices" },
    el("div", { class: "device phone" }, el("p", { class: "quiet" }, "Phone, 390 pixels"), el("div", { class: "screen" }, frame("The page on a phone, 390 pixels wide"))),
    el("div", { class: "device desktop" }, el("p", { class: "quiet" }, "Desktop, 1240 pixels"), wide))];
}

export function pdfPanel(made, pages) {
  const document_ = made.files.find((file) => file.media_type === "application/pdf");
  const pictures = (pages.pages ?? []).map((name, index) => el("img", { src: fileUrl(pages.slot, name), alt: `Page ${index + 1} of the PDF` }));
  return [bar("PDF", el("span", { class: "quiet" }, `${document_.name}, ${pictures.length} pages, ${size(document_.bytes)}`),
    el("a", { href: fileUrl(made.slot, document_.name), target: "_blank", rel: "noopener" }, "Open the PDF")),
  pages.problem ? problemCard(pages.problem) : el("div", { class: "pages" }, ...pictures)];
}

export async function messagePanel(made) {
  const texts = await Promise.all(made.files.filter((file) => file.media_type.startsWith("text/plain")).map(async (file) =>
    [file.name, await (await fetch(fileUrl(made.slot, file.name))).text()]));
  const names = { "sms.txt": "Short message", "push.txt": "Push", "email.txt": "E-mail, text" };
  const order = ["sms.txt", "push.txt", "email.txt"];
  texts.sort((a, b) => order.indexOf(a[0]) - order.indexOf(b[0]));
  const mail = made.files.find((file) => file.media_type.startsWith("text/html"));
  return [bar("Messages"), el("div", { class: "texts" },
    mail ? el("div", {}, el("h3", {}, "E-mail"), el("div", { class: "screen" }, el("iframe", { src: fileUrl(made.slot, mail.name), title: "E-mail", sandbox: "" }))) : "",
    el("div", {}, ...texts.flatMap(([name, text]) => [el("h3", {}, names[name] ?? name), el("pre", {}, text)])))];
}

export function otherPanel(channel, made) {
  return [bar(titleOf(channel)), el("ul", { class: "files" },
    ...made.files.map((file) => el("li", {}, el("a", { href: fileUrl(made.slot, file.name), target: "_blank", rel: "noopener" }, `${file.name}, ${size(file.bytes)}`))))];
}

export function decisionCard(said) {
  if (!said.decision) return [el("h2", {}, "Decision"), el("p", { class: "quiet" }, said.status === "suppressed" ? "Nothing is said." : "No decision could be made.")];
  const decision = said.decision, outreach = said.outreach;
  const chosen = outreach ? [outreach.group, outreach.channel, outreach.at, outreach.arm].filter(Boolean) : [];
  return [el("h2", {}, said.title),
    el("div", { class: "chips" }, ...[`tone ${decision.tone}`, `stage ${decision.stage}`, said.locale, ...chosen].map((text) => el("span", { class: "chip" }, text.replaceAll("_", " ")))),
    decision.shows.length ? el("p", { class: "quiet" }, `Shows ${decision.shows.join(", ")}.`) : "",
    decision.reasons.length ? list(decision.reasons) : el("p", { class: "quiet" }, "No rule of the campaign spoke."),
    ...(outreach ? [["Facts looked at", outreach.facts], ["Tasks", outreach.tasks], ["Not taken", outreach.refused]]
      .filter(([, rows]) => rows.length)
      .map(([words, rows]) => el("details", {}, el("summary", {}, `${words} (${rows.length})`), list(rows))) : [])];
}

export function warningsCard(texts) {
  return [el("h2", {}, texts.length ? `Warnings (${texts.length})` : "No warnings"), texts.length ? list(texts) : ""];
}

export function legend(channels) {
  return [...channels.flatMap((channel) => [el("span", { class: "dot on" }, letterOf(channel)), titleOf(channel)])];
}

// A long id may break after a dot or before an underscore.
const breakable = (id) => id.split(/(?<=\.)|(?=_)/).flatMap((part) => [part, el("wbr")]);

export function factsTable(facts, channels, shown, wanted) {
  if (!facts.length) return el("p", { class: "none" }, "No facts: nothing is said.");
  const words = wanted.toLowerCase();
  const rows = facts.filter((fact) => !words || `${fact.id} ${fact.text} ${fact.value}`.toLowerCase().includes(words)).map((fact) => {
    const dots = channels.map((channel) => {
      const on = shown.get(channel)?.has(fact.id) ?? false;
      return el("span", { class: on ? "dot on" : "dot", role: "img", "aria-label": `${titleOf(channel)}: ${on ? "shown" : "not shown"}`, title: `${titleOf(channel)}: ${on ? "shown" : "not shown"}` }, letterOf(channel));
    });
    const value = fact.value && fact.value !== fact.text ? el("div", { class: "value" }, fact.value) : "";
    return el("tr", {}, el("td", {}, el("div", { class: "id" }, ...breakable(fact.id)), value), el("td", {}, fact.text || "–"), el("td", { class: "shown" }, ...dots));
  });
  const head = el("tr", {}, ...["Fact and value", "Text", "Shown by"].map((text) => el("th", { scope: "col" }, text)));
  return el("table", {}, el("thead", {}, head), el("tbody", {}, ...rows));
}
