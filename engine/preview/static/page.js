// One customer in all channels; everything is fetched anew with each generation of the templates.

import * as panels from "./panels.js";
import { el } from "./panels.js";

const $ = (id) => document.getElementById(id);
const place = new URLSearchParams(location.hash.slice(1));
const look = { key: place.get("key") ?? "", locale: place.get("locale") ?? "", rendition: place.get("rendition") ?? "" };
const now = { channel: place.get("channel") ?? "", ticket: 0, generation: 0, campaign: null, entries: [], facts: [], shown: new Map(), warnings: new Map(), wrong: new Set() };

async function ask(path, extra = {}) {
  const answer = await fetch(`api/${path}?${new URLSearchParams({ ...look, ...extra })}`);
  return answer.json();
}

function tell(text, kind = "") {
  $("state").className = `state ${kind}`;
  $("state-text").textContent = text;
}

function remember() {
  const hash = new URLSearchParams({ ...look, channel: now.channel });
  history.replaceState(null, "", `#${hash}`);
}

// ---------------------------------------------------------------- head

async function overview() {
  const answer = await ask("overview");
  now.entries = answer.customers?.entries ?? now.entries;
  look.key ||= answer.first ?? "";
  $("customers").replaceChildren(...now.entries.filter((one) => one.key).map((one) => el("option", { value: one.key }, one.code ? `set aside with ${one.code}` : "")));
  const many = answer.customers?.has_more ? `The first ${now.entries.length} customers are listed; type any other key.` : "";
  $("customer").title = many;
  if (answer.status === "problem") return answer.problem;
  const campaign = (now.campaign = { ...answer.campaign, channels: panels.inOrder(answer.campaign.channels) });
  look.rendition = campaign.renditions.includes(look.rendition) ? look.rendition : campaign.renditions[0];
  $("campaign").textContent = `${campaign.supplier} · ${campaign.name} · ${campaign.cycle}`;
  const options = campaign.locales.map((name) => el("option", { value: name }, name));
  $("locale").replaceChildren(el("option", { value: "" }, "the customer's own"), ...options);
  if (!campaign.locales.includes(look.locale)) look.locale = "";
  $("locale").value = look.locale;
  drawTabs();
  return null;
}

function drawTabs() {
  const names = ["", ...now.campaign.channels];
  if (!names.includes(now.channel)) now.channel = "";
  const had = $("tabs").contains(document.activeElement);
  $("tabs").replaceChildren(...names.map((name) => el("button", {
    type: "button", role: "tab", id: `tab-${name || "all"}`, "aria-controls": "stage", "aria-selected": String(name === now.channel),
    tabindex: name === now.channel ? "0" : "-1", onclick: () => choose(name),
  }, name ? panels.titleOf(name) : "All", now.wrong.has(name) ? el("span", { class: "mark", role: "img", "aria-label": "has an error" }) : "")));
  if (had) $(`tab-${now.channel || "all"}`).focus();
}

function choose(channel) {
  now.channel = channel;
  remember();
  drawTabs();
  for (const panel of $("stage").children) panel.hidden = channel !== "" && panel.dataset.channel !== undefined && panel.dataset.channel !== channel;
}

function go(key) {
  if (!key || key === look.key) return;
  look.key = key;
  show();
}

function step(by) {
  const keys = now.entries.map((one) => one.key).filter(Boolean);
  if (keys.length) go(keys[(keys.indexOf(look.key) + by + keys.length) % keys.length]);
}

// ---------------------------------------------------------------- stage

function panelOf(channel) {
  const found = [...$("stage").children].find((panel) => panel.dataset.channel === channel);
  if (found) return found;
  const made = el("section", { class: "panel", "data-channel": channel, "aria-label": panels.titleOf(channel) },
    el("p", { class: "waiting" }, `Making ${panels.titleOf(channel)} …`));
  made.hidden = now.channel !== "" && now.channel !== channel;
  $("stage").append(made);
  return made;
}

async function fill(channel, ticket) {
  let content, answer;
  if (channel === "video") {
    answer = await ask("stills");
    if (answer.status !== "problem") content = panels.videoPanel(answer, look, { renditions: now.campaign.renditions, rendition: resize, film });
  } else {
    answer = await ask(`made/${channel}`);
    if (answer.status !== "problem") {
      if (channel === "microsite") content = panels.pagePanel(answer);
      else if (channel === "pdf") content = panels.pdfPanel(answer, await ask("pages"));
      else if (channel === "message") content = await panels.messagePanel(answer);
      else content = panels.otherPanel(channel, answer);
    }
  }
  if (ticket !== now.ticket) return;
  const panel = panelOf(channel);
  panel.classList.remove("stale");
  if (answer.problem) {
    now.wrong.add(channel);
    content = [panels.problemCard(answer.problem, panels.titleOf(channel))];
  }
  panel.replaceChildren(...content);
  now.shown.set(channel, new Set(answer.shown ?? []));
  now.warnings.set(channel, answer.warnings ?? []);
  drawFacts();
  drawWarnings();
  drawTabs();
}

async function film(target, button) {
  const ticket = now.ticket;
  button.disabled = true;
  button.textContent = "Making the video …";
  target.replaceChildren(el("p", { class: "quiet", role: "status" }, "This takes about as long as the video lasts, or twice that."));
  const answer = await ask("made/video");
  if (ticket !== now.ticket) return;
  button.disabled = false;
  button.textContent = "Make the whole video";
  target.replaceChildren(...(answer.problem ? [panels.problemCard(answer.problem)] : panels.filmOf(answer)));
  now.warnings.set("video", [...new Set([...now.warnings.get("video"), ...(answer.warnings ?? [])])]);
  drawWarnings();
  if (!answer.problem && now.campaign.channels.includes("microsite")) await fill("microsite", ticket);
}

function resize(rendition) {
  look.rendition = rendition;
  show();
}

function only(...cards) {
  $("stage").replaceChildren(...cards);
}

async function show(reason = "") {
  const ticket = ++now.ticket;
  remember();
  tell(reason || "Making", "busy");
  $("customer").value = look.key;
  for (const panel of $("stage").children) panel.classList.add("stale");
  try {
    const said = await ask("said");
    if (ticket !== now.ticket) return;
    await showSaid(said, ticket);
  } catch (error) {
    if (ticket === now.ticket) tell("The preview server does not answer", "wrong");
  }
}

async function showSaid(said, ticket) {
  now.generation = said.generation;
  now.wrong.clear();
  now.warnings = new Map([["", [...(said.warnings ?? []), ...(said.missing_legal ?? []).map((name) => `required by law, and empty: ${name}`)]]]);
  now.facts = said.facts ?? [];
  now.shown.clear();
  $("decision").replaceChildren(...panels.decisionCard(said));
  drawFacts();
  drawWarnings();
  if (said.status === "problem") {
    only(panels.problemCard(said.problem));
    return tell(`Error ${said.problem.code}`, "wrong");
  }
  if (said.status === "suppressed") {
    only(panels.silentCard(said));
    return tell("Nothing to send");
  }
  const names = now.campaign.channels;
  for (const child of [...$("stage").children]) if (!names.includes(child.dataset.channel)) child.remove();
  names.forEach(panelOf);
  for (const name of [...names].sort((a, b) => Number(b === now.channel) - Number(a === now.channel))) {
    await fill(name, ticket);
    if (ticket !== now.ticket) return;
  }
  const wrong = [...now.wrong].map(panels.titleOf).join(", ");
  tell(wrong ? `Error in ${wrong}` : "Up to date", wrong ? "wrong" : "");
}

// ---------------------------------------------------------------- side

function drawFacts() {
  const channels = now.campaign?.channels ?? [];
  $("legend").replaceChildren(...panels.legend(channels));
  $("facts").replaceChildren(panels.factsTable(now.facts, channels, now.shown, $("filter").value));
}

function drawWarnings() {
  const texts = [...new Set([...now.warnings.values()].flat())];
  $("warnings").className = texts.length ? "card some" : "card";
  $("warnings").replaceChildren(...panels.warningsCard(texts));
}

// ---------------------------------------------------------------- start

async function renew(reason) {
  const problem = await overview();
  if (problem) {
    now.ticket += 1;
    only(panels.problemCard(problem));
    tell(`Error ${problem.code}`, "wrong");
  } else await show(reason);
}

$("controls").addEventListener("submit", (event) => event.preventDefault());
$("customer").addEventListener("change", (event) => go(event.target.value.trim()));
$("customer").addEventListener("focus", (event) => event.target.select());
$("before").addEventListener("click", () => step(-1));
$("after").addEventListener("click", () => step(1));
$("locale").addEventListener("change", (event) => { look.locale = event.target.value; show(); });
$("filter").addEventListener("input", drawFacts);
$("tabs").addEventListener("keydown", (event) => {
  const by = { ArrowRight: 1, ArrowLeft: -1 }[event.key];
  if (!by) return;
  const names = ["", ...now.campaign.channels];
  choose(names[(names.indexOf(now.channel) + by + names.length) % names.length]);
});

const events = new EventSource("events");
events.addEventListener("generation", (event) => {
  const { generation, changed } = JSON.parse(event.data);
  if (now.generation !== generation) renew(changed.length ? `Saved: ${changed[0]}` : "");
  else tell(now.wrong.size ? "Back, with an error" : "Up to date", now.wrong.size ? "wrong" : "");
});
events.addEventListener("error", () => tell("The preview server has stopped", "wrong"));
